"""What is asked before migrations run: does the database fit, is there room, is there a backup?

No command: `netzstadt migrate`, `up` and `check upgrade` ask it.
"""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netzstadt.config import Config

if TYPE_CHECKING:
    import psycopg

# A step may rewrite a table: so much must be free beside what is stored, at least.
SMALLEST_FREE = 200 * 2**20
_NUMBERED = re.compile(r"^(\d{4})_")


def unknown(ran: list[str]) -> list[str]:
    """What has run but is not shipped: the database is newer than this version."""
    from netzstadt.core.operation import queries

    return sorted(set(ran) - set(_shipped()) - queries.replaced_steps())


def waiting(ran: list[str]) -> list[str]:
    """What is shipped but has not run."""
    return [name for name in _shipped() if name not in set(ran)]


def objections(connection: "psycopg.Connection[Any]", config: Config) -> Iterator[str]:
    """A sentence for each reason not to migrate; none means go ahead. ``django`` is set up."""
    from netzstadt.backup import contents

    ran = contents.migrations(connection)
    if strange := unknown(ran):
        yield (
            f"The database has migration {strange[-1]}, which this version does not know. "
            "Start the newer version that made it."
        )
        return
    yield from _skipped(ran)
    steps = waiting(ran)
    yield from _room(connection, config.data_path) if steps else ()
    if steps and ran and config.backup_before_upgrade:
        yield from _backup(connection)


def _skipped(ran: list[str]) -> Iterator[str]:
    """A step that waits although a later one of the same room has run would be skipped."""
    newest: dict[str, str] = {}
    for name in ran:
        app, _, step = name.partition(" ")
        if _NUMBERED.match(step):
            newest[app] = max(newest.get(app, ""), step)
    for name in waiting(ran):
        app, _, step = name.partition(" ")
        if _NUMBERED.match(step) and step < newest.get(app, ""):
            yield (
                f"Migration {name} has not run, but {app} {newest[app]} after it has: a version "
                "was skipped. Restore the backup and upgrade in the order of UPGRADE.md."
            )
            return


def _room(connection: "psycopg.Connection[Any]", data: Path) -> Iterator[str]:
    """Only where the disk is ours to look at: the embedded database's."""
    if not (data / "pg").is_dir():
        return
    largest = connection.execute(
        "select coalesce(max(pg_total_relation_size(oid)), 0) from pg_class where relkind = 'r'"
    ).fetchone()
    needed = max(SMALLEST_FREE, int(largest[0]) if largest else 0)
    free = shutil.disk_usage(data).free
    if free < needed:
        yield (
            f"The disk of {data} has {free // 2**20:,} MB left; upgrading needs "
            f"{needed // 2**20:,} MB. Make room first."
        )


def _backup(connection: "psycopg.Connection[Any]") -> Iterator[str]:
    exists = connection.execute("select to_regclass('public.operation_backup')").fetchone()
    newest = None
    if exists and exists[0]:
        row = connection.execute("select max(at) from operation_backup").fetchone()
        newest = row[0] if row else None
    from netzstadt.lib import clock

    if newest is None or clock.now() - newest > timedelta(days=1):
        yield (
            "The last backup is older than a day, and NETZSTADT_BACKUP_BEFORE_UPGRADE asks for a "
            "newer one. Take it with the version that ran until now: `netzstadt backup TARGET`."
        )


def _shipped() -> list[str]:
    """Every migration that this version ships, in the order in which they run."""
    from netzstadt.core.operation import queries
    from netzstadt.plane.migrate import shipped_steps

    return [*shipped_steps(), *queries.steps_of_rooms()]
