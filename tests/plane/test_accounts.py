"""Roll-ups, states and features are at every moment what the observations add up to."""

import asyncio
import os
from datetime import UTC, datetime, timedelta

import asyncpg
import numpy as np
import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netzstadt.plane.ingest import Columns, Ingest
from netzstadt.plane.load import NumberBlock, load
from netzstadt.plane.sensorthings.observation_ids import microseconds

from .accounts import assert_accounts_are_right
from .conftest import delete, make_series

EXAMPLES = 200 if os.environ.get("NETZSTADT_SOAK") else 12
# Around the end of summer time 2025 in Berlin, across a month's end, and long ago.
ORIGIN = datetime(2025, 10, 25, 20, tzinfo=UTC)
moments = st.one_of(
    st.integers(0, 12 * 24 * 4).map(lambda n: ORIGIN + timedelta(minutes=15 * n)),
    st.sampled_from([datetime(1955, 6, 1, 12, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)]),
)
numbers = st.floats(-1e6, 1e6)
results = st.one_of(numbers, st.sampled_from(["open", {"a": [1]}, True]))
rows = st.lists(
    st.tuples(
        st.integers(0, 2), moments, results, st.none() | st.integers(0, 7200), st.none() | moments
    ),
    min_size=1,
    max_size=12,
)
steps = st.one_of(
    st.tuples(st.just("add"), rows),
    st.tuples(
        st.sampled_from(["load", "numbers"]),
        st.lists(st.tuples(st.integers(0, 2), moments, numbers), max_size=20),
    ),
    st.tuples(st.just("delete"), st.integers(0, 2), moments, st.integers(0, 3 * 86400)),
    st.tuples(
        st.just("replace"),
        st.integers(0, 999),
        st.none() | moments,
        numbers,
        st.none() | st.integers(0, 7200),
        st.none() | moments,
    ),
)


def columns(series: list[int], given_rows) -> Columns:
    values = [row[2] for row in given_rows]
    return Columns(
        [series[row[0]] for row in given_rows],
        [row[1] for row in given_rows],
        [value if type(value) is float else None for value in values],
        {
            "result": [None if type(value) is float else value for value in values],
            "time_end": [
                None if r[3] is None else r[1] + timedelta(seconds=r[3]) for r in given_rows
            ],
            "result_time": [r[4] for r in given_rows],
        },
    )


async def do(pool: asyncpg.Pool, database: str, ingest: Ingest, series: list[int], step) -> None:
    match step:
        case ("add", given_rows):
            receipt = await ingest.add(columns(series, given_rows), key_id=None)
            assert not receipt.errors
        case ("load", given_rows):
            await asyncio.to_thread(load_rows, database, series, given_rows)
        case ("numbers", given_rows):
            receipt = await ingest.add_numbers(blocks_of(series, given_rows), key_id=None)
            assert not receipt.errors
        case ("delete", n, start, length):
            end = start + timedelta(seconds=length)
            await delete(pool, series[n], start, end)
        case ("replace", n, *changes):
            await replace(pool, n, *changes)


def blocks_of(series: list[int], given_rows) -> list[NumberBlock]:
    return [
        NumberBlock(
            series[row[0]],
            np.array([microseconds(row[1])], dtype=np.int64),
            np.array([row[2]]),
        )
        for row in given_rows
    ]


def load_rows(database: str, series: list[int], given_rows) -> None:
    blocks = blocks_of(series, given_rows)
    with psycopg.connect(database, autocommit=True) as connection:
        receipt = load(connection, blocks)
    assert receipt.loaded + receipt.unchanged + len(receipt.conflicts) == len(given_rows)


async def replace(
    pool: asyncpg.Pool,
    n: int,
    time: datetime | None,
    number: float,
    length: int | None,
    result_time: datetime | None,
) -> None:
    """Replace one of what is stored; without a time it stays where it is."""
    stored = await pool.fetchval("select count(*) from observation")
    if stored:
        await pool.execute(
            "select observation_replace(series_id, time, sequence, coalesce($2, time), $3, null, "
            "coalesce($2, time) + make_interval(secs => $4), $5, null, quality, null, null, null) "
            "from (select * from observation "
            "order by series_id, time, sequence offset $1 limit 1) o",
            n % stored,
            time,
            number,
            length,
            result_time,
        )


def test_sums_are_right_after_any_changes_also_at_once(database):
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.lists(steps, min_size=1, max_size=4), min_size=1, max_size=6))
    def check(rounds):
        async def run() -> None:
            async with asyncpg.create_pool(database, min_size=1, max_size=6) as pool:
                series = await make_series(pool, 3)
                rules = """update series set quality_rules = '{"minimum": -10}' where id = $1"""
                await pool.execute(rules, series[1])
                ingest = Ingest(pool)
                for together in rounds:
                    await asyncio.gather(
                        *(do(pool, database, ingest, series, step) for step in together)
                    )
                    assert_accounts_are_right(database)
                await ingest.stop()

        asyncio.run(run())

    check()
