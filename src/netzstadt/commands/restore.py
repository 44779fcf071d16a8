"""Bring a backup back into an empty directory or database."""

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netzstadt.config import Config

if TYPE_CHECKING:
    from netzstadt.backup.manifest import Manifest


@click.command(
    epilog="""\
\b
Examples:
  NETZSTADT_DATA_DIR=/var/lib/restored netzstadt restore /srv/backup/before-upgrade
  NETZSTADT_DATABASE_URL=postgresql://… netzstadt restore /srv/backup/before-upgrade
\b
Exit codes: 0 restored and compared, 1 refused (a sentence says why; nothing was changed).
"""
)
@click.argument("source", type=click.Path(path_type=Path))
def command(source: Path) -> None:
    """Restore the backup SOURCE into the empty data directory, or the empty database.

    Reads the whole backup and compares it with its manifest before anything is made; compares
    every table after, and recomputes the audit chain. The directory may be another one than that
    of the backup. Start the installation with `netzstadt up` afterwards.
    """
    from netzstadt.backup import manifest
    from netzstadt.backup.restore import restore_embedded, restore_into_server

    config = Config.from_environment()
    # The settings would make a key in the empty directory, and the backup brings one.
    os.environ.setdefault("NETZSTADT_SECRET_KEY", secrets.token_urlsafe(50))
    source = source.absolute()
    click.echo("Verifying the backup …")
    content = manifest.verify(source)
    _check_version(content)

    def look(url: str) -> None:
        click.echo("Recomputing the audit chain …")
        _verify_trail(url, source, content)

    if config.database_url:
        from netzstadt.embedded.foreign import check

        check(config.database_url)
        restore_into_server(
            source, config.database_url, config.data_path, then=look, say=click.echo
        )
    else:
        restore_embedded(source, config.data_path, then=look, say=click.echo)
    if content.is_demo:
        _mark_demo(config)
    click.echo(
        f"Restored {content.rows:,} rows and {len(content.parts) - 1:,} files of "
        f"{content.taken_at}; all compared. Start it with `netzstadt up`."
    )


def _check_version(content: "Manifest") -> None:
    """Refuse a backup whose tables this version does not know."""
    import django

    django.setup()
    from netzstadt.commands.upgrade import unknown

    if strange := unknown(content.migrations):
        raise click.ClickException(
            f"The backup was made by Netzstadt {content.program} and has {strange[-1]}, which "
            "this version does not know. Restore it with that version or a newer one."
        )


def _verify_trail(url: str, source: Path, content: "Manifest") -> None:
    """Recompute the chain on the restored rows, and write down that they were restored."""
    from django.db import connections

    from netzstadt.backup.errors import BackupError
    from netzstadt.core.audit import queries
    from netzstadt.core.operation import services
    from netzstadt.lib import clock
    from netzstadt.settings import database_settings  # noqa: TID251 - the address is new

    connection = connections["default"]
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    for key, value in database_settings(url).items():
        connection.settings_dict[key] = value
    if "plane 0001_audit" in content.migrations:
        report = queries.verify_chain(head=content.head)
        if report.faults:
            fault = report.faults[0]
            connection.close()
            raise BackupError(
                f"The audit trail of the backup does not verify: {fault.kind.value} at position "
                f"{fault.position}. It was broken before it was backed up."
            )
    from netzstadt.commands.upgrade import waiting

    if not waiting(content.migrations):
        services.note_restore(
            name=source.name, taken_at=content.taken_at, program=content.program, at=clock.now()
        )
    connection.close()


def _mark_demo(config: Config) -> None:
    """The demo city is there: `up` must not fill it again."""
    from netzstadt.commands.prepare import identity
    from netzstadt.embedded.session import database

    with database(config, command="netzstadt restore") as url:
        (config.data_path / "demo-filled").write_text(identity(url))
