"""Where the bytes lie: a folder in which each content is named by its hash."""

import hashlib
import os
import re
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

PIECE = 256 * 1024
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_HASH = re.compile(r"^[0-9a-f]{64}$")


@dataclass(frozen=True, slots=True)
class Arrived:
    """Bytes that have arrived but are not kept yet: where they lie, what they are."""

    path: Path
    sha256: str
    size: int


class Store(Protocol):
    """What the files need of a place for bytes; a bucket in S3 can be another one."""

    def receive(self, pieces: Iterable[bytes]) -> Arrived:
        """Take bytes in, piece by piece, so that they can be judged before they are kept."""

    def keep(self, arrived: Arrived) -> None:
        """Make them durable under their hash. What is there already is never overwritten."""

    def discard(self, arrived: Arrived) -> None:
        """Forget what arrived and is not to be kept; harmless where it was kept."""

    def open(self, sha256: str) -> BinaryIO:
        """The content for reading. Raises FileNotFoundError."""

    def quarantine(self, sha256: str) -> None:
        """Take a content away from where ``open`` finds it."""

    def remove(self, sha256: str) -> None:
        """Delete a content, also from quarantine."""

    def contents(self) -> Iterator[str]:
        """The hashes of everything that is kept, in quarantine too."""

    def forget_arrived(self, *, older_than_s: float) -> int:
        """Delete what arrived long ago and was never kept; return how many."""


class FolderStore:
    """``<folder>/ab/cd/<hash>``, ``incoming/`` for what arrives, ``quarantine/`` for the infected.

    A content appears under its hash by a second link to a file that is written through to the disk
    already: it is there wholly or not at all.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._incoming = folder / "incoming"
        self._quarantine = folder / "quarantine"

    def receive(self, pieces: Iterable[bytes]) -> Arrived:
        _make(self._incoming)
        path = self._incoming / uuid.uuid4().hex
        digest, size = hashlib.sha256(), 0
        try:
            with os.fdopen(os.open(path, _NEW, 0o600), "wb") as file:
                for piece in pieces:
                    digest.update(piece)
                    size += len(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Arrived(path, digest.hexdigest(), size)

    def keep(self, arrived: Arrived) -> None:
        if (self._quarantine / arrived.sha256).exists():
            return  # known to be infected: it stays where nobody is given it
        place = self._place(arrived.sha256)
        _make(place.parent)
        with suppress(FileExistsError):
            os.link(arrived.path, place)  # unlike a rename, it fails where the name is taken
        _sync(place.parent)

    def discard(self, arrived: Arrived) -> None:
        arrived.path.unlink(missing_ok=True)

    def open(self, sha256: str) -> BinaryIO:
        return self._place(sha256).open("rb")

    def quarantine(self, sha256: str) -> None:
        _make(self._quarantine)
        place = self._place(sha256)
        if place.exists():
            os.replace(place, self._quarantine / sha256)
            _sync(self._quarantine)
            _sync(place.parent)

    def remove(self, sha256: str) -> None:
        self._place(sha256).unlink(missing_ok=True)
        (self._quarantine / sha256).unlink(missing_ok=True)

    def contents(self) -> Iterator[str]:
        for path in self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            yield path.name
        for path in self._quarantine.glob("*"):
            yield path.name

    def forget_arrived(self, *, older_than_s: float) -> int:
        before = time.time() - older_than_s
        forgotten = 0
        for path in self._incoming.glob("*"):
            try:
                if path.stat().st_mtime < before:
                    path.unlink()
                    forgotten += 1
            except FileNotFoundError:
                continue  # it was kept or discarded meanwhile
        return forgotten

    def _place(self, sha256: str) -> Path:
        if not _HASH.match(sha256):
            raise ValueError("A content is named by its SHA-256 in small hexadecimal letters.")
        return self.folder / sha256[:2] / sha256[2:4] / sha256


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """What is left of ``file``, in pieces that need little memory."""
    while piece := file.read(PIECE):
        yield piece


def _make(folder: Path) -> None:
    """Make a folder and write the entries of all that were missing through to the disk."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
        _sync(one.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
