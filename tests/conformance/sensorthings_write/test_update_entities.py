"""PATCH, PUT and JSON Patch of entities and of Observations (OGC 18-088, 10.3)."""

import asyncio
import json

import pytest
from tests.conformance.sensorthings_write.documents import (
    TEN,
    UNIT,
    datastream,
    feature,
    location,
    observed_property,
    sensor,
    thing,
)
from tests.plane.patience import BLOCKED, until

ELEVEN = "2026-03-01T11:00:00Z"
JSON_PATCH = {"content-type": "application/json-patch+json"}


async def observe(client, mast, **more) -> str:
    body = {"phenomenonTime": TEN, "result": 20} | more
    made = await client.post(f"{mast.datastream}/Observations", body)
    assert made.status == 201, made.body
    return made.link


@pytest.mark.parametrize(
    ("entity_set", "body", "change"),
    [
        ("Things", thing(), {"name": "Mast 6", "properties": {"height": 5}}),
        ("Locations", location(), {"location": {"type": "Point", "coordinates": [7, 51]}}),
        ("Sensors", sensor(), {"metadata": {"type": "T2"}}),
        ("ObservedProperties", observed_property(), {"definition": "https://example.org/x"}),
        ("FeaturesOfInterest", feature(), {"description": "changed"}),
    ],
)
async def test_a_patch_changes_what_it_names_and_nothing_else(client, entity_set, body, change):
    made = await client.post(f"/{entity_set}", body)

    changed = await client.patch(made.link, change)

    assert changed.status == 200
    assert changed.json() == made.json() | change


async def test_a_patch_of_a_datastream_changes_its_members_and_links(client, mast):
    await client.post("/Sensors", sensor(**{"@iot.id": "t2"}))
    unit = UNIT | {"symbol": "K"}

    changed = await client.patch(
        mast.datastream, {"unitOfMeasurement": unit, "Sensor": {"@iot.id": "t2"}}
    )

    assert changed.status == 200
    assert changed.json()["unitOfMeasurement"] == unit
    assert (await client.get(f"{mast.datastream}/Sensor")).json()["@iot.id"] == "t2"


@pytest.mark.parametrize(
    ("definition", "code"),
    [("ucum:K", "K"), ("https://ucum.org/ucum#K", "K"), ("https://example.org/kelvin", None)],
)
async def test_the_definition_of_a_unit_tells_its_ucum_code(client, pool, mast, definition, code):
    unit = {"name": "kelvin", "symbol": "K", "definition": definition}

    changed = await client.patch(mast.datastream, {"unitOfMeasurement": unit})

    assert changed.status == 200
    assert await pool.fetchval("select ucum from series") == code


async def test_a_patch_takes_no_inline_entities(client, pool, mast):
    changed = await client.patch(mast.thing, {"Datastreams": [datastream()]})

    assert changed.status == 400
    assert changed.json()["place"] == "$.Datastreams[0]"
    assert await pool.fetchval("select count(*) from series") == 1


async def test_the_id_of_an_entity_cannot_be_changed(client, mast):
    assert (await client.patch(mast.thing, {"@iot.id": "other"})).status == 400


async def test_a_put_takes_away_what_it_leaves_out(client, mast):
    changed = await client.put(mast.thing, {"name": "New", "description": "x"})

    assert changed.status == 200
    assert changed.json()["name"] == "New"
    assert "properties" not in changed.json()


async def test_a_put_needs_every_required_member(client, mast):
    changed = await client.put(mast.thing, {"name": "New"})

    assert changed.status == 400
    assert changed.json()["place"] == "$.description"


async def test_what_was_read_can_be_put_back(client, mast):
    before = (await client.get(mast.thing)).json()

    assert (await client.put(mast.thing, before)).status == 200
    assert (await client.get(mast.thing)).json() == before


async def test_a_json_patch_is_done_whole_or_not_at_all(client, mast):
    good = [
        {"op": "test", "path": "/name", "value": "Mast 5"},
        {"op": "replace", "path": "/name", "value": "Mast 6"},
        {"op": "add", "path": "/properties/colour", "value": "green"},
        {"op": "remove", "path": "/properties/height"},
    ]
    bad = [{"op": "remove", "path": "/properties/colour"}, {"op": "remove", "path": "/no"}]

    changed = await client.patch(mast.thing, good, headers=JSON_PATCH)
    refused = await client.patch(mast.thing, bad, headers=JSON_PATCH)

    assert changed.json()["name"] == "Mast 6"
    assert (refused.status, refused.json()["place"]) == (400, "$[1]")
    assert (await client.get(mast.thing)).json()["properties"] == {"colour": "green"}


async def test_a_corrected_result_corrects_state_and_sums(client, pool, mast):
    link = await observe(client, mast)
    await observe(client, mast, result=30)

    changed = await client.patch(link, {"result": 10.5})

    assert changed.status == 200
    assert changed.json()["result"] == 10.5
    assert await pool.fetchval("select sum from rollup_hour") == 40.5


async def test_an_observation_that_moves_in_time_keeps_its_id(client, pool, mast):
    link = await observe(client, mast)

    changed = await client.patch(link, {"phenomenonTime": "2026-04-02T08:00:00Z"})
    at_the_old_time = await observe(client, mast)
    again = await client.patch(link, {"phenomenonTime": ELEVEN})

    assert changed.status == 200
    assert link.endswith(f"('{changed.json()['@iot.id']}')")
    assert at_the_old_time != link
    assert again.json()["phenomenonTime"] == ELEVEN
    assert (await client.get(link)).json()["phenomenonTime"] == ELEVEN
    assert await pool.fetchval("select count from series_state") == 2


async def test_an_observation_may_change_its_datastream_and_feature(client, pool, mast):
    link = await observe(client, mast)
    await client.post(f"{mast.thing}/Datastreams", datastream(**{"@iot.id": "other"}))
    await client.post("/FeaturesOfInterest", feature(**{"@iot.id": "roof"}))

    changed = await client.patch(
        link, {"Datastream": {"@iot.id": "other"}, "FeatureOfInterest": {"@iot.id": "roof"}}
    )

    assert changed.status == 200
    assert (await client.get(f"{link}/Datastream")).json()["@iot.id"] == "other"
    assert (await client.get(f"{link}/FeatureOfInterest")).json()["@iot.id"] == "roof"
    assert await pool.fetchval("select sum(count) from series_state") == 1


async def test_every_member_of_an_observation_can_be_changed_and_emptied(client, mast):
    link = await observe(client, mast)
    change = {
        "phenomenonTime": f"{TEN}/{ELEVEN}",
        "resultTime": ELEVEN,
        "resultQuality": "good",
        "validTime": f"{TEN}/{ELEVEN}",
        "parameters": {"a": 1},
    }

    changed = await client.patch(link, change)
    emptied = await client.put(link, {"phenomenonTime": TEN, "result": 20})

    assert change.items() <= changed.json().items()
    assert "parameters" not in emptied.json()
    assert "validTime" not in emptied.json()


async def test_a_change_is_one_audit_event_with_what_changed(client, pool, mast):
    await client.patch(mast.thing, {"name": "Mast 6"})

    row = await pool.fetchrow("select * from audit_event where name = 'plane.thing.changed'")
    assert json.loads(row["data"]) == {"@iot.id": "mast", "name": "Mast 6"}
    assert row["api_key_id"] is not None
    assert row["object_id"] == await pool.fetchval("select id from thing")


async def test_nothing_is_changed_where_nothing_is(client):
    assert (await client.patch("/Things('nobody')", {"name": "x"})).status == 404
    assert (await client.put("/Things('nobody')", thing())).status == 404
    assert (await client.delete("/Things('nobody')")).status == 404
    assert (await client.delete("/Observations('1-1-1')")).status == 404


async def all_wait(pool, tasks) -> None:
    """Return when every task waits for a lock of the database."""

    async def do_wait() -> bool:
        assert not any(task.done() for task in tasks)
        return await pool.fetchval(BLOCKED) >= len(tasks)

    await until(do_wait)


async def test_two_json_patches_at_once_do_not_undo_each_other(client, pool, mast):
    async with pool.acquire() as other, other.transaction():
        await other.execute("select from thing for update")
        tasks = [
            asyncio.create_task(
                client.patch(
                    mast.thing,
                    [{"op": "replace", "path": f"/{member}", "value": "new"}],
                    headers=JSON_PATCH,
                )
            )
            for member in ("name", "description")
        ]
        await all_wait(pool, tasks)
    answers = await asyncio.gather(*tasks)

    assert [answer.status for answer in answers] == [200, 200]
    thing = (await client.get(mast.thing)).json()
    assert (thing["name"], thing["description"]) == ("new", "new")


async def test_a_change_of_what_is_being_deleted_answers_404(client, pool):
    made = await client.post("/Sensors", sensor())
    async with pool.acquire() as other, other.transaction():
        await other.execute("delete from sensor")
        task = asyncio.create_task(client.patch(made.link, {"name": "T2"}))
        await all_wait(pool, [task])

    assert (await task).status == 404


async def test_only_the_one_written_form_of_an_id_names_an_observation(client, mast):
    link = await observe(client, mast)
    other = link.replace("('", "('0")

    assert (await client.get(other)).status == 404
    assert (await client.patch(other, {"result": 1})).status == 404
    assert (await client.delete(other)).status == 404
    assert (await client.get(link)).json()["result"] == 20
