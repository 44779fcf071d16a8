"""The check of the store finds what the store would never do by itself."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import numpy as np
import psycopg
import pytest

from netzstadt.plane.batches import Columns
from netzstadt.plane.consistency import check_store
from netzstadt.plane.load import NumberBlock, load
from netzstadt.plane.sensorthings.observation_ids import microseconds

from .conftest import make_series

NOON = datetime(2025, 1, 31, 12, tzinfo=UTC)
QUARTERS = 96 * 2  # from Friday noon until Sunday noon, beyond the end of a month
LAST = NOON + timedelta(minutes=15 * (QUARTERS - 1))


@pytest.fixture
async def series(pool, ingest) -> int:
    """A series of two days of numbers that do not add up exactly, and beside it an empty one."""
    series, _ = await make_series(pool, 2)
    times = [NOON + timedelta(minutes=15 * n) for n in range(QUARTERS)]
    numbers = [0.1 + n % 7 for n in range(QUARTERS)]
    receipt = await ingest.add(
        Columns(
            [series] * QUARTERS,
            times,
            numbers,
            {
                "time_end": [time + timedelta(minutes=15) for time in times],
                "result_time": [time + timedelta(minutes=16) for time in times],
                "quality": [["raw"] if n % 5 == 0 else None for n in range(QUARTERS)],
            },
        ),
        key_id=None,
    )
    assert not receipt.errors
    # Others of the same hours, one by one: their sums are added up in another order.
    for time in times[::-9]:
        await ingest.add(Columns([series], [time], [0.7]), key_id=None)
    return series


async def faults(pool, database: str, damage: str = "select") -> list[str]:
    """What the check says after the damage."""
    await pool.execute(damage)
    with psycopg.connect(database) as connection:
        return check_store(connection).faults


async def test_a_store_that_fits_has_no_faults(pool, database, series):
    with psycopg.connect(database) as connection:
        report = check_store(connection)

    assert report.faults == []
    assert (report.series, report.observations) == (2, QUARTERS + len(range(0, QUARTERS, 9)))


async def test_an_empty_store_has_no_faults(pool, database):
    assert await faults(pool, database) == []


async def test_values_of_any_kind_and_age_have_no_faults(pool, database, ingest):
    """Texts have no roll-ups, and what is older than 2000 lies in decades."""
    [series] = await make_series(pool)
    old = [datetime(year, 12, 31, 23, 30, tzinfo=UTC) for year in (1909, 1989, 1999)]
    await ingest.add(
        Columns([series] * 3, old, [None] * 3, {"result": ["a", "b", "c"]}), key_id=None
    )
    values = np.array([microseconds(time) for time in old], dtype=np.int64) + 1
    with psycopg.connect(database, autocommit=True) as connection:
        load(connection, [NumberBlock(series, values, np.array([1e15, -1e15, 0.1]))])

    assert await faults(pool, database) == []


@pytest.mark.parametrize(
    ("column", "damage", "words"),
    [
        ("count", "count + 1", "its state says"),
        ("first_time", "first_time - interval '1 hour'", "another first time than"),
        ("last_time", "last_time - interval '1 hour'", "another last time than"),
        ("last_time_end", "null", "another latest end than"),
        ("first_result_time", "null", "another first result time than"),
        ("last_result_time", "now()", "another last result time than"),
        ("last_sequence", "last_sequence + 1", "another latest sequence than"),
        ("last_number", "last_number + 1e-9", "another latest number than"),
        ("last_number", "null", "another latest number than"),
        ("last_result", "'1'", "another latest result than"),
        ("last_quality", "'{implausible}'", "another latest quality than"),
    ],
)
async def test_a_wrong_state_is_noticed(pool, database, series, column, damage, words):
    [fault] = await faults(
        pool,
        database,
        f"update series_state set {column} = {damage} where series_id = {series}",
    )

    assert fault.startswith(f"Series {series} (Series ")
    assert words in fault


async def test_a_series_without_state_is_noticed(pool, database, series):
    [fault] = await faults(pool, database, f"delete from series_state where series_id <> {series}")

    assert "0 observations are stored, and it has no state" in fault


@pytest.mark.parametrize("unit", ["hour", "day"])
@pytest.mark.parametrize(
    ("column", "damage"),
    [
        ("count", "count + 1"),
        ("flagged", "count"),
        ("sum", "sum + 1e-9"),
        ("minimum", "minimum - 1e-9"),
        ("maximum", "maximum + 1e-9"),
    ],
)
@pytest.mark.parametrize("end", ["min", "max"])
async def test_a_wrong_roll_up_is_noticed(pool, database, series, unit, column, damage, end):
    told = await faults(
        pool,
        database,
        f"update rollup_{unit} set {column} = {damage} "
        f"where time = (select {end}(time) from rollup_{unit})",
    )

    assert f"1 of its {unit}s have another {column} than their observations" in told[-1]
    if (unit, end) == ("hour", "min"):
        assert "the first is 2025-01-31 12:00 UTC" in told[-1]
    if (unit, end) == ("day", "max"):
        assert "the first is 2025-02-02" in told[-1]


@pytest.mark.parametrize("unit", ["hour", "day"])
async def test_roll_ups_that_are_missing_or_too_many_are_noticed(pool, database, series, unit):
    table = f"rollup_{unit}"
    missing = await faults(pool, database, f"delete from {table}")
    extra = await faults(
        pool,
        database,
        f"insert into {table} (series_id, time, count, sum, minimum, maximum) "
        f"select id, '2031-01-01', 3, 1, 1, 1 from series where id <> {series}",
    )

    assert f"its {unit}s count 0" in missing[0]
    assert f"of its {unit}s have another count, flagged, maximum, minimum, sum" in missing[1]
    assert any(f"0 are numbers, its {unit}s count 3" in fault for fault in extra)


async def test_roll_ups_that_make_up_for_each_other_are_noticed(pool, database, series):
    [fault] = await faults(
        pool,
        database,
        "update rollup_hour set count = count + case when time < '2025-02-01' then 1 else -1 end, "
        "flagged = 0 where time in ('2025-01-31 23:00+00', '2025-02-01 00:00+00')",
    )

    assert "2 of its hours have another count" in fault


async def test_an_observation_taken_out_behind_the_store_is_noticed(pool, database, series):
    told = await faults(pool, database, f"delete from observation where time = '{LAST}'")

    assert "its state says" in told[0]
    assert "its hours count" in told[0]
    assert "another last time" in told[0]


async def test_observations_without_a_series_are_noticed(pool, database, series):
    told = await faults(
        pool,
        database,
        f"insert into observation (series_id, time, number) values (999, '{NOON}', 1)",
    )

    assert told == ["1 observations belong to series 999, which is gone."]


async def test_the_check_tells_how_far_it_is(pool, database, series):
    steps = []

    with psycopg.connect(database) as connection:
        check_store(connection, progress=lambda done, total: steps.append((done, total)))

    assert [done for done, _ in steps] == list(range(len(steps)))
    assert {total for _, total in steps} == {len(steps) - 1}


async def test_the_command_names_what_is_wrong_and_exits_with_one(pool, database, series):
    def check() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "netzstadt", "check", "database"],
            env=os.environ | {"NETZSTADT_DATABASE_URL": database},
            capture_output=True,
            text=True,
            check=False,
        )

    whole = check()
    await pool.execute("delete from rollup_hour")
    broken = check()

    assert whole.returncode == 0, whole.stderr
    assert "observations in 2 series" in whole.stdout
    assert broken.returncode == 1
    assert "its hours count 0" in broken.stderr
