"""What a database holds: rows and checksums of every table, migrations, the head of the trail."""

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

from netzstadt.backup.manifest import Table

Connection = psycopg.Connection[Any]
# The text of a row must not depend on the settings of the server.
_SETTINGS = (
    "set local timezone = 'UTC'",
    "set local datestyle = 'ISO, MDY'",
    "set local intervalstyle = 'postgres'",
    "set local bytea_output = 'hex'",
    "set local extra_float_digits = 1",
    "set local search_path = public",
)
# Tables that hold rows themselves; those of extensions come with the extension.
_TABLES = """
select c.relname, pg_total_relation_size(c.oid)
  from pg_class c
 where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
   and not exists (select from pg_depend d
                    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
 order by c.relname
"""


def table_sizes(connection: Connection) -> dict[str, int]:
    """Every table with its bytes on the disk, indexes included."""
    return dict(connection.execute(_TABLES).fetchall())


def tables(
    connection: Connection, *, done: Callable[[str], None] = lambda _: None
) -> dict[str, Table]:
    """Rows and checksum of every table, in the caller's transaction.

    A checksum is the sum of the 64-bit hashes of the rows' texts: the order of rows does not
    matter, and equal rows do not cancel each other out.
    """
    for setting in _SETTINGS:
        connection.execute(setting)
    found = {}
    for name in table_sizes(connection):
        statement = sql.SQL(
            "select count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text"
            " from {} t"
        ).format(sql.Identifier("public", name))
        row = connection.execute(statement).fetchone()
        assert row is not None
        found[name] = Table(rows=row[0], checksum=row[1])
        done(name)
    return found


def migrations(connection: Connection) -> list[str]:
    """Every migration that has run, as ``plane NAME`` or ``ROOM NAME``; none before the first."""
    found = []
    if _exists(connection, "plane_migration"):
        rows = connection.execute("select name from plane_migration order by name")
        found += [f"plane {name}" for (name,) in rows]
    if _exists(connection, "django_migrations"):
        rows = connection.execute("select app, name from django_migrations order by app, name")
        found += [f"{app} {name}" for app, name in rows]
    return found


def head(connection: Connection) -> str:
    """The head of the audit chain, as ``netzstadt check audit`` prints it; empty before it."""
    if not _exists(connection, "audit_seal"):
        return ""
    row = connection.execute(
        "select position, encode(hash, 'hex') from audit_seal order by position desc limit 1"
    ).fetchone()
    return f"{row[0]}:{row[1]}" if row else ""


def is_empty(connection: Connection) -> bool:
    """Whether there is nothing in the database that a restore could run into."""
    return not table_sizes(connection)


def _exists(connection: Connection, table: str) -> bool:
    row = connection.execute("select to_regclass(%s) is not null", (f"public.{table}",)).fetchone()
    return bool(row and row[0])
