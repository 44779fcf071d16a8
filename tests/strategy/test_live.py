"""What is measured moves the goals that it measures."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.strategy.conftest import NOW, City, Station, standing

from netzstadt.core.audit import queries as trail
from netzstadt.strategy.models import Binding, Indicator, IndicatorValue, Running
from netzstadt.strategy.services import indicators, live, values
from netzstadt.strategy.services.indicators import Definition, Path, Source
from netzstadt.strategy.services.refusals import StrategyRefused
from netzstadt.urbandata.models import Series

HOUR = timedelta(hours=1)
PATH = [(date(2026, 1, 1), 30.0), (date(2026, 12, 31), 20.0)]


@pytest.fixture
def heat(make_station: Callable[..., Station]) -> Station:
    return make_station("Markt")


@pytest.fixture
def indicator(db: None) -> Indicator:
    return indicators.create_indicator(
        code="K1",
        definition=Definition(title="Lufttemperatur am Markt", direction="DOWN"),
        by=None,
        at=NOW,
    )


def bind(indicator: Indicator, *stations: Station, **facts: object) -> Binding:
    given: dict[str, object] = {
        "kind": "SERIES",
        "window": "HOUR",
        "series": tuple(one.series.pk for one in stations),
        "first_day": date(2026, 11, 1),
    }
    return indicators.bind_indicator(
        indicator=indicator, source=Source(**(given | facts)), by=None, at=NOW
    )


def aim(indicator: Indicator, city: City) -> None:
    indicators.set_path(
        indicator=indicator,
        goal=city.goal,
        path=Path(points=PATH, amber_at=2, red_at=5),
        by=None,
        at=NOW,
    )


def newest(indicator: Indicator) -> Running:
    return Running.objects.get(indicator=indicator)


def test_an_observation_turns_the_light_of_the_goal(
    city: City, indicator: Indicator, heat: Station, measure: Callable[..., None]
):
    bind(indicator, heat)
    aim(indicator, city)
    assert standing(city.goal).light == "GREY"

    measure(heat.series, [(NOW, 21.0)])
    live.take_changed([heat.series.pk], at=NOW)
    assert newest(indicator).value == 21.0
    assert standing(city.goal).light == "GREEN"

    measure(heat.series, [(NOW + timedelta(minutes=5), 39.0)])
    live.take_changed([heat.series.pk], at=NOW + timedelta(minutes=6))
    assert newest(indicator).value == 30.0
    assert standing(city.goal).light == "RED"

    found = trail.history("strategy.element", city.goal.pk, limit=50).entries
    turned = [one.data["light"] for one in found if one.name == "strategy.light.turned"]
    assert turned == ["RED", "GREEN"]


def test_a_window_that_closes_becomes_a_value_that_tells_what_it_was_made_of(
    indicator: Indicator, heat: Station, measure: Callable[..., None]
):
    measure(heat.series, [(NOW - HOUR, 10.0), (NOW - HOUR + timedelta(minutes=1), 20.0)])

    bind(indicator, heat, factor=2.0)

    value = IndicatorValue.objects.get(indicator=indicator)
    assert (value.value, value.coverage) == (30.0, 1.0)
    assert value.starts_at == datetime(2026, 11, 18, 10, tzinfo=UTC)
    assert value.lineage["series"] == [
        {
            "id": heat.series.pk,
            "count": 2,
            "flagged": 0,
            "sum": 30.0,
            "minimum": 10.0,
            "maximum": 20.0,
        }
    ]


def test_a_correction_of_old_numbers_supersedes_the_value(
    indicator: Indicator, heat: Station, measure: Callable[..., None]
):
    measure(heat.series, [(NOW - HOUR, 10.0)])
    binding = bind(indicator, heat)

    measure(heat.series, [(NOW - HOUR + timedelta(minutes=1), 20.0)])
    done = values.settle(binding, at=NOW)

    assert (done.added, done.superseded) == (1, 1)
    old, new = IndicatorValue.objects.filter(indicator=indicator).order_by("id")
    assert (old.value, old.superseded_by_id) == (10.0, new.pk)
    assert (new.value, new.superseded_at) == (15.0, None)
    assert values.settle(binding, at=NOW) == values.Settled()


def test_a_value_never_changes_and_is_never_removed(
    indicator: Indicator, heat: Station, measure: Callable[..., None]
):
    measure(heat.series, [(NOW - HOUR, 10.0)])
    bind(indicator, heat)
    found = IndicatorValue.objects.filter(indicator=indicator)

    for change in ({"value": 11.0}, {"lineage": {}}, {"note": "anders"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            found.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        found.delete()


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        ({"aggregation": "MEAN", "combination": "MEAN"}, 25.0),
        ({"aggregation": "SUM", "combination": "SUM"}, 100.0),
        ({"aggregation": "MAXIMUM", "combination": "MAXIMUM"}, 40.0),
        ({"aggregation": "MINIMUM", "combination": "MINIMUM"}, 10.0),
        ({"aggregation": "COUNT", "combination": "SUM"}, 4.0),
        ({"aggregation": "SUM", "combination": "MEAN"}, 50.0),
    ],
)
def test_several_datastreams_become_one_number(
    indicator: Indicator,
    make_station: Callable[..., Station],
    measure: Callable[..., None],
    facts: dict[str, str],
    value: float,
):
    first, second = make_station("Markt"), make_station("Hafen")
    then = NOW - HOUR
    measure(first.series, [(then, 10.0), (then + timedelta(minutes=1), 20.0)])
    measure(second.series, [(then, 30.0), (then + timedelta(minutes=1), 40.0)])

    bind(indicator, first, second, **facts)

    assert IndicatorValue.objects.get(indicator=indicator).value == value


def test_all_datastreams_of_a_property_are_bound_as_far_as_one_sees_them(
    indicator: Indicator, make_station: Callable[..., Station]
):
    seen = [make_station("Markt"), make_station("Hafen")]
    make_station("Keller", visibility="RESTRICTED")
    other = make_station("Brücke", measures="Pegel")

    binding = bind(indicator, series=(), observed_property_id=seen[0].series.observed_property_id)

    bound = set(binding.series.values_list("series_id", flat=True))
    assert bound == {one.series.pk for one in seen}
    assert other.series.pk not in bound


def test_a_station_that_comes_later_is_taken_in_and_is_no_gap_in_what_was_before(
    indicator: Indicator,
    make_station: Callable[..., Station],
    measure: Callable[..., None],
):
    first = make_station("Markt")
    yesterday, now = NOW - timedelta(days=1), NOW - HOUR
    measure(first.series, [(yesterday, 10.0), (now, 20.0)])
    property_id = first.series.observed_property_id
    bind(indicator, series=(), observed_property_id=property_id, minimum_coverage=1.0)
    make_station("Keller", visibility="RESTRICTED")
    assert indicators.take_later_series(at=NOW) == 0

    second = make_station("Hafen")
    measure(second.series, [(now, 40.0)])
    assert indicators.take_later_series(at=NOW) == 1

    found = IndicatorValue.objects.filter(indicator=indicator, superseded_at__isnull=True)
    assert [(one.value, one.coverage) for one in found.order_by("starts_at")] == [
        (10.0, 1.0),
        (30.0, 1.0),
    ]
    assert all(one.is_usable for one in found)
    told = trail.history("strategy.indicator", indicator.pk, limit=50).entries
    assert [one.name for one in told].count("strategy.indicator.series_added") == 1
    assert indicators.take_later_series(at=NOW) == 0


def test_a_later_station_is_due_from_its_first_value_on_and_a_retired_one_until_its_last(
    indicator: Indicator,
    make_station: Callable[..., Station],
    measure: Callable[..., None],
):
    day = NOW.replace(hour=0, minute=0) - timedelta(days=2)  # 1 a.m. by the clocks of the city
    first, later, gone = make_station("Markt"), make_station("Hafen"), make_station("Brücke")
    hours = [day + n * HOUR for n in range(-1, 23)]  # of the city's day
    measure(first.series, [(one, 10.0) for one in hours])
    measure(later.series, [(one, 20.0) for one in hours[12:18]])  # silent from then on
    measure(gone.series, [(one, 30.0) for one in hours[:4]])
    Series.objects.filter(pk=gone.series.pk).update(retired_at=NOW)

    bind(indicator, first, later, gone, window="DAY")

    value = IndicatorValue.objects.get(indicator=indicator)
    assert value.coverage == pytest.approx((24 + 6 + 4) / (24 + 12 + 4))


def test_the_same_source_chosen_again_leaves_the_values_as_they_are(
    indicator: Indicator, heat: Station, measure: Callable[..., None]
):
    measure(heat.series, [(NOW - HOUR, 10.0)])
    bind(indicator, heat)
    before = IndicatorValue.objects.get(indicator=indicator)

    bind(indicator, heat)

    assert IndicatorValue.objects.get(indicator=indicator).pk == before.pk
    bind(indicator, heat, factor=2.0)
    held = IndicatorValue.objects.get(indicator=indicator, superseded_at__isnull=True)
    assert held.value == 20.0
    before.refresh_from_db()
    assert before.superseded_by_id == held.pk


def test_hours_in_the_place_of_days_leave_no_day_between_them(
    indicator: Indicator, heat: Station, measure: Callable[..., None]
):
    day = NOW - timedelta(days=1)
    measure(heat.series, [(day, 10.0), (day + HOUR, 30.0)])
    bind(indicator, heat, window="DAY", minimum_coverage=0.0)

    bind(indicator, heat, window="HOUR")

    held = IndicatorValue.objects.filter(indicator=indicator, superseded_at__isnull=True)
    assert sorted(one.value for one in held) == [10.0, 30.0]


def test_a_day_with_too_few_values_does_not_count(
    city: City, indicator: Indicator, heat: Station, measure: Callable[..., None]
):
    measure(heat.series, [(NOW - timedelta(days=1), 50.0)])
    bind(indicator, heat, window="DAY", minimum_coverage=0.5)
    aim(indicator, city)

    value = IndicatorValue.objects.get(indicator=indicator)
    assert value.coverage == pytest.approx(1 / 24)
    assert not value.is_usable
    assert standing(city.goal).light == "GREY"
    said = [one["why"] for one in standing(city.goal).parts if one["kind"] == "indicator"]
    assert said == ["POOR"]


def test_a_sum_counts_once_its_window_is_closed(
    indicator: Indicator, heat: Station, measure: Callable[..., None]
):
    yesterday = [(NOW - timedelta(days=1) + n * timedelta(minutes=1), 1.0) for n in range(5)]
    measure(heat.series, [*yesterday, (NOW, 1.0)])

    bind(indicator, heat, window="DAY", aggregation="SUM", minimum_coverage=0.0)

    assert (newest(indicator).value, newest(indicator).is_closed) == (5.0, True)


def test_values_are_entered_where_nothing_works_them_out_and_a_second_one_supersedes(
    indicator: Indicator,
):
    def enter(value: float) -> IndicatorValue:
        return values.enter_value(
            indicator=indicator,
            first=date(2025, 7, 1),
            window="YEAR",
            value=value,
            source="Jahresbericht",
            by=None,
            at=NOW,
        )

    first, second = enter(40.0), enter(42.0)

    first.refresh_from_db()
    assert first.superseded_by_id == second.pk
    assert newest(indicator).value == 42.0
    assert second.ends_at == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_a_value_that_is_worked_out_is_not_entered(indicator: Indicator, heat: Station):
    bind(indicator, heat)

    with pytest.raises(StrategyRefused):
        values.enter_value(
            indicator=indicator,
            first=date(2026, 11, 18),
            window="HOUR",
            value=1.0,
            source="Hand",
            by=None,
            at=NOW,
        )


def test_windows_that_pass_are_settled_by_themselves(
    indicator: Indicator, heat: Station, measure: Callable[..., None]
):
    binding = bind(indicator, heat)
    measure(heat.series, [(NOW, 10.0)])
    assert not IndicatorValue.objects.exists()

    live.settle_due(at=NOW + HOUR)

    assert IndicatorValue.objects.get(binding=binding).value == 10.0
