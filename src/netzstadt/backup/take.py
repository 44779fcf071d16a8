"""Taking a backup beside everything that goes on, and letting old ones go."""

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from netzstadt.backup import contents, manifest, programs
from netzstadt.backup.errors import BackupError
from netzstadt.backup.manifest import DUMP, FILES, SECRET_KEY, Manifest, Part

# Not of the installation's content: what is still arriving was never acknowledged.
NOT_KEPT = {"incoming"}
_STAMP = "netzstadt-%Y%m%dT%H%M%SZ"
_DATED = re.compile(r"netzstadt-\d{8}T\d{6}Z")
_STAGING = ".netzstadt-backup-"
_DUMPING = re.compile(r'dumping contents of table "public\.([^"]+)"')
# A backup that runs out of room in its middle helps nobody: dumps are smaller than the tables.
_SMALLEST_SHARE = 0.15

# Told what is done and how much of the work it was, from 0 to 1.
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that is whole and where it says."""

    path: Path
    manifest: Manifest
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """What is backed up: the database, the directory, the version of the program."""

    url: str
    data: Path
    program: str
    is_demo: bool = False


def take(
    of: Installation, target: Path, *, at: datetime, progress: Progress = lambda _what, _part: None
) -> Taken:
    """Make a backup named ``target``, which must not be there yet.

    Everything is written beside it and renamed at the end, so whatever has the name is whole.
    Files are copied after the database's snapshot: each that a row names is among them, unless it
    was deleted meanwhile. Raises BackupError; then nothing is left behind.
    """
    begun = time.monotonic()
    with _staging(target) as folder:
        described = _database(of, folder, at=at, progress=progress)
        parts = {DUMP: manifest.describe(folder / DUMP)}
        parts |= _copy_files(of.data / FILES, folder)
        if (of.data / SECRET_KEY).is_file():
            parts[SECRET_KEY] = _copy(of.data / SECRET_KEY, folder / SECRET_KEY)
        written = described(parts)
        written.write(folder)
        progress("written", 1.0)
        _to_disk(folder)
        # rename() would replace an empty directory that somebody made meanwhile; that is no loss.
        try:
            folder.rename(target)
        except OSError as error:
            raise BackupError(f"{target} came to be there meanwhile: {error.strerror}.") from error
        _sync(target.parent)
    return Taken(target, written, time.monotonic() - begun)


def dated(folder: Path, *, at: datetime) -> Path:
    """The name of a backup that is taken at ``at``, among others in ``folder``."""
    return folder / at.strftime(_STAMP)


def backups_in(folder: Path) -> list[Path]:
    """The finished backups in ``folder``, the oldest first."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if _DATED.fullmatch(path.name) and (path / manifest.NAME).is_file()
    )


def forget_older(folder: Path, *, keep: int) -> list[Path]:
    """Remove all but the ``keep`` newest backups of ``folder``; return what was removed.

    Only what is named as a dated backup and has a manifest; the manifest goes first, so that a
    removal that is interrupted leaves nothing that looks like a backup.
    """
    if keep < 1:
        raise BackupError("Keep at least one backup.")
    old = backups_in(folder)[:-keep]
    for path in old:
        (path / manifest.NAME).unlink()
        shutil.rmtree(path)
    return old


@contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """A private directory beside ``target`` that is removed unless it was renamed."""
    if target.exists() or target.is_symlink():
        raise BackupError(f"{target} is there already; nothing is overwritten. Give a new name.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=_STAGING, dir=target.parent))
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror}.") from error
    try:
        yield folder
    except OSError as error:
        raise BackupError(
            f"The backup could not be written: {error.strerror} ({error.filename})."
        ) from error
    except psycopg.Error as error:
        raise BackupError(f"The database did not answer: {str(error).strip()}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _database(
    of: Installation, folder: Path, *, at: datetime, progress: Progress
) -> Callable[[dict[str, Part]], Manifest]:
    """Dump the database and describe the same snapshot; return what makes the manifest of it."""
    with psycopg.connect(of.url, autocommit=True) as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        connection.execute("set local statement_timeout = 0")
        connection.execute("set local idle_in_transaction_session_timeout = 0")
        snapshot = connection.execute("select pg_export_snapshot()").fetchone()
        assert snapshot is not None
        sizes = contents.table_sizes(connection)
        _check_room(folder, sizes)
        meter = _Meter(sizes, progress)
        major = connection.info.server_version // 10000
        programs.run(
            programs.fitting("pg_dump", major=major),
            [
                *("--format=custom", "--compress=3", "--no-owner", "--no-privileges"),
                *("--no-comments", "--verbose"),
                *(f"--snapshot={snapshot[0]}", f"--file={folder / DUMP}"),
            ],
            of.url,
            line=meter.dumped,
        )
        tables = contents.tables(connection, done=meter.added_up)
        facts = contents.migrations(connection), contents.head(connection)
    return lambda parts: Manifest(
        format=manifest.FORMAT,
        taken_at=at.isoformat(),
        program=of.program,
        postgres=major,
        migrations=facts[0],
        head=facts[1],
        is_demo=of.is_demo,
        tables=tables,
        parts=parts,
    )


class _Meter:
    """Makes progress of what pg_dump says, and of the tables that were added up."""

    def __init__(self, sizes: dict[str, int], progress: Progress) -> None:
        self._sizes = sizes
        self._all = sum(sizes.values()) or 1
        self._done = 0
        self._tell = progress
        self._dumping = ""

    def dumped(self, line: str) -> None:
        """One line of pg_dump: it names a table when it begins with it."""
        if named := _DUMPING.search(line):
            self._done += self._sizes.get(self._dumping, 0)
            self._dumping = named.group(1)
            self._tell(self._dumping, 0.6 * self._done / self._all)

    def added_up(self, table: str) -> None:
        """The checksum of one table is known."""
        if self._dumping:
            self._done, self._dumping = 0, ""
        self._done += self._sizes.get(table, 0)
        self._tell(f"checksum of {table}", 0.6 + 0.35 * self._done / self._all)


def _check_room(folder: Path, sizes: dict[str, int]) -> None:
    needed = int(sum(sizes.values()) * _SMALLEST_SHARE)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"The disk of {folder.parent} has {free // 2**20:,} MB left; the backup needs about "
            f"{needed // 2**20:,} MB. Make room, or give a target on another disk."
        )


def _copy_files(source: Path, folder: Path) -> dict[str, Part]:
    parts = {}
    for path in sorted(_kept_files(source)):
        name = f"{FILES}/{path.relative_to(source)}"
        try:
            parts[name] = _copy(path, folder / name)
        except FileNotFoundError:
            continue  # deleted since the list was made: it is gone from the installation, too
    return parts


def _kept_files(source: Path) -> Iterator[Path]:
    for top in source.iterdir() if source.is_dir() else ():
        if top.name in NOT_KEPT:
            continue
        for path in top.rglob("*") if top.is_dir() else (top,):
            if path.is_file() and not path.is_symlink():
                yield path


def _copy(source: Path, target: Path) -> Part:
    """Copy and hash in one reading, readable by the owner alone."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reading:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as writing:
            while piece := reading.read(manifest.PIECE):
                digest.update(piece)
                size += len(piece)
                writing.write(piece)
    return Part(size=size, sha256=digest.hexdigest())


def _to_disk(folder: Path) -> None:
    """Have everything on the disk before the name says that it is whole."""
    for path in [folder, *folder.rglob("*")]:
        _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
