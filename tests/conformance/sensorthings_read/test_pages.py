"""Pages (OGC 18-088, 9.3.3): $orderby, $top, $skip, $count and next links that lose nothing."""

import base64
import hashlib
import uuid
from datetime import timedelta

import psycopg
import pytest

from .city import START
from .conftest import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

SETS = [
    "Things",
    "Locations",
    "HistoricalLocations",
    "Datastreams",
    "Sensors",
    "ObservedProperties",
    "Observations",
    "FeaturesOfInterest",
]


@pytest.mark.parametrize("address", SETS)
async def test_walking_next_links_gives_every_entity_exactly_once(
    client: Client, address: str
) -> None:
    everything = await client.get(address, top="10000", count="true")

    walked = [one["@iot.id"] for one in await client.walk(address, top="2")]

    assert walked == [one["@iot.id"] for one in everything["value"]]
    assert len(set(map(str, walked))) == len(walked) == everything["@iot.count"]
    assert "@iot.nextLink" not in everything


ORDERS = [
    ("Things", "properties/level"),
    ("Things", "properties/level desc,name"),
    ("Things", "properties"),
    ("Things", "id desc"),
    ("Things", "length(name) desc"),
    ("Datastreams", "phenomenonTime desc"),
    ("Datastreams", "resultTime"),
    ("Datastreams", "Thing/name desc,name"),
    ("Datastreams", "Thing/properties/level"),
    ("Observations", "result"),
    ("Observations", "result desc"),
    ("Observations", "resultTime desc,result"),
    ("Observations", "resultTime"),
    ("Observations", "phenomenonTime,result desc"),
    ("Observations", "phenomenonTime desc"),
    ("Observations", "id desc"),
    ("Observations", "validTime desc"),
    ("Observations", "FeatureOfInterest/name,phenomenonTime desc"),
    ("Datastreams('ties')/Observations", "result"),
    ("Datastreams('ties')/Observations", "phenomenonTime desc"),
    ("Datastreams('ties')/Observations", "phenomenonTime asc"),
    ("Datastreams(1)/Observations", "resultTime desc"),
    ("Datastreams(2)/Observations", "result desc"),
    ("Locations", "geo.distance(location, geography'POINT(7.4 51.4)')"),
    ("Things(1)/Datastreams", "name desc"),
]


@pytest.mark.parametrize("top", ["1", "3", "7"])
@pytest.mark.parametrize(("address", "order"), ORDERS)
async def test_every_order_can_be_walked_with_ties_and_nulls(
    client: Client, address: str, order: str, top: str
) -> None:
    whole = await client.ids(address, orderby=order, top="10000")

    walked = await client.walk(address, orderby=order, top=top)

    assert [one["@iot.id"] for one in walked] == whole
    assert len({str(one) for one in whole}) == len(whole)


async def test_orders_sort_as_they_say(client: Client) -> None:
    names = [one["name"] for one in (await client.get("Things", orderby="name desc"))["value"]]
    results = await client.get("Datastreams(1)/Observations", orderby="result desc", top="3")
    levels = await client.ids("Things", orderby="properties/level", filter="id lt 6")
    nulls = await client.get(
        "Datastreams(1)/Observations", orderby="resultTime desc", skip="23", top="2"
    )

    assert names == sorted(names, reverse=True)
    assert [one["result"] for one in results["value"]] == [36.5, 35.5, 34.5]
    assert levels[0] == 5, "what has no level is the least"
    assert [one["resultTime"] for one in nulls["value"]] == ["2024-01-01T01:05:00Z", None]


async def test_the_default_order_of_observations_is_their_time(client: Client) -> None:
    times = [
        one["phenomenonTime"] for one in (await client.get("Datastreams(6)/Observations"))["value"]
    ]

    assert times == sorted(times)
    assert len(times) == 40


async def test_the_newest_observations_come_first_however_often_one_asks(client: Client) -> None:
    for _ in range(3):
        document = await client.get(
            "Datastreams(6)/Observations", orderby="phenomenonTime desc", top="4"
        )
        assert [one["result"] for one in document["value"]] == [39, 38, 37, 36]
        whole = await client.get(
            "Datastreams(6)/Observations", orderby="phenomenonTime desc", top="100"
        )
        assert [one["result"] for one in whole["value"]] == list(range(39, -1, -1))
        assert "@iot.nextLink" not in whole


async def test_the_newest_of_all_series_are_the_newest_of_all(client: Client) -> None:
    whole = await client.ids("Observations", orderby="phenomenonTime desc", top="1000")

    for top in (1, 2, 5, 50):
        page = await client.ids("Observations", orderby="phenomenonTime desc", top=str(top))
        assert page == whole[:top]


async def test_skip_and_top_choose_a_part(client: Client) -> None:
    whole = await client.ids("Datastreams(1)/Observations")

    assert await client.ids("Datastreams(1)/Observations", skip="40") == whole[40:]
    assert await client.ids("Datastreams(1)/Observations", skip="10", top="3") == whole[10:13]
    assert await client.ids("Datastreams(1)/Observations", skip="1000") == []
    assert (
        await client.walk("Datastreams(1)/Observations", skip="30", top="7")
        == (await client.get("Datastreams(1)/Observations", skip="30"))["value"]
    )


async def test_a_page_of_nothing_still_counts(client: Client) -> None:
    document = await client.get("Things", top="0", count="true")

    assert document == {"@iot.count": 7, "value": []}


async def test_a_page_has_at_most_ten_thousand_entities_and_a_hundred_unasked(
    client: Client,
) -> None:
    unasked = await client.get("Observations")
    beyond = await client.get("Observations", top="1000000000")

    assert len(unasked["value"]) == 100
    assert "@iot.nextLink" in unasked
    assert len(beyond["value"]) > 100


@pytest.mark.parametrize(
    ("address", "options", "count"),
    [
        ("Things", {}, 7),
        ("Things", {"filter": "id lt 3"}, 2),
        ("Datastreams(1)/Observations", {"top": "1"}, 48),
        ("Datastreams(5)/Observations", {}, 0),
        ("Datastreams(1)/Observations", {"filter": "result gt 0"}, 37),
        ("FeaturesOfInterest(2)/Observations", {}, 8),
        ("FeaturesOfInterest(1)/Observations", {}, 40 + 7 + 12),
        ("Observations", {"top": "1"}, 48 + 7 + 5 + 12 + 40 + 1),
        ("Things(1)/Datastreams", {}, 2),
        ("Things(1)/Locations", {}, 1),
    ],
)
async def test_a_count_counts_all_pages(
    client: Client, address: str, options: dict[str, str], count: int
) -> None:
    document = await client.get(address, count="true", **options)

    assert document["@iot.count"] == count
    assert "@iot.count" not in await client.get(address, count="false", **options)
    assert "@iot.count" not in await client.get(address, **options)


async def test_a_token_that_was_changed_or_belongs_elsewhere_is_refused(client: Client) -> None:
    link = (await client.get("Things", top="1", orderby="name"))["@iot.nextLink"]
    token = link.rpartition("$skiptoken=")[2]
    changed = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]

    for address, options in [
        ("Things", {"skiptoken": changed, "orderby": "name"}),
        ("Things", {"skiptoken": token, "orderby": "name desc"}),
        ("Things", {"skiptoken": token}),
        ("Locations", {"skiptoken": token, "orderby": "name"}),
        ("Things", {"skiptoken": "x", "orderby": "name"}),
        ("Things", {"skiptoken": "'; drop table thing; --", "orderby": "name"}),
        ("Things", {"skiptoken": "äöü", "orderby": "name"}),
        ("Things", {"skiptoken": "A" * 4000, "orderby": "name"}),
    ]:
        answer = await client.ask(address, **options)
        assert answer.status_code == 400, (address, options)
        assert answer.json()["place"].startswith("$skiptoken")


@pytest.mark.parametrize(
    ("address", "order", "keys"),
    [
        ("Things", "", "[null]"),
        ("Things", "name", '["a", null]'),
        ("Things", "name", "[null, null]"),
        ("Observations", "", '[null, "2024-01-01T00:00:00Z", 0]'),
        ("Observations", "result", "[null, null, null, null, null]"),
        ("Things", "", '["x"]'),
        ("Things", "", '[{"a": 1}]'),
    ],
)
async def test_a_forged_token_is_refused(
    client: Client, address: str, order: str, keys: str
) -> None:
    """Everybody can compute the checksum; what a token holds is judged all the same."""
    type_ = {"Things": "Thing", "Observations": "Observation"}[address]
    checksum = hashlib.md5(f"{type_} {order}{keys}".encode()).hexdigest()[:8]
    token = base64.urlsafe_b64encode(f"{checksum}{keys}".encode()).decode().rstrip("=")
    options = {"skiptoken": token} | ({"orderby": order} if order else {})

    answer = await client.ask(address, **options)

    assert answer.status_code == 400, answer.text


async def test_pages_stay_whole_while_rows_come_in(
    client: Client, city_database: tuple[str, object]
) -> None:
    """What was there when the walk began comes exactly once, whatever comes in meanwhile."""
    url, _ = city_database
    before = [one["@iot.id"] for one in await client.walk("Sensors", top="100")]
    row = (
        "insert into sensor (id, iot_id, name, description, encoding_type, metadata) "
        "values (%s, to_jsonb(%s::text), %s, '', 'x', '1')"
    )
    made = []

    with psycopg.connect(url, autocommit=True) as connection:
        try:
            document = await client.get("Sensors", top="1", orderby="name")
            walked = [one["@iot.id"] for one in document["value"]]
            while "@iot.nextLink" in document and len(made) < 20:
                for name in ("aaa", "zzz"):
                    made.append(uuid.uuid4())
                    connection.execute(row, [made[-1], f"new {made[-1]}", name])
                document = await client.get(document["@iot.nextLink"])
                walked += [one["@iot.id"] for one in document["value"]]
        finally:
            connection.execute("delete from sensor where id = any (%s)", [made])

    assert [one for one in walked if one in before] == sorted(
        before, key={1: "thermometer", 2: "unused"}.__getitem__
    )
    assert len(walked) == len({str(one) for one in walked})


async def test_rows_that_come_late_are_among_the_newest(
    client: Client, city_database: tuple[str, object]
) -> None:
    """How far back the newest reach is a guess that may not hide what came before it."""
    url, _ = city_database
    ask = {"orderby": "phenomenonTime desc", "top": "5"}
    assert await client.ids("Datastreams(5)/Observations", **ask) == []
    early = START - timedelta(days=400)

    with psycopg.connect(url, autocommit=True) as connection:
        series = connection.execute("select id from series where iot_id = '5'").fetchone()
        assert series
        try:
            for time in (START, early):
                connection.execute("select observation_partition_ensure(%s)", [time.date()])
                connection.execute(
                    "insert into observation (series_id, time, number) values (%s, %s, 1)",
                    [series[0], time],
                )
                connection.execute(
                    "update series_state set count = count + 1, first_time = %s, "
                    "last_time = coalesce(last_time, %s) where series_id = %s",
                    [time, time, series[0]],
                )
                found = await client.ids("Datastreams(5)/Observations", **ask)
            assert len(found) == 2
        finally:
            connection.execute("delete from observation where series_id = %s", [series[0]])
            connection.execute(
                "update series_state set count = 0, first_time = null, last_time = null "
                "where series_id = %s",
                [series[0]],
            )


async def test_an_observation_that_was_moved_keeps_its_id_and_its_old_place_is_free(
    client: Client, city_database: tuple[str, object]
) -> None:
    url, _ = city_database
    with psycopg.connect(url, autocommit=True) as connection:
        series = connection.execute("select id from series where iot_id = '5'").fetchone()
        assert series
        kept = f"{series[0]}-1704067200000000-0"
        row = "insert into observation (series_id, time, number, iot_id) values (%s, %s, %s, %s)"
        moved = START + timedelta(hours=9)
        try:
            connection.execute(row, [series[0], moved, 1, f'"{kept}"'])
            connection.execute(row, [series[0], START, 2, None])
            connection.execute(
                "insert into observation_alias values (%s, %s, %s, 0)",
                [f'"{kept}"', series[0], moved],
            )

            found = await client.get(f"Observations('{kept}')")
            stream = await client.get(f"Observations('{kept}')/Datastream/Observations")
        finally:
            connection.execute("delete from observation where series_id = %s", [series[0]])
            connection.execute("delete from observation_alias where series_id = %s", [series[0]])

    assert (found["result"], found["@iot.id"]) == (1, kept)
    assert len(stream["value"]) == 2
