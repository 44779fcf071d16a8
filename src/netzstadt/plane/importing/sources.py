"""Opens what an import is given: a file, a directory, tar, zip, gzip. Nothing is ever unpacked to
disk, links and devices are refused, and what unpacks to too much is stopped while it is read."""

import gzip
import io
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from netzstadt.plane.importing.errors import ImportRefused

MIB = 1 << 20
# Below this size a high ratio harms nobody: a short file of zeros is no bomb.
_RATIO_COUNTS_FROM = 16 * MIB
_DAMAGE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an import may unpack to. Sizes in bytes; ratio is unpacked to packed size."""

    unpacked: int = 20 * 1024 * MIB
    ratio: int = 200
    members: int = 20_000
    line: int = MIB
    document: int = 64 * MIB


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a source, open while the iteration stands at it."""

    name: str
    file: BinaryIO

    @property
    def plain_name(self) -> str:
        """The file's own name, without folders and without .gz."""
        return PurePosixPath(self.name).name.removesuffix(".gz")


class _Guarded(io.RawIOBase):
    """A stream that stops when it has given out more than the limits allow.

    ``packed`` is the packed file behind it (its position is what was taken in so far), or the
    number of packed bytes where that is known beforehand.
    """

    def __init__(self, inner: IO[bytes], packed: BinaryIO | int, name: str, limits: Limits) -> None:
        self._inner = inner
        self._packed = packed
        self._name = name
        self._limits = limits
        self._given = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._given

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        data = self._inner.read(len(view))
        view[: len(data)] = data
        self._given += len(data)
        self._check()
        return len(data)

    def _check(self) -> None:
        if self._given > self._limits.unpacked:
            raise ImportRefused(
                f"{self._name} unpacks to more than {self._limits.unpacked // MIB} MiB. "
                "If that is right, allow it with --max-size."
            )
        taken = self._packed if isinstance(self._packed, int) else self._packed.tell()
        if self._given > _RATIO_COUNTS_FROM and self._given > self._limits.ratio * max(taken, 1):
            raise ImportRefused(
                f"{self._name} unpacks to more than {self._limits.ratio} times its size, as a gzip "
                "bomb does. If the file is right, allow it with --max-ratio."
            )

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
        super().close()


def members(path: Path, limits: Limits) -> Iterator[Member]:
    """Every regular file of ``path`` in a lasting order, one at a time, gzip taken off.

    Hidden files are passed over. Raises ImportRefused for what cannot be read, for names that
    lead outside, links, devices, and for what unpacks to too much.
    """
    for count, member in enumerate(_all_members(path, limits), start=1):
        if count > limits.members:
            raise ImportRefused(
                f"{path.name} holds more than {limits.members} files. "
                "If that is right, allow it with --max-members."
            )
        if not _is_hidden(member.name):
            yield member


def _all_members(path: Path, limits: Limits) -> Iterator[Member]:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise ImportRefused(f"{path} cannot be read: {error.strerror or error}.") from error
    try:
        if stat.S_ISDIR(mode):
            yield from _directory_members(path, limits)
        elif not stat.S_ISREG(mode):
            raise ImportRefused(f"{path} is neither a file nor a directory.")
        elif zipfile.is_zipfile(path):
            yield from _zip_members(path, limits)
        else:
            yield from _file_members(path, path.name, limits)
    except _DAMAGE as error:
        raise ImportRefused(f"{path.name} is damaged or of an unknown kind: {error}.") from error
    except OSError as error:  # includes gzip.BadGzipFile
        raise ImportRefused(f"{path} cannot be read: {error.strerror or error}.") from error


def _directory_members(path: Path, limits: Limits) -> Iterator[Member]:
    for folder, folders, names in os.walk(path):
        folders.sort()
        linked = [each for each in folders if (Path(folder) / each).is_symlink()]
        for name in sorted([*names, *linked]):
            file = Path(folder) / name
            inner = file.relative_to(path).as_posix()
            if _is_hidden(inner):
                continue
            if not stat.S_ISREG(file.lstat().st_mode):
                raise ImportRefused(
                    f"{inner} is a link or a device; an import reads regular files only."
                )
            with _opened(file, inner, limits) as stream:
                yield Member(inner, stream)


def _file_members(path: Path, name: str, limits: Limits) -> Iterator[Member]:
    with _opened(path, name, limits) as stream:
        start = stream.peek(512)
        if start[257:262] == b"ustar":
            yield from _tar_members(stream, name, limits)
        else:
            yield Member(name, stream)


@contextmanager
def _opened(path: Path, name: str, limits: Limits) -> Iterator[io.BufferedReader]:
    with path.open("rb") as raw:
        yield _unpacked(raw, name, limits)


def _unpacked(raw: BinaryIO, name: str, limits: Limits) -> io.BufferedReader:
    """The stream without its gzip layer, watched either way."""
    buffered: Any = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw)
    if buffered.peek(2)[:2] == b"\x1f\x8b":
        inner: BinaryIO = gzip.GzipFile(fileobj=buffered)  # type: ignore[assignment]
        return io.BufferedReader(_Guarded(inner, buffered, name, limits), MIB)
    return buffered  # type: ignore[no-any-return]


def _tar_members(stream: io.BufferedReader, name: str, limits: Limits) -> Iterator[Member]:
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for entry in archive:
            _check_name(entry.name, name)
            if entry.isdir():
                continue
            if not entry.isreg() or entry.issparse():
                raise ImportRefused(
                    f"{name} holds {entry.name}, which is a link, a device or a sparse file; "
                    "an import reads regular files only."
                )
            file = archive.extractfile(entry)
            if file is not None:
                yield Member(entry.name, _unpacked(file, entry.name, limits))  # type: ignore[arg-type]
            archive.members = []  # type: ignore[attr-defined] # a list would only grow


def _zip_members(path: Path, limits: Limits) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > limits.unpacked:
            raise ImportRefused(
                f"{path.name} unpacks to more than {limits.unpacked // MIB} MiB. "
                "If that is right, allow it with --max-size."
            )
        for entry in entries:
            _check_name(entry.filename, path.name)
            if entry.is_dir():
                continue
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if kind not in {0, stat.S_IFREG} or entry.flag_bits & 0x1:
                raise ImportRefused(
                    f"{path.name} holds {entry.filename}, which is a link, a device or encrypted; "
                    "an import reads regular files only."
                )
            if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise ImportRefused(
                    f"{path.name} holds {entry.filename}, packed in a way other than deflate."
                )
            with archive.open(entry) as file:
                guarded = _Guarded(file, entry.compress_size, entry.filename, limits)
                stream = _unpacked(io.BufferedReader(guarded, MIB), entry.filename, limits)
                yield Member(entry.filename, stream)


def _check_name(name: str, archive: str) -> None:
    """A name that leads outside is a sign of a forged archive: nothing of it is read."""
    plain = PurePosixPath(name.replace("\\", "/"))
    if plain.is_absolute() or ".." in plain.parts or "\0" in name or name[1:2] == ":":
        raise ImportRefused(
            f"{archive} holds the name {name!r}, which leads outside the archive; it was not read."
        )


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") and part != "." for part in parts) or "__MACOSX" in parts
