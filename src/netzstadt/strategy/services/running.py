"""The newest number of an indicator, worked out as observations arrive."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

from django.utils.timezone import get_default_timezone

from netzstadt.lib.windows import window_at
from netzstadt.strategy import reading
from netzstadt.strategy.models import Binding, IndicatorValue, Running
from netzstadt.urbandata.queries import windows

_COLUMNS = [
    "value",
    "starts_at",
    "ends_at",
    "is_closed",
    "is_usable",
    "coverage",
    "newest_at",
    "lineage",
    "reckoned_at",
]


def run(binding: Binding, keys: Collection[int], *, at: datetime) -> Running | None:
    """Work out the newest number of a binding's indicator, and keep it; None where there is none.

    It is that of the window that runs, where that can be compared with a target already;
    otherwise that of the last closed one.
    """
    start, end = window_at(binding.window, at, get_default_timezone())
    newest: Running | None = None
    if binding.aggregation not in reading.GROWING:
        found = list(
            windows.window_numbers(keys, binding.window, start, end, zone=get_default_timezone())
        )
        if found:
            until = min(end, max(at, start + reading.HOUR))
            known = reading.attendance(binding, keys, zone=get_default_timezone())
            number = reading.combined(
                binding, found, known, start, reading.whole_until(binding, start, until)
            )
            newest = Running(
                value=number.value,
                starts_at=start,
                ends_at=end,
                is_closed=False,
                is_usable=number.is_usable,
                coverage=number.coverage,
                newest_at=min(at, known.newest_at or at),
                lineage=number.lineage,
            )
    newest = newest or last_closed(binding.indicator_id)
    if newest is None:
        return None
    newest.indicator_id, newest.reckoned_at = binding.indicator_id, at
    keep([newest])
    return newest


def last_closed(indicator_id: uuid.UUID) -> Running | None:
    """The newest value of an indicator, as its newest number."""
    value = (
        IndicatorValue.objects.filter(indicator_id=indicator_id, superseded_at__isnull=True)
        .order_by("-ends_at", "-starts_at")
        .first()
    )
    if value is None:
        return None
    return Running(
        value=value.value,
        starts_at=value.starts_at,
        ends_at=value.ends_at,
        is_closed=True,
        is_usable=value.is_usable,
        coverage=value.coverage,
        newest_at=value.ends_at,
        lineage=value.lineage,
    )


def keep(numbers: Iterable[Running]) -> None:
    """Keep newest numbers in the place of those before them."""
    Running.objects.bulk_create(
        numbers, update_conflicts=True, unique_fields=["indicator"], update_fields=_COLUMNS
    )
