"""Files with an identifier column and a value column, and stations described as GeoJSON."""

import json

import pytest

from netzstadt.plane.importing.errors import ImportRefused

LONG = r"""
key = "langstadt"
title = "Pegel Langstadt"
publisher = "Stadt Langstadt"
licence = "CC0-1.0"
format = "csv"
recognise = { files = ["*.csv"], content = '\At,' }
time = { format = "%Y-%m-%dT%H:%M:%S" }
layout = { kind = "long", time = "t", identifier = "id", value = "v", quality = "ok" }
quality = { flags = { "1" = [], "0" = ["invalid"] } }
stations = { file = "orte.geojson", kind = "geojson", id = "ID", name = "NAME" }
thing = { id = "l-{station}", name_without_metadata = "Pegel {station}", description = "Pegel" }
datastream = { id = "l-{channel}-pegel", name = "Pegelstand {name}", description = "Stand" }
sensor = { id = "l-sensor", name = "Sensor", description = "Ein Sensor.", metadata = "keine" }

[[observed_property]]
id = "l-pegel"
name = "Pegelstand"
definition = "https://example.org/level"
description = "Wasserstand"
unit = { name = "Zentimeter", symbol = "cm", ucum = "cm" }
"""


def feature(identifier: str, name: str, geometry: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": {"ID": identifier, "NAME": name},
    }


def line(*points: list[float]) -> dict[str, object]:
    return {"type": "MultiLineString", "coordinates": [list(points)]}


def write_stations(city, *features: object) -> None:
    document = {"type": "FeatureCollection", "features": list(features)}
    (city.folder / "orte.geojson").write_text(json.dumps(document), "utf-8")


@pytest.fixture
def long_city(city):
    city.describe(LONG)
    city.write(
        "a.csv",
        '"t","id","v","ok"',
        '"2024-02-01T12:00:00","P1",10,1',
        '"2024-02-01T12:00:00","P2",-1.5,0',
        '"2024-02-01T12:05:00","P1",11,1',
    )
    return city


def test_every_identifier_becomes_a_thing_with_a_series(long_city):
    counts = long_city.counts()

    assert counts.loaded == 3
    assert long_city.observations() == [
        ("l-P1-pegel", "2024-02-01T12:00", 10.0, None),
        ("l-P1-pegel", "2024-02-01T12:05", 11.0, None),
        ("l-P2-pegel", "2024-02-01T12:00", -1.5, ["invalid"]),
    ]


def test_a_line_without_an_identifier_is_rejected(long_city):
    long_city.write(
        "a.csv",
        '"t","id","v","ok"',
        '"2024-02-01T12:00:00","P1",10,1',
        '"2024-02-01T12:00:00","",11,1',
        '"2024-02-01T12:00:00","",x,1',
        "too,few",
    )

    counts = long_city.counts()

    assert (counts.read, counts.loaded, counts.rejected) == (4, 1, 3)
    reasons = [row["reason"] for row in long_city.rejects()]
    assert [reason for reason in reasons if "which station" in reason] == reasons[-2:]


def test_a_described_station_gets_name_location_and_feature_as_given(long_city):
    geometry = line([7.1, 51.5], [7.2, 51.6])
    write_stations(long_city, feature("P1", "Am Hafen", geometry))

    long_city.run()

    assert long_city.ask(
        "select t.name, l.location, l.bounds::text, f.feature "
        "from thing t join thing_location tl on tl.thing_id = t.id "
        "join location l on l.id = tl.location_id "
        "join feature_of_interest f on f.location_id = l.id"
    ) == [("Am Hafen", geometry, "(7.2,51.6),(7.1,51.5)", geometry)]
    recorded = long_city.ask(
        "select count(*) from audit_event where name = 'plane.historical_location.created'"
    )
    assert recorded == long_city.ask("select count(*) from historical_location") == [(1,)]


def test_a_station_without_description_is_kept_without_a_place(long_city):
    write_stations(long_city, feature("P1", "Am Hafen", line([7.1, 51.5], [7.2, 51.6])))

    long_city.run()

    assert long_city.ask(
        "select t.name, f.feature -> 'geometry', f.geometry is null from thing t "
        "join series s on s.thing_id = t.id "
        "join feature_of_interest f on f.id = s.default_feature_id where t.name <> 'Am Hafen'"
    ) == [("Pegel P2", None, True)]
    assert long_city.ask("select count(*) from thing_location") == [(1,)]


def test_a_description_without_values_makes_nothing(long_city):
    write_stations(long_city, feature("P9", "Nirgends", line([7.1, 51.5], [7.2, 51.6])))

    long_city.run()

    assert long_city.ask("select count(*) from thing where name = 'Nirgends'") == [(0,)]


def test_a_station_described_twice_keeps_both_geometries(long_city):
    write_stations(
        long_city,
        feature("P1", "Am Hafen", line([7.1, 51.5], [7.2, 51.6])),
        feature("P1", "Anderer Name", line([7.3, 51.5], [7.4, 51.6])),
    )

    long_city.run()

    ((name, location),) = long_city.ask(
        "select t.name, l.location from thing t join thing_location tl on tl.thing_id = t.id "
        "join location l on l.id = tl.location_id"
    )
    assert name == "Am Hafen"
    assert location["coordinates"] == [
        [[7.1, 51.5], [7.2, 51.6]],
        [[7.3, 51.5], [7.4, 51.6]],
    ]


def test_a_thing_that_was_moved_meanwhile_stays_where_it_is(long_city):
    write_stations(long_city, feature("P1", "Am Hafen", line([7.1, 51.5], [7.2, 51.6])))
    long_city.run()
    write_stations(long_city, feature("P1", "Am Hafen", line([8.1, 51.5], [8.2, 51.6])))

    long_city.run()

    assert long_city.ask("select bounds::text from location") == [("(7.2,51.6),(7.1,51.5)",)]


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ({"type": "Point", "coordinates": [365000.0, 5700000.0]}, "degrees"),
        ({"type": "Kreis"}, "no GeoJSON"),
        ("hier", "no GeoJSON"),
    ],
)
def test_a_geometry_that_is_none_is_refused_with_its_place(long_city, geometry, reason):
    write_stations(long_city, feature("P1", "Am Hafen", geometry))

    with pytest.raises(ImportRefused, match=rf"orte\.geojson, station 1: .*{reason}"):
        long_city.run()


def test_stations_that_are_no_json_are_refused(long_city):
    (long_city.folder / "orte.geojson").write_text("{")

    with pytest.raises(ImportRefused, match=r"orte\.geojson is no valid JSON"):
        long_city.run()


def test_each_station_of_a_file_has_its_own_hour_that_comes_twice(city):
    city.describe(
        LONG.replace(
            '"%Y-%m-%dT%H:%M:%S" }',
            '"%H:%M %d.%m.%Y", zone = "Europe/Berlin", repeated_hour = "twice" }',
        )
    )
    hours = ["01:00", "02:00", "02:00", "03:00"]
    lines = [f"{hour} 26.10.2025,{name},1,1" for name in ("P1", "P2") for hour in hours]
    city.write("a.csv", "t,id,v,ok", *lines)

    assert city.counts().loaded == 8
    times = [time[11:] for _, time, *_ in city.observations()]
    assert times == ["23:00", "00:00", "01:00", "02:00"] * 2
