"""Adding observations: Ingest.add."""

import asyncio
import math
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import psycopg
import pytest
from tests.sessions import END_SESSIONS

from netzstadt.lib import clock
from netzstadt.plane.ingest import Busy, Columns, Ingest, KeyRefused
from netzstadt.plane.interruptions import SESSION_LOST

from .accounts import assert_accounts_are_right
from .conftest import make_key, make_series
from .patience import PATIENCE_S, until

T = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def one(series: int, number: float = 1.0, time: datetime = T, **rare) -> Columns:
    return Columns([series], [time], [number], {name: [value] for name, value in rare.items()})


async def test_many_observations_of_one_time_are_all_kept_apart(pool, ingest, database):
    [series] = await make_series(pool)

    receipts = await asyncio.gather(
        *(ingest.add(one(series, float(n)), key_id=None) for n in range(200))
    )

    assert sorted(r.sequence[0] for r in receipts) == list(range(200))
    rows = await pool.fetch("select sequence, number from observation where series_id = $1", series)
    assert {row["sequence"]: row["number"] for row in rows} == {
        r.sequence[0]: float(n) for n, r in enumerate(receipts)
    }
    assert_accounts_are_right(database)


async def test_two_processes_share_a_series_without_losing_anything(pool, database):
    series = await make_series(pool, 5)
    houses = [Ingest(pool, writers=2, group_rows=7) for _ in range(3)]

    receipts = await asyncio.gather(
        *(
            houses[n % 3].add(
                Columns(series[::-1], [T + HOUR * (n % 4)] * 5, [float(n)] * 5), key_id=None
            )
            for n in range(120)
        )
    )

    assert not any(receipt.errors for receipt in receipts)
    assert await pool.fetchval("select count(*) from observation") == 600
    assert_accounts_are_right(database)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (lambda s: one(s, math.nan), "finite number"),
        (lambda s: one(s, -math.inf), "finite number"),
        (lambda s: one(s, 2**53 + 1), "stored exactly"),
        (lambda s: one(s, 10**400), "stored exactly"),
        (lambda s: one(s, True), "finite number"),
        (lambda s: one(s, None), "no result"),
        (lambda s: one(s, 1.0, result="open"), "finite number"),
        (lambda s: one(s, None, result="a\0b"), "NUL"),
        (lambda s: one(s, None, result=msgspec.Raw(rb'"\ud800"')), "cannot be stored"),
        (lambda s: one(s, None, result=msgspec.Raw(b"1e400000")), "cannot be stored"),
        (lambda s: one(s, time=datetime(1899, 12, 31, 23, 59, tzinfo=UTC)), "1900-01-01"),
        (lambda s: one(s, time=datetime(9999, 12, 31, tzinfo=UTC)), "ten years"),
        (lambda s: one(s, time_end=T - HOUR), "ends before"),
        (lambda s: one(s, valid_time=(T, T - HOUR)), "validity ends before"),
        (lambda s: one(s, feature_id=uuid.uuid4()), "FeatureOfInterest"),
        (lambda s: one(s + 1_000_000), "no such Datastream"),
        (lambda s: one(2**70), "no such Datastream"),
        (lambda s: one(-1), "no such Datastream"),
    ],
)
async def test_a_bad_row_is_refused_alone_with_its_reason(pool, ingest, database, bad, reason):
    [series] = await make_series(pool)
    wrong = bad(series)

    before, receipt, after = await asyncio.gather(
        ingest.add(one(series, 1.0), key_id=None),
        ingest.add(wrong, key_id=None),
        ingest.add(one(series, 2.0), key_id=None),
    )

    assert receipt.sequence == [None]
    assert reason in receipt.errors[0]
    assert {before.sequence[0], after.sequence[0]} == {0, 1}
    assert await pool.fetchval("select count(*) from observation") == 2
    assert_accounts_are_right(database)


async def test_bad_rows_inside_a_batch_are_told_by_position(pool, ingest, database):
    [series] = await make_series(pool)
    times = [T + HOUR * (n % 5) for n in range(40)]
    results = [msgspec.Raw(rb'"\ud800"') if n in {7, 21} else None for n in range(40)]
    numbers = [None if n in {7, 21} else math.inf if n == 30 else float(n) for n in range(40)]
    stranger = [series + 99 if n == 33 else series for n in range(40)]

    receipt = await ingest.add(Columns(stranger, times, numbers, {"result": results}), key_id=None)

    assert sorted(receipt.errors) == [7, 21, 30, 33]
    assert [n for n, sequence in enumerate(receipt.sequence) if sequence is None] == [7, 21, 30, 33]
    stored = await pool.fetch("select time, sequence, number from observation")
    assert {(row["time"], row["sequence"]): row["number"] for row in stored} == {
        (times[n], sequence): numbers[n]
        for n, sequence in enumerate(receipt.sequence)
        if sequence is not None
    }
    assert_accounts_are_right(database)


async def test_the_same_id_cannot_be_given_twice(pool, ingest):
    [series] = await make_series(pool)

    receipts = await asyncio.gather(
        *(ingest.add(one(series, iot_id="mine"), key_id=None) for _ in range(5))
    )

    assert sum(not receipt.errors for receipt in receipts) == 1
    assert await pool.fetchval("select count(*) from observation") == 1


async def test_a_number_outside_the_rules_of_its_series_is_flagged(pool, ingest, database):
    [series] = await make_series(pool)
    await ingest.add(one(series, 500.0), key_id=None)
    await pool.execute("""update series set quality_rules = '{"minimum": 0, "maximum": 100}'""")

    await ingest.add(
        Columns(
            [series] * 4,
            [T + HOUR * n for n in range(1, 5)],
            [-1.0, 50.0, 101.0, 102.0],
            {"quality": [None, None, None, ["raw"]]},
        ),
        key_id=None,
    )

    rows = await pool.fetch("select quality from observation order by time")
    assert [row["quality"] for row in rows] == [
        None,
        ["implausible"],
        None,
        ["implausible"],
        ["raw", "implausible"],
    ]
    assert_accounts_are_right(database)


async def test_a_full_queue_refuses_and_forgets_nothing_it_took(pool, database):
    [series] = await make_series(pool)
    ingest = Ingest(pool, writers=1, queue_rows=10)

    answers = await asyncio.gather(
        *(ingest.add(one(series, float(n)), key_id=None) for n in range(100)),
        return_exceptions=True,
    )

    refused = [answer for answer in answers if isinstance(answer, Busy)]
    assert refused
    assert refused[0].retry_after >= 1
    assert await pool.fetchval("select count(*) from observation") == 100 - len(refused)


async def test_after_stop_everything_taken_is_stored_and_nothing_more_is_taken(pool):
    [series] = await make_series(pool)
    ingest = Ingest(pool)
    adds = [asyncio.create_task(ingest.add(one(series, float(n)), key_id=None)) for n in range(50)]
    await asyncio.sleep(0)

    await ingest.stop()

    assert await pool.fetchval("select count(*) from observation") == 50
    await asyncio.gather(*adds)
    with pytest.raises(Busy):
        await ingest.add(one(series), key_id=None)


async def test_a_key_revoked_in_the_middle_writes_nothing_from_then_on(pool, ingest):
    [series] = await make_series(pool)
    key, other = await make_key(pool), await make_key(pool)
    await ingest.add(one(series), key_id=key)

    await pool.execute("update api_key set revoked_at = now() where id = $1", key)
    answers = await asyncio.gather(
        ingest.add(one(series), key_id=key),
        ingest.add(one(series), key_id=other),
        return_exceptions=True,
    )

    assert isinstance(answers[0], KeyRefused)
    assert answers[0].is_invalid
    assert not answers[1].errors
    assert await pool.fetchval("select count(*) from observation") == 2


IN_A_UNIT = """\
with made as (insert into orgs_unit
                  (id, key, email, phone, address, website, task, is_demo, created_at)
              values (gen_random_uuid(), 'R1', '', '', '', '', '', false, now()) returning id)
update access_grant set unit_id = made.id from made"""


@pytest.mark.parametrize(
    ("change", "is_invalid"),
    [
        ("update api_key set expires_at = created_at + interval '1 microsecond'", True),
        ("update api_key set may_write = false, may_read = true", False),
        ("update access_grant set valid_to = valid_from + interval '1 microsecond'", False),
        ("update access_grant set role = 'READER'", False),
        (IN_A_UNIT, False),
        ("update api_key set thing_ids = array[gen_random_uuid()]", False),
    ],
)
async def test_a_key_without_the_right_stores_nothing(pool, ingest, change, is_invalid):
    [series] = await make_series(pool)
    key = await make_key(pool)
    await pool.execute(change)

    with pytest.raises(KeyRefused) as refusal:
        await ingest.add(one(series), key_id=key)

    assert refusal.value.is_invalid is is_invalid
    assert await pool.fetchval("select count(*) from observation") == 0


async def test_a_key_of_one_thing_writes_there_and_nowhere_else(pool, ingest):
    [mine], [other] = await make_series(pool), await make_series(pool)
    thing = await pool.fetchval("select thing_id from series where id = $1", mine)
    key = await make_key(pool, thing_ids=[thing])

    assert not (await ingest.add(one(mine), key_id=key)).errors
    with pytest.raises(KeyRefused):
        await ingest.add(Columns([mine, other], [T, T], [1.0, 2.0]), key_id=key)

    assert await pool.fetchval("select count(*) from observation") == 1


async def test_the_last_use_of_a_key_is_noted_once_a_minute(pool, ingest):
    [series] = await make_series(pool)
    key = await make_key(pool)
    await ingest.add(one(series), key_id=key)
    first = await pool.fetchval("select last_used_at from api_key where id = $1", key)

    await ingest.add(one(series), key_id=key)

    assert first is not None
    assert await pool.fetchval("select last_used_at from api_key where id = $1", key) == first


async def test_months_come_into_being_while_others_read(pool, ingest, database):
    series = await make_series(pool, 12)
    months = [
        datetime(year, month, 15, tzinfo=UTC)
        for year in (1931, 2003, 2011)
        for month in range(1, 13)
    ]

    async def read() -> None:
        async with pool.acquire() as connection, connection.transaction():
            for _ in range(20):
                await connection.fetchval("select count(*) from observation")

    await asyncio.wait_for(
        asyncio.gather(
            *(
                ingest.add(one(number, 1.0, month), key_id=None)
                for number in series
                for month in months
            ),
            *(read() for _ in range(4)),
        ),
        3 * PATIENCE_S,
    )

    assert await pool.fetchval("select count(*) from observation") == 12 * 36
    assert_accounts_are_right(database)


async def test_a_moved_thing_gives_its_new_place_to_new_observations_only(pool, ingest, database):
    [series] = await make_series(pool)
    old, new = uuid.uuid4(), uuid.uuid4()
    for feature in (old, new):
        await pool.execute(
            "insert into feature_of_interest "
            "(id, iot_id, name, description, encoding_type, feature) "
            "values ($1, to_jsonb($1::uuid::text), 'Place', '', 'application/geo+json', '{}')",
            feature,
        )
    await pool.execute("update series set default_feature_id = $1, current_feature_id = $1", old)
    await ingest.add(one(series), key_id=None)

    await pool.execute("update series set current_feature_id = $1", new)
    await ingest.add(one(series, time=T + HOUR), key_id=None)
    await ingest.add(one(series, time=T + HOUR * 2, feature_id=old), key_id=None)

    rows = await pool.fetch("select feature_id from observation order by time")
    assert [row["feature_id"] for row in rows] == [None, new, None]
    assert_accounts_are_right(database)


async def test_every_committed_batch_is_in_the_outbox(pool, ingest):
    series = await make_series(pool, 3)

    await ingest.add(Columns(series, [T] * 3, [1.0] * 3), key_id=None)
    await ingest.add(one(10**9), key_id=None)

    assert [row["series_ids"] for row in await pool.fetch("select * from outbox")] == [series]


# Those that END_SESSIONS ends.
SESSIONS = """
select pid from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
  and backend_type = 'client backend'
"""


async def have_ended(pool: asyncpg.Pool, sessions: list[asyncpg.Record]) -> bool:
    """Whether the sessions are gone."""
    pids = [row["pid"] for row in sessions]
    with suppress(*SESSION_LOST, asyncpg.PostgresError):  # it may ask through one of them
        return not await pool.fetchval(
            "select count(*) from pg_stat_activity where pid = any ($1)", pids
        )
    return False


async def test_a_lost_database_is_told_and_later_adds_are_stored(pool, ingest):
    [series] = await make_series(pool)
    await ingest.add(one(series), key_id=None)
    async with pool.acquire() as connection:
        ended = await connection.fetch(SESSIONS)
        await connection.execute(END_SESSIONS)

    answers = await asyncio.gather(
        *(ingest.add(one(series), key_id=None) for _ in range(20)), return_exceptions=True
    )
    told = sum(isinstance(answer, (*SESSION_LOST, asyncpg.PostgresError)) for answer in answers)
    # A session ends some time after it was asked to; until then it may be given to the next one.
    await until(lambda: have_ended(pool, ended))
    last = await ingest.add(one(series), key_id=None)

    assert not last.errors
    stored = await pool.fetchval("select count(*) from observation")
    assert stored >= 22 - told


async def test_everyone_is_answered_also_when_the_session_ends_while_it_is_given_back(
    pool, ingest, database
):
    [series] = await make_series(pool)
    told = stored = 0
    is_over = False

    async def client() -> None:
        # Alone, so that nobody else's observation wakes the writer.
        nonlocal told, stored
        while not is_over:
            try:
                receipt = await ingest.add(one(series, time=clock.now()), key_id=None)
                stored += not receipt.errors
            except (*SESSION_LOST, asyncpg.PostgresError, Busy):
                # Busy: a session that has not ended yet held the series.
                told += 1

    working = asyncio.create_task(client())
    with psycopg.connect(database, autocommit=True) as operator:
        for _ in range(150):
            await asyncio.to_thread(operator.execute, END_SESSIONS)
            await asyncio.sleep(0.03)
        is_over = True
        await asyncio.wait_for(working, PATIENCE_S)
        [(found,)] = operator.execute("select count(*) from observation").fetchall()
    assert stored <= found <= stored + told
