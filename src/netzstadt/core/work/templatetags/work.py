"""How a tile writes a day or a moment."""

from datetime import date, datetime

from django import template
from django.utils import formats, timezone

register = template.Library()


@register.filter
def day_or_time(at: date | datetime | None) -> str:
    """A moment with its time in the city, a day without one."""
    if at is None:
        return ""
    if isinstance(at, datetime):
        return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
    return formats.date_format(at, "SHORT_DATE_FORMAT")
