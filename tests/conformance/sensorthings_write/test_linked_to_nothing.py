"""What is linked to nothing, yet or any more: it may be a hidden Thing's, so the public sees none
of it."""

import pytest
from tests.conformance.sensorthings_write.documents import (
    TEN,
    feature,
    location,
    observed_property,
    sensor,
    station,
)
from tests.plane.client import make_key

OWN = {"@iot.id": "own"}
OTHER = {"@iot.id": "other"}
# How an entity of the hidden Thing loses it, and where it was.
WAYS = {
    "a moved Thing's history is deleted": ("DELETE", "/Things('secret')/HistoricalLocations", None),
    "the history names another place": (
        "PATCH",
        "/Things('secret')/HistoricalLocations",
        {"Locations": [OTHER]},
    ),
    "the Datastream gets another Sensor": ("PATCH", "/Datastreams('air')", {"Sensor": OTHER}),
    "the Datastream observes another property": (
        "PATCH",
        "/Datastreams('air')",
        {"ObservedProperty": OTHER},
    ),
    "another Sensor takes the Datastream": (
        "PATCH",
        "/Sensors('other')",
        {"Datastreams": [{"@iot.id": "air"}]},
    ),
    "the Datastream is deleted": ("DELETE", "/Datastreams('air')", None),
    "the Observation names another feature": (
        "PATCH",
        "/Observations('first')",
        {"FeatureOfInterest": OTHER},
    ),
    "the Observation is deleted": ("DELETE", "/Observations('first')", None),
}
SETS = ["Locations", "Sensors", "ObservedProperties", "FeaturesOfInterest"]


@pytest.fixture
async def secret(client):
    """A hidden Thing that has moved; all that it has or had is called 'own'."""
    body = station(**{"@iot.id": "secret", "visibility": "restricted"})
    body["Locations"][0] |= OWN
    stream = body["Datastreams"][0]
    stream["@iot.id"] = "air"
    stream["Sensor"] |= OWN
    stream["ObservedProperty"] |= OWN
    stream["Observations"] = [
        {
            "@iot.id": "first",
            "phenomenonTime": TEN,
            "result": 1,
            "FeatureOfInterest": feature(**OWN),
        }
    ]
    assert (await client.post("/Things", body)).status == 201
    for path, other in (
        ("/Locations", location(**OTHER)),
        ("/Sensors", sensor(**OTHER)),
        ("/ObservedProperties", observed_property(**OTHER)),
        ("/FeaturesOfInterest", feature(**OTHER)),
    ):
        assert (await client.post(path, other)).status == 201
    moved = await client.post("/Things('secret')/Locations", location(**{"@iot.id": "now"}))
    assert moved.status == 201


async def seen(client) -> list[str]:
    """Ids of everything without a visibility of its own that a client is shown."""
    answers = [await client.get(f"/{name}") for name in SETS]
    return [one["@iot.id"] for answer in answers for one in answer.json()["value"]]


@pytest.mark.parametrize("way", WAYS)
async def test_what_loses_a_hidden_thing_does_not_come_to_light(client, secret, way):
    method, path, body = WAYS[way]
    if path.endswith("HistoricalLocations"):
        oldest = (await client.get(f"{path}?$orderby=time")).json()["value"][0]["@iot.id"]
        path = f"/HistoricalLocations('{oldest}')"

    answer = await client.request(method, path, body)

    assert answer.status in {200, 204}, answer.body
    assert await seen(client.with_key(None)) == []
    assert (await client.with_key(None).get("/Locations('own')/Things")).status == 404


async def test_what_is_made_before_its_thing_is_not_public_in_between(client, pool, secret):
    reader = client.with_key(await make_key(pool, role="READER"))

    assert await seen(client.with_key(None)) == []
    assert await seen(reader) == []


@pytest.mark.parametrize("role", ["DATA_ENGINEER", "ADMINISTRATOR"])
async def test_those_who_keep_the_data_see_what_is_linked_to_nothing(client, pool, secret, role):
    keeper = client.with_key(await make_key(pool, role=role))

    assert (await seen(keeper)).count("other") == len(SETS)


async def test_a_key_of_one_thing_may_still_use_what_is_linked_to_nothing(client, pool, secret):
    own = await pool.fetchval("select id from thing")
    machine = client.with_key(await make_key(pool, things=[own]))

    answer = await machine.patch("/Datastreams('air')", {"Sensor": OTHER})

    assert answer.status == 200, answer.body
