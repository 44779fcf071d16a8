"""What a process remembers of Datastreams: when it must not be believed, and what it saves."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import pytest
from tests.conformance.sensorthings_write.documents import (
    ANYTHING,
    TEN,
    datastream,
    location,
    station,
    thing,
)
from tests.conformance.sensorthings_write.test_create_observations import group
from tests.plane.patience import PATIENCE_S

from netzstadt.plane.app import WRITES
from netzstadt.plane.sensorthings import hints
from netzstadt.plane.sensorthings.hints import Hints

FEATURES = "select count(*) from feature_of_interest"


class LateAnswers:
    """A pool whose answers are on their way until they are let in."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self.are_asked = asyncio.Event()
        self.may_arrive = asyncio.Event()

    async def fetch(self, *arguments: Any) -> Any:
        rows = await self._pool.fetch(*arguments)
        self.are_asked.set()
        await self.may_arrive.wait()
        return rows


async def test_a_look_up_that_a_change_overtook_is_not_kept(client, pool, mast):
    late = LateAnswers(pool)
    memory = client.plane.hints = Hints(late)

    look_up = asyncio.create_task(memory.series("air"))
    await late.are_asked.wait()
    await client.patch(mast.datastream, {"observationType": ANYTHING})
    late.may_arrive.set()
    before = await look_up

    assert before.observation_type != ANYTHING
    assert (await memory.series("air")).observation_type == ANYTHING


async def test_a_new_observation_type_holds_for_the_next_observation(client, mast):
    path = f"{mast.datastream}/Observations"
    assert (await client.post(path, {"result": "warm"})).status == 400

    await client.patch(mast.datastream, {"observationType": ANYTHING})

    assert (await client.post(path, {"result": "warm"})).status == 201


async def test_a_sensor_of_every_quarter_of_an_hour_is_remembered(client, mast, monkeypatch):
    await client.plane.hints.series("air")
    later = hints.time.monotonic() + 16 * 60
    with monkeypatch.context() as patch:
        patch.setattr(hints.time, "monotonic", lambda: later)
        remembered = client.plane.hints.remembered("air")

    assert remembered is not None


async def test_a_full_memory_drops_the_oldest(client, mast, monkeypatch):
    monkeypatch.setattr(hints, "MAXIMUM_SERIES", 2)
    for identifier in (2, 3):
        await client.post(f"{mast.thing}/Datastreams", datastream(**{"@iot.id": identifier}))
    for identifier in ("air", 2, 3):
        await client.plane.hints.series(identifier)

    known = [client.plane.hints.remembered(identifier) for identifier in ("air", 2, 3)]

    assert [hint is None for hint in known] == [True, False, False]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/Datastreams('air')/Observations", {"result": "warm"}, 400),
        ("/CreateObservations", [group([[TEN, "warm"]])], 201),
        ("/CreateObservations", [group([[TEN, 1]]) | {"dataArray@iot.count": 2}], 400),
    ],
)
async def test_what_is_refused_leaves_no_feature(client, pool, mast, path, body, status):
    assert (await client.post(path, body)).status == status

    assert await pool.fetchval(FEATURES) == 0


async def test_a_thing_without_a_location_costs_no_look_for_one(client, mast):
    other = thing(Datastreams=[datastream(**{"@iot.id": "lost"})])
    await client.post("/Things", other)

    async with AsyncExitStack() as stack:
        for _ in range(WRITES):
            await stack.enter_async_context(client.plane.writes.acquire())
        async with asyncio.timeout(PATIENCE_S):
            made = await client.post("/Datastreams('lost')/Observations", {"result": 1})

    assert made.status == 201


@pytest.mark.parametrize("first", [[], [{"result": 1}]], ids=["unobserved", "observed"])
async def test_a_thing_that_gets_a_location_gives_features_from_then_on(client, first):
    await client.post(
        "/Things", thing(**{"@iot.id": 1}, Datastreams=[datastream(**{"@iot.id": 2})])
    )
    await client.plane.hints.series(2)
    for body in first:
        assert (await client.post("/Datastreams(2)/Observations", body)).status == 201

    await client.post("/Things(1)/Locations", location())
    made = await client.post("/Datastreams(2)/Observations", {"result": 2})

    assert (await client.get(f"{made.link}/FeatureOfInterest")).status == 200


async def test_the_features_of_many_datastreams_come_in_one_transaction(client, pool):
    for n in range(5):
        body = station(**{"@iot.id": n})
        body["Datastreams"][0] |= {"@iot.id": n}
        assert (await client.post("/Things", body)).status == 201

    made = await client.post("/CreateObservations", [group([[TEN, n]], n) for n in range(5)])

    assert made.status == 201
    assert "error" not in made.json()
    transactions = "select count(*), count(distinct xmin::text) from feature_of_interest"
    assert tuple(await pool.fetchrow(transactions)) == (5, 1)
    without = "select count(*) from series where default_feature_id is null"
    assert await pool.fetchval(without) == 0
    created = "select count(*) from audit_event where name = 'plane.feature_of_interest.created'"
    assert await pool.fetchval(created) == 5


async def test_a_fault_in_a_row_is_named_with_its_place(client, mast):
    rows = b",".join([b'["%b", 1, {}]' % TEN.encode()] * 150)
    names = ("phenomenonTime", "result", "parameters")
    body = b'[{"Datastream": {"@iot.id": "air"}, "components": ["%b"], "dataArray": [%b]}]' % (
        b'","'.join(name.encode() for name in names),
        rows + b', ["%b", 1, {"a": 1, "a": 2}]' % TEN.encode(),
    )

    made = await client.post("/CreateObservations", body)

    assert (made.status, made.json()["place"]) == (400, "$[0].dataArray[150][2]")
