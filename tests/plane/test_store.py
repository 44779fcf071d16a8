"""Hot reads of the store, deleting and replacing observations, partitions made ahead."""

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg

from netzstadt.plane import store
from netzstadt.plane.ingest import Columns
from netzstadt.plane.partitions import ensure_ahead

from .accounts import assert_accounts_are_right
from .conftest import make_series

T = datetime(2026, 1, 31, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def add(ingest, series: int, times: list[datetime]) -> None:
    numbers = [float(n) for n in range(len(times))]
    await ingest.add(Columns([series] * len(times), times, numbers), key_id=None)


async def test_the_latest_are_found_also_where_a_series_was_once_quicker(pool, ingest):
    [series] = await make_series(pool)
    times = [T + timedelta(seconds=n) for n in range(300)] + [T + 1000 * HOUR * n for n in (1, 2)]
    await add(ingest, series, times)

    rows = await store.latest_observations(pool, series, 10)

    assert [row["time"] for row in rows] == times[::-1][:10]


async def test_a_series_without_observations_has_no_latest(pool):
    [series] = await make_series(pool)

    assert await store.latest_observations(pool, series, 10) == []


async def test_hours_and_days_follow_the_observations(pool, ingest):
    [series] = await make_series(pool)
    await add(ingest, series, [T, T + HOUR / 2, T + HOUR, T + 11 * HOUR])

    hours = await store.hours_of(pool, series, T, T + 24 * HOUR)
    days = await store.days_of(pool, series, T - 24 * HOUR, T + 24 * HOUR)

    assert [(row["time"], row["count"], row["mean"]) for row in hours] == [
        (T, 2, 0.5),
        (T + HOUR, 1, 2.0),
        (T + 11 * HOUR, 1, 3.0),
    ]
    # 23:00 UTC is midnight in Berlin: the next day, and the next month.
    assert [(row["time"], row["count"]) for row in days] == [(T - 13 * HOUR, 3), (T + 11 * HOUR, 1)]


async def test_after_a_delete_the_times_of_the_series_are_right(pool, ingest, database):
    [series] = await make_series(pool)
    await add(ingest, series, [T + HOUR * n for n in range(100)])

    gone = await store.delete_observations(pool, series, T + 90 * HOUR, T + 200 * HOUR)

    assert gone == 10
    [state] = await store.states_of(pool, [series])
    assert (state["count"], state["last_time"]) == (90, T + 89 * HOUR)
    assert state["last_number"] == 89.0
    assert_accounts_are_right(database)


async def test_deleting_everything_leaves_an_empty_state(pool, ingest, database):
    [series] = await make_series(pool)
    await add(ingest, series, [T, T + HOUR])

    assert await store.delete_observation(pool, series, T, 0)
    assert await store.delete_observation(pool, series, T + HOUR, 0)

    assert not await store.delete_observation(pool, series, T, 0)
    [state] = await store.states_of(pool, [series])
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
    with psycopg.connect(database, autocommit=True) as connection:
        assert len(ensure_ahead(connection, months=3)) == 4
        assert ensure_ahead(connection, months=3) == []
