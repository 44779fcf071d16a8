"""Correcting one observation costs what lies around it, not the years of its series."""

from datetime import UTC, datetime, timedelta

import pytest

from netzstadt.plane.batches import Columns

from .accounts import assert_accounts_are_right
from .conftest import make_series

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
HOURS = 24 * 120  # four months
SOON = timedelta(minutes=20)
READ = """
select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int from pg_stat_xact_user_tables
where relname like 'observation\\_2%'
"""
REPLACE = """
select observation_replace(series_id, time, sequence, $3, 5, null, $4, $5, $6,
    null, null, null, null)
from observation where series_id = $1 and time = $2
"""


@pytest.fixture
async def series(pool, ingest) -> int:
    """A series of an observation an hour; each lasts ten minutes and has a result time."""
    [series] = await make_series(pool)
    times = [FIRST + timedelta(hours=n) for n in range(HOURS)]
    receipt = await ingest.add(
        Columns(
            [series] * HOURS,
            times,
            [1.0] * HOURS,
            {
                "time_end": [time + timedelta(minutes=10) for time in times],
                "result_time": [time + timedelta(minutes=11) for time in times],
            },
        ),
        key_id=None,
    )
    assert not receipt.errors
    await pool.execute("analyze observation")
    return series


async def rows_read(pool, series: int, at: datetime, *new) -> int:
    """How many stored rows a change of the observation at this time reads."""
    async with pool.acquire() as connection, connection.transaction():
        before = await connection.fetchval(READ) or 0
        await connection.execute(REPLACE, series, at, *new)
        return await connection.fetchval(READ) - before


@pytest.mark.parametrize("hour", [0, 1000, HOURS - 1])
async def test_a_corrected_number_reads_its_day_only(pool, database, series, hour):
    at = FIRST + timedelta(hours=hour)
    end, result = at + timedelta(minutes=10), at + timedelta(minutes=11)

    read = await rows_read(pool, series, at, at, end, result, None)

    assert 0 < read < 200
    assert_accounts_are_right(database)


async def test_a_new_time_reads_two_days_only(pool, database, series):
    at = FIRST + timedelta(hours=1000)
    new = at + timedelta(days=40, minutes=30)

    read = await rows_read(pool, series, at, new, new + SOON, new + SOON, None)

    assert 0 < read < 400
    assert_accounts_are_right(database)


@pytest.mark.parametrize(
    ("hour", "end", "result"),
    [
        (0, None, None),
        (0, SOON, timedelta(hours=7)),
        (1000, timedelta(days=300), timedelta(days=400)),
        (1000, SOON, timedelta(days=-400)),
        (HOURS - 1, None, None),
        (HOURS - 1, timedelta(minutes=1), timedelta(minutes=-70)),
    ],
)
async def test_ends_and_result_times_are_right_whatever_is_given_or_taken(
    pool, database, series, hour, end, result
):
    at = FIRST + timedelta(hours=hour)

    await pool.execute(REPLACE, series, at, at, end and at + end, result and at + result, None)

    assert_accounts_are_right(database)
