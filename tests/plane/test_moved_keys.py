"""A key that an observation has left stays taken: its @iot.id is derived from it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import psycopg
import pytest

from netzstadt.plane.batches import Columns
from netzstadt.plane.load import NumberBlock, load
from netzstadt.plane.sensorthings.observation_ids import microseconds

from .accounts import assert_accounts_are_right
from .conftest import make_series

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
REPLACE = """
select observation_replace($1, $2, 0::smallint, $3, 5, null, null, null, null,
    null, null, null, null)
"""


def block(series: int, *times: datetime) -> list[NumberBlock]:
    values = np.array([microseconds(time) for time in times], dtype=np.int64)
    return [NumberBlock(series, values, np.full(len(times), 5.0))]


def columns(series: int, *times: datetime) -> Columns:
    return Columns([series] * len(times), list(times), [5.0] * len(times))


@pytest.mark.parametrize("batch", [block, columns])
@pytest.mark.parametrize(
    "hours",
    [
        pytest.param([0], id="nothing_else_is_stored"),
        pytest.param([0, 1], id="others_are_stored_after_it"),
        pytest.param([-2, 0, 2], id="between_others"),
    ],
)
async def test_a_second_load_does_not_bring_a_moved_observation_back(pool, database, batch, hours):
    [series] = await make_series(pool)
    times = [NOON + timedelta(hours=n) for n in hours]
    moved = NOON + timedelta(hours=1, minutes=30)
    with psycopg.connect(database, autocommit=True) as connection:
        load(connection, batch(series, *times))
        await pool.execute(REPLACE, series, NOON, moved)

        receipt = load(connection, batch(series, *times))

    assert (receipt.loaded, receipt.unchanged) == (0, len(times) - 1)
    assert receipt.conflicts == [hours.index(0)]
    assert receipt.moved == receipt.conflicts
    assert await pool.fetchval("select count(*) from observation") == len(times)
    assert_accounts_are_right(database)


@pytest.mark.parametrize("batch", [block, columns])
async def test_the_neighbours_of_a_moved_observation_are_loaded(pool, database, batch):
    [series] = await make_series(pool)
    with psycopg.connect(database, autocommit=True) as connection:
        load(connection, batch(series, NOON))
        await pool.execute(REPLACE, series, NOON, NOON + timedelta(days=1))

        times = [NOON + timedelta(minutes=n) for n in (-15, 0, 15)]
        receipt = load(connection, batch(series, *times))

    assert (receipt.loaded, receipt.unchanged, receipt.conflicts) == (2, 0, [1])
    assert_accounts_are_right(database)
