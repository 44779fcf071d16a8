"""POST of entities (OGC 18-088, 10.2): each type, deep inserts, links, ids."""

import pytest
from tests.conformance.sensorthings_write.documents import (
    TEN,
    datastream,
    feature,
    location,
    observed_property,
    sensor,
    station,
    thing,
)


async def count(pool, table: str) -> int:
    return await pool.fetchval(f"select count(*) from {table}")


@pytest.mark.parametrize(
    ("entity_set", "body"),
    [
        ("Things", thing()),
        ("Locations", location()),
        ("Sensors", sensor()),
        ("ObservedProperties", observed_property()),
        ("FeaturesOfInterest", feature()),
    ],
)
async def test_an_entity_comes_back_as_it_was_sent_with_its_links(client, pool, entity_set, body):
    made = await client.post(f"/{entity_set}", body)

    assert made.status == 201
    document = made.json()
    assert body.items() <= document.items()
    assert made.headers["location"] == document["@iot.selfLink"]
    assert made.link == f"/{entity_set}('{document['@iot.id']}')"
    assert (
        await pool.fetchval("select count(*) from audit_event where name like 'plane.%.created'")
        == 1
    )


async def test_a_deep_insert_makes_everything_in_one_transaction(client, pool):
    body = station()
    body["Datastreams"][0]["Observations"] = [
        {"phenomenonTime": TEN, "result": 5},
        {"phenomenonTime": TEN, "result": 6.5},
    ]

    made = await client.post("/Things", body)

    assert made.status == 201
    assert await pool.fetch("select number, sequence from observation order by sequence") == [
        (5, 0),
        (6.5, 1),
    ]
    assert await pool.fetchval("select count from series_state") == 2
    for table in ("thing", "location", "historical_location", "series", "sensor"):
        assert await count(pool, table) == 1
    assert await count(pool, "feature_of_interest") == 1
    assert await count(pool, "thing_location") == 1


async def test_a_deep_insert_that_fails_leaves_nothing(client, pool):
    body = station()
    body["Datastreams"].append(datastream(Sensor={"@iot.id": "nobody"}))

    made = await client.post("/Things", body)

    assert made.status == 400
    assert made.json()["place"] == "$.Datastreams[1].Sensor"
    for table in ("thing", "location", "series", "sensor", "audit_event", "historical_location"):
        assert await count(pool, table) == 0


async def test_a_datastream_is_made_below_its_thing(client):
    thing_link = (await client.post("/Things", thing(**{"@iot.id": 7}))).link

    made = await client.post(f"{thing_link}/Datastreams", datastream())

    assert thing_link == "/Things(7)"
    assert made.status == 201


async def test_entities_that_are_there_are_linked_by_their_id(client, pool):
    await client.post("/Sensors", sensor(**{"@iot.id": "s-1"}))
    await client.post("/ObservedProperties", observed_property(**{"@iot.id": 4}))
    await client.post("/Things", thing(**{"@iot.id": "t"}))

    made = await client.post(
        "/Datastreams",
        datastream(
            Thing={"@iot.id": "t"}, Sensor={"@iot.id": "s-1"}, ObservedProperty={"@iot.id": 4}
        ),
    )

    assert made.status == 201
    assert await count(pool, "sensor") == 1
    assert await count(pool, "observed_property") == 1


async def test_an_id_that_is_taken_is_a_conflict(client, pool):
    await client.post("/Things", thing(**{"@iot.id": "one"}))

    again = await client.post("/Things", thing(**{"@iot.id": "one"}))

    assert again.status == 409
    assert again.json()["place"] == "$['@iot.id']"
    assert await count(pool, "thing") == 1


@pytest.mark.parametrize("missing", ["name", "Sensor", "ObservedProperty", "unitOfMeasurement"])
async def test_what_a_datastream_needs_is_named(client, missing):
    await client.post("/Things", thing(**{"@iot.id": 1}))
    body = datastream()
    del body[missing]

    made = await client.post("/Things(1)/Datastreams", body)

    assert made.status == 400
    assert made.json()["place"] == f"$.{missing}"


async def test_below_something_that_is_not_there_nothing_is_made(client):
    assert (await client.post("/Things('nobody')/Datastreams", datastream())).status == 404


async def test_a_feature_is_made_from_the_location_and_used_again(client, pool):
    await client.post("/Things", station())
    stream = await pool.fetchval("select iot_id #>> '{}' from series")

    for second in range(2):
        made = await client.post(
            f"/Datastreams('{stream}')/Observations",
            {"phenomenonTime": f"2026-03-01T10:00:0{second}Z", "result": 1},
        )
        assert made.status == 201

    feature_row = await pool.fetchrow("select feature, location_id from feature_of_interest")
    location_row = await pool.fetchrow("select location, id from location")
    assert feature_row == location_row
    assert await count(pool, "feature_of_interest") == 1


async def test_an_observation_brings_its_own_feature_and_id(client, pool):
    await client.post("/Things", station())
    stream = await pool.fetchval("select iot_id #>> '{}' from series")

    made = await client.post(
        "/Observations",
        {
            "@iot.id": "mine",
            "result": 3,
            "phenomenonTime": f"{TEN}/2026-03-01T11:00:00Z",
            "resultTime": TEN,
            "resultQuality": {"good": True},
            "validTime": f"{TEN}/2026-03-02T10:00:00Z",
            "parameters": {"by": "hand"},
            "Datastream": {"@iot.id": stream},
            "FeatureOfInterest": feature(name="Under the roof"),
        },
    )

    assert made.status == 201
    assert made.link == "/Observations('mine')"
    assert made.json()["phenomenonTime"] == f"{TEN}/2026-03-01T11:00:00Z"
    name = "select name from feature_of_interest f join observation o on o.feature_id = f.id"
    assert await pool.fetchval(name) == "Under the roof"
