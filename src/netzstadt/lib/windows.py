"""Hours, days, weeks, months, quarters and years of a city's calendar, as half-open times."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from netzstadt.lib import clock

HOUR = timedelta(hours=1)


def window_at(kind: str, moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end (UTC) of the HOUR, DAY, WEEK (ISO), MONTH, QUARTER or YEAR of ``moment``.

    A day has 23 or 25 hours where the clocks change. Raises ValueError for another kind.
    """
    if kind == "HOUR":
        start = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return start, start + HOUR
    first, after = _days(kind, moment.astimezone(zone).date())
    return clock.midnight(first, zone).astimezone(UTC), clock.midnight(after, zone).astimezone(UTC)


def _days(kind: str, day: date) -> tuple[date, date]:
    if kind == "DAY":
        return day, day + timedelta(days=1)
    if kind == "WEEK":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    if kind == "YEAR":
        return date(day.year, 1, 1), date(day.year + 1, 1, 1)
    months = {"MONTH": 1, "QUARTER": 3}.get(kind)
    if months is None:
        raise ValueError(f"There is no window called {kind!r}.")
    number = (day.month - 1) // months * months  # of the first month, from 0
    end = number + months
    return date(day.year, number + 1, 1), date(day.year + end // 12, end % 12 + 1, 1)
