"""Series that somebody else holds, and what others changed a moment before: adding waits well."""

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from netzstadt.plane import busy
from netzstadt.plane.ingest import Busy, Columns, NumberBlock

from .accounts import assert_accounts_are_right
from .conftest import make_series
from .patience import PATIENCE_S, set_aside, until, until_blocked, until_it_waits
from .test_add_numbers import block

T = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
HOLD = "select from series_state where series_id = %s for update"


def add_one(ingest, series: int, number: float = 1.0, time: datetime = T):
    return ingest.add_one(series, time, number, key_id=None)


def kinds(ingest, series: int) -> list:
    """A call of each kind to one series."""
    numbers: list[NumberBlock] = [block(series, 2.0, 3.0, start=int(T.timestamp() + 60) * 10**6)]
    return [
        add_one(ingest, series),
        ingest.add(Columns([series], [T], [None], {"result": ["open"]}), key_id=None),
        ingest.add_numbers(numbers, key_id=None),
    ]


async def test_a_held_series_holds_up_nobody_else_and_is_written_when_it_is_free(
    pool, ingest, database
):
    held, *others = await make_series(pool, 10)
    with psycopg.connect(database) as holder:
        holder.execute(HOLD, [held])

        waiting = asyncio.gather(*kinds(ingest, held))
        for turn in range(20):
            for one in others:
                time = T + timedelta(hours=turn)
                receipt = await asyncio.wait_for(add_one(ingest, one, time=time), PATIENCE_S)
                assert receipt.sequence == [0]
        assert not waiting.done()
        holder.rollback()
        receipts = await asyncio.wait_for(waiting, PATIENCE_S)

    assert not any(receipt.errors for receipt in receipts)
    assert await pool.fetchval("select count(*) from observation") == 4 + 9 * 20
    assert_accounts_are_right(database)


async def test_who_waits_too_long_for_a_series_is_told_to_try_again(
    pool, ingest, database, monkeypatch
):
    monkeypatch.setattr(busy, "_LONGEST_S", 0.3)
    held, other = await make_series(pool, 2)
    with psycopg.connect(database) as holder:
        holder.execute(HOLD, [held])

        answers = await asyncio.wait_for(
            asyncio.gather(*kinds(ingest, held), return_exceptions=True), PATIENCE_S
        )
        meanwhile = await add_one(ingest, other)

    assert [type(answer) for answer in answers] == [Busy] * 3
    assert "try again" in str(answers[0])
    assert meanwhile.sequence == [0]
    assert (await add_one(ingest, held)).sequence == [0]
    assert await pool.fetchval("select count(*) from observation") == 2
    assert_accounts_are_right(database)


async def test_stop_waits_for_calls_to_a_held_series(pool, ingest, database):
    [held] = await make_series(pool)
    with psycopg.connect(database) as holder:
        holder.execute(HOLD, [held])
        waiting = asyncio.gather(*kinds(ingest, held))
        await until(lambda: set_aside(ingest) == 4)

        stopping = asyncio.create_task(ingest.stop())
        await asyncio.sleep(0.2)
        assert not stopping.done()
        holder.rollback()
        receipts = await asyncio.wait_for(waiting, PATIENCE_S)
        await asyncio.wait_for(stopping, PATIENCE_S)

    assert not any(receipt.errors for receipt in receipts)
    assert await pool.fetchval("select count(*) from observation") == 4


async def test_a_key_that_was_left_while_its_lock_was_waited_for_is_not_given_again(
    pool, ingest, database
):
    [series] = await make_series(pool)
    await add_one(ingest, series)
    with psycopg.connect(database) as mover:
        mover.execute(
            "select observation_replace(%s, %s, 0::smallint, %s, 7, null, null, null, null, null, "
            "null, null, null)",
            [series, T, T - timedelta(days=1)],
        )
        adding = asyncio.create_task(add_one(ingest, series))
        await until_it_waits(pool, ingest)
        mover.commit()
        receipt = await asyncio.wait_for(adding, PATIENCE_S)

    assert receipt.sequence == [1]
    assert_accounts_are_right(database)


async def test_an_id_that_is_taken_at_the_same_moment_is_told_as_taken(pool, ingest, database):
    one, other = await make_series(pool, 2)
    await add_one(ingest, other)
    with psycopg.connect(database) as rival:
        rival.execute(
            "insert into observation_alias (iot_id, series_id, time, sequence) "
            "values ('\"mine\"', %s, %s, 0)",
            [other, T],
        )
        adding = asyncio.create_task(
            ingest.add(Columns([one], [T], [1.0], {"iot_id": ["mine"]}), key_id=None)
        )
        await until_blocked(pool)
        rival.commit()
        receipt = await asyncio.wait_for(adding, PATIENCE_S)

    assert receipt.errors == {0: "There is an Observation with this @iot.id already."}


@pytest.mark.parametrize("late", [False, True])
async def test_one_late_sensor_does_not_hold_up_the_others(pool, ingest, database, late):
    series = await make_series(pool, 20)
    if late:
        await add_one(ingest, series[0], time=T + timedelta(hours=1))

    receipts = await asyncio.gather(*(add_one(ingest, one, 2.0) for one in reversed(series)))

    assert [receipt.sequence for receipt in receipts] == [[0]] * 20
    assert await pool.fetchval("select count(*) from observation") == 20 + late
    assert_accounts_are_right(database)
