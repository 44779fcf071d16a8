"""Reading which series changed, in the order of commits, without jumping over a late one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """How far a reader has come: transaction and row."""

    transaction: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One committed batch."""

    cursor: Cursor
    series_ids: list[int]


# Rows of a transaction that is older than every open one can no longer be preceded by new ones:
# ids are given before the commit, so that an order by id alone would skip a late commit.
_READ = (
    "select transaction::text::bigint, id, series_ids from outbox "
    "where (transaction, id) > (%s::text::xid8, %s::bigint) "
    "and transaction < pg_snapshot_xmin(pg_current_snapshot()) "
    "order by transaction, id limit %s"
)


def read(connection: psycopg.Connection[Any], after: Cursor, *, limit: int = 1000) -> list[Change]:
    """What was committed after ``after``, in an order that every reader sees alike."""
    rows = connection.execute(_READ, [str(after.transaction), after.row, limit]).fetchall()
    return [Change(Cursor(transaction, row), ids) for transaction, row, ids in rows]


def begin(connection: psycopg.Connection[Any], name: str) -> Cursor:
    """The place of a lasting reader, which is entered at its first call with what comes from now
    on; from then on nothing that it has not passed is trimmed. Locked until the commit."""
    connection.execute(
        "insert into outbox_reader (name, transaction, outbox_id) "
        "values (%s, pg_snapshot_xmin(pg_current_snapshot()), 0) on conflict do nothing",
        [name],
    )
    row = connection.execute(
        "select transaction::text::bigint, outbox_id from outbox_reader where name = %s for update",
        [name],
    ).fetchone()
    assert row is not None, "it was just entered"
    return Cursor(*row)


def passed(connection: psycopg.Connection[Any], name: str, cursor: Cursor) -> None:
    """Note, in the transaction of what was done with the changes, that the reader has come here."""
    connection.execute(
        "update outbox_reader set transaction = %s::text::xid8, outbox_id = %s where name = %s",
        [str(cursor.transaction), cursor.row, name],
    )


def trim(connection: psycopg.Connection[Any], *, kept: timedelta = timedelta(hours=1)) -> int:
    """Remove what is older than ``kept`` and passed by every lasting reader. How many rows."""
    row = connection.execute("select outbox_trim(%s)", [kept]).fetchone()
    return int(row[0]) if row else 0
