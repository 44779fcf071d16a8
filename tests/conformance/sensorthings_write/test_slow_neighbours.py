"""What others do slowly, at length or in bulk keeps nobody from writing one observation."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from tests.conformance.sensorthings_write.documents import TEN, feature
from tests.conformance.sensorthings_write.test_create_observations import group
from tests.plane.client import encode, make_key
from tests.plane.patience import PATIENCE_S, until_blocked

from netzstadt.plane import large_bodies


@asynccontextmanager
async def held(pool: asyncpg.Pool) -> AsyncIterator[None]:
    """The mast's row is held by somebody else: who changes the mast waits."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select from thing where iot_id = '\"mast\"' for update")
        yield


async def test_a_key_at_work_on_something_slow_still_writes_and_reads(client, pool, mast):
    await pool.execute("update api_key set last_used_at = null")

    async with held(pool):
        slow = asyncio.create_task(client.patch(mast.thing, {"name": "x"}))
        await until_blocked(pool, 1)
        async with asyncio.timeout(PATIENCE_S):
            read = await client.get(mast.datastream)
            made = await client.post("/CreateObservations", [group([[TEN, 1]])])

    assert (read.status, made.status, (await slow).status) == (200, 201, 200)


async def test_slow_changes_leave_the_way_of_observations_free(client, pool, mast):
    path = f"{mast.datastream}/Observations"
    assert (await client.post(path, {"result": 1})).status == 201
    unknown = client.with_key(await make_key(pool))

    async with held(pool):
        slow = [asyncio.create_task(client.patch(mast.thing, {"name": "x"})) for _ in range(20)]
        await until_blocked(pool, 5)
        async with asyncio.timeout(PATIENCE_S):
            made = await unknown.post(path, {"result": 2})

    assert made.status == 201
    assert {answer.status for answer in await asyncio.gather(*slow)} == {200}


async def test_many_rows_read_with_care_leave_others_their_turn(client, mast):
    # Of no use, each of them, and key and Datastream are remembered: nothing asks the database.
    await client.post("/CreateObservations", [group([[TEN, "warm"]])])
    body = encode([group([[TEN, "warm"]] * 100) for _ in range(1_000)])
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    others = asyncio.create_task(other())
    made = await client.post("/CreateObservations", body)
    others.cancel()

    assert set(made.json()) == {"error"}
    assert turns > 10


async def test_large_bodies_wait_for_a_place_and_small_ones_do_not(client, mast, monkeypatch):
    monkeypatch.setattr(large_bodies, "WAITS_S", 0.2)
    bulk = encode([group([[f"{TEN[:-1]}.{n:06}Z", n] for n in range(9_000)])])
    one = encode({"result": 1})
    places = [client.plane.large_bodies.place() for _ in range(large_bodies.WORKED_AT_ONCE)]
    for place in places:
        await place.to_work()

    async def send(path: str, body: bytes, *, is_told: bool = True) -> tuple[int, str | None]:
        headers = {"content-length": str(len(body))} if is_told else {}
        answer = await client.post(path, body, headers=headers)
        return answer.status, answer.headers.get("retry-after")

    path = f"{mast.datastream}/Observations"
    assert await send("/CreateObservations", bulk) == (503, "5")
    assert await send("/CreateObservations", bulk, is_told=False) == (503, "5")
    assert await send(path, one) == (201, None)
    assert await send(path, one, is_told=False) == (201, None)
    for place in places:
        place.leave()
    for _ in range(2 * large_bodies.READ_AT_ONCE):
        assert await send("/CreateObservations", bulk) == (201, None)
    refused = await client.with_key(None).post("/CreateObservations", bulk)
    assert refused.status == 401


async def test_who_meets_a_held_series_on_the_long_way_is_told_to_try_again(client, pool, mast):
    path = f"{mast.datastream}/Observations"
    assert (await client.post(path, {"result": 1})).status == 201
    # With a place of its own an observation is made like an entity, beside the groups.
    body = {"phenomenonTime": TEN, "result": 2, "FeatureOfInterest": feature(name="Roof")}
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select from series_state for update")

        refused = await client.post(path, body)

    assert refused.status == 503, refused.body
    assert refused.headers["retry-after"] == "1"
    assert "try again" in refused.json()["detail"]
    assert await pool.fetchval("select count(*) from feature_of_interest where name = 'Roof'") == 0
    assert (await client.post(path, body)).status == 201
