"""DELETE (OGC 18-088, 10.4): what goes with an entity, what stays, what must not be seen."""

import pytest
from tests.conformance.sensorthings_write.documents import TEN, datastream, feature, station


@pytest.fixture
async def observed(client, mast):
    """The station with two Observations, one of a feature of its own."""
    for body in (
        {"phenomenonTime": TEN, "result": 1},
        {"phenomenonTime": TEN, "result": 2, "FeatureOfInterest": feature(**{"@iot.id": "roof"})},
    ):
        assert (await client.post(f"{mast.datastream}/Observations", body)).status == 201
    await client.patch(mast.thing, {"visibility": "public"})
    return mast


async def counts(pool) -> dict[str, int]:
    tables = {
        "thing": "Things",
        "location": "Locations",
        "historical_location": "HistoricalLocations",
        "series": "Datastreams",
        "sensor": "Sensors",
        "observed_property": "ObservedProperties",
        "observation": "Observations",
        "feature_of_interest": "FeaturesOfInterest",
    }
    return {
        name: await pool.fetchval(f"select count(*) from {table}") for table, name in tables.items()
    }


ALL = {
    "Things": 1,
    "Locations": 1,
    "HistoricalLocations": 1,
    "Datastreams": 1,
    "Sensors": 1,
    "ObservedProperties": 1,
    "Observations": 2,
    "FeaturesOfInterest": 2,
}


@pytest.mark.parametrize(
    ("path", "left"),
    [
        (
            "/Things('mast')",
            {"Things": 0, "HistoricalLocations": 0, "Datastreams": 0, "Observations": 0},
        ),
        ("/Locations('market')", {"Locations": 0, "HistoricalLocations": 0}),
        ("/Datastreams('air')", {"Datastreams": 0, "Observations": 0}),
        ("/Things('mast')/Datastreams('air')", {"Datastreams": 0, "Observations": 0}),
        ("/Sensors('t1')", {"Sensors": 0, "Datastreams": 0, "Observations": 0}),
        (
            "/ObservedProperties('temperature')",
            {"ObservedProperties": 0, "Datastreams": 0, "Observations": 0},
        ),
        ("/FeaturesOfInterest('roof')", {"FeaturesOfInterest": 1, "Observations": 1}),
    ],
)
async def test_what_cannot_be_without_it_goes_too_and_the_rest_stays(
    client, pool, observed, path, left
):
    deleted = await client.delete(path)

    assert (deleted.status, deleted.body) == (204, b"")
    assert await counts(pool) == ALL | left
    if "Datastreams" in left:
        for table in ("series_state", "rollup_hour", "rollup_day", "series_feature"):
            assert await pool.fetchval(f"select count(*) from {table}") == 0


async def test_the_default_feature_takes_the_observations_that_name_none(client, pool, observed):
    name = await pool.fetchval(
        "select iot_id #>> '{}' from feature_of_interest where location_id is not null"
    )

    deleted = await client.delete(f"/FeaturesOfInterest('{name}')")

    assert deleted.status == 204
    assert await pool.fetch("select number from observation") == [(2,)]
    again = await client.post(
        f"{observed.datastream}/Observations", {"phenomenonTime": TEN, "result": 3}
    )
    assert again.status == 201
    assert await pool.fetchval("select default_feature_id is not null from series")


async def test_a_deleted_observation_is_gone_and_the_sums_know_it(client, pool, observed):
    made = await client.post(
        f"{observed.datastream}/Observations",
        {"@iot.id": 9, "phenomenonTime": TEN, "result": 60, "resultTime": TEN},
    )

    assert made.link == "/Observations(9)"
    assert (await client.delete("/Observations(9)")).status == 204
    assert (await client.delete("/Observations(9)")).status == 404
    assert (await client.get("/Observations(9)")).status == 404
    assert await pool.fetchval("select sum from rollup_day") == 3
    assert await pool.fetchval("select count(*) from observation_alias") == 0


async def test_a_deletion_is_audited_for_everything_that_went(client, pool, observed):
    await client.delete(observed.thing)

    names = {
        row["name"]
        for row in await pool.fetch("select name from audit_event where name like '%.deleted'")
    }
    assert names == {
        "plane.thing.deleted",
        "plane.datastream.deleted",
        "plane.historical_location.deleted",
    }


@pytest.mark.parametrize("hidden", ["administration", "unit", "restricted"])
async def test_the_place_of_a_hidden_thing_does_not_come_to_light_by_its_deletion(client, hidden):
    body = station(visibility=hidden, **{"@iot.id": "secret"})
    body["Datastreams"][0]["Observations"] = [{"phenomenonTime": TEN, "result": 1}]
    await client.post("/Things", body)
    anybody = client.with_key(None)

    await client.delete("/Things('secret')")

    assert (await anybody.get("/Locations")).json()["value"] == []
    assert (await anybody.get("/FeaturesOfInterest")).json()["value"] == []


async def test_a_place_that_another_thing_has_stays(client, pool, mast):
    await client.post("/Things", station(Locations=[{"@iot.id": "market"}], Datastreams=[]))

    await client.delete(mast.thing)

    assert await pool.fetchval("select count(*) from location") == 1


async def test_an_id_is_free_again_after_the_deletion(client, mast):
    await client.delete(mast.datastream)
    made = await client.post(f"{mast.thing}/Datastreams", datastream(**{"@iot.id": "air"}))

    again = await client.post(
        f"{mast.datastream}/Observations", {"phenomenonTime": TEN, "result": 1}
    )

    assert made.status == 201
    assert again.status == 201
