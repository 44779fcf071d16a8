"""A key of single Things that writes what it may not see is answered as if it were not there."""

import pytest
from tests.conformance.sensorthings_write.documents import TEN, datastream, feature, station
from tests.plane.client import make_key

LINKED = datastream(Sensor={"@iot.id": "t1"}, ObservedProperty={"@iot.id": "temperature"})
GROUP = {
    "Datastream": {"@iot.id": "{0}"},
    "components": ["phenomenonTime", "result"],
    "dataArray": [["2026-03-01T10:00:00Z", 1]],
}
PAST = "/HistoricalLocations"
# {0} is an id of something hidden, or one that nothing has.
WAYS = [
    ("PATCH", "/Things('{0}')", {"name": "x"}),
    ("DELETE", "/Things('{0}')", None),
    ("POST", "/Things('{0}')/Datastreams", LINKED),
    ("PATCH", "/Datastreams('{0}')", {"name": "x"}),
    ("DELETE", "/Datastreams('{0}')", None),
    ("DELETE", "/Observations('{0}')", None),
    ("POST", "/Datastreams('{0}')/Observations", {"phenomenonTime": TEN, "result": 1}),
    ("POST", "/Observations", {"result": 1, "Datastream": {"@iot.id": "{0}"}}),
    ("POST", "/CreateObservations", [GROUP]),
    ("PATCH", "/Sensors('{0}')", {"name": "x"}),
    ("DELETE", "/Sensors('{0}')", None),
    ("POST", "/Sensors('{0}')/Datastreams", LINKED | {"Thing": {"@iot.id": "mast"}}),
    ("DELETE", "/ObservedProperties('{0}')", None),
    ("DELETE", "/FeaturesOfInterest('{0}')", None),
    ("DELETE", "/Locations('{0}')", None),
    ("POST", "/Datastreams", LINKED | {"Thing": {"@iot.id": "{0}"}}),
    ("PATCH", "/Datastreams('air')", {"Thing": {"@iot.id": "{0}"}}),
    ("PATCH", "/Datastreams('air')", {"Sensor": {"@iot.id": "{0}"}}),
    ("PATCH", "/Things('mast')", {"Locations": [{"@iot.id": "{0}"}]}),
    ("PATCH", "/Observations('first')", {"Datastream": {"@iot.id": "{0}"}}),
    ("POST", PAST, {"time": TEN, "Thing": {"@iot.id": "{0}"}, "Locations": [{"@iot.id": "own"}]}),
]


def fitted(part, identifier: str):
    """The way with an id in all its places."""
    if isinstance(part, str):
        return part.replace("{0}", identifier)
    if isinstance(part, dict):
        return {name: fitted(value, identifier) for name, value in part.items()}
    return [fitted(one, identifier) for one in part] if isinstance(part, list) else part


def hidden_stream(**more):
    stream = datastream(**{"@iot.id": "hidden"} | more)
    for name in ("Sensor", "ObservedProperty"):
        stream[name]["@iot.id"] = "hidden"
    stream["Observations"] = [
        {"@iot.id": "hidden", "phenomenonTime": TEN, "result": 1}
        | {"FeatureOfInterest": feature(**{"@iot.id": "hidden"})}
    ]
    return stream


@pytest.fixture
async def machine(client, pool, mast):
    """A client whose key is one of the Thing 'mast'."""
    body = {"@iot.id": "first", "phenomenonTime": TEN, "result": 1}
    assert (await client.post(f"{mast.datastream}/Observations", body)).status == 201
    own = await pool.fetchval("select id from thing where iot_id = '\"mast\"'")
    return client.with_key(await make_key(pool, things=[own]))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way[0]} {way[1]} {way[2]}"[:60])
async def test_what_a_hidden_thing_has_is_as_if_it_were_not_there(client, machine, way):
    body = station(**{"@iot.id": "hidden", "visibility": "restricted"})
    body["Locations"][0]["@iot.id"] = "hidden"
    body["Datastreams"] = [hidden_stream()]
    assert (await client.post("/Things", body)).status == 201

    hidden = await machine.request(*fitted(way, "hidden"))
    missing = await machine.request(*fitted(way, "missing"))

    assert hidden.status in {400, 404}
    assert (hidden.status, hidden.json()) == (missing.status, missing.json())


@pytest.mark.parametrize("path", ["Datastreams", "Observations", "Sensors", "FeaturesOfInterest"])
async def test_a_hidden_datastream_of_a_public_thing_is_as_if_it_were_not_there(
    client, machine, path
):
    body = station(**{"@iot.id": "open", "visibility": "public"})
    body["Datastreams"] = [hidden_stream(visibility="restricted")]
    assert (await client.post("/Things", body)).status == 201

    hidden = await machine.delete(f"/{path}('hidden')")
    missing = await machine.delete(f"/{path}('missing')")

    assert (hidden.status, hidden.json()) == (missing.status, missing.json())
    assert (await client.get(f"/{path}('hidden')")).status == 200


async def test_observations_of_a_hidden_datastream_are_errors_as_of_a_missing_one(
    client, machine, pool
):
    body = station(**{"@iot.id": "hidden", "visibility": "restricted"})
    body["Datastreams"] = [hidden_stream()]
    assert (await client.post("/Things", body)).status == 201
    own = GROUP | {"Datastream": {"@iot.id": "air"}}
    before = await pool.fetchval("select count(*) from observation")

    answers = [
        await machine.post("/CreateObservations", [fitted(GROUP, name), own])
        for name in ("hidden", "missing")
    ]

    assert [(answer.status, answer.json()[0]) for answer in answers] == [(201, "error")] * 2
    assert await pool.fetchval("select count(*) from observation") == before + 2


@pytest.mark.parametrize("kind", ["application/json", "application/json-patch+json"])
async def test_a_key_that_may_not_read_is_told_nothing_of_what_it_changes(client, pool, mast, kind):
    writer = client.with_key(await make_key(pool, may_read=False))
    is_patch = kind.endswith("patch+json")
    body = [{"op": "test", "path": "/name", "value": "x"}] if is_patch else {"description": "new"}

    answer = await writer.request("PATCH", mast.thing, body, headers={"content-type": kind})

    assert (answer.status, answer.body != b"") == ((403, True) if is_patch else (204, False))
    assert "mast" not in answer.body.decode().lower()
