"""Who sees what, on every way to it: entity, navigation, expansion, count, filter, order, $ref,
$value. What may not be seen is as if it were not there (404, not 403)."""

import json
from typing import Any

import pytest

from netzstadt.standards.sensorthings import model
from netzstadt.standards.sensorthings.model import EntityType

from .city import HIDDEN
from .conftest import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Which of the hidden Things a reader sees: kept by the rule may_see().
SEES = {
    "": set(),
    "stranger": set(),
    "reader": {"administration"},
    "colleague": {"administration", "unit"},
    "guest": {"restricted"},
    "engineer": {"administration", "unit", "restricted"},
    "deactivated": set(),
    "scoped": {"unit"},
    "writer": set(),
}
READERS = list(SEES)


def ids_seen(reader: str) -> set[int]:
    return {HIDDEN[word] for word in SEES[reader]}


def behind(type_: EntityType, thing: int) -> list[Any]:
    """Ids of the entities of a type that hang on a hidden Thing."""
    match type_.name:
        case "Location" | "HistoricalLocation" | "FeatureOfInterest":
            return [thing, thing + 100]
        case _:
            return [thing]


def hidden_ids(type_: EntityType, reader: str) -> tuple[set[Any], set[Any]]:
    """Ids that the reader may see, and that she may not, of the hidden entities."""
    seen = {i for n in HIDDEN.values() if n in ids_seen(reader) for i in behind(type_, n)}
    everything = {i for n in HIDDEN.values() for i in behind(type_, n)}
    return seen, everything - seen


PLAIN = [one for one in model.TYPES if one.name != "Observation"]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("type_", PLAIN, ids=[one.name for one in PLAIN])
async def test_collections_hold_what_the_reader_may_see(
    client: Client, city: Any, type_: EntityType, reader: str
) -> None:
    key = city.secrets.get(reader, "")
    seen, unseen = hidden_ids(type_, reader)

    document = await client.get(type_.set_name, key=key, top="1000", count="true")
    references = await client.get(f"{type_.set_name}/$ref", key=key, top="1000", count="true")

    ids = {one["@iot.id"] for one in document["value"]}
    assert seen <= ids
    assert not unseen & ids
    assert document["@iot.count"] == len(ids)
    assert references["@iot.count"] == len(references["value"]) == len(ids)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("type_", PLAIN, ids=[one.name for one in PLAIN])
async def test_entities_and_all_ways_from_them_answer_only_those_who_may_see_them(
    client: Client, city: Any, type_: EntityType, reader: str
) -> None:
    key = city.secrets.get(reader, "")
    seen, unseen = hidden_ids(type_, reader)
    property_ = type_.properties[0].name

    for group, status in ((seen, 200), (unseen, 404)):
        for one in group:
            entity = f"{type_.set_name}({one})"
            ways = [
                entity,
                f"{entity}/$ref",
                f"{entity}/{property_}",
                f"{entity}/{property_}/$value",
            ]
            ways += [f"{entity}/{navigation.name}" for navigation in type_.navigations]
            ways += [f"{entity}/{n.name}/$ref" for n in type_.navigations if n.many]
            for way in ways:
                answer = await client.ask(way, key=key)
                assert answer.status_code == status, way


@pytest.mark.parametrize("reader", READERS)
async def test_observations_are_seen_with_their_datastream(
    client: Client, city: Any, reader: str
) -> None:
    key = city.secrets.get(reader, "")
    everything = await client.get("Observations", key=key, top="10000", count="true")

    series = {int(one["@iot.id"].split("-")[0]) for one in everything["value"]}
    for word, n in HIDDEN.items():
        number = city.rows["series", n]
        first = f"{number}-1704067200000000-0"
        may = word in SEES[reader]
        assert (number in series) == may
        for way in ("", "/result/$value", "/Datastream", "/FeatureOfInterest", "/$ref"):
            answer = await client.ask(f"Observations('{first}'){way}", key=key)
            assert answer.status_code == (200 if may else 404), way
    assert everything["@iot.count"] == len(everything["value"])
    newest = await client.ids("Observations", key=key, orderby="phenomenonTime desc", top="10000")
    assert set(newest) == {one["@iot.id"] for one in everything["value"]}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("type_", model.TYPES, ids=[one.name for one in model.TYPES])
async def test_nothing_secret_comes_with_any_expansion(
    client: Client, city: Any, type_: EntityType, reader: str
) -> None:
    """Two levels of every navigation; the names of hidden entities say to whom they belong."""
    key = city.secrets.get(reader, "")
    expand = []
    for navigation in type_.navigations:
        inner = ",".join(one.name for one in model.BY_NAME[navigation.target].navigations)
        expand.append(f"{navigation.name}($expand={inner})")

    document = await client.get(type_.set_name, key=key, top="1000", expand=",".join(expand))

    text = json.dumps(document)
    for word, n in HIDDEN.items():
        signs = [f"secret {kind} {n}" for kind in ("place", "sensor", "property", "feature")]
        told = any(sign in text for sign in (f"secret {word}", *signs))
        assert told == (word in SEES[reader]), word


@pytest.mark.parametrize("reader", ["", "stranger", "colleague"])
async def test_a_restricted_datastream_of_a_public_thing_is_hidden_on_every_way(
    client: Client, city: Any, reader: str
) -> None:
    key = city.secrets.get(reader, "")
    number = city.rows["series", 21]

    for way in (
        "Datastreams(21)", "Things(20)/Datastreams(21)", "Datastreams(21)/Observations",
        "Datastreams(21)/Thing", "Sensors(1)/Datastreams(21)", "FeaturesOfInterest(21)",
        f"Observations('{number}-1704067200000000-0')", "Datastreams(21)/name/$value",
    ):  # fmt: skip
        assert (await client.ask(way, key=key)).status_code == 404, way
    thing = await client.get(
        "Things(20)", key=key, expand="Datastreams($expand=Observations;$count=true)"
    )
    assert [one["@iot.id"] for one in thing["Datastreams"]] == [20]
    assert thing["Datastreams@iot.count"] == 1
    assert await client.ids("Things(20)/Datastreams", key=key) == [20]
    assert 21 not in await client.ids("ObservedProperties(1)/Datastreams", key=key, top="1000")
    assert "secret" not in json.dumps(
        await client.get("Sensors(1)", key=key, expand="Datastreams($expand=Thing)")
    )


async def test_the_engineer_sees_the_restricted_datastream(client: Client, city: Any) -> None:
    key = city.secrets["engineer"]

    assert await client.ids("Things(20)/Datastreams", key=key) == [20, 21]
    assert (await client.get("Datastreams(21)/Observations", key=key))["value"][0]["result"] == 2121


FILTERS = [
    ("Things", "startswith(name, 'secret')"),
    ("Things", "properties/secret gt 0"),
    ("Things", "Datastreams/Observations/result eq 2121"),
    ("Things", "Datastreams/name eq 'secret stream'"),
    ("Things", "Datastreams/Sensor/name eq 'secret sensor 11'"),
    ("Things", "Locations/name eq 'secret place 11'"),
    ("Things", "HistoricalLocations/Locations/name eq 'secret former place 11'"),
    ("Locations", "Things/name eq 'secret administration'"),
    ("Locations", "startswith(name, 'secret')"),
    ("Locations", "HistoricalLocations/Thing/name eq 'secret unit'"),
    ("Sensors", "Datastreams/name eq 'secret stream'"),
    ("Sensors", "Datastreams/Thing/name eq 'secret unit'"),
    ("Sensors", "Datastreams/Observations/result eq 2121"),
    ("ObservedProperties", "Datastreams/name eq 'secret stream'"),
    ("Datastreams", "Thing/Datastreams/name eq 'secret stream'"),
    ("Datastreams", "Thing/name eq 'secret unit'"),
    ("Datastreams", "Observations/FeatureOfInterest/name eq 'secret feature 21'"),
    ("Observations", "Datastream/name eq 'secret stream'"),
    ("Observations", "Datastream/Thing/Datastreams/name eq 'secret stream'"),
    ("Observations", "result eq 2121"),
    ("FeaturesOfInterest", "Observations/result eq 2121"),
    ("FeaturesOfInterest", "startswith(name, 'secret')"),
    ("HistoricalLocations", "Thing/name eq 'secret restricted'"),
    ("HistoricalLocations", "Locations/name eq 'secret place 13'"),
    ("Locations", "st_within(location, geography'POLYGON((10 9,14 9,14 12,10 12,10 9))')"),
    ("FeaturesOfInterest", "st_equals(feature, geography'POINT(21 21)')"),
]


@pytest.mark.parametrize("reader", ["", "stranger", "writer"])
@pytest.mark.parametrize(("address", "condition"), FILTERS)
async def test_a_filter_tells_nothing_of_what_is_hidden(
    client: Client, city: Any, address: str, condition: str, reader: str
) -> None:
    key = city.secrets.get(reader, "")

    document = await client.get(address, key=key, filter=condition, count="true")
    engineer = await client.get(address, key=city.secrets["engineer"], filter=condition)

    assert document == {"@iot.count": 0, "value": []}
    assert engineer["value"], "the filter finds something for those who may see it"


async def test_an_order_tells_nothing_of_what_is_hidden(client: Client) -> None:
    """Nothing hidden can be sorted by: a Sensor of hidden and public Datastreams has no place."""
    answer = await client.ask("Sensors", orderby="Datastreams/name")

    assert answer.status_code == 400


@pytest.mark.parametrize("reader", READERS)
async def test_visibility_is_shown_to_keys_alone(client: Client, city: Any, reader: str) -> None:
    key = city.secrets.get(reader, "")

    thing = await client.get("Things(20)", key=key, expand="Datastreams")

    if reader:
        assert thing["visibility"] == "public"
        assert thing["Datastreams"][0]["visibility"] == "public"
    else:
        assert "visibility" not in json.dumps(thing)


@pytest.mark.parametrize("key", ["nst_" + "x" * 43, "wrong", "revoked"])
async def test_a_key_that_is_not_valid_is_not_read_as_anybody(
    client: Client, city: Any, key: str
) -> None:
    answer = await client.ask("Things", key=city.secrets.get(key, key))

    assert answer.status_code == 401
    assert "www-authenticate" in answer.headers
