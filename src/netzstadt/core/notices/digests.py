"""When collected notices are mailed."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from netzstadt.core.notices.models import Rhythm


def next_due(rhythm: str, *, hour: int, weekday: int, after: datetime) -> datetime | None:
    """The first moment after ``after`` at that hour of the city's clock; None for never.

    On the night when clocks change, an hour that does not exist is the one after it.
    """
    if rhythm == Rhythm.NEVER:
        return None
    zone = timezone.get_default_timezone()
    day = after.astimezone(zone).date()
    for _try in range(9):
        due = datetime.combine(day, time(hour), tzinfo=zone)
        if due > after and (rhythm == Rhythm.DAILY or day.weekday() == weekday):
            return due
        day += timedelta(days=1)
    raise AssertionError("A week has every weekday.")
