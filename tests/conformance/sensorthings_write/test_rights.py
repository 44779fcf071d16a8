"""Who may write: every kind of key on every way of writing; nothing is written by a refusal."""

import uuid
from datetime import UTC, datetime, timedelta

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
from tests.plane.client import make_key

ROW = {"phenomenonTime": TEN, "result": 1}
ARRAY = [
    {
        "Datastream": {"@iot.id": "air"},
        "components": ["phenomenonTime", "result"],
        "dataArray": [[TEN, 1]],
    }
]
LINKED = datastream(Sensor={"@iot.id": "t1"}, ObservedProperty={"@iot.id": "temperature"})
# Below the Thing: what a key of this one Thing may do.
BELOW = [
    ("POST", "/Things('mast')/Datastreams", LINKED),
    ("POST", "/Datastreams", LINKED | {"Thing": {"@iot.id": "mast"}}),
    ("POST", "/Things('mast')/Locations", location()),
    (
        "POST",
        "/Things('mast')/HistoricalLocations",
        {"time": TEN, "Locations": [{"@iot.id": "market"}]},
    ),
    ("POST", "/Datastreams('air')/Observations", ROW),
    ("POST", "/Observations", ROW | {"Datastream": {"@iot.id": "air"}}),
    ("POST", "/Things('mast')/Datastreams('air')/Observations", ROW),
    ("POST", "/Datastreams('air')/Observations", ROW | {"FeatureOfInterest": feature()}),
    ("POST", "/CreateObservations", ARRAY),
    ("PATCH", "/Things('mast')", {"name": "x"}),
    ("PUT", "/Things('mast')", thing()),
    ("PATCH", "/Datastreams('air')", {"name": "x"}),
    ("PATCH", "/Locations('market')", {"name": "x"}),
    ("PATCH", "/Datastreams('air')/Thing", {"name": "x"}),
    ("PATCH", "/Observations('first')", {"result": 2}),
    ("DELETE", "/Observations('first')", None),
    ("DELETE", "/Locations('market')", None),
    ("DELETE", "/Datastreams('air')", None),
    ("DELETE", "/Things('mast')", None),
]
# What belongs to no single Thing.
COMMON = [
    ("POST", "/Things", thing()),
    ("POST", "/Things", station()),
    ("POST", "/Locations", location()),
    ("POST", "/Sensors", sensor()),
    ("POST", "/ObservedProperties", observed_property()),
    ("POST", "/FeaturesOfInterest", feature()),
    ("POST", "/Things('mast')/Datastreams", datastream()),
    ("PATCH", "/Sensors('t1')", {"name": "x"}),
    ("DELETE", "/ObservedProperties('temperature')", None),
]
ALL = BELOW + COMMON
EXPECTED = {"POST": 201, "PATCH": 200, "PUT": 200, "DELETE": 204}
# The same for a key that may not read.
UNREAD = EXPECTED | {"PATCH": 204, "PUT": 204}


def name(way) -> str:
    return f"{way[0]} {way[1]}"


async def fingerprint(pool) -> list[tuple]:
    """Everything that a refused request must leave as it is."""
    tables = [
        "thing",
        "location",
        "historical_location",
        "thing_location",
        "sensor",
        "observed_property",
        "series",
        "feature_of_interest",
        "observation",
        "audit_event",
        "outbox",
        "series_state",
    ]
    return [
        (
            table,
            await pool.fetchval(
                f"select md5(string_agg(t::text, '' order by t::text)) from {table} t"
            ),
        )
        for table in tables
    ]


@pytest.fixture
async def observed(client, mast):
    body = {"@iot.id": "first", "phenomenonTime": TEN, "result": 1}
    assert (await client.post(f"{mast.datastream}/Observations", body)).status == 201
    return mast


async def refused_keys(pool) -> dict[str, tuple[str | None, int]]:
    """Keys that may write nothing, with the status that each is answered with."""
    past = datetime.now(UTC) - timedelta(days=1)
    created = past - timedelta(days=1)
    demoted = await make_key(pool)
    await pool.execute(
        "update access_grant set valid_from = now() - interval '2 days', "
        "valid_to = now() - interval '1 day' where person_id = "
        "(select person_id from api_key order by created_at desc limit 1)"
    )
    return {
        "no key": (None, 401),
        "unknown": ("nst_" + "x" * 43, 401),
        "revoked": (await make_key(pool, revoked_at=past), 401),
        "expired": (await make_key(pool, created_at=created, expires_at=past), 401),
        "read only": (await make_key(pool, may_write=False), 403),
        "reader": (await make_key(pool, role="READER"), 403),
        "no role": (await make_key(pool, role=None), 403),
        "lost role": (demoted, 403),
    }


@pytest.mark.parametrize("way", ALL, ids=name)
async def test_who_may_not_write_is_refused_on_every_way(client, pool, observed, way):
    keys = await refused_keys(pool)
    before = await fingerprint(pool)

    answers = {
        kind: (await client.with_key(secret).request(*way)) for kind, (secret, _) in keys.items()
    }

    assert {kind: answer.status for kind, answer in answers.items()} == {
        kind: status for kind, (_, status) in keys.items()
    }
    assert all(a.headers.get("www-authenticate") for a in answers.values() if a.status == 401)
    assert await fingerprint(pool) == before


@pytest.mark.parametrize("way", ALL, ids=name)
@pytest.mark.parametrize("role", ["DATA_ENGINEER", "ADMINISTRATOR"])
async def test_who_may_write_everything_may_on_every_way(client, pool, observed, way, role):
    secret = await make_key(pool, role=role, may_read=False)

    answer = await client.with_key(secret).request(*way)

    assert answer.status == UNREAD[way[0]], answer.body


@pytest.mark.parametrize("way", ALL, ids=name)
async def test_a_key_of_one_thing_writes_below_it_and_nothing_else(client, pool, observed, way):
    own = await pool.fetchval("select id from thing where iot_id = '\"mast\"'")
    secret = await make_key(pool, things=[own])

    answer = await client.with_key(secret).request(*way)

    assert answer.status == (EXPECTED[way[0]] if way in BELOW else 403), answer.body


@pytest.mark.parametrize(("visibility", "status"), [("public", 403), ("restricted", 404)])
@pytest.mark.parametrize("way", BELOW, ids=name)
async def test_a_key_of_another_thing_is_refused(client, pool, observed, way, visibility, status):
    await client.patch(observed.thing, {"visibility": visibility})
    secret = await make_key(pool, things=[uuid.uuid4()])
    before = await fingerprint(pool)

    answer = await client.with_key(secret).request(*way)

    names_hidden = status == 404 and way[:2] == ("POST", "/Datastreams")
    # A link to what is hidden is a link to nothing: a mistake in the body.
    assert answer.status == (400 if names_hidden else status), answer.body
    assert await fingerprint(pool) == before


async def test_a_revocation_holds_for_the_next_request(client, pool, observed):
    secret = await make_key(pool)
    other = client.with_key(secret)
    path = f"{observed.datastream}/Observations"
    assert (await other.post(path, ROW)).status == 201

    await pool.execute("update api_key set revoked_at = now() where prefix = $1", secret[:12])

    for way in ALL:
        assert (await other.request(*way)).status == 401
    assert await pool.fetchval("select count(*) from observation") == 2


async def test_a_role_that_is_lost_is_lost_for_the_next_observation(client, pool, observed):
    secret = await make_key(pool)
    other = client.with_key(secret)
    path = f"{observed.datastream}/Observations"
    assert (await other.post(path, ROW)).status == 201

    await pool.execute(
        "delete from access_grant where person_id = "
        "(select person_id from api_key where prefix = $1)",
        secret[:12],
    )

    assert (await other.post(path, ROW)).status == 403
    assert (await other.post("/CreateObservations", ARRAY)).status == 403


async def test_a_key_in_its_own_header_is_as_good(client, pool, observed):
    anybody = client.with_key(None)
    path = f"{observed.datastream}/Observations"

    good = await anybody.post(path, ROW, headers={"x-api-key": client.secret})
    basic = await anybody.post(path, ROW, headers={"authorization": "Basic eDp5"})
    short = await anybody.get("/Things", headers={"x-api-key": "nst_short"})

    assert [good.status, basic.status, short.status] == [201, 401, 401]


async def test_the_last_use_of_a_key_is_noted(client, pool, observed):
    used = "select last_used_at > now() - interval '1 hour' from api_key"

    assert await pool.fetchval(used)


async def test_a_new_thing_is_hidden_until_it_is_made_public(client, mast):
    anybody = client.with_key(None)
    assert (await anybody.get(mast.thing)).status == 404

    await client.patch(mast.thing, {"visibility": "Public"})

    assert (await anybody.get(mast.thing)).status == 200


async def test_a_key_of_one_thing_cannot_bring_hidden_entities_to_light(client, pool, observed):
    hidden = station(**{"@iot.id": "vault", "visibility": "restricted"})
    hidden["Datastreams"][0] |= {"@iot.id": "secret"}
    hidden["Datastreams"][0]["Sensor"]["@iot.id"] = "hidden"
    hidden["Datastreams"][0]["ObservedProperty"]["@iot.id"] = "hidden"
    assert (await client.post("/Things", hidden)).status == 201
    place = {"FeatureOfInterest": feature(**{"@iot.id": "hidden"})}
    assert (await client.post("/Datastreams('secret')/Observations", ROW | place)).status == 201
    await client.patch(observed.thing, {"visibility": "public"})
    own = await pool.fetchval("select id from thing where iot_id = '\"mast\"'")
    machine = client.with_key(await make_key(pool, things=[own]))
    before = await fingerprint(pool)
    link = {"@iot.id": "hidden"}
    array = [ARRAY[0] | {"components": ["result", "FeatureOfInterest/id"]}]
    array[0]["dataArray"] = [[1, "hidden"]]

    answers = [
        await machine.post("/Datastreams('air')/Observations", ROW | {"FeatureOfInterest": link}),
        await machine.post(
            "/FeaturesOfInterest('hidden')/Observations", ROW | {"Datastream": {"@iot.id": "air"}}
        ),
        await machine.patch("/Observations('first')", {"FeatureOfInterest": link}),
        await machine.post("/Things('mast')/Datastreams", LINKED | {"Sensor": link}),
        await machine.post("/Things('mast')/Datastreams", LINKED | {"ObservedProperty": link}),
        await machine.patch(observed.datastream, {"Sensor": link}),
        await machine.post("/CreateObservations", array),
    ]

    assert [answer.status for answer in answers] == [400, 404, 400, 400, 400, 400, 201]
    assert answers[-1].json() == ["error"]
    assert await fingerprint(pool) == before


async def test_what_a_key_was_answered_is_kept_by_no_cache(client, observed):
    answers = [
        await client.get(observed.thing),
        await client.with_key(None).get("/Things"),
        await client.with_key(None).get("/Things", headers={"x-api-key": "nst_short"}),
    ]

    caching = [answer.headers.get("cache-control") for answer in answers]
    assert caching == ["private, no-store", None, "private, no-store"]
