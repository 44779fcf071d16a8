"""Working out the number of an indicator from what its Datastreams came to."""

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from netzstadt.lib.windows import window_at
from netzstadt.strategy.models import (
    Aggregation,
    Binding,
    BindingSeries,
    Combination,
)
from netzstadt.urbandata.queries import windows
from netzstadt.urbandata.queries.windows import BY_THE_HOUR, WindowNumbers

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# A sum or a count grows while its window runs: it is compared with a target once it is closed.
GROWING = frozenset({Aggregation.SUM, Aggregation.COUNT})
# So many Datastreams are told of one by one in the lineage of a value.
LINEAGE = 50


@dataclass(frozen=True, slots=True)
class Number:
    """The number of a window. ``coverage`` is the part of its hours (or days) with values."""

    value: float | None
    coverage: float
    is_usable: bool
    lineage: dict[str, Any] = field(default_factory=dict)


def series_ids(binding: Binding) -> list[int]:
    """The Datastreams that a binding reads, by their number in the plane."""
    found = BindingSeries.objects.filter(binding=binding).order_by("series_id")
    return list(found.values_list("series_id", flat=True))


@dataclass(frozen=True, slots=True)
class Attendance:
    """From which hour (or day) on the Datastreams of a binding are due, and until when.

    A station that was built later is no gap in what was before, one that was taken down none in
    what comes after. The first of all is due in the whole window in which it begins: half a day is
    not a day.
    """

    step: timedelta
    spans: tuple[tuple[datetime, datetime | None], ...]
    series: int
    newest_at: datetime | None

    def due(self, starts_at: datetime, until: datetime) -> int:
        """How many hours (or days) with values there should be, of all Datastreams together."""
        total = 0
        for place, (first, last) in enumerate(self.spans):
            begin = starts_at if place == 0 else max(starts_at, first)
            end = until if last is None else min(until, last)
            if first < until and begin < end:
                # A day with a change of clocks is an hour off in days; it is a day all the same.
                total += round((end - begin) / self.step)
        return max(1, total)


def attendance(binding: Binding, keys: Collection[int], *, zone: ZoneInfo) -> Attendance:
    """When the Datastreams of a binding measure."""
    found = windows.spans(keys)
    step = "HOUR" if binding.window in BY_THE_HOUR else "DAY"
    return Attendance(
        step=HOUR if step == "HOUR" else DAY,
        spans=tuple(
            (
                window_at(step, one.first, zone)[0],
                window_at(step, one.newest, zone)[1] if one.is_retired else None,
            )
            for one in found
        ),
        series=len(keys),
        newest_at=max((one.newest for one in found), default=None),
    )


def combined(
    binding: Binding,
    found: Collection[WindowNumbers],
    known: Attendance,
    starts_at: datetime,
    until: datetime,
) -> Number:
    """One number of what each Datastream came to from ``starts_at`` to ``until``."""
    coverage = min(1.0, sum(one.buckets for one in found) / known.due(starts_at, until))
    count = sum(one.count for one in found)
    flagged = sum(one.flagged for one in found) / count if count else 0.0
    values = [_aggregated(binding.aggregation, one) for one in found]
    value = _combined(binding.combination, values) if values else None
    if value is not None:
        value = value * binding.factor
        value = value if math.isfinite(value) else None
    return Number(
        value=value,
        coverage=coverage,
        is_usable=value is not None
        and coverage >= binding.minimum_coverage
        and flagged <= binding.maximum_flagged,
        lineage={
            "series": [
                {
                    "id": one.series_id,
                    "count": one.count,
                    "flagged": one.flagged,
                    "sum": one.total,
                    "minimum": one.minimum,
                    "maximum": one.maximum,
                }
                for one in list(found)[:LINEAGE]
            ],
            "all_series": known.series,
            "count": count,
            "flagged": flagged,
        },
    )


def _aggregated(aggregation: str, one: WindowNumbers) -> float:
    match aggregation:
        case Aggregation.SUM:
            return one.total
        case Aggregation.MINIMUM:
            return one.minimum
        case Aggregation.MAXIMUM:
            return one.maximum
        case Aggregation.COUNT:
            return float(one.count)
    return one.total / one.count


def _combined(combination: str, values: list[float]) -> float:
    match combination:
        case Combination.SUM:
            return math.fsum(values)
        case Combination.MINIMUM:
            return min(values)
        case Combination.MAXIMUM:
            return max(values)
    return math.fsum(values) / len(values)


def whole_until(binding: Binding, start: datetime, until: datetime) -> datetime:
    """The end of the last hour (or day) that is over; of the running one no value need be there."""
    step = HOUR if binding.window in BY_THE_HOUR else DAY
    return start + max(1, (until - start) // step) * step
