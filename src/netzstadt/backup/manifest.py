"""The manifest of a backup: what is in it, and how to tell that it is whole."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from netzstadt.backup.errors import BackupError

NAME = "manifest.json"
DUMP = "database.dump"
FILES = "files"
SECRET_KEY = "secret-key"  # noqa: S105 - the name of a file
FORMAT = 1
PIECE = 2**20

Progress = Callable[[int], None]


def no_progress(_bytes: int) -> None:
    """Nobody looks on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """How many rows a table has, and the sum of their hashes, whatever their order."""

    rows: int
    checksum: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One file of the backup."""

    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What the database was in the moment of the snapshot, and every file of the backup.

    ``migrations`` are those that had run (``plane 0001_audit``); ``head`` is the head of the
    audit chain; ``is_demo`` says whether the demo city had been filled in.
    """

    format: int
    taken_at: str
    program: str
    postgres: int
    migrations: list[str]
    head: str
    is_demo: bool
    tables: dict[str, Table]
    parts: dict[str, Part]

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.parts.values())

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables.values())

    def tables_rows(self, prefix: str) -> int:
        """Rows of the tables whose names begin so, such as the parts of one by month."""
        return sum(each.rows for name, each in self.tables.items() if name.startswith(prefix))

    def write(self, folder: Path) -> None:
        """Write it, with a digest of itself: half a manifest is none."""
        content = asdict(self)
        text = json.dumps({"digest": _digest(content), **content}, indent=1)
        (folder / NAME).write_text(text, "utf-8")


def read(folder: Path) -> Manifest:
    """The manifest of the backup in ``folder``. Raises BackupError if there is none to trust."""
    try:
        content = json.loads((folder / NAME).read_text("utf-8"))
        digest = content.pop("digest")
        if content.get("format") != FORMAT:
            raise BackupError(
                f"{folder} has the format {content.get('format')!r}; this version reads {FORMAT}. "
                "Restore it with the version that made it."
            )
        if digest != _digest(content):
            raise BackupError(f"{folder / NAME} was changed; do not restore this backup.")
        return _from(content)
    except FileNotFoundError as error:
        raise BackupError(f"{folder} is no finished backup: it has no {NAME}.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(f"{folder / NAME} cannot be read: {error}") from error


def _from(content: dict[str, Any]) -> Manifest:
    values = {field.name: content[field.name] for field in fields(Manifest)}
    values["tables"] = {name: Table(**table) for name, table in content["tables"].items()}
    values["parts"] = {name: Part(**part) for name, part in content["parts"].items()}
    return Manifest(**values)


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def verify(folder: Path, *, progress: Progress = no_progress) -> Manifest:
    """Read every byte of the backup and compare. Raises BackupError naming what is wrong."""
    manifest = read(folder)
    present = {str(path.relative_to(folder)) for path in _files_in(folder)} - {NAME}
    if strange := sorted(present - set(manifest.parts)):
        raise BackupError(f"{folder} holds {strange[0]}, which is no part of this backup.")
    for name, part in manifest.parts.items():
        if name not in present:
            raise BackupError(f"{folder} lacks {name}; the backup is not whole.")
        found = describe(folder / name, progress=progress)
        if found != part:
            raise BackupError(f"{folder / name} is damaged; do not restore this backup.")
    return manifest


def describe(path: Path, *, progress: Progress = no_progress) -> Part:
    """Size and hash of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
            progress(len(piece))
    return Part(size=size, sha256=digest.hexdigest())


def _files_in(folder: Path) -> Iterator[Path]:
    """Every file and link below; nothing is followed out of the backup."""
    for path in folder.rglob("*"):
        if path.is_symlink():
            raise BackupError(f"{path} is a link; a backup has none.")
        if path.is_file():
            yield path
