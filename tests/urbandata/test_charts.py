"""Charts: round ticks, local time across clock changes, gaps that stay gaps."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netzstadt.urbandata.charts import (
    Chart,
    Point,
    digits_of,
    draw,
    nice_ticks,
    runs,
    sparkline,
    time_ticks,
)
from netzstadt.urbandata.models import Series
from netzstadt.urbandata.periods import Span, period_of

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 17, 23, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"

finite = st.floats(-1e9, 1e9, allow_nan=False)


def _chart(points: list[Point], **changes: object) -> Chart:
    given = {
        "identifier": "chart",
        "title": "Lufttemperatur",
        "description": "Eine Woche",
        "points": points,
        "start": START,
        "end": START + timedelta(days=1),
        "zone": BERLIN,
        "step": timedelta(hours=1),
    }
    return Chart(**(given | changes))  # type: ignore[arg-type]


def _parts(svg: str, kind: str) -> list[ElementTree.Element]:
    return [part for part in ElementTree.fromstring(svg).iter() if part.get("class") == kind]


@given(finite, finite)
def test_ticks_reach_around_the_values_in_equal_round_steps(one, other):
    low, high = min(one, other), max(one, other)

    ticks = nice_ticks(low, high)

    tolerance = (ticks[-1] - ticks[0]) * 1e-6
    assert ticks[0] <= low + tolerance
    assert ticks[-1] >= high - tolerance
    assert 2 <= len(ticks) <= 12
    steps = [later - earlier for earlier, later in pairwise(ticks)]
    assert max(steps) == pytest.approx(min(steps), rel=1e-3)


@pytest.mark.parametrize(
    ("ticks", "digits"), [([0, 50, 100], 0), ([0, 0.5, 1], 1), ([0, 0.25, 0.5], 2)]
)
def test_labels_have_as_many_decimals_as_they_need_to_differ(ticks, digits):
    assert digits_of(ticks) == digits


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.sampled_from(list(Span)))
def test_periods_follow_one_another_without_gap_or_overlap(day, span):
    period = period_of(span, day, BERLIN)

    assert period.first <= day <= period.last
    assert period.following().start == period.end
    assert period.preceding().end == period.start
    assert period.following().preceding() == period


def test_the_day_on_which_the_clocks_are_put_back_has_25_hours():
    period = period_of(Span.DAY, date(2026, 10, 25), BERLIN)

    assert period.end - period.start == timedelta(hours=25)
    _kind, ticks = time_ticks(period.start, period.end, BERLIN)
    assert [tick.hour for tick in ticks] == [0, 3, 6, 9, 12, 15, 18, 21]


@pytest.mark.parametrize("month", range(1, 13))
def test_marks_of_a_month_stand_at_local_midnight(month):
    period = period_of(Span.MONTH, date(2026, month, 1), BERLIN)

    kind, ticks = time_ticks(period.start, period.end, BERLIN)

    assert kind == "day"
    assert {(tick.hour, tick.minute) for tick in ticks} == {(0, 0)}


def test_a_gap_interrupts_the_line():
    points = [Point(START + timedelta(hours=n), float(n)) for n in (0, 1, 2, 6, 7)]

    svg = draw(_chart(points))

    assert len(_parts(svg, "ns-chart-line")) == 2
    assert [len(run) for run in runs(points, timedelta(hours=1))] == [3, 2]


def test_a_value_alone_between_gaps_is_a_dot():
    points = [Point(START + timedelta(hours=n), 1.0) for n in (0, 5, 10)]

    svg = draw(_chart(points))

    assert len(_parts(svg, "ns-chart-dot")) == 3
    assert _parts(svg, "ns-chart-line") == []


def test_the_band_reaches_from_the_least_to_the_greatest():
    points = [Point(START + timedelta(hours=n), 5.0, 0.0, 10.0) for n in range(3)]

    svg = draw(_chart(points))

    (band,) = _parts(svg, "ns-chart-band")
    (line,) = _parts(svg, "ns-chart-line")
    heights = {float(pair.split(",")[1]) for pair in (band.get("points") or "").split()}
    middle = {float(pair.split(",")[1]) for pair in (line.get("points") or "").split()}
    assert len(heights) == 2
    assert len(middle) == 1
    assert middle.pop() == pytest.approx(sum(heights) / 2, abs=0.1)


def test_bars_stand_on_zero():
    points = [Point(START + timedelta(hours=n), value) for n, value in enumerate((3.0, 6.0))]

    svg = draw(_chart(points, is_bars=True))

    small, tall = _parts(svg, "ns-chart-bar")
    assert float(tall.get("height") or 0) == pytest.approx(
        2 * float(small.get("height") or 0), abs=0.2
    )


def test_texts_of_others_cannot_become_markup():
    svg = draw(_chart([], title="<script>alert(1)</script>", unit='"&<'))

    root = ElementTree.fromstring(svg)
    assert root.find(f"{SVG}title") is None  # no namespace is declared: it stands in HTML
    assert (root.find("title").text or "").startswith("<script>")  # type: ignore[union-attr]
    assert root.find(".//script") is None


def test_a_chart_names_itself_for_screen_readers():
    root = ElementTree.fromstring(draw(_chart([Point(START, 1.0)])))

    named = (root.get("aria-labelledby") or "").split()
    texts = [part.text for part in root.iter() if part.get("id") in named]
    assert root.get("role") == "img"
    assert texts == ["Lufttemperatur", "Eine Woche"]


@given(st.lists(st.one_of(st.none(), finite), max_size=40))
def test_a_sparkline_stays_inside_its_frame(values):
    svg = sparkline(values)

    if svg:
        path = next(ElementTree.fromstring(svg).iter("path")).get("d") or ""
        places = [part.split() for part in path.replace("M", "L").split("L") if part]
        assert all(-0.1 <= float(x) <= 120.1 and -0.1 <= float(y) <= 28.1 for x, y in places)


@pytest.mark.parametrize(
    ("symbol", "aggregation", "unit"),
    [
        ("Räder/15 min", "sum", "Räder"),
        ("Kfz/h", "sum", "Kfz"),
        ("mm", "sum", "mm"),
        ("µg/m³", "sum", "µg/m³"),
        ("km/h", "mean", "km/h"),
    ],
)
def test_a_sum_has_the_unit_of_what_was_counted(symbol, aggregation, unit):
    series = Series(unit_of_measurement={"symbol": symbol}, properties={"aggregation": aggregation})

    assert series.unit_of_sum == unit
