"""Days of the city's calendar, and periods that are half-open: ``valid_from`` to ``valid_to``."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from netzstadt.lib import clock


def today() -> date:
    """The calendar day in the city."""
    return timezone.localdate()


def months_later(day: date, months: int) -> date | None:
    """The same day so many months later (§ 188 BGB): the last one of its month where that has no
    such day, as for the 31st. None beyond the calendar."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def midnight(day: date) -> datetime:
    """The moment at which a calendar day begins in the city."""
    return clock.midnight(day, timezone.get_default_timezone())


def last_day(valid_to: date | datetime) -> date | datetime:
    """The last day of what holds until before ``valid_to``; the moment itself if it is not the
    midnight at which a day of the city begins, as with rights of some hours."""
    if isinstance(valid_to, datetime):
        local = timezone.localtime(valid_to, timezone.get_default_timezone())
        if local.time() != time.min:
            return valid_to
        valid_to = local.date()
    # The calendar's last day has none after it, so it ends itself (``clock.day_after``).
    return valid_to if valid_to == date.max else valid_to - timedelta(days=1)


def last_day_text(valid_to: date | datetime | None) -> str:
    """The last day, or the moment, as people write it; nothing for what has no end."""
    if valid_to is None:
        return ""
    last = last_day(valid_to)
    if isinstance(last, datetime):
        return date_format(timezone.localtime(last), "SHORT_DATETIME_FORMAT")
    return date_format(last, "SHORT_DATE_FORMAT")


def not_over(at: date | datetime) -> Q:
    """What holds at a moment or on a day, or begins later; most has no end."""
    return Q(valid_to__isnull=True) | Q(valid_to__gt=at)


def holding(at: date | datetime) -> Q:
    """What holds at a moment or on a day."""
    return not_over(at) & Q(valid_from__lte=at)


class DayField(forms.DateField):
    """A day, chosen in the browser's own calendar, which writes it in the one form of ISO 8601."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
        super().__init__(**({"widget": widget} | options))
