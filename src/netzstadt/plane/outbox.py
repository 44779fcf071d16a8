"""Reading which series changed, in the order of commits, without jumping over a late one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg

from netzstadt.plane.statements import statement

CHANGES = statement("outbox_changes")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """How far a reader has come: transaction and row. As text it is the id of an event."""

    transaction: int = 0
    row: int = 0

    def __str__(self) -> str:
        return f"{self.transaction}-{self.row}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """Read the text of a place; None where it is none."""
        transaction, _, row = text.partition("-")
        if not (transaction.isdecimal() and row.isdecimal() and text.isascii()):
            return None
        place = cls(int(transaction), int(row))
        return place if place.transaction < 2**63 and place.row < 2**63 else None


@dataclass(frozen=True, slots=True)
class Change:
    """One committed batch."""

    place: Place
    series_ids: list[int]


def read(connection: psycopg.Connection[Any], after: Place, *, limit: int = 1000) -> list[Change]:
    """What was committed after ``after``, in an order that every reader sees alike."""
    cursor = psycopg.RawCursor(connection)  # the statement's $1 is PostgreSQL's own
    rows = cursor.execute(CHANGES.encode(), [str(after.transaction), after.row, limit]).fetchall()
    return [Change(Place(int(transaction), row), ids) for row, transaction, ids in rows]


def begin(connection: psycopg.Connection[Any], name: str) -> Place:
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
    return Place(*row)


def passed(connection: psycopg.Connection[Any], name: str, place: Place) -> None:
    """Note, in the transaction of what was done with the changes, that the reader has come here."""
    connection.execute(
        "update outbox_reader set transaction = %s::text::xid8, outbox_id = %s where name = %s",
        [str(place.transaction), place.row, name],
    )


def trim(connection: psycopg.Connection[Any], *, kept: timedelta = timedelta(hours=1)) -> int:
    """Remove what is older than ``kept`` and passed by every lasting reader. How many rows."""
    row = connection.execute("select outbox_trim(%s)", [kept]).fetchone()
    return int(row[0]) if row else 0
