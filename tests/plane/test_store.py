"""Deleting and replacing observations, and partitions made ahead."""

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg

from netzstadt.plane.ingest import Columns
from netzstadt.plane.partitions import ensure_ahead

from .accounts import assert_accounts_are_right
from .conftest import delete, make_series

T = datetime(2026, 1, 31, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DELETE_ONE = "select observations_delete($1, $2, null, 0::smallint)"


async def add(ingest, series: int, times: list[datetime]) -> None:
    numbers = [float(n) for n in range(len(times))]
    await ingest.add(Columns([series] * len(times), times, numbers), key_id=None)


async def test_after_a_delete_the_times_of_the_series_are_right(pool, ingest, database):
    [series] = await make_series(pool)
    await add(ingest, series, [T + HOUR * n for n in range(100)])

    gone = await delete(pool, series, T + 90 * HOUR, T + 200 * HOUR)

    assert gone == 10
    state = await pool.fetchrow("select * from series_state where series_id = $1", series)
    assert (state["count"], state["last_time"]) == (90, T + 89 * HOUR)
    assert state["last_number"] == 89.0
    assert_accounts_are_right(database)


async def test_deleting_everything_leaves_an_empty_state(pool, ingest, database):
    [series] = await make_series(pool)
    await add(ingest, series, [T, T + HOUR])

    deleted = [await pool.fetchval(DELETE_ONE, series, time) for time in (T, T + HOUR, T)]

    assert deleted == [1, 1, 0]
    state = await pool.fetchrow("select * from series_state where series_id = $1", series)
    assert (state["count"], state["first_time"], state["last_time_end"]) == (0, None, None)
    assert_accounts_are_right(database)


async def test_a_moved_observation_keeps_its_id_and_leaves_its_key_to_nobody(
    pool, ingest, database
):
    [series] = await make_series(pool)
    await add(ingest, series, [T])

    place = await pool.fetchrow(
        "select * from observation_replace($1, $2, 0::smallint, $3, 7, null, null, null, null, "
        "null, null, null, null)",
        series,
        T,
        T - HOUR,
    )
    receipt = await ingest.add(Columns([series], [T], [1.0]), key_id=None)

    assert (place["now_at"], place["now_sequence"]) == (T - HOUR, 0)
    assert receipt.sequence == [1]
    alias = await pool.fetchrow("select iot_id, time from observation_alias")
    microseconds = int(T.timestamp()) * 1_000_000
    assert alias["iot_id"] == f'"{series}-{microseconds}-0"'
    assert alias["time"] == T - HOUR
    assert_accounts_are_right(database)


async def test_a_deleted_series_takes_its_observations_with_it(pool, ingest, database):
    keeps, goes = await make_series(pool, 2)
    adds = [ingest.add(Columns([keeps, goes], [T, T], [1.0, 2.0]), key_id=None) for _ in range(40)]

    receipts, _ = await asyncio.gather(
        asyncio.gather(*adds), pool.execute("delete from series where id = $1", goes)
    )
    later = await ingest.add(Columns([goes], [T], [1.0]), key_id=None)

    assert all(0 not in receipt.errors for receipt in receipts)
    assert later.errors
    for table in ("observation", "rollup_hour", "rollup_day", "series_state"):
        assert await pool.fetchval(f"select count(*) from {table} where series_id = $1", goes) == 0
    assert_accounts_are_right(database)


def test_partitions_are_made_ahead_once(database):
    # In one transaction, to which it is the same month from its beginning to its end.
    with psycopg.connect(database) as connection:
        assert len(ensure_ahead(connection, months=3)) == 4
        assert ensure_ahead(connection, months=3) == []
