"""The numbers of a series over a stretch of time: for charts, statistics and downloads."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.db.models import Avg, Count, DateTimeField, DurationField, F, Func, Max, Min, Q, Sum
from django.db.models import Value as Constant

from netzstadt.urbandata.charts import Point
from netzstadt.urbandata.models import Observation, RollupDay, RollupHour, Series
from netzstadt.urbandata.periods import Period, Span
from netzstadt.urbandata.queries import visible_series

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# So many single values are drawn as they are; more are drawn as means with their range.
SINGLE_VALUES = 150
# The zooming chart draws at most so many points.
ZOOM_POINTS = 10_000
CHUNK = 5000
_ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Readings:
    """Points of one resolution: "single", "quarter", "hour" or "day"; ``step`` apart."""

    points: list[Point]
    resolution: str
    step: timedelta


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a series was over a stretch of time. ``hours`` had a value, of ``expected`` hours."""

    count: int
    flagged: int
    total: float
    minimum: float | None
    maximum: float | None
    hours: int
    expected: int

    @property
    def mean(self) -> float | None:
        """The mean of all values; None without one."""
        return self.total / self.count if self.count else None

    @property
    def coverage(self) -> float | None:
        """The part of the hours that have a value, 0 to 1; None where none is due yet."""
        return min(self.hours / self.expected, 1.0) if self.expected else None


def statistics(series: Series, start: datetime, end: datetime, *, at: datetime) -> Statistics:
    """Count, range, mean and coverage between ``start`` and ``end``, from the hours' numbers."""
    row = _hours(series, start, end).aggregate(
        count=Sum("count"),
        flagged=Sum("flagged"),
        total=Sum("sum"),
        least=Min("minimum"),
        greatest=Max("maximum"),
        hours=Count("time"),
    )
    due = max(min(end, at) - start, timedelta(0))
    return Statistics(
        count=row["count"] or 0,
        flagged=row["flagged"] or 0,
        total=row["total"] or 0.0,
        minimum=row["least"],
        maximum=row["greatest"],
        hours=row["hours"],
        # A begun hour counts, so that the newest value is not more than all.
        expected=-(-due // HOUR),
    )


def readings(series: Series, period: Period, *, count: int) -> Readings:
    """The points with which ``period`` is drawn; ``count`` values lie in it.

    Never more than about 800 points: a year of quarter-hours is drawn from its days.
    """
    start, end = period.start, period.end
    if period.span == Span.YEAR or (period.span == Span.MONTH and series.is_summed):
        return _from_rollups(series, RollupDay, "day", DAY, start, end)
    if period.span == Span.DAY and count > SINGLE_VALUES and not series.is_summed:
        return _from_quarters(series, start, end)
    if period.span == Span.MONTH or count > SINGLE_VALUES * 5 or series.is_summed:
        return _from_rollups(series, RollupHour, "hour", HOUR, start, end)
    return _single(series, start, end)


def zoomed(series: Series, start: datetime, end: datetime) -> Readings:
    """At most ZOOM_POINTS points between two moments, as fine as they can be."""
    counted = _hours(series, start, end).aggregate(values=Sum("count"), hours=Count("time"))
    if (counted["values"] or 0) <= ZOOM_POINTS // 2:
        return _single(series, start, end)
    if counted["hours"] <= ZOOM_POINTS:
        return _from_rollups(series, RollupHour, "hour", HOUR, start, end)
    return _from_rollups(series, RollupDay, "day", DAY, start, end)


def last_day(series: list[Series], at: datetime) -> dict[int, list[float | None]]:
    """The means (of things counted: the sums) of the last 24 hours of several series."""
    first = at.replace(minute=0, second=0, microsecond=0) - HOUR * 23
    rows = RollupHour.objects.filter(
        series_id__in=[one.pk for one in series], time__gte=first, time__lte=at
    ).values_list("series_id", "time", "sum", "count")
    summed = {one.pk: one.is_summed for one in series}
    result: dict[int, list[float | None]] = {one.pk: [None] * 24 for one in series}
    for series_id, time, total, count in rows:
        value = total if summed[series_id] else total / count
        result[series_id][int((time - first) / HOUR)] = value
    return result


def latest_results(
    series: Series, start: datetime, end: datetime, *, limit: int = 50
) -> list[Observation]:
    """The newest observations of a period as they are, also texts and objects."""
    found = Observation.objects.filter(series_id=series.pk, time__gte=start, time__lt=end)
    return list(found.order_by("-time", "-sequence")[:limit])


Exported = tuple[datetime, int, float | None, datetime | None, Any, list[str] | None]


async def exported(
    series: Series, start: datetime, end: datetime, *, to: "Person | None"
) -> AsyncIterator[list[Exported]]:
    """Every observation between two moments, in chunks, so that memory stays bounded.

    Whether ``to`` may still see the series is asked before every chunk.
    """
    after: tuple[datetime, int] | None = None
    chunk_of = sync_to_async(_chunk, thread_sensitive=True)
    while chunk := await chunk_of(series, start, end, after, to):
        yield chunk
        if len(chunk) < CHUNK:
            return
        after = (chunk[-1][0], chunk[-1][1])


def _chunk(
    series: Series,
    start: datetime,
    end: datetime,
    after: tuple[datetime, int] | None,
    to: "Person | None",
) -> list[Exported]:
    if not visible_series(to=to).filter(pk=series.pk).exists():
        return []
    rows = Observation.objects.filter(series_id=series.pk, time__gte=start, time__lt=end)
    if after is not None:
        time, sequence = after
        # The first condition bounds the index, the second is the exact place.
        rows = rows.filter(time__gte=time).filter(
            Q(time__gt=time) | Q(time=time, sequence__gt=sequence)
        )
    return list(
        rows.order_by("time", "sequence").values_list(
            "time", "sequence", "number", "time_end", "result", "quality"
        )[:CHUNK]
    )


def _hours(series: Series, start: datetime, end: datetime) -> Any:
    return RollupHour.objects.filter(series_id=series.pk, time__gte=start, time__lt=end)


def _single(series: Series, start: datetime, end: datetime) -> Readings:
    rows = (
        Observation.objects.filter(
            series_id=series.pk, time__gte=start, time__lt=end, number__isnull=False
        )
        .order_by("time", "sequence")
        .values_list("time", "number")
    )
    points = [Point(time, number) for time, number in rows if number is not None]
    return Readings(points, "single", _usual_step(points, timedelta(seconds=1)))


def _from_quarters(series: Series, start: datetime, end: datetime) -> Readings:
    quarter = Func(
        Constant(QUARTER, output_field=DurationField()),
        F("time"),
        Constant(_ORIGIN),
        function="date_bin",
        output_field=DateTimeField(),
    )
    rows = (
        Observation.objects.filter(
            series_id=series.pk, time__gte=start, time__lt=end, number__isnull=False
        )
        .annotate(quarter=quarter)
        .values("quarter")
        .annotate(mean=Avg("number"), least=Min("number"), greatest=Max("number"))
        .order_by("quarter")
    )
    points = [Point(row["quarter"], row["mean"], row["least"], row["greatest"]) for row in rows]
    return Readings(points, "quarter", _usual_step(points, QUARTER))


def _from_rollups(
    series: Series,
    table: type[RollupHour] | type[RollupDay],
    resolution: str,
    step: timedelta,
    start: datetime,
    end: datetime,
) -> Readings:
    rows = (
        table._default_manager.filter(series_id=series.pk, time__gte=start, time__lt=end)
        .order_by("time")
        .values_list("time", "count", "sum", "minimum", "maximum")
    )
    if series.is_summed:
        points = [Point(time, total) for time, _, total, _, _ in rows]
        return Readings(points, resolution, step)
    points = [Point(time, total / count, low, high) for time, count, total, low, high in rows]
    return Readings(points, resolution, _usual_step(points, step))


def _usual_step(points: list[Point], least: timedelta) -> timedelta:
    """How far apart values usually are: nine of ten distances are not longer."""
    distances = sorted(later.time - earlier.time for earlier, later in pairwise(points))
    return max(distances[(len(distances) - 1) * 9 // 10], least) if distances else max(least, HOUR)
