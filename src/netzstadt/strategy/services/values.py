"""Values of indicators: worked out from Datastreams and figures, or entered; never changed."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.days import midnight
from netzstadt.lib.ids import new_id
from netzstadt.lib.windows import window_at
from netzstadt.strategy import reading
from netzstadt.strategy.events import ValueEntered
from netzstadt.strategy.models import (
    Binding,
    BindingKind,
    Indicator,
    IndicatorDefinition,
    IndicatorValue,
    Running,
    TargetPath,
)
from netzstadt.strategy.services import running, standings
from netzstadt.strategy.services.refusals import StrategyRefused
from netzstadt.urbandata.queries import windows

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@transaction.atomic
def enter_value(
    *,
    indicator: Indicator,
    first: date,
    window: str,
    value: float,
    source: str,
    by: "Person | None",
    at: datetime,
    note: str = "",
) -> IndicatorValue:
    """Enter a value by hand for the window that ``first`` lies in; it supersedes the one before.

    Raises StrategyRefused if the values come from elsewhere, the window has not begun, or the
    source is not named.
    """
    lock_for_entry(indicator)
    if not source.strip():
        raise StrategyRefused(_("Say where the value comes from."))
    start, end = window_at(window, midnight(first), get_default_timezone())
    made = IndicatorValue(
        id=new_id(),
        starts_at=start,
        ends_at=end,
        value=value,
        source=source.strip(),
        note=note.strip(),
    )
    before = next(iter(store(indicator, [made], by=by, at=at)), None)
    audit.record(
        ValueEntered(
            object_id=indicator.pk,
            value_id=made.pk,
            starts_at=start,
            value=value,
            source=made.source,
            supersedes=before,
        ),
        by=by,
    )
    run_from_values(indicator, at=at)
    reckon_goals_of([indicator.pk], at=at)
    return made


def lock_for_entry(indicator: Indicator) -> None:
    """Let nobody else enter values meanwhile.

    Raises StrategyRefused if the values are worked out.
    """
    Indicator.objects.select_for_update(no_key=True).get(pk=indicator.pk)
    elsewhere = Binding.objects.filter(indicator=indicator, ended_at__isnull=True).exclude(
        kind=BindingKind.MANUAL
    )
    if elsewhere.exists():
        raise StrategyRefused(_("The values of this indicator are worked out, not entered."))


def store(
    indicator: Indicator, given: list[IndicatorValue], *, by: "Person | None", at: datetime
) -> dict[uuid.UUID, IndicatorValue]:
    """Write values that were given, and what they supersede: new values by the ids of those.

    Raises StrategyRefused if a window has not begun.
    """
    if any(value.starts_at > at for value in given):
        raise StrategyRefused(_("This period has not begun yet."))
    present = IndicatorValue.objects.filter(
        indicator=indicator,
        superseded_at__isnull=True,
        starts_at__in=[value.starts_at for value in given],
    )
    before = {(one.starts_at, one.ends_at): one.pk for one in present}
    definitions = list(indicator.definitions.order_by("valid_from"))
    replaced: dict[uuid.UUID, IndicatorValue] = {}
    for value in given:
        value.indicator, value.entered_by, value.recorded_at = indicator, by, at
        value.definition = _definition_on(definitions, timezone.localdate(value.starts_at))
        if old := before.get((value.starts_at, value.ends_at)):
            replaced[old] = value
    _replace(replaced, [], given, at)
    return replaced


def _replace(
    replaced: dict[uuid.UUID, IndicatorValue],
    gone: list[uuid.UUID],
    made: list[IndicatorValue],
    at: datetime,
) -> None:
    """Supersede values by others or by none, and write what is new."""
    IndicatorValue.objects.filter(pk__in=[*replaced, *gone]).update(superseded_at=at)
    IndicatorValue.objects.bulk_create(made, batch_size=1000)
    for key, value in replaced.items():
        IndicatorValue.objects.filter(pk=key).update(superseded_by=value)


def _definition_on(definitions: list[IndicatorDefinition], day: date) -> IndicatorDefinition:
    """The one that holds on a day; the first for days before any."""
    return next((one for one in reversed(definitions) if one.valid_from <= day), definitions[0])


def run_from_values(indicator: Indicator, *, at: datetime) -> None:
    """Take the newest value as the indicator's newest number."""
    newest = running.last_closed(indicator.pk)
    if newest is not None:
        newest.indicator_id, newest.reckoned_at = indicator.pk, at
        if newest.ends_at is not None and newest.ends_at > at:
            newest.is_closed, newest.newest_at = False, at
        running.keep([newest])


def reckon_goals_of(indicators: Iterable[uuid.UUID], *, at: datetime) -> int:
    """Work out the goals that these indicators measure, and all that those serve."""
    goals = TargetPath.objects.filter(indicator_id__in=list(indicators), ended_at__isnull=True)
    return standings.reckon_elements(set(goals.values_list("goal_id", flat=True)), at=at)


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the closed windows of a binding."""

    added: int = 0
    superseded: int = 0


@transaction.atomic
def settle(binding: Binding, *, at: datetime) -> Settled:
    """Compare the closed windows of a binding with its Datastreams; write what is new or corrected.

    A value that would be another one now is superseded, never changed. Windows without numbers
    have no value.
    """
    current = (
        Binding.objects.select_for_update(no_key=True, of=("self",))
        .select_related("indicator")
        .get(pk=binding.pk)
    )
    if current.ended_at is not None or current.kind != BindingKind.SERIES:
        return Settled()
    start = first_moment(current)
    end, _after = window_at(current.window, at, get_default_timezone())
    keys = reading.series_ids(current)
    count, total = windows.totals(keys, current.window, start, end)
    seen = (current.settled_until, current.settled_count, current.settled_total)
    Binding.objects.filter(pk=current.pk).update(
        dirty_at=None, settled_until=end, settled_count=count, settled_total=total
    )
    if seen == (end, count, total):
        return Settled()
    done = _settle_windows(current, keys, start, end, at)
    if done != Settled():
        running.run(current, keys, at=at)
        reckon_goals_of([current.indicator_id], at=at)
    return done


def first_moment(binding: Binding) -> datetime:
    """The start of the first window that a binding gives values for."""
    first = binding.first_day or binding.created_at.date()
    start, _end = window_at(binding.window, midnight(first), get_default_timezone())
    return start


def _settle_windows(
    binding: Binding, keys: list[int], start: datetime, end: datetime, at: datetime
) -> Settled:
    numbers: dict[datetime, list[windows.WindowNumbers]] = defaultdict(list)
    for one in windows.window_numbers(
        keys, binding.window, start, end, zone=get_default_timezone()
    ):
        numbers[one.starts_at].append(one)
    present = {
        (value.starts_at, value.ends_at): value
        for value in IndicatorValue.objects.filter(
            indicator=binding.indicator, superseded_at__isnull=True, starts_at__gte=start
        )
    }
    made: list[IndicatorValue] = []
    replaced: dict[uuid.UUID, IndicatorValue] = {}
    definitions = list(binding.indicator.definitions.order_by("valid_from"))
    known = reading.attendance(binding, keys, zone=get_default_timezone())
    for starts_at, found in numbers.items():
        value = _closed(binding, definitions, starts_at, found, known, at)
        old = present.pop((starts_at, value.ends_at), None)
        if old is None:
            made.append(value)
        elif (old.value, old.coverage, old.is_usable) != (
            value.value,
            value.coverage,
            value.is_usable,
        ):
            made.append(value)
            replaced[old.pk] = value
    # Of its own all numbers were removed; of others what is no window of this one, since an hour
    # and its day are no two values of one line. Another one's value for the same window stays.
    zone = get_default_timezone()
    gone = [
        old.pk
        for old in present.values()
        if old.binding_id == binding.pk
        or (old.starts_at, old.ends_at) != window_at(binding.window, old.starts_at, zone)
    ]
    _replace(replaced, gone, made, at)
    return Settled(added=len(made), superseded=len(replaced) + len(gone))


def _closed(
    binding: Binding,
    definitions: list[IndicatorDefinition],
    starts_at: datetime,
    found: list[windows.WindowNumbers],
    known: reading.Attendance,
    at: datetime,
) -> IndicatorValue:
    _start, ends_at = window_at(binding.window, starts_at, get_default_timezone())
    number = reading.combined(binding, found, known, starts_at, ends_at)
    day = starts_at.astimezone(get_default_timezone()).date()
    definition = next(
        (one for one in reversed(definitions) if one.valid_from <= day), definitions[0]
    )
    return IndicatorValue(
        id=new_id(),
        indicator=binding.indicator,
        definition=definition,
        binding=binding,
        starts_at=starts_at,
        ends_at=ends_at,
        value=number.value,
        coverage=number.coverage,
        is_usable=number.is_usable,
        lineage=number.lineage,
        recorded_at=at,
    )


def close_window(binding: Binding, number: Running, *, at: datetime) -> None:
    """Write the last number of a window that is over as its value, once."""
    if number.starts_at is None or number.ends_at is None:
        return
    present = IndicatorValue.objects.filter(
        indicator_id=binding.indicator_id,
        starts_at=number.starts_at,
        ends_at=number.ends_at,
        superseded_at__isnull=True,
    )
    if present.exists():
        return
    IndicatorValue.objects.create(
        id=new_id(),
        indicator_id=binding.indicator_id,
        definition=_definition_on(
            list(binding.indicator.definitions.order_by("valid_from")),
            timezone.localdate(number.starts_at),
        ),
        binding=binding,
        starts_at=number.starts_at,
        ends_at=number.ends_at,
        value=number.value,
        is_usable=number.is_usable,
        lineage=number.lineage,
        recorded_at=at,
    )


def mark_dirty(bindings: Iterable[Any], *, at: datetime) -> None:
    """Have the closed windows of bindings compared again soon."""
    Binding.objects.filter(pk__in=list(bindings), dirty_at__isnull=True).update(dirty_at=at)
