"""Pictures that strangers hand in (PNG, WebP): checked by their chunks, without what they tell
beside the picture, such as where it was taken."""

import struct
import zlib
from dataclasses import dataclass

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"IDAT", b"IEND"}
_WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"}
# The flags of VP8X that announce EXIF, XMP and animation.
_WEBP_TELLS = 0b00001110


class PictureRefused(ValueError):
    """The bytes are no picture that can be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's bytes without its notes, what it is and how large."""

    content: bytes
    media_type: str
    width: int
    height: int


def read_picture(content: bytes) -> Picture:
    """Read a PNG or WebP. Raises PictureRefused if it is neither, cut off or damaged."""
    try:
        if content.startswith(_PNG):
            return _read_png(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _read_webp(content)
    except (struct.error, IndexError) as error:
        raise PictureRefused("it is cut off") from error
    raise PictureRefused("it is neither PNG nor WebP")


def _read_png(content: bytes) -> Picture:
    parts, position, size = [_PNG], len(_PNG), (0, 0)
    kind = b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, position)
        whole = content[position : position + 12 + length]
        if len(whole) != 12 + length:
            raise PictureRefused("it is cut off")
        if zlib.crc32(whole[4:-4]) != struct.unpack(">I", whole[-4:])[0]:
            raise PictureRefused("a part of it is damaged")
        if kind == b"IHDR":
            size = struct.unpack_from(">II", whole, 8)
        if kind in _PNG_KEPT:
            parts.append(whole)
        position += len(whole)
    if 0 in size or not any(part[4:8] == b"IDAT" for part in parts):
        raise PictureRefused("it has no picture in it")
    return Picture(b"".join(parts), "image/png", *size)


def _read_webp(content: bytes) -> Picture:
    end = 8 + struct.unpack_from("<I", content, 4)[0]
    if end > len(content):
        raise PictureRefused("it is cut off")
    parts, position, size = [], 12, (0, 0)
    while position < end:
        kind, length = struct.unpack_from("<4sI", content, position)
        whole = content[position : position + 8 + length + length % 2]
        if len(whole) < 8 + length:
            raise PictureRefused("it is cut off")
        if kind in (b"ANIM", b"ANMF"):
            raise PictureRefused("it moves; use a still picture")
        if kind == b"VP8X":
            whole = whole[:8] + bytes([whole[8] & ~_WEBP_TELLS]) + whole[9:]
        if size == (0, 0):
            size = _webp_size(kind, whole)
        if kind in _WEBP_KEPT:
            parts.append(whole)
        position += len(whole)
    if 0 in size:
        raise PictureRefused("it has no picture in it")
    body = b"WEBP" + b"".join(parts)
    return Picture(b"RIFF" + struct.pack("<I", len(body)) + body, "image/webp", *size)


def _webp_size(kind: bytes, chunk: bytes) -> tuple[int, int]:
    """Width and height as the chunk says; 0, 0 for one that says nothing of them."""
    if kind == b"VP8X":
        wide, high = (int.from_bytes(chunk[at : at + 3], "little") for at in (12, 15))
        return wide + 1, high + 1
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", chunk, 9)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        wide, high = struct.unpack_from("<HH", chunk, 14)
        return wide & 0x3FFF, high & 0x3FFF
    return 0, 0
