"""Loading what an import read: load."""

import numpy as np
import psycopg
import pytest

from netzstadt.plane.load import NumberBlock, UnknownSeries, load

from .accounts import assert_accounts_are_right
from .conftest import make_series

START = 1_711_753_200_000_000  # 2024-03-29 23:00 UTC; the clocks change on the 31st
QUARTER = 15 * 60 * 1_000_000


def block(series: int, first: int = 0, count: int = 1000, **more) -> NumberBlock:
    steps = np.arange(first, first + count)
    return NumberBlock(series, START + steps * QUARTER, steps * 1.5 % 97, **more)


@pytest.fixture
def connection(database):
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


async def test_a_second_load_of_the_same_rows_changes_nothing(pool, connection, database):
    series = await make_series(pool, 2)
    blocks = [block(number) for number in series]

    first = load(connection, blocks)
    second = load(connection, blocks)

    assert (first.loaded, first.unchanged, first.conflicts) == (2000, 0, [])
    assert (second.loaded, second.unchanged, second.conflicts) == (0, 2000, [])
    assert await pool.fetchval("select count(*) from observation") == 2000
    assert_accounts_are_right(database)


async def test_a_load_that_overlaps_stores_only_what_is_new(pool, connection, database):
    [series] = await make_series(pool)
    load(connection, [block(series, 0, 500), block(series, 700, 100)])

    receipt = load(connection, [block(series, 100, 1000)])

    assert (receipt.loaded, receipt.unchanged, receipt.conflicts) == (500, 500, [])
    assert_accounts_are_right(database)


async def test_another_value_at_the_same_time_is_a_conflict_and_the_stored_one_stays(
    pool, connection, database
):
    [series] = await make_series(pool)
    load(connection, [block(series)])
    changed = block(series)
    changed.numbers[[3, 700]] += 1

    receipt = load(connection, [changed])

    assert (receipt.loaded, receipt.unchanged, receipt.conflicts) == (0, 998, [3, 700])
    assert_accounts_are_right(database)


async def test_a_time_given_twice_in_one_batch_is_stored_once(pool, connection, database):
    [series] = await make_series(pool)
    times = np.array([START + QUARTER, START, START, START], dtype=np.int64)

    receipt = load(connection, [NumberBlock(series, times, np.array([1.0, 2.0, 2.0, 3.0]))])

    assert (receipt.loaded, receipt.unchanged, receipt.conflicts) == (2, 1, [3])
    assert_accounts_are_right(database)


async def test_flags_are_stored_and_counted(pool, connection, database):
    [series] = await make_series(pool)
    await pool.execute("""update series set quality_rules = '{"maximum": 90}'""")
    codes = np.arange(1000) % 3

    load(connection, [block(series, quality=codes, flags=((), ("raw",), ('a"b,{', "raw")))])

    flags = await pool.fetch(
        "select quality, number from observation where series_id = $1 order by time", series
    )
    for n, row in enumerate(flags):
        expected = [[], ["raw"], ['a"b,{', "raw"]][n % 3]
        expected = expected + ["implausible"] * (row["number"] > 90)
        assert (row["quality"] or []) == expected
    assert_accounts_are_right(database)


async def test_what_cannot_be_stored_is_told_by_position(pool, connection):
    [series] = await make_series(pool)
    bad = block(series)
    bad.numbers[[1, 2]] = np.nan, np.inf
    bad.times_us[5] = -4_000_000_000_000_000

    receipt = load(connection, [bad])

    assert receipt.loaded == 997
    assert sorted(receipt.errors) == [1, 2, 5]


async def test_an_unknown_series_refuses_the_whole_batch(pool, connection):
    [series] = await make_series(pool)

    with pytest.raises(UnknownSeries):
        load(connection, [block(series), block(series + 999)])

    assert await pool.fetchval("select count(*) from observation") == 0
