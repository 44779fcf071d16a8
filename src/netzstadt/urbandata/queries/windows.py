"""What Datastreams came to in hours, days, weeks … years of the city's calendar: for indicators."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

# Hours are read up to a week, so that a gap of hours is seen; days for what is longer.
BY_THE_HOUR = frozenset({"HOUR", "DAY", "WEEK"})

_WINDOWS = """
select (date_trunc(%(window)s, time at time zone %(zone)s) at time zone %(zone)s) as starts_at,
       series_id, sum(count), sum(flagged), sum(sum), min(minimum), max(maximum), count(*)
from {rollup}
where series_id = any(%(series)s) and time >= %(start)s and time < %(end)s
group by 1, 2 order by 1, 2
"""
_TOTALS = """
select coalesce(sum(count), 0), coalesce(sum(sum), 0)
from {rollup}
where series_id = any(%(series)s) and time >= %(start)s and time < %(end)s
"""


@dataclass(frozen=True, slots=True)
class WindowNumbers:
    """The numbers of one Datastream in one window. ``buckets`` are the hours (or days) with any."""

    starts_at: datetime
    series_id: int
    count: int
    flagged: int
    total: float
    minimum: float
    maximum: float
    buckets: int


def window_numbers(
    series: Collection[int], window: str, start: datetime, end: datetime, *, zone: ZoneInfo
) -> Iterator[WindowNumbers]:
    """Each Datastream's numbers in each window from ``start`` on and before ``end``, by time.

    ``window`` is HOUR, DAY, WEEK, MONTH, QUARTER or YEAR; both bounds begin one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _WINDOWS.format(rollup=_rollup(window)),
            _asked(series, start, end)
            | {
                "window": window.lower(),
                # The hour that comes twice is two windows: hours are told apart in UTC.
                "zone": "UTC" if window == "HOUR" else zone.key,
            },
        )
        for row in cursor.fetchall():
            yield WindowNumbers(*row)


def totals(
    series: Collection[int], window: str, start: datetime, end: datetime
) -> tuple[int, float]:
    """How many numbers there are between two times, and their sum: another pair, other windows."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS.format(rollup=_rollup(window)), _asked(series, start, end))
        count, total = cursor.fetchone() or (0, 0.0)
    return int(count), float(total)


def _rollup(window: str) -> str:
    return "rollup_hour" if window in BY_THE_HOUR else "rollup_day"


def _asked(series: Collection[int], start: datetime, end: datetime) -> dict[str, Any]:
    return {"series": list(series), "start": start, "end": end}


@dataclass(frozen=True, slots=True)
class SeriesSpan:
    """When the first and the newest value of a Datastream was measured, and whether more come."""

    first: datetime
    newest: datetime
    is_retired: bool


def spans(series: Collection[int]) -> list[SeriesSpan]:
    """The spans of those of these Datastreams that have values, by their beginning."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select t.first_time, t.last_time, s.retired_at is not null from series_state t"
            " join series s on s.id = t.series_id"
            " where t.series_id = any(%s) and t.first_time is not null order by 1, 2",
            [list(series)],
        )
        return [SeriesSpan(*row) for row in cursor.fetchall()]
