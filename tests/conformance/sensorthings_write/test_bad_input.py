"""Whatever is sent: a clear 4xx that names the place, nothing half-written, the server stays up."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conformance.sensorthings_write.documents import (
    TEN,
    datastream,
    location,
    observed_property,
    sensor,
    station,
    thing,
)
from tests.conformance.sensorthings_write.test_rights import fingerprint

DEEP = b'{"name":"x","description":"","properties":{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}}"
WRITES = [
    ("POST", "/Things"),
    ("POST", "/Things('mast')/Datastreams"),
    ("POST", "/Datastreams('air')/Observations"),
    ("POST", "/Observations"),
    ("POST", "/CreateObservations"),
    ("PATCH", "/Things('mast')"),
    ("PUT", "/Things('mast')"),
]
BODIES = {
    "nothing": b"",
    "no JSON": b"{name: 'x'}",
    "cut off": b'{"name": "x", "desc',
    "two documents": b'{"result": 1} {"result": 2}',
    "a number": b"5",
    "null": b"null",
    "a list of lists": b"[[1]]",
    "NaN": b'{"result": NaN}',
    "infinity": b'{"result": -Infinity}',
    "beyond a double": b'{"result": 1e400}',
    "thousands of digits": b'{"result": ' + b"9" * 5_000 + b"}",
    "a member twice": b'{"result": 1, "result": 2, "name": "x", "name": "y"}',
    "a member twice in disguise": b'{"result": 1, "r\\u0065sult": 2}',
    "10,000 deep": DEEP,
    "10,000 deep result": b'{"result": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "half a surrogate": b'{"name": "\\ud800", "description": "", "result": "\\ud800"}',
    "NUL": b'{"name": "a\\u0000", "description": "", "result": "\\u0000"}',
    "no UTF-8": b'{"name": "\xff\xfe", "description": "", "result": 1}',
    "SQL": json.dumps({"name'; drop table thing; --": 1, "result": "'; drop table thing"}).encode(),
}


@pytest.mark.parametrize("kind", BODIES)
async def test_no_body_that_is_no_entity_is_stored(client, pool, mast, kind):
    before = await fingerprint(pool)

    for way in WRITES:
        answer = await client.request(*way, BODIES[kind])
        assert answer.status == 400, (way, answer.body)
        problem = answer.json()
        assert problem["detail"]
        assert problem["place"].startswith("$")
        assert answer.headers["content-type"] == "application/problem+json"

    assert await fingerprint(pool) == before
    assert (await client.get(mast.thing)).status == 200


def with_value(body: dict, path: tuple, value) -> dict:
    """The body with one value inside it replaced."""
    copy = json.loads(json.dumps(body))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("name",), 5, "$.name"),
        (("name",), "", "$.name"),
        (("name",), None, "$.name"),
        (("properties",), [1], "$.properties"),
        (("@iot.id",), 1.5, "$['@iot.id']"),
        (("@iot.id",), "", "$['@iot.id']"),
        (("visibility",), "everybody", "$.visibility"),
        (("colour",), "red", "$.colour"),
        (("Datastreams",), {}, "$.Datastreams"),
        (("Datastreams", 0, "Thing"), {"@iot.id": 1}, "$.Datastreams[0].Thing"),
        (("Datastreams", 0, "Sensor"), "t1", "$.Datastreams[0].Sensor"),
        (("Datastreams", 0, "Sensor", "metadata"), None, "$.Datastreams[0].Sensor.metadata"),
        (
            ("Datastreams", 0, "unitOfMeasurement"),
            {"name": "C", "symbol": 5, "definition": ""},
            "$.Datastreams[0].unitOfMeasurement.symbol",
        ),
        (
            ("Datastreams", 0, "unitOfMeasurement"),
            {"name": "C"},
            "$.Datastreams[0].unitOfMeasurement.symbol",
        ),
        (
            ("Datastreams", 0, "Observations"),
            [{"result": 1}, {"result": "warm"}],
            "$.Datastreams[0].Observations[1].result",
        ),
        (
            ("Datastreams", 0, "Observations"),
            [{"result": 1, "phenomenonTime": "2026-03-01T10:00:00"}],
            "$.Datastreams[0].Observations[0].phenomenonTime",
        ),
        (
            ("Datastreams", 0, "Observations"),
            [{"result": 1, "phenomenonTime": f"{TEN}/2025-03-01T10:00:00Z"}],
            "$.Datastreams[0].Observations[0].phenomenonTime",
        ),
        (
            ("Datastreams", 0, "Observations"),
            [{"result": 1, "phenomenonTime": "1066-10-14T10:00:00Z"}],
            "$.Datastreams[0].Observations[0]",
        ),
    ],
)
async def test_a_wrong_value_is_named_by_its_path_and_nothing_is_stored(
    client, pool, path, value, place
):
    before = await fingerprint(pool)

    answer = await client.post("/Things", with_value(station(), path, value))

    assert (answer.status, answer.json()["place"]) == (400, place)
    assert await fingerprint(pool) == before


@pytest.mark.parametrize(
    ("geometry", "place"),
    [
        ("here", ""),
        ({"type": "Circle", "coordinates": [7, 51]}, ".type"),
        ({"type": "Point", "coordinates": [51]}, ".coordinates"),
        ({"type": "Point", "coordinates": [51, 7, 0, 0]}, ".coordinates"),
        ({"type": "Point", "coordinates": ["7", "51"]}, ".coordinates"),
        ({"type": "Point", "coordinates": [True, 51]}, ".coordinates"),
        ({"type": "Point", "coordinates": [362000, 5700000]}, ".coordinates[0]"),
        ({"type": "Point", "coordinates": [51, 97]}, ".coordinates[1]"),
        ({"type": "Point"}, ".coordinates"),
        ({"type": "LineString", "coordinates": [[7, 51]]}, ".coordinates"),
        ({"type": "Polygon", "coordinates": [[[7, 51], [8, 51], [8, 52]]]}, ".coordinates[0]"),
        (
            {"type": "Polygon", "coordinates": [[[7, 51], [8, 51], [8, 52], [7, 52]]]},
            ".coordinates[0]",
        ),
        (
            {"type": "Polygon", "coordinates": [[[7, 51], [8, 52], [8, 51], [7, 52], [7, 51]]]},
            "",
        ),
        ({"type": "GeometryCollection", "geometries": []}, ".geometries"),
        ({"type": "Feature", "geometry": None}, ".geometry"),
    ],
)
async def test_a_geometry_that_is_none_is_named(client, pool, geometry, place):
    answer = await client.post("/Locations", location(location=geometry))

    assert (answer.status, answer.json()["place"]) == (400, f"$.location{place}")
    assert await pool.fetchval("select count(*) from location") == 0


@pytest.mark.parametrize("chunks", [1, 50])
async def test_a_body_of_10_megabytes_is_too_large(client, pool, mast, chunks):
    before = await fingerprint(pool)
    body = json.dumps(thing(properties={"a": "x" * 10_000_000})).encode()

    for way in WRITES:
        assert (await client.request(*way, body, chunks=chunks)).status == 413

    assert await fingerprint(pool) == before


async def test_a_body_in_pieces_is_read_whole(client):
    assert (await client.post("/Things", thing(), chunks=20)).status == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/xml"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-encoding": "gzip"},
    ],
)
async def test_another_kind_of_body_is_not_understood(client, mast, headers):
    for way in WRITES:
        assert (await client.request(*way, thing(), headers=headers)).status == 415


async def test_json_may_come_without_or_with_its_character_set(client):
    for kind in ("application/json; charset=UTF-8", 'application/json;charset="utf-8"'):
        answer = await client.post("/Things", thing(), headers={"content-type": kind})
        assert answer.status == 201


@pytest.mark.parametrize("identifier", ["'; drop table thing; --", "ä/ö?#%", "(1)", "a b", '"\\'])
async def test_any_printable_text_is_an_id(client, identifier):
    made = await client.post("/Things", thing(**{"@iot.id": identifier}))

    assert made.status == 201
    assert made.json()["@iot.id"] == identifier


async def test_an_observation_of_an_unknown_datastream_is_refused(client, pool):
    body = {"result": 1, "Datastream": {"@iot.id": "nobody"}}

    assert (await client.post("/Observations", body)).status == 404
    assert (await client.post("/Datastreams(1)/Observations", {"result": 1})).status == 404
    assert await pool.fetchval("select count(*) from observation") == 0


async def test_a_datastream_deleted_by_another_process_is_known_to_be_gone(client, pool, mast):
    path = f"{mast.datastream}/Observations"
    assert (await client.post(path, {"result": 1})).status == 201

    await pool.execute("delete from series")

    assert (await client.post(path, {"result": 1})).status == 404


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([TEN, f"{TEN}/{TEN}", "mast", "air", {"@iot.id": "air"}, {"@iot.id": 5}]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "@iot.id", "result", "type", "coordinates", "Thing"]), inner
        )
    ),
    max_leaves=8,
)
WHOLE = [
    ("POST", "/Things", station()),
    ("POST", "/Locations", location()),
    ("POST", "/Sensors", sensor()),
    ("POST", "/ObservedProperties", observed_property()),
    ("POST", "/Things('mast')/Datastreams", datastream()),
    ("POST", "/Datastreams('air')/Observations", {"result": 1, "phenomenonTime": TEN}),
    (
        "POST",
        "/CreateObservations",
        [{"Datastream": {"@iot.id": "air"}, "components": ["result"], "dataArray": [[1]]}],
    ),
    ("PATCH", "/Things('mast')", thing()),
    ("PATCH", "/Datastreams('air')", {"name": "x", "properties": {}, "observedArea": {}}),
]


def places_in(value, path=()):
    """Every place inside a document."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name)
            yield from places_in(inner, (*path, name))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield (*path, position)
            yield from places_in(inner, (*path, position))


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_no_value_anywhere_makes_the_server_fail(client, mast, data):
    method, path, body = data.draw(st.sampled_from(WHOLE))
    place = data.draw(st.sampled_from(list(places_in(body))))
    changed = with_value(body, place, data.draw(VALUES))

    answer = await client.request(method, path, json.dumps(changed).encode())

    assert answer.status in {200, 201, 400, 404, 409}, answer.body
    if answer.status >= 400:
        assert answer.json()["detail"]
