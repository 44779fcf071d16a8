"""Stations on map and list: what is found, in which order, and who may see it."""

import json
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from tests.urbandata.conftest import NOON, hours

from netzstadt.core.access.permissions import Role
from netzstadt.lib import clock
from netzstadt.lib.keyset import encode_place
from netzstadt.urbandata import queries

LIST = "/stations/"
MOST_QUERIES = 12


def names(response) -> list[str]:
    """The stations of a list page, in its order."""
    return re.findall(r'ns-station__name"><a[^>]*>([^<]*)<', response.content.decode())


def map_names(client, **query: str) -> set[str]:
    found = json.loads(client.get("/stations.geojson", query).content)
    return {feature["properties"]["name"] for feature in found["features"]}


def test_names_stand_in_the_order_of_din_5007(client, make_station):
    for name in ("Zoo", "Öde", "Ofen", "äpfel", "Apfelhof", "Straße", "Strasse 2"):
        make_station(name)

    assert names(client.get(LIST)) == [
        "äpfel",
        "Apfelhof",
        "Öde",
        "Ofen",
        "Straße",
        "Strasse 2",
        "Zoo",
    ]


def test_a_station_is_found_without_its_umlauts_and_in_any_case(client, make_station):
    make_station("Königsplatz")
    make_station("Markt")

    assert names(client.get(LIST, {"q": "konigs"})) == ["Königsplatz"]
    assert names(client.get(LIST, {"q": "KÖNIG"})) == ["Königsplatz"]
    assert map_names(client, q="konig") == {"Königsplatz"}


@pytest.mark.parametrize("text", ["%", "_", "' or 1=1 --", "\\", "<b>"])
def test_signs_of_sql_and_html_are_only_letters_of_a_name(client, make_station, text):
    make_station("Markt")

    response = client.get(LIST, {"q": text})

    assert response.status_code == 200
    assert names(response) == []


def test_stations_are_found_by_what_they_measure(client, make_station):
    dust = make_station("Staubig", measures="Feinstaub")
    make_station("Warm", measures="Lufttemperatur")
    wanted = {"property": str(dust.series.observed_property_id)}

    assert names(client.get(LIST, wanted)) == ["Staubig"]
    assert map_names(client, **wanted) == {"Staubig"}


@pytest.mark.parametrize("wanted", ["abc", "01a21428-0000-7000-8000-000000000000"])
def test_what_is_not_measured_any_more_is_said_in_words(client, make_station, wanted):
    make_station("Markt")

    answer = client.get(LIST, {"property": wanted})

    assert "Das wird nicht oder nicht mehr gemessen." in answer.content.decode()
    assert "UUID" not in answer.content.decode()
    assert names(answer) == ["Markt"]
    assert answer.context["map_query"] == ""


@pytest.mark.parametrize("sort", ["name", "newest"])
def test_pages_show_every_station_once(make_station, measure, sort):
    for number in range(7):
        station = make_station(f"Station {number % 3}")
        if number % 2:
            measure(station.series, hours(NOON + timedelta(days=number), [1.0]))
    seen, after = [], ""

    for _ in range(10):
        page = queries.stations(queries.Wanted(sort=sort, after=after), to=None, limit=2)
        seen += [row.thing.pk for row in page.rows]
        after = page.following
        if not after:
            break

    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2026-01-01T00:00:00+23:59",
        "2026-01-01T00:00:00",
        "x",
        "\0",
    ],
)
def test_a_forged_place_in_the_list_harms_nothing(client, make_station, moment):
    make_station("Alt")

    answers = [
        client.get(LIST, {"sort": sort, "after": encode_place(moment, uuid.uuid4())})
        for sort in ("newest", "name")
    ]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_the_newest_value_stands_first(client, make_station, measure):
    old, new = make_station("Alt"), make_station("Neu")
    make_station("Nie")
    measure(old.series, hours(NOON, [1.0]))
    measure(new.series, hours(NOON + timedelta(hours=1), [2.0]))

    assert names(client.get(LIST, {"sort": "newest"})) == ["Neu", "Alt", "Nie"]


@pytest.mark.parametrize("recent", [1, 2, 3, 5, 400])
def test_the_order_is_the_same_however_few_states_are_looked_at_first(
    make_station, measure, monkeypatch, recent
):
    stations = [make_station(f"Station {number}") for number in range(6)]
    for number, station in enumerate(stations):
        measure(station.series, hours(NOON + timedelta(hours=number // 2), [1.0]))
    hidden = make_station("Geheim", visibility="RESTRICTED")
    measure(hidden.series, hours(NOON + timedelta(days=1), [1.0]))
    monkeypatch.setattr(queries, "RECENT", recent)

    page = queries.stations(queries.Wanted(sort="newest"), to=None, limit=2)

    newest_two = sorted(station.thing.pk for station in stations[4:])
    assert [row.thing.pk for row in page.rows] == newest_two


@pytest.mark.parametrize("after", ["x", "e30", "WzEsMl0", "%00", "WyJhIiwgImIiXQ"])
def test_a_place_in_the_list_that_cannot_be_read_is_its_beginning(client, make_station, after):
    make_station("Markt")

    assert names(client.get(LIST, {"after": after})) == ["Markt"]


PLACES = ["list", "map", "home", "station", "property", "properties", "values", "key figures"]


def _says(client, place: str, station, word: str) -> bool:
    """Whether a place tells that the station is there."""
    if place == "key figures":
        figures = re.findall(r'ns-figure__value">([^<]*)<', client.get("/").content.decode())
        return figures[:1] == ["1"]
    if place == "values":
        query = {"start": "2026-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}
        response = client.get(f"/series/{station.series.pk}/values.json", query)
        return response.status_code == 200
    address = {
        "list": LIST,
        "map": "/stations.geojson",
        "home": "/",
        "station": f"/stations/{station.thing.pk}/",
        "property": f"/observed-properties/{station.series.observed_property_id}/",
        "properties": "/observed-properties/",
    }[place]
    response = client.get(address)
    wanted = "Verborgenes" if place == "properties" else word
    return response.status_code == 200 and wanted in response.content.decode()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("visibility", "series_visibility"),
    [("RESTRICTED", "PUBLIC"), ("ADMINISTRATION", "PUBLIC"), ("UNIT", "PUBLIC")],
)
def test_a_station_that_is_not_public_is_nowhere_told_to_others(
    client, make_station, measure, place, visibility, series_visibility
):
    station = make_station("Geheim", measures="Verborgenes", visibility=visibility)
    measure(station.series, hours(NOON, [1.0]))

    assert not _says(client, place, station, "Geheim")


@pytest.mark.parametrize("place", PLACES)
def test_who_was_given_a_restricted_station_sees_it_everywhere(
    make_person, client_of, make_station, measure, place
):
    station = make_station("Geheim", measures="Verborgenes", visibility="RESTRICTED")
    measure(station.series, hours(NOON, [1.0]))
    person = make_person(Role.READER, object_id=station.thing.pk)

    assert _says(client_of(person), place, station, "Geheim")


def test_a_hidden_series_of_a_public_station_is_told_only_to_those_who_may(
    client, make_person, client_of, make_station, measure
):
    station = make_station("Markt", measures="Verborgenes", series_visibility="RESTRICTED")
    measure(station.series, hours(NOON, [77.0]))
    page = f"/stations/{station.thing.pk}/"
    engineer = client_of(make_person(Role.DATA_ENGINEER))

    assert "Verborgenes" not in client.get(page).content.decode()
    assert "Verborgenes" not in client.get(LIST).content.decode()
    assert "Verborgenes" not in client.get("/stations.geojson").content.decode()
    assert client.get(f"{page}?series={station.series.pk}").status_code == 404
    assert "Verborgenes" in engineer.get(page).content.decode()


@pytest.mark.parametrize("page", [LIST, "/", "/stations.geojson", "/observed-properties/"])
def test_pages_ask_few_questions_however_many_stations_there_are(
    client, make_station, measure, django_assert_max_num_queries, page
):
    for number in range(30):
        station = make_station(f"Station {number}", measures=f"Größe {number % 9}")
        measure(station.series, hours(NOON, [float(number)]))

    with django_assert_max_num_queries(MOST_QUERIES):
        response = client.get(page)

    assert response.status_code == 200


def test_the_visibility_of_a_station_is_changed_and_recorded(
    client, make_person, client_of, make_station
):
    station = make_station("Markt")
    engineer = client_of(make_person(Role.DATA_ENGINEER))
    page = f"/stations/{station.thing.pk}/"

    answer = engineer.post(f"{page}visibility/", {"visibility": "RESTRICTED"})

    assert answer.status_code == 302
    assert client.get(page).status_code == 404
    assert engineer.get(page).status_code == 200


def test_a_reader_may_not_change_who_sees_a_station(make_person, client_of, make_station):
    station = make_station("Markt")
    reader = client_of(make_person(Role.READER))

    answer = reader.post(f"/stations/{station.thing.pk}/visibility/", {"visibility": "RESTRICTED"})

    assert answer.status_code == 403


def test_a_simulated_station_says_so(client, make_station):
    station = make_station("Markt", is_simulated=True)

    assert "Simulierter Wert" in client.get(LIST).content.decode()
    assert "Simulierter Wert" in client.get(f"/stations/{station.thing.pk}/").content.decode()


def test_the_age_of_a_value_is_written_in_words(client, make_station, measure):
    station = make_station("Markt")
    measure(station.series, [(clock.now() - timedelta(hours=3, minutes=10), 1.0)])

    assert "vor 3 Stunden" in client.get(LIST).content.decode()


def test_old_values_carry_their_date_and_are_not_called_overdue(client, make_station, measure):
    station = make_station("Markt")
    measure(station.series, hours(datetime(2014, 1, 31, 12, tzinfo=UTC), [1.0, 2.0]))

    page = client.get(f"/stations/{station.thing.pk}/").content.decode()

    assert "(31.01.2014)" in page
    assert "Überfällig" not in page


def test_a_city_without_stations_says_what_to_do(client, db):
    assert "Noch wird nichts gemessen" in client.get(LIST).content.decode()
    assert "Noch wird nichts gemessen" in client.get("/").content.decode()
