"""Runs the numbered SQL migrations of the plane, each once, each in a transaction."""

import hashlib
from importlib import resources

import psycopg


class MigrationError(Exception):
    """The database and the shipped migrations do not fit; the message says what to do."""


def shipped() -> list[tuple[str, str]]:
    """Name and text of every migration, in the order in which they run."""
    folder = resources.files("netzstadt.plane") / "sql" / "migrations"
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    return [(entry.name.removesuffix(".sql"), entry.read_text("utf-8")) for entry in files]


def shipped_steps() -> list[str]:
    """The same as ``plane NAME``, as health and upgrade checks call steps."""
    return [f"plane {name}" for name, _text in shipped()]


def migrate(connection: psycopg.Connection, *, time_zone: str) -> list[str]:
    """Run what has not run yet and return the names; ``connection`` is in autocommit mode.

    Safe beside another process doing the same: an advisory lock lets one pass. A released
    migration is never edited, so a changed text is an error and not run again.

    Raises MigrationError if a migration's text changed or the database is ahead of this version.
    """
    done: list[str] = []
    connection.execute("select pg_advisory_lock(hashtext('netzstadt.migrate'))")
    try:
        connection.execute(
            "create table if not exists plane_migration (name text primary key, "
            "digest text not null, ran_at timestamptz not null default now())"
        )
        ran: dict[str, str] = dict(
            connection.execute("select name, digest from plane_migration").fetchall()
        )
        migrations = shipped()
        if unknown := sorted(set(ran) - {name for name, _ in migrations}):
            raise MigrationError(
                f"The database has migration {unknown[-1]}, which this version does not know. "
                "Start the newer version that made it."
            )
        for name, text in migrations:
            digest = hashlib.sha256(text.encode()).hexdigest()
            if name in ran:
                if ran[name] != digest:
                    raise MigrationError(f"Migration {name} was changed after it had run.")
                continue
            with connection.transaction():
                connection.execute(text)
                connection.execute(
                    "insert into plane_migration (name, digest) values (%s, %s)", (name, digest)
                )
            done.append(name)
        connection.execute(
            "insert into plane_setting (time_zone) values (%s) on conflict do nothing", (time_zone,)
        )
    finally:
        connection.execute("select pg_advisory_unlock(hashtext('netzstadt.migrate'))")
    return done
