"""The one place that reads the wall clock; services are given ``at`` by their callers."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment, aware and in UTC."""
    return datetime.now(UTC)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a calendar day begins by the clocks of ``zone``."""
    return datetime.combine(day, time.min, tzinfo=zone)


def day_after(day: date) -> date:
    """The next day; the calendar's last, which forms take as any other, has none and stays."""
    return day if day == date.max else day + timedelta(days=1)
