"""Stations and Datastreams made and changed by hand, by the rules of the API."""

import pytest
from django.utils.translation import override

from netzstadt.core.audit.models import AuditEvent
from netzstadt.lib import clock
from netzstadt.urbandata.models import Series, Thing, ThingLocation, Visibility
from netzstadt.urbandata.services import things

DOCUMENT = {"name": "Pegel Nord", "description": "An der Brücke", "properties": {"height": 3}}
PLACE = {
    "name": "Brücke",
    "description": "",
    "encodingType": "application/geo+json",
    "location": {"type": "Point", "coordinates": [7.1, 51.5]},
}
STREAM = {
    "name": "Wasserstand",
    "description": "",
    "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
    "unitOfMeasurement": {"name": "Meter", "symbol": "m", "definition": "ucum:m"},
    "Sensor": {
        "name": "Radar",
        "description": "",
        "encodingType": "text/plain",
        "metadata": "",
    },
    "ObservedProperty": {"name": "Pegel", "definition": "urn:level", "description": ""},
}


@pytest.fixture(autouse=True)
def in_english():
    """Refusals are read as they stand in the source."""
    with override("en"):
        yield


@pytest.fixture
def engineer(make_person):
    from netzstadt.core.access.permissions import Role

    return make_person(Role.DATA_ENGINEER)


@pytest.fixture
def thing(engineer):
    return things.create_thing(
        document=DOCUMENT, place=PLACE, unit_id=None, by=engineer, at=clock.now()
    )


def events_of(object_id) -> list[str]:
    found = AuditEvent.objects.filter(object_id=object_id).order_by("sequence")
    return [event.name for event in found]


def test_a_station_is_made_at_its_place_and_recorded_as_the_api_records_it(thing, engineer):
    event = AuditEvent.objects.get(object_id=thing.pk)

    assert thing.name == "Pegel Nord"
    assert thing.properties == {"height": 3}
    assert ThingLocation.objects.get(thing=thing).location.name == "Brücke"
    assert (event.name, event.person_id, event.api_key_id) == (
        "plane.thing.created",
        engineer.pk,
        None,
    )


def test_what_the_api_refuses_is_refused_with_its_place(engineer):
    with pytest.raises(things.ThingRefused, match="properties"):
        things.create_thing(
            document={**DOCUMENT, "properties": 7},
            place=None,
            unit_id=None,
            by=engineer,
            at=clock.now(),
        )

    assert not Thing.objects.exists()


def test_only_what_differs_is_changed(thing, engineer):
    document = {**DOCUMENT, "visibility": "administration"}
    things.edit_thing(
        thing=thing, document=document, place=None, unit_id=None, by=engineer, at=clock.now()
    )
    things.edit_thing(
        thing=thing,
        document={**document, "name": "Pegel Süd"},
        place=None,
        unit_id=None,
        by=engineer,
        at=clock.now(),
    )

    changes = AuditEvent.objects.filter(object_id=thing.pk, name="plane.thing.changed")
    assert [change.data.get("name") for change in changes] == ["Pegel Süd"]


def test_a_station_that_moves_keeps_where_it_was(thing, engineer):
    moved = {**PLACE, "location": {"type": "Point", "coordinates": [7.2, 51.6]}}
    things.edit_thing(
        thing=thing,
        document=DOCUMENT,
        place=moved,
        unit_id=None,
        by=engineer,
        at=clock.now(),
    )

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from historical_location where thing_id = %s", [thing.pk])
        assert cursor.fetchone() == (2,)
    now = ThingLocation.objects.get(thing=thing).location
    assert now.location["coordinates"] == [7.2, 51.6]


def test_a_station_is_given_to_a_unit(thing, engineer, make_unit):
    unit = make_unit()
    things.set_owner_of(things=[thing], unit_id=unit.pk, by=engineer, at=clock.now())

    thing.refresh_from_db()
    assert thing.unit_id == unit.pk
    assert events_of(thing.pk)[-1] == "urbandata.thing.owner_changed"


def test_several_stations_are_shown_to_others_at_once(thing, make_station, engineer):
    other = make_station("Markt", visibility="PUBLIC").thing
    changed = things.set_visibility_of(
        things=[thing, other], visibility=Visibility.PUBLIC, by=engineer, at=clock.now()
    )

    assert changed == 1, "one of them was public already"
    thing.refresh_from_db()
    assert thing.visibility == "PUBLIC"


def make_stream(thing, engineer, **changes) -> Series:
    return things.create_datastream(
        thing=thing,
        document={**STREAM, **changes},
        rules={"minimum": 0.0, "maximum": 20.0},
        by=engineer,
        at=clock.now(),
    )


def test_a_datastream_is_made_with_its_sensor_and_property(thing, engineer):
    series = make_stream(thing, engineer)

    assert series.thing_id == thing.pk
    assert (series.ucum, series.quality_rules) == ("m", {"minimum": 0.0, "maximum": 20.0})
    assert (series.sensor.name, series.observed_property.name) == ("Radar", "Pegel")
    assert events_of(series.uuid) == [
        "plane.datastream.created",
        "urbandata.datastream.quality_rules_set",
    ]


def test_a_datastream_goes_over_to_another_unit_of_measurement_and_sensor(
    thing, engineer, make_station
):
    series, other = make_stream(thing, engineer), make_station().series
    things.edit_datastream(
        series=series,
        document={
            "unitOfMeasurement": {"name": "", "symbol": "cm", "definition": "ucum:cm"},
            "Sensor": {"@iot.id": other.sensor.pk and str(other.sensor.pk)},
        },
        rules={},
        by=engineer,
        at=clock.now(),
    )

    series.refresh_from_db()
    assert (series.ucum, series.sensor_id, series.quality_rules) == ("cm", other.sensor_id, {})


def test_the_kind_of_values_stays(thing, engineer):
    series = make_stream(thing, engineer)

    with pytest.raises(things.ThingRefused, match="another Datastream"):
        things.edit_datastream(
            series=series,
            document={"observationType": "x"},
            rules={},
            by=engineer,
            at=clock.now(),
        )


def test_bounds_that_cross_are_refused_and_nothing_is_made(thing, engineer):
    with pytest.raises(things.ThingRefused, match="greater"):
        things.create_datastream(
            thing=thing,
            document=STREAM,
            rules={"minimum": 5.0, "maximum": 1.0},
            by=engineer,
            at=clock.now(),
        )

    assert not Series.objects.exists()
