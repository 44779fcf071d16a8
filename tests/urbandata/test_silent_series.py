"""Datastreams that usually send and keep still are found, and nothing else is."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from netzstadt.core.access.permissions import Role
from netzstadt.lib import clock
from netzstadt.plane import expectations
from netzstadt.urbandata.models import Series, SeriesExpectation, SeriesState
from netzstadt.urbandata.queries.things import silent_series
from netzstadt.urbandata.services import things
from netzstadt.urbandata.tiles import silent


@pytest.fixture
def engineer(make_person):
    return make_person(Role.DATA_ENGINEER)


@pytest.fixture
def sent(measure):
    """Let a series have sent every ten minutes, the last value ``ago`` before now."""

    def send(series: Series, ago: timedelta, *, count: int = 12) -> None:
        last = clock.now() - ago
        measure(series, [(last - timedelta(minutes=10 * n), float(n)) for n in range(count)])

    return send


def reckon(at=None) -> int:
    return expectations.reckon(connection.connection, at=at or clock.now())


def test_the_usual_gap_is_the_median_of_the_newest_gaps(make_station, measure):
    series, last = make_station().series, clock.now()
    gaps = [10, 10, 10, 600, 10, 10]
    times = [last]
    for gap in gaps:
        times.append(times[-1] - timedelta(minutes=gap))
    measure(series, [(time, 1.0) for time in times])
    reckon()

    assert SeriesExpectation.objects.get().gap == timedelta(minutes=10)


@pytest.mark.parametrize(("minutes", "is_silent"), [(5, False), (25, False), (31, True)])
def test_three_usual_gaps_are_too_long(make_station, sent, engineer, minutes, is_silent):
    sent(make_station().series, timedelta(minutes=minutes))
    reckon()

    found = silent_series(to=engineer, at=clock.now())
    assert found.exists() == is_silent


def test_what_an_import_brought_of_the_past_is_never_missed(make_station, sent, engineer):
    sent(make_station().series, timedelta(days=400))
    reckon()

    assert SeriesExpectation.objects.get().is_sending is False
    assert not silent_series(to=engineer, at=clock.now()).exists()


def test_few_values_say_nothing_of_a_usual_gap(make_station, sent, engineer):
    sent(make_station().series, timedelta(hours=5), count=4)
    reckon()

    assert SeriesExpectation.objects.get().gap is None
    assert not silent_series(to=engineer, at=clock.now()).exists()


def test_what_once_sends_goes_on_being_expected(make_station, sent, engineer):
    series = make_station().series
    sent(series, timedelta(minutes=5))
    reckon()
    # Days later it is corrected, which changes its state.
    later = clock.now() + timedelta(days=3)
    SeriesState.objects.filter(series=series).update(changed_at=later)
    assert reckon(at=later + timedelta(minutes=1)) == 1

    assert silent_series(to=engineer, at=later).exists()


def test_what_did_not_change_is_not_reckoned_again(make_station, sent):
    sent(make_station().series, timedelta(minutes=5))

    assert reckon() == 1
    assert reckon(at=clock.now() + timedelta(days=1)) == 0


def test_what_is_retired_is_missed_no_longer(make_station, sent, engineer):
    station = make_station()
    sent(station.series, timedelta(hours=5))
    reckon()
    assert silent_series(to=engineer, at=clock.now()).exists()
    things.retire_things(things=[station.thing], reason="sold", by=engineer, at=clock.now())

    assert not silent_series(to=engineer, at=clock.now()).exists()


def test_page_filter_and_tile_tell_of_it(make_station, sent, engineer, client_of):
    station = make_station()
    make_station("Bahnhof")
    sent(station.series, timedelta(hours=5))
    reckon()
    pages, tile = client_of(engineer), silent(engineer, at=clock.now())

    assert pages.get("/things/silent/").context["page"].paginator.count == 1
    listed = pages.get("/things/?state=silent").context["page"].things
    assert [thing.name for thing in listed] == [station.thing.name]
    assert (tile.count, tile.url, tile.lines[0].is_late) == (1, "/things/silent/", True)


def test_the_tile_counts_the_own_stations_only(make_station, sent, make_person):
    sent(make_station().series, timedelta(hours=5))
    reckon()

    assert silent(make_person(), at=clock.now()).count == 0


def test_a_usual_gap_is_longer_than_nothing(make_station):
    series = make_station().series
    with pytest.raises(IntegrityError), transaction.atomic():
        SeriesExpectation.objects.create(
            series=series, gap=timedelta(0), is_sending=True, reckoned_at=clock.now()
        )
