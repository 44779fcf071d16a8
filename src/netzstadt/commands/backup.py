"""Back up the installation while it runs, and verify backups."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netzstadt.config import Config

if TYPE_CHECKING:
    from netzstadt.backup.manifest import Manifest
    from netzstadt.backup.take import Progress, Taken


@click.command(
    epilog="""\
\b
Examples:
  netzstadt backup /srv/backup/before-upgrade     a new directory with this name
  netzstadt backup /srv/backup --keep 14          a dated one in it; the 14 newest stay
  netzstadt backup /srv/backup/before-upgrade --verify
\b
Exit codes: 0 the backup is whole, 1 it is not (a sentence says why), 2 wrong usage.
"""
)
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(min=1), help="Keep so many dated backups in TARGET.")
@click.option("--verify", is_flag=True, help="Take none: read TARGET through and compare.")
def command(target: Path, keep: int | None, verify: bool) -> None:
    """Back up database, files and the key of sessions to TARGET, while everything runs.

    All of it is of one moment. The backup is a directory with a manifest: versions, rows and
    checksum of every table, SHA-256 of every file, the head of the audit trail. It gets its name
    when it is whole, and nothing is ever overwritten. Keep it as secret as the database.
    """
    if verify and keep:
        raise click.UsageError("Give --verify or --keep, not both.")
    if verify:
        _verify(target.absolute())
    else:
        _take(target.absolute(), keep)


def _take(target: Path, keep: int | None) -> None:
    from importlib.metadata import version

    import django

    from netzstadt.backup import take
    from netzstadt.embedded.session import database
    from netzstadt.lib import clock

    config = Config.from_environment()
    at = clock.now()
    with database(config, command="netzstadt backup") as url:
        django.setup()  # reads the address of the database, so only now
        installation = take.Installation(
            url=url,
            data=config.data_path,
            program=version("netzstadt"),
            is_demo=(config.data_path / "demo-filled").exists(),
        )
        with _bar("Backup") as progress:
            taken = take.take(
                installation,
                take.dated(target, at=at) if keep else target,
                at=at,
                progress=progress,
            )
        _note(taken)
    click.echo(f"{_sentence(taken.path, taken.manifest)} Took {taken.seconds:.1f} s.")
    click.echo(f"Head of the audit trail: {taken.manifest.head or 'none yet'}")
    for removed in take.forget_older(target, keep=keep) if keep else ():
        click.echo(f"Removed {removed}.")


def _note(taken: "Taken") -> None:
    """Write down that there is a backup: for the health page and the trail.

    Where the tables of this version are not there yet (a backup before the upgrade), nobody asks.
    """
    if "operation_backup" not in taken.manifest.tables:
        return
    from django.db import connection

    from netzstadt.core.operation import services
    from netzstadt.lib import clock

    services.note_backup(
        name=taken.path.name,
        size=taken.manifest.size,
        rows=taken.manifest.rows,
        seconds=taken.seconds,
        head=taken.manifest.head,
        at=clock.now(),
    )
    connection.close()


def _verify(folder: Path) -> None:
    from netzstadt.backup import manifest

    size = manifest.read(folder).size or 1
    read = 0
    with _bar("Verifying") as progress:

        def count(piece: int) -> None:
            nonlocal read
            read += piece
            progress("read", min(1.0, read / size))

        content = manifest.verify(folder, progress=count)
    click.echo(f"{_sentence(folder, content)} Every byte is as it was written.")


def _sentence(path: Path, content: "Manifest") -> str:
    return (
        f"{path}: {content.size / 2**20:,.1f} MB, {content.rows:,} rows in {len(content.tables)} "
        f"tables, {max(0, len(content.parts) - 1):,} files."
    )


@contextmanager
def _bar(title: str) -> "Iterator[Progress]":
    """A bar on a terminal, from 0 to 1."""
    from tqdm import tqdm

    with tqdm(
        total=1.0,
        disable=not sys.stderr.isatty(),
        leave=False,
        bar_format=title + " {percentage:3.0f} % |{bar}| {postfix} · {remaining} left",
    ) as bar:

        def show(what: str, part: float) -> None:
            bar.set_postfix_str(what, refresh=False)
            bar.update(max(0.0, part - bar.n))

        yield show
