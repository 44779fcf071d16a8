"""Resource paths and representations (OGC 18-088, 8 and 9.2) over HTTP, and what HTTP asks."""

from typing import Any

import httpx
import pytest

from netzstadt.plane.app import Plane
from netzstadt.standards.sensorthings import model

from .conftest import BASE, Client

pytestmark = pytest.mark.asyncio(loop_scope="session")
ROOT = f"{BASE}/sta/v1.1"


async def test_the_root_lists_the_entity_sets_and_what_is_conformed_to(client: Client) -> None:
    document = await client.get("")

    assert {one["name"]: one["url"] for one in document["value"]} == {
        one.set_name: f"{ROOT}/{one.set_name}" for one in model.TYPES
    }
    conformance = document["serverSettings"]["conformance"]
    assert all(one.startswith("http://www.opengis.net/spec/iot_sensing/1.1/req/") for one in
               conformance)  # fmt: skip
    assert not any("mqtt" in one or "multi-datastream" in one for one in conformance)


@pytest.mark.parametrize("type_", model.TYPES, ids=[one.name for one in model.TYPES])
async def test_an_entity_has_its_properties_and_links_that_lead_where_they_say(
    client: Client, type_: model.EntityType
) -> None:
    """datamodel/<type>/properties, relations, entity-control-information (8.1, 8.2)."""
    for one in (await client.get(type_.set_name, top="5"))["value"]:
        assert await client.get(one["@iot.selfLink"]) == one
        known = {"@iot.id", "@iot.selfLink"} | {p.name for p in type_.properties}
        for navigation in type_.navigations:
            link = f"{navigation.name}@iot.navigationLink"
            assert one[link] == f"{one['@iot.selfLink']}/{navigation.name}"
            assert (await client.ask(one[link])).status_code == 200
            known.add(link)
        assert set(one) <= known
        assert all(p.name in one for p in type_.properties if p.required)


async def test_observations_are_written_as_the_standard_has_them(client: Client) -> None:
    plain = await client.get("Observations('1-1704067200000000-0')")
    period = (await client.get("Datastreams(3)/Observations", top="1"))["value"][0]
    results = [one["result"] for one in (await client.get("Datastreams(2)/Observations"))["value"]]

    assert plain["phenomenonTime"] == "2024-01-01T00:00:00Z"
    assert plain["result"] == -10.5
    assert plain["resultTime"] is None
    assert plain["parameters"] == {"n": 0, "even": True}
    assert "validTime" not in plain
    assert period["phenomenonTime"] == "2024-01-01T00:00:00Z/2024-01-01T01:00:00Z"
    assert period["validTime"] == "2024-01-01T00:00:00Z/2024-01-01T02:00:00Z"
    assert results == ["open", "closed", True, False, {"a": {"b": 1}}, [1, 2], 3]


async def test_a_datastream_tells_times_and_area_of_its_observations(client: Client) -> None:
    busy = await client.get("Datastreams(1)")
    periods = await client.get("Datastreams(3)")
    empty = await client.get("Datastreams(5)")

    assert busy["phenomenonTime"] == "2024-01-01T00:00:00Z/2024-01-02T23:00:00Z"
    assert busy["resultTime"] == "2024-01-01T01:05:00Z/2024-01-02T23:05:00Z"
    assert busy["observedArea"] == {"type": "LineString", "coordinates": [[8, 51], [9, 51]]}
    assert periods["phenomenonTime"] == "2024-01-01T00:00:00Z/2024-01-01T05:00:00Z"
    assert periods["observedArea"] == {"type": "Point", "coordinates": [10, 51]}
    assert not {"phenomenonTime", "resultTime", "observedArea"} & set(empty)


PATHS: list[tuple[str, Any]] = [
    ("Things(1)/name", {"name": "alpha"}),
    ("Things(1)/properties/deep/er", {"er": [10, 20, {"est": "yes"}]}),
    ("Things(1)/properties/deep/er/2/est", {"est": "yes"}),
    ("Datastreams(1)/unitOfMeasurement/symbol", {"symbol": "°C"}),
    ("Datastreams(1)/Thing/name", {"name": "alpha"}),
    ("Things(1)/Datastreams(2)/name", {"name": "states"}),
    ("Things(1)/Locations(1)/location/type", {"type": "Point"}),
    ("Observations('1-1704067200000000-0')/Datastream/Thing/Locations(1)/name",
     {"name": "place 1"}),
    ("Datastreams(1)/Observations('1-1704067200000000-0')/result", {"result": -10.5}),
    ("Datastreams(3)/phenomenonTime",
     {"phenomenonTime": "2024-01-01T00:00:00Z/2024-01-01T05:00:00Z"}),
    ("Things(1)/Datastreams(1)/Sensor/$ref", {"@iot.selfLink": f"{ROOT}/Sensors(1)"}),
    ("Things(1)/$ref", {"@iot.selfLink": f"{ROOT}/Things(1)"}),
    ("Things(1)/Datastreams/$ref",
     {"value": [{"@iot.selfLink": f"{ROOT}/Datastreams({n})"} for n in (1, 2)]}),
    ("Things('a%20b%2Fc%27%27%C3%BC%25')/name", {"name": "odd id"}),
    ("Things('a b/c''ü%25')/name", {"name": "odd id"}),
]  # fmt: skip


@pytest.mark.parametrize(("address", "expected"), PATHS)
async def test_a_path_leads_to_what_it_names(client: Client, address: str, expected: Any) -> None:
    assert await client.get(address) == expected


RAW = [
    ("Things(1)/name/$value", "alpha", "text/plain; charset=utf-8"),
    ("Datastreams(1)/unitOfMeasurement/symbol/$value", "°C", "text/plain; charset=utf-8"),
    ("Observations('1-1704067200000000-0')/result/$value", "-10.5", "text/plain; charset=utf-8"),
    ("Things(1)/properties/deep/er/0/$value", "10", "text/plain; charset=utf-8"),
    ("Things(2)/properties/open/$value", "true", "text/plain; charset=utf-8"),
    ("Observations('1-1704067200000000-0')/phenomenonTime/$value", "2024-01-01T00:00:00Z",
     "text/plain; charset=utf-8"),
    ("Locations(1)/location/$value", '{"type": "Point", "coordinates": [7.1, 51.1]}',
     "application/json; charset=utf-8"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "text", "kind"), RAW)
async def test_a_raw_value_is_the_value_alone(
    client: Client, address: str, text: str, kind: str
) -> None:
    answer = await client.ask(address)

    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, text, kind)


@pytest.mark.parametrize(
    "address",
    ["Things(5)/properties", "Things(5)/properties/$value", "Things(4)/properties/empty",
     "Observations('1-1704067200000000-0')/resultTime", "Datastreams(5)/phenomenonTime"],
)  # fmt: skip
async def test_a_value_that_is_null_is_no_content(client: Client, address: str) -> None:
    answer = await client.ask(address)

    assert (answer.status_code, answer.content) == (204, b"")


MISSING = [
    "Nothing", "things", "Things(99)", "Things('1')", "Things(1)/Nothing", "Things(1)/name/x",
    "Things(1)/Datastreams(3)", "Things(1)/Datastreams(99)/Observations", "Things(99)/Datastreams",
    "Things(1)/properties/nothing", "Things/name", "Things/Datastreams", "Things(1)/$value",
    "Things/$value", "Observations('1-1704067200000001-0')", "Observations('99999-0-0')",
    "Observations('1-1704067200000000-00')", "Observations(5)", "Observations('x')",
    "Things(999999999999999999)", "Datastreams(1)/Thing(1)",
    "Things(1)/Locations/HistoricalLocations",
    "Observations('1-99999999999999999-0')", "Things(1)/id",
]  # fmt: skip
MALFORMED = [
    "Things(", "Things()", "Things(1", "Things(1))", "Things('a)", "Things(1)//name", "Things(1) ",
    "Things(a)", "Things(1.5)", "Things(%FF)", "Things('%00')", "%00", "$ref", "Things(1);drop",
    "Things('" + "x" * 600 + "')", "Things(1)" + "/Datastreams(1)/Thing" * 50,
]  # fmt: skip


@pytest.mark.parametrize("address", MISSING)
async def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    answer = await client.ask(address)

    assert answer.status_code == 404, answer.text
    assert answer.json()["status"] == 404


@pytest.mark.parametrize("address", MALFORMED)
async def test_what_is_no_path_is_refused(client: Client, address: str) -> None:
    answer = await client.ask(address)

    assert answer.status_code in {400, 404}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("Things?$resultFormat=dataArray", 501),
        ("Things?$search=x", 501),
        ("Things?$nothing=1", 400),
        ("Things?top=5", 400),
        ("Things?$top=1&$top=2", 400),
        ("Things(1)?$top=5", 400),
        ("Things(1)?$filter=true", 400),
        ("Things(1)/name?$select=name", 400),
        ("Things(1)/$ref?$select=name", 400),
        ("Things/$ref?$expand=Datastreams", 400),
        ("Things/$ref?$filter=id eq 1&$top=1", 200),
        ("?$top=1", 400),
        ("Things?_=123&own=option", 200),
        ("Things?$filter=%FF", 400),
        ("Things?$filter=name eq '%00'", 400),
        ("Things?" + "x" * 20_000, 414),
        ("Things?", 200),
        ("Things?&&", 200),
        ("Things/", 200),
        ("Things(1)/", 200),
    ],
)
async def test_options_are_followed_or_refused(client: Client, address: str, status: int) -> None:
    assert (await client.ask(address)).status_code == status


async def test_a_next_link_of_references_goes_on_with_references(client: Client) -> None:
    walked = await client.walk("Things/$ref", top="2", orderby="name")

    assert len(walked) == 7
    assert all(set(one) == {"@iot.selfLink"} for one in walked)


async def test_methods_that_are_not_there_are_named(client: Client) -> None:
    for address in ("Things(1)/name", "Things(1)/Datastreams/$ref", ""):
        answer = await client.ask(address, method="POST")
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


async def test_head_is_get_without_a_body(client: Client) -> None:
    head, get = await client.ask("Things", method="HEAD"), await client.ask("Things")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(get.content))


async def test_pages_of_other_origins_may_read(client: Client) -> None:
    asked = await client.ask("Things", method="OPTIONS")
    read, refused = await client.ask("Things"), await client.ask("Nothing")

    assert asked.status_code == 204
    assert "GET" in asked.headers["access-control-allow-methods"]
    assert "Authorization" in asked.headers["access-control-allow-headers"]
    for answer in (asked, read, refused):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    ("hosts", "host", "base"),
    [
        (frozenset(), "evil.example", BASE),
        (frozenset({"localhost"}), "evil.example", BASE),
        (frozenset({"localhost"}), "localhost:8000", "http://localhost:8000"),
        (frozenset({"localhost"}), "localhost:80@evil.example", BASE),
        (frozenset({"localhost"}), 'localhost:80"', BASE),
        (frozenset({"[::1]"}), "[::1]:8000", "http://[::1]:8000"),
        (frozenset({"localhost"}), "LOCALHOST", "http://localhost"),
    ],
)
async def test_links_never_repeat_a_foreign_host(
    plane: Plane, hosts: frozenset[str], host: str, base: str
) -> None:
    other = Plane("", public_url=BASE, hosts=hosts)
    other.reads, other.writes = plane.reads, plane.writes
    transport = httpx.ASGITransport(app=other)

    async with httpx.AsyncClient(transport=transport) as http:
        answer = await http.get(f"{BASE}/sta/v1.1/Things(1)", headers={"Host": host})

    assert answer.json()["@iot.selfLink"] == f"{base}/sta/v1.1/Things(1)"


async def test_huge_headers_are_refused(plane: Plane) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=plane)) as http:
        answer = await http.get(f"{BASE}/sta/v1.1/Things", headers={"X-Much": "x" * 40_000})

    assert answer.status_code == 431


async def test_there_is_nothing_beside_the_version(plane: Plane) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=plane)) as http:
        for path in ("/sta/", "/sta/v1.0/Things", "/sta/v1.10", "/sta/v1.1x"):
            assert (await http.get(BASE + path)).status_code == 404
        for path in ("/sta/v1.1", "/sta/v1.1/"):
            assert (await http.get(BASE + path)).status_code == 200
