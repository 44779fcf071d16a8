"""A Thing moves: HistoricalLocations made by the service and by hand (OGC 18-088, 10.2.1)."""

import pytest
from tests.conformance.sensorthings_write.documents import TEN, location


async def places(pool) -> list[str]:
    rows = await pool.fetch(
        "select l.name from thing_location x join location l on l.id = x.location_id order by 1"
    )
    return [row["name"] for row in rows]


async def history(pool) -> list[str]:
    rows = await pool.fetch(
        "select l.name from historical_location h "
        "join historical_location_location x on x.historical_location_id = h.id "
        "join location l on l.id = x.location_id order by h.time, l.name"
    )
    return [row["name"] for row in rows]


async def test_a_thing_made_with_a_location_has_a_history(pool, mast):
    assert await places(pool) == ["Market"]
    assert await history(pool) == ["Market"]


async def test_a_location_posted_below_a_thing_is_where_it_is_now(client, pool, mast):
    made = await client.post(f"{mast.thing}/Locations", location(name="Harbour"))

    assert made.status == 201
    assert await places(pool) == ["Harbour"]
    assert await history(pool) == ["Market", "Harbour"]


@pytest.mark.parametrize("way", ["thing", "location", "post"])
async def test_linking_another_location_moves_the_thing(client, pool, mast, way):
    body = location(name="Harbour", **{"@iot.id": 2})
    if way == "post":
        await client.post("/Locations", body | {"Things": [{"@iot.id": "mast"}]})
    else:
        await client.post("/Locations", body)
    if way == "thing":
        await client.patch(mast.thing, {"Locations": [{"@iot.id": 2}]})
    if way == "location":
        await client.patch("/Locations(2)", {"Things": [{"@iot.id": "mast"}]})

    assert await places(pool) == ["Harbour"]
    assert await history(pool) == ["Market", "Harbour"]


async def test_a_new_historical_location_that_is_the_newest_moves_the_thing(client, pool, mast):
    await client.post("/Locations", location(name="Harbour", **{"@iot.id": 2}))

    made = await client.post(
        "/HistoricalLocations",
        {
            "time": "2030-01-01T00:00:00Z",
            "Thing": {"@iot.id": "mast"},
            "Locations": [{"@iot.id": 2}],
        },
    )

    assert made.status == 201
    assert await places(pool) == ["Harbour"]
    assert await history(pool) == ["Market", "Harbour"]


async def test_an_older_historical_location_tells_of_the_past_only(client, pool, mast):
    made = await client.post(
        f"{mast.thing}/HistoricalLocations",
        {"time": "2001-01-01T00:00:00Z", "Locations": [location(name="Depot")]},
    )

    assert made.status == 201
    assert await places(pool) == ["Market"]
    assert await history(pool) == ["Depot", "Market"]


async def test_a_historical_location_that_becomes_the_newest_moves_the_thing(client, pool, mast):
    made = await client.post(
        f"{mast.thing}/HistoricalLocations",
        {"time": "2001-01-01T00:00:00Z", "Locations": [location(name="Depot")]},
    )

    changed = await client.patch(made.link, {"time": "2030-01-01T00:00:00Z"})

    assert changed.status == 200
    assert await places(pool) == ["Depot"]


async def test_a_historical_location_needs_a_place(client, mast):
    made = await client.post(f"{mast.thing}/HistoricalLocations", {"time": TEN})

    assert made.status == 400
    assert made.json()["place"] == "$.Locations"


async def test_observations_after_a_move_are_of_the_new_place(client, pool, mast):
    observations = f"{mast.datastream}/Observations"
    before = await client.post(observations, {"phenomenonTime": TEN, "result": 1})
    harbour = location(name="Harbour", location={"type": "Point", "coordinates": [7.2, 51.6]})
    await client.post(f"{mast.thing}/Locations", harbour)
    after = await client.post(observations, {"phenomenonTime": TEN, "result": 2})

    features = [
        (await client.get(f"{one.link}/FeatureOfInterest")).json()["name"]
        for one in (before, after)
    ]

    assert features == ["Market", "Harbour"]


async def test_a_corrected_location_leaves_what_was_observed_as_it_was(client, mast):
    observations = f"{mast.datastream}/Observations"
    before = await client.post(observations, {"phenomenonTime": TEN, "result": 1})
    corrected = {"type": "Point", "coordinates": [7.2, 51.6]}
    await client.patch("/Locations('market')", {"location": corrected})
    after = await client.post(observations, {"phenomenonTime": TEN, "result": 2})

    points = [
        (await client.get(f"{one.link}/FeatureOfInterest")).json()["feature"]["coordinates"]
        for one in (before, after)
    ]

    assert points == [[7.09, 51.51], [7.2, 51.6]]
