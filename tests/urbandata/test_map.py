"""What the map says: stations where they are, groups of many, streets, the outline."""

import json

import pytest
from django.db import connection
from django.urls import reverse
from tests.core.geo.conftest import SOURCE, collection, square
from tests.urbandata.conftest import NOON, hours

from netzstadt.core.access.permissions import Role
from netzstadt.core.geo.area_files import read_areas
from netzstadt.core.geo.models import AreaKind
from netzstadt.core.geo.services import areas
from netzstadt.lib import clock
from netzstadt.urbandata import map_features
from netzstadt.urbandata.models import Outline

MAP = "/stations.geojson"
CITY = {"bounds": "7.0,51.4,7.2,51.6", "zoom": "10"}


def features_of(client, **query: str) -> list[dict]:
    return json.loads(client.get(MAP, query).content)["features"]


def map_names(client, **query: str) -> set[str]:
    """The stations that the map tells one by one."""
    found = (one["properties"] for one in features_of(client, **query))
    return {one["name"] for one in found if "name" in one}


def counted(client, **query: str) -> int:
    """How many stations the map tells, one by one and in groups."""
    return sum(one["properties"].get("stations", 1) for one in features_of(client, **query))


@pytest.fixture
def few(monkeypatch) -> None:
    """More than three stations are many."""
    monkeypatch.setattr(map_features, "FEW", 3)
    monkeypatch.setattr(map_features, "MANY", 3)


def test_a_street_is_drawn_in_its_course_with_few_bends(client, make_station):
    station = make_station("Ring")
    bends = [[7 + number / 1000, 51.5 + number % 2 / 1000] for number in range(400)]
    with connection.cursor() as cursor:
        cursor.execute(
            "update location set location = %s, bounds = '(7.399,51.501),(7,51.5)' "
            "where id in (select location_id from thing_location where thing_id = %s)",
            [json.dumps({"type": "MultiLineString", "coordinates": [bends]}), station.thing.pk],
        )
    make_station("Punkt")

    features = json.loads(client.get("/stations.geojson").content)["features"]

    point, street = features
    assert "shape" not in point
    (line,) = street["shape"]["coordinates"]
    assert street["geometry"]["type"] == "Point"
    assert (line[0], line[-1]) == (bends[0], bends[-1])
    assert len(line) <= map_features.LINE_POINTS + 1


def test_the_map_says_where_stations_are_and_what_they_measure(client, make_station, measure):
    station = make_station("Markt", place=(7.05, 51.55), is_simulated=True)
    measure(station.series, hours(NOON, [21.5]))

    (feature,) = json.loads(client.get(MAP).content)["features"]

    assert feature["geometry"] == {"type": "Point", "coordinates": [7.05, 51.55]}
    assert feature["properties"]["value"] == "Lufttemperatur: 21,5 °C"
    assert feature["properties"]["simulated"] is True
    assert feature["properties"]["url"] == reverse("urbandata:station", args=[station.thing.pk])


@pytest.mark.parametrize("near", ["x", "1", "1,2,3", "nan,51.5", "200,51.5", "7.1,inf"])
def test_a_wrong_place_leaves_the_whole_map(client, make_station, near):
    make_station("Markt")

    assert map_names(client, near=near) == {"Markt"}


def test_the_map_of_one_station_loads_only_what_is_around_it(client, make_station):
    station = make_station("Markt", place=(7.1, 51.5))
    make_station("Nachbar", place=(7.15, 51.45))
    make_station("Fern", place=(7.1, 51.8))

    page = client.get(f"/stations/{station.thing.pk}/").content.decode()

    assert "near=7.1%2C51.5" in page
    assert map_names(client, near="7.1,51.5") == {"Markt", "Nachbar"}


def test_the_outline_names_its_source(client, db):
    Outline.objects.create(
        key="city", name="Stadt", boundary={"type": "Polygon"}, attribution="© GeoBasis-DE / BKG"
    )

    (feature,) = json.loads(client.get("/outline.geojson").content)["features"]

    assert feature["properties"]["attribution"] == "© GeoBasis-DE / BKG"


def test_the_area_of_the_city_is_its_outline(client, db):
    areas.import_areas(
        rows=read_areas(collection(("05513000", "Musterstadt", square(7.0, 51.4)))),
        kind=AreaKind.CITY,
        source=SOURCE,
        file_name="city.geojson",
        by=None,
        at=clock.now(),
    )

    (feature,) = json.loads(client.get("/outline.geojson").content)["features"]

    assert feature["geometry"]["type"] == "Polygon"
    assert feature["properties"]["name"] == "Musterstadt"
    assert "Vermessungsamt der Teststadt" in feature["properties"]["attribution"]


@pytest.mark.parametrize("query", [{}, CITY])
@pytest.mark.usefixtures("few")
def test_many_stations_are_counted_in_groups_and_none_is_lost(client, make_station, query):
    for number in range(5):
        make_station(f"Dicht {number}", place=(7.1 + number / 1e5, 51.5))
    make_station("Abseits", place=(7.19, 51.41))

    group, alone = features_of(client, **query)

    assert group["properties"]["stations"] == 5
    assert group["bbox"] == [7.1, 51.5, 7.10004, 51.5]
    assert group["geometry"]["coordinates"] == [7.10002, 51.5]
    assert alone["properties"]["name"] == "Abseits"


@pytest.mark.usefixtures("few")
def test_a_group_falls_apart_when_it_is_looked_at_closely(client, make_station):
    for number in range(5):
        make_station(f"Dicht {number}", place=(7.1 + number / 1e3, 51.5))

    near = {"bounds": "7.0995,51.4995,7.1045,51.5005", "zoom": "17"}

    assert map_names(client, **CITY) == set()
    assert map_names(client, **near) == {f"Dicht {number}" for number in range(5)}


def test_a_part_of_the_map_tells_only_what_is_in_it(client, make_station):
    make_station("Hier", place=(7.1, 51.5))
    make_station("Dort", place=(8.1, 51.5))

    assert map_names(client, **CITY) == {"Hier"}


@pytest.mark.usefixtures("few")
def test_groups_follow_the_filter_of_the_list(client, make_station):
    for number in range(5):
        make_station(f"Luft {number}", measures="Lufttemperatur")
    dust = [make_station(f"Staub {number}", measures="Feinstaub") for number in range(4)]
    wanted = {"property": str(dust[0].series.observed_property_id)}

    assert counted(client, **CITY) == 9
    assert counted(client, **CITY, **wanted) == 4
    assert counted(client, **CITY, q="luft") == 5
    assert counted(client, **CITY, q="nichts") == 0


@pytest.mark.usefixtures("few")
def test_a_group_counts_only_what_its_reader_may_see(client, make_person, client_of, make_station):
    for number in range(4):
        make_station(f"Offen {number}")
    hidden = make_station("Geheim", visibility="RESTRICTED")
    person = make_person(Role.READER, object_id=hidden.thing.pk)

    assert counted(client, **CITY) == 4
    assert counted(client_of(person), **CITY) == 5


@pytest.mark.parametrize(
    "area",
    [
        {"bounds": "x", "zoom": "3"},
        {"bounds": "7,51,8", "zoom": "3"},
        {"bounds": "8,51,7,52", "zoom": "3"},
        {"bounds": "nan,51,8,52", "zoom": "3"},
        {"bounds": "7,51,8,152", "zoom": "3"},
        {"bounds": "7,51,8,52", "zoom": "-1"},
        {"bounds": "7,51,8,52", "zoom": "1e9"},
        {"bounds": "7,51,8,52"},
    ],
)
def test_a_part_that_cannot_be_read_leaves_the_whole_map(client, make_station, area):
    make_station("Markt", place=(10.0, 53.0))

    assert map_names(client, **area) == {"Markt"}


@pytest.mark.usefixtures("few")
def test_no_question_makes_the_map_long(client, make_station):
    for number in range(60):
        make_station(f"Station {number}", place=(-175 + number * 5.9, -80 + number * 2.7))

    everything = {"bounds": "-180,-90,180,90", "zoom": "24"}

    assert counted(client, **everything) == 60
    assert len(features_of(client, **everything)) < 33 * 2
    assert map_features.Area((-180, -90, 180, 90), 24).cell * map_features.CELLS_A_SIDE >= 360


def test_the_small_map_of_a_station_has_only_the_nearest(client, make_station, monkeypatch):
    monkeypatch.setattr(map_features, "NEAREST", 3)
    for number in range(6):
        make_station(f"Station {number}", place=(7.1 + number / 1000, 51.5))

    assert map_names(client, near="7.1,51.5") == {"Station 0", "Station 1", "Station 2"}


@pytest.mark.parametrize("path", [MAP, "/outline.geojson"])
def test_a_map_that_has_not_changed_is_not_sent_again(client, make_station, path):
    make_station("Markt")
    first = client.get(path)

    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    make_station("Neu")
    later = client.get(MAP, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert later.status_code == 200


def test_no_cache_keeps_the_map_of_who_is_signed_in(make_person, client_of, make_station):
    make_station("Markt")

    answer = client_of(make_person(Role.READER)).get(MAP)

    assert answer["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer["Vary"]


def test_the_list_says_where_its_stations_are_on_the_map(client, make_station):
    make_station("Markt", place=(7.05, 51.55))

    (feature,) = features_of(client)

    longitude, latitude = feature["geometry"]["coordinates"]
    assert f'data-place="{longitude},{latitude}"' in client.get("/stations/").content.decode()
