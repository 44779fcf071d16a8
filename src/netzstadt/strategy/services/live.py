"""What a worker does beside its jobs, so that lights move as observations arrive.

It reads which Datastreams changed from the plane's outbox, in the order of commits; where it has
come to is noted in the transaction of what it did, so that nothing is passed over.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils.timezone import get_default_timezone

from netzstadt.core.rooms import figures, resolved
from netzstadt.lib import clock
from netzstadt.lib.windows import window_at
from netzstadt.plane import outbox
from netzstadt.strategy import reading
from netzstadt.strategy.models import Binding, BindingKind, BindingSeries, Running, Window
from netzstadt.strategy.services import running, values

READER = "strategy"
BATCH = 1000
# Old values are looked at again so long after a change: many changes are one look.
SETTLE_AFTER = timedelta(seconds=30)
SETTLED_AT_ONCE = 20


def follow_series(*, at: datetime | None = None) -> int:
    """Work out what rests on the Datastreams that changed; return how many batches were read."""
    moment = at or clock.now()
    with transaction.atomic():
        connection.ensure_connection()
        place = outbox.begin(connection.connection, READER)
        changes = outbox.read(connection.connection, place, limit=BATCH)
        if not changes:
            return 0
        changed = {series for change in changes for series in change.series_ids}
        take_changed(changed, at=moment)
        outbox.passed(connection.connection, READER, changes[-1].place)
    return len(changes)


def take_changed(changed: Collection[int], *, at: datetime) -> None:
    """Bring the indicators of some Datastreams, and the goals above them, up to date."""
    found = BindingSeries.objects.filter(
        series_id__in=list(changed), binding__ended_at__isnull=True
    ).values_list("binding_id", flat=True)
    bindings = list(Binding.objects.filter(pk__in=set(found)).order_by("id"))
    if not bindings:
        return
    keys: dict[object, list[int]] = defaultdict(list)
    for binding_id, series_id in BindingSeries.objects.filter(binding__in=bindings).values_list(
        "binding_id", "series_id"
    ):
        keys[binding_id].append(series_id)
    for binding in bindings:
        running.run(binding, keys[binding.pk], at=at)
    values.mark_dirty((one.pk for one in bindings), at=at)
    values.reckon_goals_of([one.indicator_id for one in bindings], at=at)


def take_binding(binding: Binding, *, at: datetime) -> None:
    """Bring a new binding's indicator up to date at once."""
    if binding.kind == BindingKind.SERIES:
        values.settle(binding, at=at)
        running.run(binding, reading.series_ids(binding), at=at)
        values.reckon_goals_of([binding.indicator_id], at=at)
    elif binding.kind == BindingKind.FIGURE and _take_figure(binding, at):
        values.reckon_goals_of([binding.indicator_id], at=at)


def settle_due(*, at: datetime | None = None) -> int:
    """Settle bindings whose windows closed or whose old values changed; return how many."""
    moment = at or clock.now()
    zone = get_default_timezone()
    due = Q(dirty_at__lte=moment - SETTLE_AFTER) | Q(settled_until__isnull=True)
    for window in Window.values:
        start, _end = window_at(window, moment, zone)
        due |= Q(window=window, settled_until__lt=start)
    found = Binding.objects.filter(due, kind=BindingKind.SERIES, ended_at__isnull=True)
    bindings = list(found.order_by("settled_until", "id")[:SETTLED_AT_ONCE])
    for binding in bindings:
        values.settle(binding, at=moment)
    return len(bindings)


def take_figures(*, at: datetime | None = None) -> int:
    """Ask the figures of the platform that indicators are bound to; return how many were asked.

    A figure has no past: a window's value is the last number that was there while it ran.
    """
    moment = at or clock.now()
    bindings = Binding.objects.filter(kind=BindingKind.FIGURE, ended_at__isnull=True)
    changed = [one.indicator_id for one in bindings.order_by("id") if _take_figure(one, moment)]
    with transaction.atomic():
        values.reckon_goals_of(changed, at=moment)
    return len(changed)


@transaction.atomic
def _take_figure(binding: Binding, at: datetime) -> bool:
    figure = figures().get(binding.figure)
    number = resolved(figure.value)(at=at) if figure else None
    if number is None:
        return False
    before = Running.objects.filter(indicator_id=binding.indicator_id).first()
    if before and before.ends_at and not before.is_closed and before.ends_at <= at:
        values.close_window(binding, before, at=at)
    start, end = window_at(binding.window, at, get_default_timezone())
    running.keep(
        [
            Running(
                indicator_id=binding.indicator_id,
                value=number * binding.factor,
                starts_at=start,
                ends_at=end,
                is_closed=False,
                is_usable=True,
                newest_at=at,
                lineage={"figure": binding.figure},
                reckoned_at=at,
            )
        ]
    )
    return True
