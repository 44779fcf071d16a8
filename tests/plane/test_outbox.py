"""Reading the outbox, and trimming it."""

import time
from datetime import timedelta

import psycopg

from netzstadt.plane import outbox

from .patience import PATIENCE_S, UNREAD

ENTER = "insert into outbox (series_ids) values (%s)"


def wait_until_readable(connection: psycopg.Connection) -> None:
    """Transactions of others on the same server may hold the horizon for a moment."""
    deadline = time.monotonic() + PATIENCE_S
    while connection.execute(UNREAD).fetchone() != (False,):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_late_commit_is_not_jumped_over(database):
    with (
        psycopg.connect(database) as early,
        psycopg.connect(database) as late,
        psycopg.connect(database, autocommit=True) as reader,
    ):
        late.execute(ENTER, [[1]])
        early.execute(ENTER, [[2]])
        early.commit()

        before = outbox.read(reader, outbox.Place())
        late.commit()
        wait_until_readable(reader)
        after = outbox.read(reader, outbox.Place())

    assert before == []
    assert [change.series_ids for change in after] == [[1], [2]]


def test_reading_on_from_a_place_brings_each_change_once(database):
    with psycopg.connect(database, autocommit=True) as connection:
        for number in range(10):
            connection.execute(ENTER, [[number]])
        wait_until_readable(connection)

        place, seen = outbox.Place(), []
        while changes := outbox.read(connection, place, limit=3):
            seen += [change.series_ids[0] for change in changes]
            place = changes[-1].place

    assert seen == list(range(10))


def test_what_a_lasting_reader_has_not_passed_is_kept(database):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(ENTER, [[0]])
        wait_until_readable(connection)  # or it would not lie before the reader's beginning
        start = outbox.begin(connection, "alerts")
        for number in (1, 2):
            connection.execute(ENTER, [[number]])
        wait_until_readable(connection)
        changes = outbox.read(connection, start)
        assert [change.series_ids for change in changes] == [[1], [2]]

        outbox.passed(connection, "alerts", changes[0].place)
        trimmed = outbox.trim(connection, kept=timedelta(0))

        assert trimmed == 2
        again = outbox.read(connection, outbox.begin(connection, "alerts"))
        assert [change.series_ids for change in again] == [[2]]


def test_young_rows_are_kept_for_those_who_come_back(database):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(ENTER, [[1]])

        assert outbox.trim(connection) == 0
