"""Bringing a backup back: into an empty directory, or an empty database and its directory."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from netzstadt.backup import contents, manifest, programs
from netzstadt.backup.errors import BackupError
from netzstadt.backup.manifest import DUMP, FILES, SECRET_KEY, Manifest
from netzstadt.embedded.postgres import Postgres

_STAGING = ".restoring-"
# What a restored installation consists of. The cluster comes last: as long as it is not there,
# nothing was restored.
_MOVED = (FILES, SECRET_KEY, "database-password", "postgres-programs", "pg")

Say = Callable[[str], None]


def restore_embedded(
    backup: Path, data: Path, *, then: Callable[[str], None], say: Say = lambda _: None
) -> Manifest:
    """Make an installation with a database of its own in ``data``, which must be empty.

    It is made in a directory inside ``data`` and moved into its place when everything was
    compared with the manifest and ``then(url)`` found nothing wrong: an interrupted restore leaves
    no installation. Raises BackupError.
    """
    content = manifest.verify(backup)
    left = [path for path in data.iterdir() if not _is_leftover(path)] if data.is_dir() else []
    if left:
        raise BackupError(
            f"{data} is not empty ({left[0].name}); a backup is restored into an empty directory "
            "only. Move it away, or choose another one with NETZSTADT_DATA_DIR."
        )
    place = Postgres(data, command="netzstadt restore")
    place.take()  # nobody starts, or restores, in the same directory meanwhile
    try:
        _restore_within(backup, data, content, then=then, say=say)
    finally:
        place.release()
    return content


def _restore_within(
    backup: Path, data: Path, content: Manifest, *, then: Callable[[str], None], say: Say
) -> None:
    try:
        for path in data.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=data))
    except OSError as error:
        raise BackupError(f"{data} cannot be written: {error.strerror}.") from error
    postgres = Postgres(staging, command="netzstadt restore")
    try:
        postgres.start()
        try:
            _fill(postgres.url(), backup, content, say=say)
            _put_files(backup, content, staging, say=say)
            then(postgres.url())
        finally:
            postgres.stop()
        for name in _MOVED:
            if (staging / name).exists():
                (staging / name).rename(data / name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def restore_into_server(
    backup: Path, url: str, data: Path, *, then: Callable[[str], None], say: Say = lambda _: None
) -> Manifest:
    """Fill the empty database of ``url``, and the files below ``data``.

    The database is filled in one transaction: wholly or not at all. Raises BackupError.
    """
    content = manifest.verify(backup)
    for name in (FILES, SECRET_KEY):
        path = data / name
        if path.is_file() or (path.is_dir() and any(path.iterdir())):
            raise BackupError(f"{path} is there already; move it away, nothing is overwritten.")
    with _answers(url) as connection:
        if not contents.is_empty(connection):
            raise BackupError(
                "The database is not empty; a backup is restored into an empty one only. Make one "
                "with `createdb --encoding=UTF8 --template=template0`."
            )
    _fill(url, backup, content, say=say)
    try:
        data.mkdir(parents=True, exist_ok=True)
        _put_files(backup, content, data, say=say)
    except OSError as error:
        raise BackupError(f"{data} cannot be written: {error.strerror}.") from error
    then(url)
    return content


def _is_leftover(path: Path) -> bool:
    """What an interrupted restore leaves, and the file that says who uses the directory."""
    return path.name == "in-use" or (path.is_dir() and path.name.startswith(_STAGING))


def _fill(url: str, backup: Path, content: Manifest, *, say: Say) -> None:
    """Restore the dump and compare every table with the manifest."""
    with _answers(url) as connection:
        major = connection.info.server_version // 10000
    if major < content.postgres:
        raise BackupError(
            f"The backup was made by PostgreSQL {content.postgres}; this one is {major}. Restore "
            f"it into PostgreSQL {content.postgres} or newer."
        )
    say("Filling the database …")
    programs.run(
        programs.fitting("pg_restore", major=major),
        [
            *("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"),
            *("--no-comments", str(backup / DUMP)),
        ],
        url,
    )
    say("Comparing every table with the backup …")
    with _answers(url) as connection, connection.transaction():
        found = contents.tables(connection)
        head = contents.head(connection)
    wrong = [name for name in sorted({*found, *content.tables}) if _differs(name, found, content)]
    if head != content.head:
        wrong.append("the head of the audit trail")
    if wrong:
        raise BackupError(
            f"What was restored is not what was backed up: {', '.join(wrong[:5])}. Do not use it."
        )
    with _answers(url) as connection:
        connection.execute("analyze")


def _differs(name: str, found: dict[str, manifest.Table], content: Manifest) -> bool:
    return found.get(name) != content.tables.get(name)


def _put_files(backup: Path, content: Manifest, data: Path, *, say: Say) -> None:
    names = [name for name in content.parts if name != DUMP]
    if names:
        say(f"Putting {len(names):,} files in place …")
    for name in names:
        target = data / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as writing, (backup / name).open("rb") as reading:
            shutil.copyfileobj(reading, writing, manifest.PIECE)
            writing.flush()
            os.fsync(writing.fileno())
        if manifest.describe(target) != content.parts[name]:
            with suppress(OSError):
                target.unlink()
            raise BackupError(f"{backup / name} changed while it was copied; nothing was restored.")


@contextmanager
def _answers(url: str) -> Iterator[contents.Connection]:
    try:
        with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:
            yield connection
    except psycopg.Error as error:
        raise BackupError(f"The database did not answer: {str(error).strip()}") from error
