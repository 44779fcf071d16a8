"""Values corrected by hand: the original is kept, sums stay true, and it can be undone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils.translation import override
from tests.plane.accounts import KEPT, RECOMPUTED
from tests.urbandata.conftest import NOON, hours

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.lib import clock
from netzstadt.urbandata.forms.corrections import read_result
from netzstadt.urbandata.models import Observation, RollupDay, RollupHour, SeriesState
from netzstadt.urbandata.queries import corrections as queries
from netzstadt.urbandata.services import corrections as services
from netzstadt.urbandata.services import things
from netzstadt.urbandata.services.corrections import CorrectionRefused, Wanted


@pytest.fixture(autouse=True)
def in_english():
    """Refusals are read as they stand in the source."""
    with override("en"):
        yield


@pytest.fixture
def engineer(make_person):
    return make_person(Role.DATA_ENGINEER)


@pytest.fixture
def series(make_station, measure):
    """Four values an hour apart, the last of which nobody believes."""
    found = make_station().series
    measure(found, hours(NOON, [1.0, 2.0, 3.0, 400.0]))
    return found


LAST = (NOON + timedelta(hours=3), 0)


def correct(series, engineer, *keys, reason="spider in the funnel", **wanted) -> int:
    return services.correct_values(
        series=series,
        keys=keys or [LAST],
        wanted=Wanted(**(wanted or {"has_result": True, "result": 4.0})),
        reason=reason,
        by=engineer,
        at=clock.now(),
    )


def assert_the_store_is_consistent() -> None:
    """State and roll-ups are what the observations themselves add up to."""
    with connection.cursor() as cursor:
        for table in KEPT:
            cursor.execute(RECOMPUTED[table])
            right = cursor.fetchall()
            cursor.execute(KEPT[table])
            assert cursor.fetchall() == right, table


def numbers(series) -> list[float | None]:
    return [
        each.number for each in Observation.objects.filter(series_id=series.pk).order_by("time")
    ]


def test_a_value_is_corrected_with_all_its_sums(series, engineer):
    assert correct(series, engineer) == 1

    assert numbers(series) == [1.0, 2.0, 3.0, 4.0]
    assert SeriesState.objects.get(series=series).last_number == 4.0
    assert RollupHour.objects.get(series_id=series.pk, time=LAST[0]).maximum == 4.0
    assert RollupDay.objects.get(series_id=series.pk).sum == 10.0
    assert_the_store_is_consistent()


def test_what_it_was_stands_in_the_history_with_who_and_why(series, engineer):
    correct(series, engineer)

    event = AuditEvent.objects.get(object_id=series.uuid)
    assert (event.name, event.person_id) == (
        "urbandata.datastream.values_corrected",
        engineer.pk,
    )
    assert event.data["reason"] == "spider in the funnel"
    assert event.data["values"] == [
        {
            "time": LAST[0].isoformat(),
            "sequence": 0,
            "before": {"result": 400.0, "quality": []},
            "after": {"result": 4.0, "quality": []},
        }
    ]


def test_a_value_is_kept_and_marked(series, engineer):
    correct(series, engineer, flag="doubtful")

    marked = Observation.objects.get(series_id=series.pk, time=LAST[0])
    assert (marked.number, marked.quality) == (400.0, ["doubtful"])
    assert SeriesState.objects.get(series=series).last_quality == ["doubtful"]
    assert RollupDay.objects.get(series_id=series.pk).flagged == 1
    correct(series, engineer, is_cleared=True)
    marked.refresh_from_db()
    assert marked.quality is None
    assert_the_store_is_consistent()


def test_several_values_are_corrected_in_one_event(series, engineer):
    keys = [(NOON + timedelta(hours=n), 0) for n in range(4)]
    assert correct(series, engineer, *keys, has_result=True, result=1.0) == 3, "one was 1 already"

    assert numbers(series) == [1.0] * 4
    assert AuditEvent.objects.get(object_id=series.uuid).data["count"] == 3
    assert_the_store_is_consistent()


def test_what_is_so_already_is_not_recorded(series, engineer):
    assert correct(series, engineer, has_result=True, result=400.0) == 0
    assert not AuditEvent.objects.filter(object_id=series.uuid).exists()


def test_the_bounds_of_the_plausible_judge_the_new_value(series, engineer):
    things.edit_datastream(
        series=series, document={"name": "n"}, rules={"maximum": 50.0}, by=engineer, at=clock.now()
    )
    correct(series, engineer, has_result=True, result=60.0)

    assert Observation.objects.get(series_id=series.pk, time=LAST[0]).quality == ["implausible"]


@pytest.mark.parametrize(
    ("keys", "wanted", "reason", "says"),
    [
        ([LAST], {}, " ", "why"),
        ([(NOON, 7)], {}, "r", "gone"),
        ([(NOON, 0)] * 501, {}, "r", "500"),
        ([LAST], {"has_result": True, "result": "warm"}, "r", "number"),
    ],
)
def test_what_cannot_be_corrected_is_refused(series, engineer, keys, wanted, reason, says):
    with pytest.raises(CorrectionRefused, match=says):
        correct(series, engineer, *keys, reason=reason, **wanted)

    assert numbers(series)[-1] == 400.0


def test_a_correction_is_undone(series, engineer):
    correct(series, engineer)
    made = AuditEvent.objects.get(object_id=series.uuid)
    services.undo_correction(series=series, correction=made, by=engineer, at=clock.now())

    assert numbers(series)[-1] == 400.0
    assert [is_undone for _entry, is_undone in queries.corrections_of(series)] == [True]
    assert_the_store_is_consistent()


def test_what_was_changed_since_is_not_undone(series, engineer):
    correct(series, engineer)
    made = AuditEvent.objects.get(object_id=series.uuid)
    correct(series, engineer, has_result=True, result=5.0)

    with pytest.raises(CorrectionRefused, match="since"):
        services.undo_correction(series=series, correction=made, by=engineer, at=clock.now())
    assert numbers(series)[-1] == 5.0


def test_another_datastreams_correction_is_not_undone_here(series, engineer, make_station):
    correct(series, engineer)
    made = AuditEvent.objects.get(object_id=series.uuid)

    with pytest.raises(CorrectionRefused, match="no correction"):
        services.undo_correction(
            series=make_station("Bahnhof").series, correction=made, by=engineer, at=clock.now()
        )


def test_the_preview_says_what_becomes_true(series, engineer):
    chosen = queries.observations_at(series, [LAST])
    sums = queries.sums_after(series, chosen, 4.0)
    correct(series, engineer)

    hour, day = sums["hour"][0], sums["day"][0]
    now = RollupDay.objects.get(series_id=series.pk)
    assert (day.sum[0], day.greatest[0]) == (406.0, 400.0)
    assert (day.start, day.count) == (now.time, now.count)
    assert (day.sum[1], day.least[1], day.greatest[1]) == (now.sum, now.minimum, now.maximum)
    assert (hour.start, hour.sum) == (LAST[0], (400.0, 4.0))


def test_nothing_chosen_is_said_on_the_page_itself(series, engineer, client_of):
    pages, address = client_of(engineer), f"/datastreams/{series.uuid}/values/"

    answer = pages.get(f"{address}correct/", {"day": "2030-01-01"}, follow=True)

    assert answer.redirect_chain == [(f"{address}?day=2030-01-01", 302)]
    assert "Bitte mindestens einen Wert auswählen." in answer.content.decode()
    assert len(answer.context["rows"]) == 4


def test_values_to_correct_are_written_whole_and_as_people_write_them(
    series, engineer, client_of, measure
):
    measure(series, hours(NOON + timedelta(hours=4), [1234.125]))

    page = client_of(engineer).get(f"/datastreams/{series.uuid}/values/")

    assert [row[2] for row in page.context["rows"]][:2] == ["1.234,125", "400,000"]


def test_the_page_shows_asks_and_corrects(series, engineer, client_of):
    pages, address = client_of(engineer), f"/datastreams/{series.uuid}/values/"
    listed = pages.get(address).context["rows"]
    key = listed[0][1]
    given = {"value": [key], "action": "result", "result": "4,5", "reason": "spider"}

    assert [row[0].number for row in listed] == [400.0, 3.0, 2.0, 1.0]
    assert pages.get(f"{address}correct/", {"value": key}).status_code == 200
    asked = pages.post(f"{address}correct/", given)
    assert asked.context["days"][0].sum == (406.0, 10.5)
    assert numbers(series)[-1] == 400.0, "asking changes nothing"
    assert pages.post(f"{address}correct/", {**given, "confirmed": "yes"}).status_code == 302
    assert numbers(series)[-1] == 4.5

    made = AuditEvent.objects.get(object_id=series.uuid)
    page = pages.get(f"/datastreams/{series.uuid}/").content.decode()
    assert f"/corrections/{made.pk}/undo/" in page
    pages.post(f"/datastreams/{series.uuid}/corrections/{made.pk}/undo/")
    assert numbers(series)[-1] == 400.0


def test_a_stretch_of_time_is_corrected_together(series, engineer, client_of):
    pages, address = client_of(engineer), f"/datastreams/{series.uuid}/values/correct/"
    asked = pages.get(address, {"start": "2026-11-18T12:00", "end": "2026-11-18T14:00"})

    assert asked.context["count"] == 2
    given = {"value": asked.context["keys"], "action": "flag", "flag": "wrong", "reason": "r"}
    pages.post(address, {**given, "confirmed": "yes"})
    assert Observation.objects.filter(series_id=series.pk, quality=["wrong"]).count() == 2


@pytest.mark.parametrize(
    "query",
    [
        {"value": "2026-11-18T11:00:00Z_9"},
        {"value": "x"},
        {"start": "2026-11-18T12:00", "end": "2026-11-18T12:00"},
        {"start": "1999-11-18T12:00", "end": "1999-11-18T13:00"},
        {"start": "soon", "end": "later"},
    ],
)
def test_no_values_are_asked_for_again(series, engineer, client_of, query):
    answer = client_of(engineer).get(f"/datastreams/{series.uuid}/values/correct/", query)

    assert answer.status_code == 422


def test_the_values_go_on_behind_the_last_one(make_station, measure, engineer, client_of):
    series = make_station().series
    measure(series, hours(NOON, map(float, range(60))))
    pages = client_of(engineer)
    first = pages.get(f"/datastreams/{series.uuid}/values/").context
    second = pages.get(first["older"]).context

    shown = [row[0].number for row in [*first["rows"], *second["rows"]]]
    assert shown == [float(number) for number in reversed(range(60))]
    assert second["older"] == ""


@pytest.mark.parametrize(
    ("text", "kind", "result"),
    [
        ("4,5", "OM_Measurement", 4.5),
        ("7", "OM_CountObservation", 7),
        ("ja", "OM_TruthObservation", True),
        ("wet", "OM_CategoryObservation", "wet"),
        ('{"a": 1}', "OM_Observation", {"a": 1}),
    ],
)
def test_a_typed_value_is_read_by_the_kind_of_the_datastream(text, kind, result):
    assert read_result(text, kind) == result


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("nan", "OM_Measurement"),
        ("1e999", "OM_Measurement"),
        ("4.5", "OM_CountObservation"),
        ("perhaps", "OM_TruthObservation"),
        ("", "OM_CategoryObservation"),
        ("{", "OM_Observation"),
    ],
)
def test_what_is_no_value_of_the_kind_is_refused(text, kind):
    with pytest.raises(ValueError):  # noqa: PT011 - it is what float and int raise
        read_result(text, kind)
