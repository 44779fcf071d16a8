"""What the page of a series shows: its period, chart, numbers and the ways to the same data."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats as django_formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from netzstadt.lib import clock
from netzstadt.urbandata import charts, formats, queries, readings
from netzstadt.urbandata.models import Observation, Series
from netzstadt.urbandata.periods import Period, Span, period_of

SPANS = (Span.DAY, Span.WEEK, Span.MONTH, Span.YEAR)


@dataclass(frozen=True, slots=True)
class Card:
    """A series with the small line of its last day."""

    series: Series
    sparkline: SafeString


@dataclass(frozen=True)  # without slots: what a table asks for in every row is counted once
class View:
    """Everything about one series in one period."""

    period: Period
    day: date
    title: str
    svg: SafeString
    points: list[charts.Point]
    resolution: str
    statistics: readings.Statistics
    before: readings.Statistics
    results: list[Observation]
    start: str
    end: str
    api_address: str

    @cached_property
    def has_range(self) -> bool:
        """Whether points stand for several values each."""
        return any(point.minimum is not None for point in self.points)

    @property
    def spans(self) -> list[tuple[str, str, bool]]:
        """The kinds of period: key, name, whether it is this one."""
        names = {
            Span.DAY: _("Day"),
            Span.WEEK: _("Week"),
            Span.MONTH: _("Month"),
            Span.YEAR: _("Year"),
        }
        return [(span.value, names[span], span == self.period.span) for span in SPANS]

    @cached_property
    def digits(self) -> int:
        """How many digits after the point the column of values has: all of them the same."""
        return max((formats.digits_of(point.value) for point in self.points), default=0)

    @cached_property
    def range_digits(self) -> int:
        """The same for the columns of the lowest and highest values."""
        ends = (end for point in self.points for end in (point.minimum, point.maximum))
        return max((formats.digits_of(end) for end in ends if end is not None), default=0)

    @property
    def before_name(self) -> str:
        """What people call the period before this one."""
        names = {
            Span.DAY: _("Day before"),
            Span.WEEK: _("Week before"),
            Span.MONTH: _("Month before"),
            Span.YEAR: _("Year before"),
        }
        return names[self.period.span]

    @property
    def preceding(self) -> str:
        """The first day of the previous period."""
        return self.period.preceding().first.isoformat()

    @property
    def following(self) -> str:
        """The first day of the next period; empty where it lies in the future."""
        after = self.period.following()
        return after.first.isoformat() if after.start <= clock.now() else ""

    @property
    def is_ahead(self) -> bool:
        """Whether the whole period lies in the future."""
        return self.period.start > clock.now()

    @property
    def range_query(self) -> str:
        """The two moments as a query of an address."""
        return urlencode({"start": self.start, "end": self.end})


def cards(series: list[Series], *, at: datetime) -> list[Card]:
    """The series of a station with their last day."""
    last = readings.last_day(series, at)
    return [
        Card(one, mark_safe(charts.sparkline(last[one.pk])))  # noqa: S308 - numbers only
        for one in series
    ]


def asked_period(series: Series, span: str, on: date | None) -> Period:
    """The period a page was asked for; by default the one of the newest value.

    That is its week, or where the week has only begun, its month, or in the first days of a month
    its day: the first chart shall not be nearly empty.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    state = queries.state_of(series)
    newest = state.last_time if state is not None else None
    day = on or (newest or clock.now()).astimezone(zone).date()
    if span:
        return period_of(Span(span), day, zone)
    if on is None and day.weekday() < 2:
        return period_of(Span.MONTH if day.day > 5 else Span.DAY, day, zone)
    return period_of(Span.WEEK, day, zone)


def _day_looked_at(series: Series, period: Period, on: date | None) -> date:
    """The day of the period to which a longer or shorter one shall lead.

    The one that was asked for, else that of the newest value: whoever looks at this year and then
    at a day wants today, not the first of January.
    """
    state = queries.state_of(series)
    newest = state.last_time.astimezone(period.zone).date() if state and state.last_time else None
    for day in (on, newest):
        if day is not None and period.first <= day <= period.last:
            return day
    return period.first


def chart_view(series: Series, period: Period, *, on: date | None = None, at: datetime) -> View:
    """Read and draw one series in one period, which was asked for with the day ``on``."""
    summary = readings.statistics(series, period.start, period.end, at=at)
    before = period.preceding()
    found = (
        readings.readings(series, period, count=summary.count)
        if summary.count
        else readings.Readings([], "single", readings.HOUR)
    )
    title = _("%(what)s, %(when)s") % {
        "what": series.observed_property.name,
        "when": period_title(period),
    }
    chart = charts.Chart(
        identifier=f"chart-{series.pk}",
        title=title,
        description=_description(series, summary),
        points=found.points,
        start=period.start,
        end=period.end,
        zone=period.zone,
        step=found.step,
        unit=series.unit_of_sum,
        is_bars=series.is_summed,
        number=formats.number,
        time=_tick,
    )
    svg = charts.draw(chart) if found.points else ""
    return View(
        period=period,
        day=_day_looked_at(series, period, on),
        title=period_title(period),
        svg=mark_safe(svg),  # noqa: S308 - every text in it is escaped by charts
        points=found.points,
        resolution=found.resolution,
        statistics=summary,
        before=readings.statistics(series, before.start, before.end, at=at),
        results=[] if summary.count else readings.latest_results(series, period.start, period.end),
        start=period.start.isoformat(),
        end=period.end.isoformat(),
        api_address=formats.observations_address(series, period.start, period.end),
    )


def period_title(period: Period) -> str:
    """The period as people say it."""
    first, last = period.first, period.last
    match period.span:
        case Span.DAY:
            return django_formats.date_format(first, "l, j. F Y" if _german() else "l, j F Y")
        case Span.WEEK:
            week = first.isocalendar().week
            days = f"{_short(first)} – {_short(last)}"
            return _("Week %(week)s, %(days)s") % {"week": week, "days": days}
        case Span.MONTH:
            return django_formats.date_format(first, "F Y")
        case Span.YEAR:
            return str(first.year)


def _german() -> bool:
    return (get_language() or "de").startswith("de")


def _short(day: date) -> str:
    return django_formats.date_format(day, "SHORT_DATE_FORMAT")


def _tick(moment: datetime, kind: str) -> str:
    if kind == "hour":
        return moment.strftime("%H:%M")
    if kind == "day":
        return django_formats.date_format(moment, "D j.n." if _german() else "D j M")
    return django_formats.date_format(moment, "M" if moment.month != 1 else "M Y")


def _description(series: Series, summary: readings.Statistics) -> str:
    if not summary.count:
        return _("No values in this period.")
    unit = f" {series.unit_of_sum}" if series.unit_of_sum else ""
    if series.is_summed:
        return _("%(total)s in all.") % {"total": formats.number(summary.total) + unit}
    return _("Lowest %(least)s, highest %(greatest)s, mean %(mean)s.") % {
        "least": formats.number(summary.minimum or 0.0) + unit,
        "greatest": formats.number(summary.maximum or 0.0) + unit,
        "mean": formats.number(summary.mean or 0.0) + unit,
    }
