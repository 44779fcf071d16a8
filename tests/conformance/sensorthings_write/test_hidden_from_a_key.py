"""A key of single Things that writes what it may not see is answered as if it were not there."""

import pytest
from tests.conformance.sensorthings_write.documents import TEN, datastream, feature, station
from tests.plane.client import make_key

LINKED = datastream(Sensor={"@iot.id": "t1"}, ObservedProperty={"@iot.id": "temperature"})
PAST = "/HistoricalLocations"
# {0} is an id of something hidden, or one that nothing has.
WAYS = [
    ("PATCH", "/Things('{0}')", {"name": "x"}),
    ("DELETE", "/Things('{0}')", None),
    ("POST", "/Things('{0}')/Datastreams", LINKED),
    ("PATCH", "/Datastreams('{0}')", {"name": "x"}),
    ("DELETE", "/Datastreams('{0}')", None),
    ("DELETE", "/Observations('{0}')", None),
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
