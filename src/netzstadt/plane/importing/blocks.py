"""Cuts a stream into blocks of whole lines, in bounded memory, and takes out lines that no reader
could understand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

BLOCK = 1 << 18  # small enough that an interruption is heeded within a batch or two
_SHOWN = 200


@dataclass(slots=True)
class Block:
    """Whole lines and the number of the first; refused lines are emptied so numbers stay right."""

    data: bytes
    first_line: int
    refused: list[tuple[int, str, str]] = field(default_factory=list)  # line, text, reason
    size: int = 0  # bytes taken from the stream


def blocks(stream: BinaryIO, *, encoding: str, longest_line: int) -> Iterator[Block]:
    """Blocks of whole lines. A line that is too long, holds a NUL byte or is not in ``encoding`` is
    refused alone; the lines around it are kept."""
    rest = b""
    line = 1
    skipping = False
    refused: list[tuple[int, str, str]] = []
    while piece := stream.read(BLOCK):
        data = rest + piece
        if skipping:
            end = data.find(b"\n")
            if end < 0:
                rest = b""
                continue
            data, skipping = data[end:], False  # the line's end stays, its text is gone
        cut = data.rfind(b"\n") + 1
        rest = data[cut:]
        lines = data[:cut]
        if lines:
            count = lines.count(b"\n")
            yield _checked(Block(lines, line, refused, len(piece)), encoding)
            line, refused = line + count, []
        if len(rest) > longest_line:
            refused = [(line, _shown(rest), f"the line is longer than {longest_line} bytes")]
            rest, skipping = b"", True
    if rest or refused:
        yield _checked(Block(rest + b"\n", line, refused, 0), encoding)


def _checked(block: Block, encoding: str) -> Block:
    if b"\0" in block.data or not _is_text(block.data, encoding):
        kept = []
        for offset, text in enumerate(block.data.split(b"\n")):
            reason = _fault(text, encoding)
            if reason:
                block.refused.append((block.first_line + offset, _shown(text), reason))
            kept.append(b"" if reason else text)
        block.data = b"\n".join(kept)
    return block


def _fault(text: bytes, encoding: str) -> str:
    if b"\0" in text:
        return "the line holds a NUL byte"
    return "" if _is_text(text, encoding) else f"the line is not written in {encoding}"


def _is_text(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _shown(text: bytes) -> str:
    """The beginning of a line, printable, for the list of rejects."""
    return "".join(
        char if char.isprintable() else "�"
        for char in text[:_SHOWN].decode("utf-8", "replace").rstrip("\r")
    )
