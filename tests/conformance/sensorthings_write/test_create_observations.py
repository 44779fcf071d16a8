"""CreateObservations (OGC 18-088, 13.2): data arrays, row by row; and Observations one by one."""

import asyncio
import json

import pytest
from tests.conformance.sensorthings_write.documents import ANYTHING, TEN, datastream, feature
from tests.plane.client import BASE, encode

START = 1772359200  # TEN


def group(rows, identifier="air", components=("phenomenonTime", "result"), **more):
    return {
        "Datastream": {"@iot.id": identifier},
        "components": list(components),
        "dataArray@iot.count": len(rows),
        "dataArray": rows,
    } | more


async def stored(pool) -> list[float]:
    return [row[0] for row in await pool.fetch("select number from observation order by number")]


async def test_each_row_is_answered_with_the_link_of_its_observation(client, pool, mast):
    rows = [[f"2026-03-01T{hour:02}:00:00Z", hour] for hour in range(24)]

    made = await client.post("/CreateObservations", [group(rows)])

    assert made.status == 201
    assert await stored(pool) == list(range(24))
    links = [link.removeprefix(BASE) for link in made.json()]
    assert (await client.get(links[7])).json()["result"] == 7


async def test_rows_of_one_time_are_all_kept(client, mast):
    made = await client.post("/CreateObservations", [group([[TEN, 1], [TEN, 2], [TEN, 1]])])

    assert len(set(made.json())) == 3


async def test_a_wrong_row_is_an_error_and_the_others_are_stored(client, pool, mast):
    rows = [
        [TEN, 1],
        ["yesterday", 2],
        ["2026-03-01T10:00:00", 3],
        [TEN, "warm"],
        [TEN],
        "row",
        [TEN, 2**60 + 1],
        ["1812-01-01T00:00:00Z", 4],
        [TEN, 5],
    ]

    made = await client.post("/CreateObservations", [group(rows)])

    assert made.status == 201
    assert [link == "error" for link in made.json()] == [False, *[True] * 7, False]
    assert await stored(pool) == [1, 5]


async def test_several_datastreams_and_rare_components_come_together(client, pool, mast):
    other = datastream(observationType=ANYTHING, **{"@iot.id": 2})
    await client.post(f"{mast.thing}/Datastreams", other)
    await client.post("/FeaturesOfInterest", feature(**{"@iot.id": "roof"}))
    names = ("result", "phenomenonTime", "resultTime", "parameters", "FeatureOfInterest/id")

    made = await client.post(
        "/CreateObservations",
        [
            group([["red", TEN, TEN, {"a": 1}, "roof"], [4, TEN, None, None, "nobody"]], 2, names),
            group([[7]], components=("result",)),
        ],
    )

    assert made.status == 201
    assert [link == "error" for link in made.json()] == [False, True, False]
    first = (await client.get(made.json()[0].removeprefix(BASE))).json()
    assert (first["result"], first["parameters"]) == ("red", {"a": 1})


async def test_a_missing_datastream_spoils_its_own_rows_only(client, pool, mast):
    made = await client.post(
        "/CreateObservations", [group([[TEN, 1]], "nobody"), group([[TEN, 2]])]
    )

    assert made.status == 201
    assert made.json()[0] == "error"
    assert await stored(pool) == [2]


async def test_where_no_datastream_is_there_the_request_is_refused(client, mast):
    made = await client.post("/CreateObservations", [group([[TEN, 1]], "nobody")])

    assert made.status == 404
    assert made.json()["place"] == "$[0].Datastream['@iot.id']"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "$"),
        ([], "$"),
        ([1], "$[0]"),
        ([{"components": ["result"], "dataArray": []}], "$[0]"),
        ([group([], more=1)], "$[0]"),
        ([group([], components=("time",))], "$[0].components[0]"),
        ([group([], components=("phenomenonTime",))], "$[0].components"),
        ([group([], components=("result", "result"))], "$[0].components[1]"),
        ([group([[TEN, 1]]) | {"dataArray@iot.count": 2}], "$[0]['dataArray@iot.count']"),
        ([group([[TEN, 1]]) | {"dataArray": {}}], "$[0].dataArray"),
        ([group([[TEN, 1]], True)], "$[0].Datastream['@iot.id']"),
    ],
)
async def test_a_body_that_is_wrong_as_a_whole_stores_nothing(client, pool, mast, body, place):
    made = await client.post("/CreateObservations", body)

    assert (made.status, made.json()["place"]) == (400, place)
    assert await stored(pool) == []


async def test_a_data_array_given_twice_is_refused(client, pool, mast):
    whole = encode([group([[TEN, 1]])])
    twice = whole.replace(b'"dataArray":', b'"dataArray": [], "dataArray":')

    made = await client.post("/CreateObservations", twice)

    assert (made.status, made.json()["place"]) == (400, "$[0]")
    assert await stored(pool) == []


async def test_many_clients_at_once_lose_nothing(client, pool, mast):
    async def send(number: int) -> int:
        rows = [[f"2026-03-{day:02}T10:00:00.{number:03}Z", day] for day in range(1, 29)]
        return (await client.post("/CreateObservations", [group(rows)])).status

    statuses = await asyncio.gather(*(send(number) for number in range(20)))

    assert statuses == [201] * 20
    assert len(await stored(pool)) == 20 * 28


async def test_an_observation_without_a_time_is_of_now(client, pool, mast):
    made = await client.post(f"{mast.datastream}/Observations", {"result": 4})

    assert made.status == 201
    age = await pool.fetchval("select now() - time from observation")
    assert abs(age.total_seconds()) < 600


async def test_the_answer_is_what_a_reader_gets(client, mast):
    body = {"phenomenonTime": "2026-03-01T12:00:00+02:00", "result": 4.5, "resultTime": TEN}

    made = await client.post(f"{mast.datastream}/Observations", body)
    read = await client.get(made.link)

    assert made.json().items() <= read.json().items()
    assert read.json()["phenomenonTime"] == TEN


@pytest.mark.parametrize("result", ["warm", True, {"a": 1}, [1], 2**53 + 1])
async def test_a_measurement_takes_numbers_only(client, mast, result):
    made = await client.post(f"{mast.datastream}/Observations", {"result": result})

    assert made.status == 400


@pytest.mark.parametrize("result", ["warm", True, None, {"a": [1]}, [1, "x"], 0, -1.5])
async def test_an_observation_of_no_special_type_takes_any_result(client, mast, result):
    await client.post(
        f"{mast.thing}/Datastreams", datastream(observationType=ANYTHING, **{"@iot.id": 2})
    )

    made = await client.post("/Datastreams(2)/Observations", {"result": result})

    assert made.status == 201
    assert (await client.get(made.link)).json()["result"] == result


async def test_an_id_of_an_observation_is_taken_once(client, mast):
    body = {"@iot.id": "one", "result": 1}

    first = await client.post(f"{mast.datastream}/Observations", body)
    second = await client.post(f"{mast.datastream}/Observations", body)
    forged = await client.post(f"{mast.datastream}/Observations", body | {"@iot.id": "1-1-1"})

    assert [first.status, second.status, forged.status] == [201, 409, 400]


async def test_an_observation_below_the_datastream_of_a_thing_is_stored(client, pool, mast):
    path = f"{mast.thing}/Datastreams('air')/Observations"

    assert (await client.post(path, {"result": 1})).status == 201
    assert await stored(pool) == [1]


async def test_what_a_request_brought_is_one_event_of_its_key(client, pool, mast):
    rows = [[TEN, 1], ["yesterday", 2], ["2026-03-02T10:00:00Z", 3]]

    await client.post("/CreateObservations", [group(rows)])
    await client.post("/CreateObservations", [group([["yesterday", 2]])])

    [event] = await pool.fetch(
        "select e.*, k.person_id as holder from audit_event e "
        "join api_key k on k.id = e.api_key_id where e.name = 'plane.observations.added'"
    )
    assert json.loads(event["data"]) == {
        "observations": 2,
        "series": [await pool.fetchval("select id from series")],
        "first": TEN,
        "last": "2026-03-02T10:00:00Z",
    }
    assert (event["object_id"], event["person_id"]) == (event["api_key_id"], event["holder"])


async def test_a_refused_request_leaves_no_event(client, pool, mast):
    await client.post(f"{mast.datastream}/Observations", {"result": 1})  # the key is remembered
    await pool.execute("update api_key set revoked_at = now()")

    refused = await client.post("/CreateObservations", [group([[TEN, 1]])])

    assert refused.status == 401
    counted = "select count(*) from audit_event where name = 'plane.observations.added'"
    assert await pool.fetchval(counted) == 0
