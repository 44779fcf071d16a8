"""How values, ages and quality flags are written for people and for machines."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote, urlencode

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from netzstadt.core.numbers import written
from netzstadt.standards.sensorthings.path import id_in_url
from netzstadt.urbandata.models import Series, SeriesState

OLD = timedelta(days=30)
ENDED = timedelta(days=90)
# What is known of a quality flag; others are shown as they were given.
QUALITY = {
    "implausible": gettext_lazy("outside the range that this sensor can measure"),
    "two-hours": gettext_lazy("counts of two hours in one value, because the clocks were put back"),
    "modified": gettext_lazy("corrected by the publisher afterwards"),
    "suspect": gettext_lazy("doubted by the publisher"),
    "invalid": gettext_lazy("marked as invalid by the publisher"),
    "estimated": gettext_lazy("estimated, not measured"),
    "doubtful": gettext_lazy("marked as doubtful by hand"),
    "wrong": gettext_lazy("marked as wrong by hand"),
}


def number(value: float, digits: int | None = None) -> str:
    """A number as people of the present language write it; by default with about three digits."""
    if digits is None:
        digits = digits_of(value)
    return written(value, digits)


def digits_of(value: float) -> int:
    """How many digits after the point a number is written with where it stands alone."""
    size = abs(value)
    digits = 0 if size >= 1000 else 1 if size >= 10 else 2
    while digits and round(value, digits) == round(value, digits - 1):
        digits -= 1
    return digits


def exact_digits_of(value: float) -> int:
    """How many digits after the point a number has, where none may be lost."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def value_text(series: Series, state: SeriesState | None) -> str:
    """The latest value with its unit; a dash before the first one."""
    if state is None or state.last_time is None:
        return "–"
    if state.last_number is None:
        result = state.last_result
        return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
    text = number(state.last_number)
    return f"{text} {series.unit}" if series.unit else text


def age_text(then: datetime, now: datetime) -> str:
    """How long ago something was, in words: "3 minutes ago"."""
    seconds = int((now - then).total_seconds())
    if seconds < 0:
        return _("in the future")
    if seconds < 60:
        return _("just now")
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 60:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    if hours < 48:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    if days < 60:
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    if days < 730:
        months = days // 30
        return ngettext("%(n)d month ago", "%(n)d months ago", months) % {"n": months}
    return ngettext("%(n)d year ago", "%(n)d years ago", days // 365) % {"n": days // 365}


def duration_text(length: timedelta) -> str:
    """How long something takes, in the greatest unit that fits: "15 minutes"."""
    seconds = round(length.total_seconds())
    if seconds < 120:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    if seconds < 7200:
        return ngettext("%(n)d minute", "%(n)d minutes", seconds // 60) % {"n": seconds // 60}
    if seconds < 172_800:
        return ngettext("%(n)d hour", "%(n)d hours", seconds // 3600) % {"n": seconds // 3600}
    return ngettext("%(n)d day", "%(n)d days", seconds // 86400) % {"n": seconds // 86400}


def moment_text(then: datetime, now: datetime) -> str:
    """How long ago, and of what is older than a month also the date: "12 years ago (1 Feb 2014)".

    Old data is mostly looked up by its date.
    """
    age = age_text(then, now)
    if now - then < OLD:
        return age
    return f"{age} ({formats.date_format(timezone.localtime(then), 'SHORT_DATE_FORMAT')})"


def is_stale(state: SeriesState, now: datetime) -> bool:
    """Whether a value is overdue: three times longer than usual, and at least an hour.

    What ended months ago is not overdue any more: the series is history, and its date says so.
    """
    if state.last_time is None or state.first_time is None or state.count < 2:
        return False
    if now - state.last_time > ENDED:
        return False
    usual = (state.last_time - state.first_time) / (state.count - 1)
    return now - state.last_time > max(usual * 3, timedelta(hours=1))


def quality_text(flag: str) -> str:
    """A quality flag in words."""
    return str(QUALITY.get(flag, flag))


def entity_address(kind: str, iot_id: Any) -> str:
    """The address of a SensorThings entity, e.g. ``/sta/v1.1/Datastreams(5)``."""
    return f"/sta/v1.1/{kind}({id_in_url(iot_id)})"


def observations_address(series: Series, start: datetime, end: datetime) -> str:
    """The call of the open API that answers with the values behind a chart."""
    options = {
        "$filter": f"phenomenonTime ge {_utc(start)} and phenomenonTime lt {_utc(end)}",
        "$orderby": "phenomenonTime asc",
        "$select": "phenomenonTime,result",
        "$top": "1000",
    }
    address = entity_address("Datastreams", series.iot_id)
    return f"{address}/Observations?{urlencode(options, quote_via=quote, safe='$,:')}"


def readable_address(address: str) -> str:
    """An address as people read it, its signs not escaped; never for a link."""
    return unquote(address)


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
