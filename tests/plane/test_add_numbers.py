"""Adding many plain numbers at once: Ingest.add_numbers, and the mixed groups around it."""

import asyncio
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from netzstadt.lib import clock
from netzstadt.plane.ingest import Busy, Columns, Ingest, KeyRefused, NumberBlock

from .accounts import assert_accounts_are_right
from .conftest import make_key, make_series

T = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
T_US = int(T.timestamp()) * 1_000_000
MINUTE = 60_000_000


def block(series: int, *numbers: float, start: int = T_US, step: int = MINUTE) -> NumberBlock:
    times = start + step * np.arange(len(numbers), dtype=np.int64)
    return NumberBlock(series, times, np.array(numbers, dtype=np.float64))


async def stored(pool, series: int) -> list[tuple[datetime, int, float, list[str] | None]]:
    rows = await pool.fetch(
        "select time, sequence, number, quality from observation where series_id = $1 "
        "order by time, sequence",
        series,
    )
    return [tuple(row) for row in rows]


async def test_new_numbers_of_many_series_are_stored_with_their_sums(pool, ingest, database):
    series = await make_series(pool, 3)

    receipts = await asyncio.gather(
        *(
            ingest.add_numbers([block(one, *range(200)), block(other, 1.5)], key_id=None)
            for one, other in [(series[2], series[0])]
        ),
        ingest.add_numbers([block(series[1], 7.0)], key_id=None),
    )

    assert [receipt.errors for receipt in receipts] == [{}, {}]
    assert receipts[0].sequence == [0] * 201
    assert len(await stored(pool, series[2])) == 200
    assert await stored(pool, series[1]) == [(T, 0, 7.0, None)]
    assert_accounts_are_right(database)


async def test_numbers_of_a_time_that_is_taken_are_added_with_the_next_sequence(
    pool, ingest, database
):
    [series] = await make_series(pool)
    await ingest.add_numbers([block(series, 1.0, 2.0)], key_id=None)

    again = await ingest.add_numbers([block(series, 3.0, 4.0, 5.0)], key_id=None)
    twice = await ingest.add_numbers([block(series, 6.0, 7.0, step=0)], key_id=None)

    assert again.sequence == [1, 1, 0]
    assert twice.sequence == [2, 3]
    assert [row[2] for row in await stored(pool, series)] == [1.0, 3.0, 6.0, 7.0, 2.0, 4.0, 5.0]
    assert_accounts_are_right(database)


async def test_what_cannot_be_stored_is_told_by_position_and_the_rest_is_stored(
    pool, ingest, database
):
    one, other = await make_series(pool, 2)
    early = NumberBlock(other, np.array([-(10**17), T_US]), np.array([1.0, 2.0]))

    receipt = await ingest.add_numbers(
        [block(one, 1.0, float("nan"), float("inf"), 2e300, 3.0), early], key_id=None
    )

    assert set(receipt.errors) == {1, 2, 3, 5}
    assert receipt.sequence == [0, None, None, None, 0, None, 0]
    assert "finite" in receipt.errors[1]
    assert "1900" in receipt.errors[5]
    assert [row[2] for row in await stored(pool, one)] == [1.0, 3.0]
    assert_accounts_are_right(database)


async def test_numbers_outside_the_rules_are_flagged_also_when_the_rules_change(
    pool, ingest, database
):
    [series] = await make_series(pool)
    flagged = []
    for rules, start in (("{}", 0), ('{"maximum": 2}', 10), ('{"minimum": 2}', 20)):
        await pool.execute("update series set quality_rules = $1 where id = $2", rules, series)
        await ingest.add_numbers(
            [block(series, 1.0, 2.0, 3.0, start=T_US + start * MINUTE)], key_id=None
        )
        rows = (await stored(pool, series))[-3:]
        flagged.append([row[2] for row in rows if row[3] == ["implausible"]])

    assert flagged == [[], [3.0], [1.0]]
    assert_accounts_are_right(database)


async def test_a_series_that_is_not_there_spoils_its_own_rows_only(pool, ingest, database):
    [series] = await make_series(pool)

    receipts = await asyncio.gather(
        ingest.add_numbers([block(series, 1.0), block(10**9, 2.0, 3.0)], key_id=None),
        ingest.add_numbers([block(series, 4.0, start=T_US + MINUTE)], key_id=None),
    )

    assert receipts[0].sequence == [0, None, None]
    assert set(receipts[0].errors) == {1, 2}
    assert receipts[1].sequence == [0]
    assert [row[2] for row in await stored(pool, series)] == [1.0, 4.0]
    assert_accounts_are_right(database)


async def test_a_key_without_the_right_stores_nothing_and_leaves_no_event(pool, ingest):
    mine, other = await make_series(pool), await make_series(pool)
    things = await pool.fetch("select thing_id from series where id = any ($1)", mine)
    key = await make_key(pool, thing_ids=[row["thing_id"] for row in things])

    with pytest.raises(KeyRefused) as refusal:
        await ingest.add_numbers(
            [block(mine[0], 1.0), block(other[0], 2.0)], key_id=key, is_recorded=True
        )
    receipt = await ingest.add_numbers([block(mine[0], 3.0)], key_id=key, is_recorded=True)

    assert not refusal.value.is_invalid
    assert receipt.sequence == [0]
    assert [row[2] for row in await stored(pool, mine[0])] == [3.0]
    events = await pool.fetch(
        "select api_key_id, data -> 'observations' from audit_event "
        "where name = 'plane.observations.added'"
    )
    assert [tuple(event) for event in events] == [(key, "1")]


async def test_numbers_and_rows_that_wait_together_are_all_stored(pool, database):
    series = await make_series(pool, 4)
    ingest = Ingest(pool, writers=1)
    calls = []
    for n in range(40):
        one = series[n % 4]
        if n % 3 == 1:
            calls.append(ingest.add(Columns([one], [clock.now()], [1.0]), key_id=None))
        elif n % 3:
            calls.append(ingest.add_one(one, clock.now(), 1.0, key_id=None))
        else:
            start = T_US + n * 1000 * MINUTE
            calls.append(ingest.add_numbers([block(one, *range(30), start=start)], key_id=None))

    receipts = await asyncio.gather(*calls)
    await ingest.stop()

    assert not any(receipt.errors for receipt in receipts)
    assert await pool.fetchval("select count(*) from observation") == 26 + 14 * 30
    assert_accounts_are_right(database)


async def test_keys_that_write_together_are_judged_each_for_itself(pool, ingest):
    good, revoked = await make_key(pool), await make_key(pool)
    await pool.execute("update api_key set revoked_at = now() where id = $1", revoked)
    series = await make_series(pool, 12)

    answers = await asyncio.gather(
        *(
            ingest.add_one(one, T, 2.0, key_id=revoked if n % 4 == 1 else good)
            for n, one in enumerate(reversed(series))
        ),
        return_exceptions=True,
    )

    refused = [n for n, answer in enumerate(answers) if isinstance(answer, KeyRefused)]
    assert refused == [1, 5, 9]
    written = await pool.fetch("select series_id from observation order by 1 desc")
    assert [row["series_id"] for row in written] == [
        one for n, one in enumerate(reversed(series)) if n % 4 != 1
    ]


async def test_a_full_queue_refuses_numbers_and_stores_none_of_them(pool, database):
    [series] = await make_series(pool)
    ingest = Ingest(pool, queue_rows=100)
    calls = [
        ingest.add_numbers([block(series, *range(60), start=T_US + n * 100 * MINUTE)], key_id=None)
        for n in range(6)
    ]

    answers = await asyncio.gather(*calls, return_exceptions=True)
    await ingest.stop()

    refused = sum(isinstance(answer, Busy) for answer in answers)
    assert 0 < refused < 6
    assert await pool.fetchval("select count(*) from observation") == 60 * (6 - refused)
    assert_accounts_are_right(database)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1e300, 2**53 + 1])
async def test_a_single_number_that_cannot_be_stored_is_refused(pool, ingest, number):
    [series] = await make_series(pool)

    refused = await ingest.add_one(series, T, number, key_id=None)
    unknown = await ingest.add_one(10**12, T, 1.0, key_id=None)

    assert "stored exactly" in refused.errors[0]
    assert unknown.errors == {0: "There is no such Datastream."}
    assert await pool.fetchval("select count(*) from observation") == 0


async def test_a_single_number_outside_the_rules_is_flagged(pool, ingest, database):
    [series] = await make_series(pool)
    await pool.execute("update series set quality_rules = '{\"minimum\": 0}'")

    for n, number in enumerate((1.0, -1.0, 0.0)):
        await ingest.add_one(series, T + timedelta(hours=n), number, key_id=None)

    flags = [row[3] for row in await stored(pool, series)]
    assert flags == [None, ["implausible"], None]
    assert_accounts_are_right(database)


async def test_the_last_use_of_every_key_that_writes_in_a_group_is_noted(pool, ingest):
    keys = [await make_key(pool) for _ in range(3)]
    series = await make_series(pool, 6)

    await asyncio.gather(
        *(ingest.add_one(one, T, 1.0, key_id=keys[n % 3]) for n, one in enumerate(series))
    )

    used = await pool.fetchval("select count(last_used_at) from api_key where id = any ($1)", keys)
    assert used == 3
