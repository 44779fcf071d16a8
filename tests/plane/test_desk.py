"""Changes at the house's own pages are those of the API; what is retired takes no value."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

import asyncpg
import psycopg
import pytest
from tests.conformance.sensorthings_write.documents import TEN, datastream, location, station

from netzstadt.lib import clock
from netzstadt.lib.ids import new_id
from netzstadt.plane.borrowed import finish
from netzstadt.plane.desk import Correction, Desk, NotTaken

from .accounts import assert_accounts_are_right
from .client import Client, make_key, open_plane


@pytest.fixture
async def client(database: str, pool: asyncpg.Pool) -> AsyncIterator[Client]:
    async with open_plane(database) as plane:
        yield Client(plane, await make_key(pool))
    assert_accounts_are_right(database)


@pytest.fixture
def house(database: str) -> Iterator[psycopg.Connection[Any]]:
    """The connection of a page; each statement block commits."""
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def desk(house: psycopg.Connection[Any]) -> Desk:
    return Desk(house, person_id=new_id(), acting_for_id=None, at=clock.now())


def without_ids(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if not name.startswith("@")} | {
        name: None for name in document if "Link" in name
    }


async def test_what_the_desk_makes_is_what_the_api_makes(client, house):
    made = await client.post("/Things", station(**{"@iot.id": "api"}))
    with house.transaction():
        desk(house).create("Thing", station(**{"@iot.id": "desk"}))

    query = "?$expand=Locations,Datastreams($expand=Sensor,ObservedProperty)"
    api = (await client.get(f"/Things('api'){query}")).json()
    own = (await client.get(f"/Things('desk'){query}")).json()
    assert made.status == 201
    assert without_ids(own).keys() == without_ids(api).keys()
    for name in ("name", "description", "properties", "visibility"):
        assert own[name] == api[name], name
    for name in ("unitOfMeasurement", "observationType", "name"):
        assert own["Datastreams"][0][name] == api["Datastreams"][0][name], name
    assert own["Locations"][0]["location"] == api["Locations"][0]["location"]


async def test_what_the_api_refuses_the_desk_refuses_at_the_same_place(client, house):
    body = station(name="")
    answer = await client.post("/Things", body)
    with pytest.raises(NotTaken) as refusal, house.transaction():
        desk(house).create("Thing", body)

    problem = answer.json()
    assert (refusal.value.detail, refusal.value.place) == (problem["detail"], problem["place"])


async def test_the_plane_takes_values_of_a_datastream_that_the_desk_made(client, house):
    await client.post("/Things", station(**{"@iot.id": "mast"}))
    with house.transaction():
        desk(house).create("Datastream", datastream(**{"@iot.id": "air"}), thing="mast")
    sent = await client.post("/Datastreams('air')/Observations", {"result": 4})

    assert sent.status == 201
    place = (await client.get("/Datastreams('air')/Observations?$expand=FeatureOfInterest")).json()
    assert place["value"][0]["FeatureOfInterest"]["name"] == "Market"


async def test_a_thing_that_the_desk_moves_is_followed_by_its_values_at_once(client, house):
    await client.post("/Things", station(Locations=[], **{"@iot.id": "mast"}))
    stream = (await client.get("/Things('mast')/Datastreams")).json()["value"][0]["@iot.id"]
    address = f"/Datastreams('{stream}')/Observations"
    await client.post(address, {"result": 1, "phenomenonTime": TEN})
    with house.transaction():
        desk(house).place_thing("mast", location(name="Harbour"))
    await client.post(address, {"result": 2})

    found = (await client.get(f"{address}?$expand=FeatureOfInterest")).json()["value"]
    assert [each["FeatureOfInterest"]["name"] for each in found] == ["Harbour", "Harbour"]


@pytest.mark.parametrize(
    "body", [{"result": 4}, {"result": "wet", "parameters": {"a": 1}}], ids=["plain", "rare"]
)
async def test_a_retired_datastream_takes_no_value_though_it_is_remembered(client, house, body):
    kind = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation"
    stream = datastream(observationType=kind, **{"@iot.id": "air"})
    await client.post("/Things", station(Datastreams=[stream]))
    address = "/Datastreams('air')/Observations"
    assert (await client.post(address, body)).status == 201
    house.execute("update series set retired_at = now()")

    refused = await client.post(address, body)
    assert refused.status == 409
    assert "retired" in refused.json()["detail"]
    house.execute("update series set retired_at = null")
    assert (await client.post(address, body)).status == 201


async def test_of_several_values_only_those_of_the_retired_datastream_are_refused(client, house):
    streams = [datastream(**{"@iot.id": name}) for name in ("air", "soil")]
    await client.post("/Things", station(Datastreams=streams))
    house.execute("update series set retired_at = now() where iot_id = '\"soil\"'")
    rows = [
        {
            "Datastream": {"@iot.id": name},
            "components": ["phenomenonTime", "result"],
            "dataArray": [[TEN, 1]],
        }
        for name in ("air", "soil")
    ]
    answer = await client.post("/CreateObservations", rows)

    first, second = answer.json()
    assert "Observations" in first
    assert second.startswith("error")
    assert house.execute("select sum(count) from series_state").fetchone() == (1,)


async def test_a_correction_keeps_all_that_is_beside_the_value(client, house):
    stream = datastream(**{"@iot.id": "air"})
    await client.post("/Things", station(Datastreams=[stream]))
    body = {
        "result": 400,
        "phenomenonTime": TEN,
        "resultTime": TEN,
        "parameters": {"battery": 3.1},
        "validTime": f"{TEN}/2026-03-02T10:00:00Z",
    }
    address = (await client.post("/Datastreams('air')/Observations", body)).link
    before = (await client.get(address)).json()
    series, uuid = house.execute("select id, uuid from series").fetchone()
    with house.transaction():
        wanted = Correction(datetime.fromisoformat(TEN), 0, {"result": 4}, ["doubtful"])
        desk(house).correct(series, uuid, [wanted])

    after = (await client.get(address)).json()
    assert after == before | {"result": 4, "resultQuality": ["doubtful"]}
    assert house.execute("select quality from observation").fetchone() == (["doubtful"],)
    assert house.execute("select flagged, sum from rollup_day").fetchone() == (1, 4.0)


async def test_what_the_desk_deletes_takes_its_values_with_it(client, house):
    await client.post("/Things", station(**{"@iot.id": "mast"}))
    stream = (await client.get("/Things('mast')/Datastreams")).json()["value"][0]["@iot.id"]
    await client.post(f"/Datastreams('{stream}')/Observations", {"result": 1})
    with house.transaction():
        desk(house).delete("Thing", "mast")

    assert (await client.get("/Things('mast')")).status == 404
    assert house.execute("select count(*) from observation").fetchone() == (0,)
    sent = await client.post(f"/Datastreams('{stream}')/Observations", {"result": 1})
    assert sent.status == 404


async def test_a_function_that_waits_for_more_than_its_connection_is_a_defect():
    with pytest.raises(RuntimeError, match="waits"):
        finish(asyncio.sleep(0))
