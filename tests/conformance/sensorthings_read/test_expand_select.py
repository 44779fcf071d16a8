"""$expand and $select (OGC 18-088, 9.3.2), nested to any use, in one statement."""

from typing import Any

import asyncpg
import pytest

from netzstadt.plane.app import Plane
from netzstadt.standards.sensorthings import model

from .conftest import BASE, Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAVIGATIONS = [(one, navigation) for one in model.TYPES for navigation in one.navigations]


@pytest.mark.parametrize(
    ("type_", "navigation"), NAVIGATIONS, ids=[f"{a.name}/{b.name}" for a, b in NAVIGATIONS]
)
async def test_what_is_expanded_is_what_the_link_leads_to(
    client: Client, type_: model.EntityType, navigation: model.Navigation
) -> None:
    document = await client.get(type_.set_name, expand=navigation.name, top="4")

    assert document["value"]
    for one in document["value"]:
        assert f"{navigation.name}@iot.navigationLink" not in one
        linked = await client.get(f"{one['@iot.selfLink']}/{navigation.name}")
        inline = one[navigation.name]
        assert inline == (linked["value"] if navigation.many else linked)


async def test_expansions_nest_with_options_of_their_own(client: Client) -> None:
    document = await client.get(
        "Things",
        filter="id eq 1",
        expand="Datastreams($select=name;$orderby=name desc;$count=true;"
        "$expand=Observations($top=2;$orderby=phenomenonTime desc;$select=result;"
        "$filter=result gt 0;$count=true),ObservedProperty($select=name)),"
        "Locations($select=name)",
    )

    link = f"{BASE}/sta/v1.1/Datastreams(1)/Observations?$top=2&$count=true&$orderby="
    datastreams = document["value"][0]["Datastreams"]
    next_link = datastreams[0]["Observations"], datastreams[0].pop("Observations@iot.nextLink")
    assert next_link[1].startswith(link)
    assert datastreams == [
        {
            "name": "stream 1",
            "ObservedProperty": {"name": "temperature"},
            "Observations": [{"result": 36.5}, {"result": 35.5}],
            "Observations@iot.count": 37,
        },
        {
            "name": "states",
            "ObservedProperty": {"name": "state"},
            "Observations": [{"result": 3}],
            "Observations@iot.count": 1,
        },
    ]
    assert document["value"][0]["Datastreams@iot.count"] == 2
    assert document["value"][0]["Locations"] == [{"name": "place 1"}]


async def test_next_links_inside_lead_on_where_the_page_ended(client: Client) -> None:
    document = await client.get(
        "Datastreams(1)", expand="Observations($top=5;$orderby=result;$filter=result lt 20)"
    )
    inner = [one["@iot.id"] for one in document["Observations"]]

    rest = await client.walk(document["Observations@iot.nextLink"])

    whole = await client.ids("Datastreams(1)/Observations", orderby="result", filter="result lt 20")
    assert inner + [one["@iot.id"] for one in rest] == whole


async def test_slashes_expand_on_the_way(client: Client) -> None:
    document = await client.get("Datastreams(1)", expand="Thing/Locations,Thing/Datastreams,Sensor")

    assert [one["name"] for one in document["Thing"]["Locations"]] == ["place 1"]
    assert [one["@iot.id"] for one in document["Thing"]["Datastreams"]] == [1, 2]
    assert document["Sensor"]["name"] == "thermometer"


async def test_an_expansion_to_one_that_is_not_there_is_null(client: Client) -> None:
    document = await client.get("Datastreams(1)/Observations", expand="FeatureOfInterest", top="1")

    assert document["value"][0]["FeatureOfInterest"]["name"] == "feature 1"


async def test_skip_inside_an_expansion(client: Client) -> None:
    document = await client.get("Datastreams(1)", expand="Observations($skip=46)")

    assert [one["result"] for one in document["Observations"]] == [35.5, 36.5]


async def test_select_gives_only_what_is_chosen(client: Client) -> None:
    ask = client.get
    assert await ask("Things(1)", select="name") == {"name": "alpha"}
    assert await ask("Things(1)", select="@iot.id") == {"@iot.id": 1}
    assert await ask("Things(5)", select="properties") == {}
    assert await ask("Things(5)", select="properties,name") == {"name": "echo"}
    assert await ask("Things(1)", select="id,name,Datastreams") == {
        "@iot.id": 1,
        "name": "alpha",
        "Datastreams@iot.navigationLink": f"{BASE}/sta/v1.1/Things(1)/Datastreams",
    }
    assert await ask("Things(1)", select="*") == await ask("Things(1)")
    document = await ask("Things(1)", select="name,Locations", expand="Locations($select=name)")
    assert document == {
        "name": "alpha",
        "Locations@iot.navigationLink": f"{BASE}/sta/v1.1/Things(1)/Locations",
        "Locations": [{"name": "place 1"}],
    }


@pytest.mark.parametrize("type_", model.TYPES, ids=[one.name for one in model.TYPES])
async def test_every_property_can_be_selected_alone(
    client: Client, type_: model.EntityType
) -> None:
    whole: list[dict[str, Any]] = (await client.get(type_.set_name))["value"]

    for one in type_.properties:
        chosen = (await client.get(type_.set_name, select=one.name))["value"]
        expected = [{one.name: entity[one.name]} if one.name in entity else {} for entity in whole]
        assert chosen == expected


@pytest.mark.parametrize(
    ("option", "value", "place"),
    [
        ("expand", "Nothing", "$expand, column 1"),
        ("expand", "Datastreams(", "$expand, column 13"),
        ("expand", "Datastreams($top=1", "$expand, column 19"),
        ("expand", "Datastreams($top=x)", "$expand, column 18"),
        ("expand", "Datastreams($filter=nothing eq 1)", "$expand, column 21"),
        ("expand", "Datastreams($nothing=1)", "$expand, column 13"),
        ("expand", "Datastreams($top=1;$top=2)", "$expand, column 20"),
        ("expand", "Datastreams($top=1),Datastreams($top=2)", "$expand, column 21"),
        ("expand", "Datastreams($expand=Sensor($top=1))", "$expand, column 28"),
        ("expand", "name", "$expand, column 1"),
        ("expand", "", "$expand, column 1"),
        ("expand", "Locations/Things/Locations/Things/Locations/Things/Locations", "$expand"),
        ("select", "nothing", "$select, column 1"),
        ("select", "name,", "$select, column 6"),
        ("select", "", "$select, column 1"),
        ("orderby", "name foo", "$orderby, column 6"),
        ("orderby", "nothing", "$orderby, column 1"),
        ("orderby", "5", "$orderby, column 1"),
        ("orderby", "Datastreams/name", "$orderby, column 1"),
        ("orderby", "", "$orderby, column 1"),
        ("top", "-1", "$top, column 1"),
        ("top", "1.5", "$top, column 1"),
        ("top", "99999999999999999999", "$top, column 1"),
        ("skip", "x", "$skip, column 1"),
        ("count", "maybe", "$count, column 1"),
    ],
)
async def test_an_option_that_means_nothing_is_refused_with_its_column(
    client: Client, option: str, value: str, place: str
) -> None:
    answer = await client.ask("Things", **{option: value})

    assert answer.status_code == 400, answer.text
    assert answer.json()["place"].startswith(place)


async def test_ten_thousand_expansions_are_refused(client: Client) -> None:
    for address in (
        "Things?$expand=" + ",".join(["Datastreams"] * 1000),
        "Things?$expand=" + "Datastreams($expand=Thing(" * 500,
        "Things?$select=" + ",".join(["name"] * 3000),
        "Things?$orderby=" + ",".join(["name"] * 2000),
    ):
        assert (await client.ask(address)).status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "Things?$expand=Datastreams($expand=Observations($top=1;$orderby=phenomenonTime desc))",
        "Things?$expand=Datastreams($expand=Sensor,ObservedProperty,Observations("
        "$expand=FeatureOfInterest;$count=true);$count=true),Locations&$count=true&$top=2",
        "Datastreams(1)/Observations?$filter=Datastream/Thing/name eq 'alpha'&$count=true",
        "Things(1)/Datastreams(1)/Observations",
        "Observations('1-1704067200000000-0')/Datastream/Thing?$expand=Locations",
        "Things(1)/name",
    ],
)
async def test_a_request_is_one_statement(client: Client, plane: Plane, address: str) -> None:
    said: list[str] = []

    def listen(record: asyncpg.connection.LoggedQuery) -> None:
        said.append(record.query)

    holders = plane.reads._holders
    connections = [holder._con for holder in holders if holder._con is not None]
    for connection in connections:
        connection.add_query_logger(listen)
    try:
        await client.get(address)
    finally:
        for connection in connections:
            connection.remove_query_logger(listen)

    assert len(said) == 1
