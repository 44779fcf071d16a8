"""What is retired takes no more values and stays readable; what is deleted is gone with all."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils.translation import override
from tests.urbandata.conftest import NOON, hours

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.lib import clock
from netzstadt.urbandata.models import Series, SeriesState, Thing
from netzstadt.urbandata.services import things


@pytest.fixture(autouse=True)
def in_english():
    """Refusals are read as they stand in the source."""
    with override("en"):
        yield


@pytest.fixture
def engineer(make_person):
    return make_person(Role.DATA_ENGINEER)


def retire(station, engineer, at=None) -> int:
    return things.retire_things(
        things=[station.thing], reason="sold", by=engineer, at=at or clock.now()
    )


def judged(series: Series) -> str | None:
    """What the one way in says to a value of the series."""
    second = NOON.timestamp()
    with connection.cursor() as cursor:
        cursor.execute(
            "select problem from observations_add_ones(%s::bigint[], %s::float8[], %s::float8[],"
            " %s::float8[], %s::date[], null, null, %s::float8[], %s::float8[])",
            [[series.pk], [second], [1.5], [second], [NOON.date()], [None], [None]],
        )
        return cursor.fetchone()[0]


def test_a_retired_station_takes_no_value_and_a_returned_one_does(make_station, engineer):
    station = make_station()
    retire(station, engineer)
    assert judged(station.series) == "retired_series"

    things.return_things(things=[station.thing], by=engineer, at=clock.now())
    assert judged(station.series) is None
    assert SeriesState.objects.get(series=station.series).count == 1


def test_a_datastream_that_was_retired_before_its_station_stays_retired(make_station, engineer):
    station, first = make_station(), clock.now() - timedelta(days=1)
    things.retire_datastream(series=station.series, reason="broken", by=engineer, at=first)
    retire(station, engineer)
    things.return_things(things=[station.thing], by=engineer, at=clock.now())

    assert Series.objects.get().retired_at == first


def test_a_datastream_that_comes_to_a_retired_station_is_retired_with_it(make_station, engineer):
    old, new = make_station("Alt"), make_station("Neu")
    retire(old, engineer)
    Series.objects.filter(pk=new.series.pk).update(thing=old.thing)

    retired = Thing.objects.get(pk=old.thing.pk).retired_at
    assert Series.objects.get(pk=new.series.pk).retired_at == retired


def test_a_retired_station_is_given_no_datastream(make_station, engineer):
    station = make_station()
    retire(station, engineer)

    with pytest.raises(things.ThingRefused, match="retired"):
        things.create_datastream(
            thing=station.thing, document={}, rules={}, by=engineer, at=clock.now()
        )


def test_retiring_needs_a_reason_that_stands_in_the_history(make_station, engineer):
    station = make_station()
    with pytest.raises(things.ThingRefused, match="why"):
        things.retire_things(things=[station.thing], reason=" ", by=engineer, at=clock.now())
    retire(station, engineer)
    retire(station, engineer)

    events = AuditEvent.objects.filter(object_id=station.thing.pk)
    assert [(event.name, event.data["reason"]) for event in events] == [
        ("urbandata.thing.retired", "sold")
    ]


def test_values_of_a_retired_station_are_still_read(make_station, measure, engineer, client):
    station = make_station()
    measure(station.series, hours(NOON, [1.0, 2.0]))
    retire(station, engineer)

    page = client.get(f"/stations/{station.thing.pk}/").content.decode()
    assert "2" in page
    period = "start=2026-11-18T00:00:00Z&end=2026-11-19T00:00:00Z"
    download = client.get(f"/series/{station.series.pk}/observations.csv?{period}")
    assert download.status_code == 200


def test_a_datastream_of_a_retired_station_is_not_returned_alone(make_station, engineer):
    station = make_station()
    retire(station, engineer)

    with pytest.raises(things.ThingRefused, match="station is retired"):
        things.return_datastream(series=station.series, by=engineer, at=clock.now())


def test_what_has_values_is_retired_before_it_is_deleted(make_station, measure, engineer):
    station = make_station()
    measure(station.series, hours(NOON, [1.0, 2.0]))
    name = station.thing.name
    with pytest.raises(things.ThingRefused, match="Retire"):
        things.delete_thing(thing=station.thing, typed=name, by=engineer, at=clock.now())
    retire(station, engineer)
    with pytest.raises(things.ThingRefused, match="exactly"):
        things.delete_thing(thing=station.thing, typed="Mart", by=engineer, at=clock.now())
    things.delete_thing(thing=station.thing, typed=name, by=engineer, at=clock.now())

    assert not Thing.objects.exists()
    assert not SeriesState.objects.exists()
    deleted = AuditEvent.objects.get(name="plane.datastream.deleted")
    assert (deleted.data["observations"], deleted.person_id) == (2, engineer.pk)


def test_the_question_before_a_deletion_says_what_goes(make_station, measure, engineer, client_of):
    station = make_station()
    measure(station.series, hours(NOON, [1.0, 2.0, 3.0]))
    goes = client_of(engineer).get(f"/things/{station.thing.pk}/delete/").context["goes"]

    assert (goes.datastreams, goes.observations) == (1, 3)
    assert goes.first == NOON


def test_what_must_be_retired_first_is_said_before_the_name_is_typed(
    make_station, measure, engineer, client_of
):
    station, pages = make_station(), client_of(engineer)
    measure(station.series, hours(NOON, [1.0]))
    thing, series = f"/things/{station.thing.pk}/", f"/datastreams/{station.series.uuid}/"

    of_thing = pages.get(f"{thing}delete/").content.decode()
    of_series = pages.get(f"{series}delete/").content.decode()
    retire(station, engineer)
    after = pages.get(f"{thing}delete/").content.decode()

    assert f'href="{thing}retire/"' in of_thing
    assert f'href="{series}retire/"' in of_series
    assert 'name="typed"' not in of_thing + of_series
    assert "Um eine Station zu beenden" in of_thing
    assert "Um einen Datenstrom zu beenden" in of_series
    assert 'name="typed"' in after


def test_a_datastream_is_deleted_after_its_name_was_typed(make_station, engineer, client_of):
    series, pages = make_station().series, client_of(engineer)

    assert pages.post(f"/datastreams/{series.uuid}/delete/", {"typed": "x"}).status_code == 422
    assert (
        pages.post(f"/datastreams/{series.uuid}/delete/", {"typed": series.name}).status_code == 302
    )
    assert not Series.objects.exists()


def test_pages_retire_and_return(make_station, engineer, client_of):
    station, pages = make_station(), client_of(engineer)
    thing, series = f"/things/{station.thing.pk}", f"/datastreams/{station.series.uuid}"

    assert pages.post(f"{thing}/retire/", {"reason": ""}).status_code == 422
    assert pages.get(f"{thing}/retire/").status_code == 200
    pages.post(f"{thing}/retire/", {"reason": "sold"})
    assert Thing.objects.get().retired_at is not None
    assert pages.get(f"{thing}/").status_code == 200
    pages.post(f"{thing}/return/")
    assert Thing.objects.get().retired_at is None
    pages.post(f"{series}/retire/", {"reason": "sold"})
    assert Series.objects.get().retired_at is not None
    pages.post(f"{series}/return/")
    assert Series.objects.get().retired_at is None
