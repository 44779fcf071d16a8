"""How templates write values, ages and flags."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from netzstadt.lib import clock
from netzstadt.urbandata import formats, queries
from netzstadt.urbandata.models import Series, SeriesState

register = template.Library()


@register.filter
def state(series: Series) -> SeriesState | None:
    """The series' latest value with its count and extent."""
    return queries.state_of(series)


@register.filter
def value_text(series: Series) -> str:
    """The latest value with its unit."""
    return formats.value_text(series, queries.state_of(series))


@register.filter
def age_text(then: datetime | None) -> str:
    """How long ago, in words."""
    return formats.age_text(then, clock.now()) if then is not None else ""


@register.filter
def moment_text(then: datetime | None) -> str:
    """How long ago, and the date of what is old."""
    return formats.moment_text(then, clock.now()) if then is not None else ""


@register.filter
def duration_text(length: timedelta | None) -> str:
    """A length of time in words."""
    return formats.duration_text(length) if length is not None else ""


@register.filter
def readable_address(address: str) -> str:
    """An address as people read it."""
    return formats.readable_address(address)


@register.filter
def is_stale(of: SeriesState) -> bool:
    """Whether the value is overdue."""
    return formats.is_stale(of, clock.now())


@register.filter
def quality_text(flag: str) -> str:
    """A quality flag in words."""
    return formats.quality_text(flag)


@register.filter
def number(value: float | None, digits: int | None = None) -> str:
    """A number for people; in a column, all with the same ``digits`` after the point."""
    return formats.number(value, digits) if value is not None else "–"


@register.filter
def bounds_text(rules: Mapping[str, float]) -> str:
    """What is plausible, in words: either bound may be missing."""
    lowest, highest = (number(rules.get(name)) for name in ("minimum", "maximum"))
    if "minimum" in rules and "maximum" in rules:
        return _("from %(lowest)s to %(highest)s") % {"lowest": lowest, "highest": highest}
    if "minimum" in rules:
        return _("at least %(lowest)s") % {"lowest": lowest}
    return _("at most %(highest)s") % {"highest": highest} if "maximum" in rules else "–"


@register.filter
def percent(part: float | None) -> str:
    """A part of one in per cent; a little is not nothing."""
    if part is not None and 0 < part < 0.005:
        return "< 1 %"
    return f"{formats.number(part * 100, 0)} %" if part is not None else "–"


@register.simple_tag
def basemap_style_url() -> str:
    """The configured style of a base map; empty where only outlines are drawn."""
    return str(settings.CONFIG.basemap_style_url)


@register.simple_tag
def observations_address(series: Series) -> str:
    """Where observations of a series are sent to and read from."""
    return formats.entity_address("Datastreams", series.iot_id) + "/Observations"
