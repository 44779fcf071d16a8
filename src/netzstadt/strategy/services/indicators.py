"""Indicators: described, bound to where their values come from, and set on target paths."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.rooms import figures
from netzstadt.lib.ids import new_id
from netzstadt.strategy import reading
from netzstadt.strategy.events import (
    IndicatorAssigned,
    IndicatorBound,
    IndicatorCreated,
    IndicatorDefined,
    IndicatorSeriesAdded,
    PathEnded,
    PathSet,
)
from netzstadt.strategy.models import (
    Aggregation,
    Binding,
    BindingKind,
    BindingSeries,
    Combination,
    Direction,
    Element,
    ImpactLevel,
    Indicator,
    IndicatorDefinition,
    TargetPath,
    TargetPoint,
    Visibility,
    Window,
)
from netzstadt.strategy.services import live, standings
from netzstadt.strategy.services.refusals import StrategyRefused, refused
from netzstadt.urbandata.queries import choosing

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

SERIES_AT_MOST = 500
POINTS_AT_MOST = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """What an indicator means. ``measurement_unit`` is a UCUM code, ``method`` the method sheet."""

    title: str
    title_en: str = ""
    measurement_unit: str = "1"
    unit_text: str = ""
    direction: str = Direction.UP
    level: str = ImpactLevel.OUTCOME
    digits: int = 0
    method: str = ""

    def columns(self) -> dict[str, object]:
        """Every fact by the name of its column."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where values come from: Datastreams, all of a property (in an area), a figure, a hand."""

    kind: str
    window: str = Window.DAY
    aggregation: str = Aggregation.MEAN
    combination: str = Combination.MEAN
    series: tuple[int, ...] = ()
    observed_property_id: uuid.UUID | None = None
    area_id: uuid.UUID | None = None
    figure: str = ""
    factor: float = 1.0
    minimum_coverage: float = 0.75
    maximum_flagged: float = 0.25
    first_day: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Path:
    """Values by days, the first one the baseline, and a corridor in the unit of the indicator."""

    points: Sequence[tuple[date, float]]
    amber_at: float
    red_at: float
    weight: float = 1.0
    fresh_days: int = 400


@transaction.atomic
def create_indicator(
    *,
    code: str,
    definition: Definition,
    by: "Person | None",
    at: datetime,
    visibility: str = Visibility.PUBLIC,
    unit_id: uuid.UUID | None = None,
    responsible: "Person | None" = None,
    is_demo: bool = False,
) -> Indicator:
    """Describe an indicator for the first time; its values come with a binding.

    Raises StrategyRefused if the code is in use or cannot be one.
    """
    if Indicator.objects.filter(code=code.strip()).exists():
        raise StrategyRefused(_("There is an indicator with this code already."))
    with refused():
        indicator = Indicator.objects.create(
            code=code.strip(),
            visibility=visibility,
            unit_id=unit_id,
            responsible=responsible,
            is_demo=is_demo,
            created_at=at,
        )
        IndicatorDefinition.objects.create(
            indicator=indicator,
            number=1,
            valid_from=date(1900, 1, 1),
            created_at=at,
            **definition.columns(),
        )
    audit.record(
        IndicatorCreated(object_id=indicator.pk, code=indicator.code, title=definition.title),
        by=by,
    )
    return indicator


@transaction.atomic
def define_indicator(
    *,
    indicator: Indicator,
    definition: Definition,
    valid_from: date,
    is_break: bool,
    by: "Person | None",
    at: datetime,
) -> IndicatorDefinition:
    """Let an indicator mean something else from a day on; earlier values keep their definition.

    Raises StrategyRefused if the day is not after that of the definition before it.
    """
    Indicator.objects.select_for_update(no_key=True).get(pk=indicator.pk)
    last = indicator.definitions.latest("valid_from")
    if valid_from <= last.valid_from:
        raise StrategyRefused(_("A new definition begins after the one before it."))
    made = IndicatorDefinition.objects.create(
        indicator=indicator,
        number=last.number + 1,
        valid_from=valid_from,
        is_break=is_break,
        created_at=at,
        **definition.columns(),
    )
    audit.record(
        IndicatorDefined(
            object_id=indicator.pk,
            definition=made.number,
            title=made.title,
            valid_from=valid_from,
            is_break=is_break,
        ),
        by=by,
    )
    return made


@transaction.atomic
def assign_indicator(
    *,
    indicator: Indicator,
    visibility: str,
    unit_id: uuid.UUID | None,
    responsible: "Person | None",
    by: "Person | None",
    at: datetime,
) -> None:
    """Say who sees an indicator, and which unit and who answers for it."""
    current = Indicator.objects.select_for_update(no_key=True).get(pk=indicator.pk)
    person_id = responsible.pk if responsible else None
    if (current.visibility, current.unit_id, current.responsible_id) == (
        visibility,
        unit_id,
        person_id,
    ):
        return
    current.visibility, current.unit_id, current.responsible_id = visibility, unit_id, person_id
    current.save(update_fields=["visibility", "unit_id", "responsible_id"])
    audit.record(
        IndicatorAssigned(
            object_id=current.pk, visibility=visibility, unit_id=unit_id, person_id=person_id
        ),
        by=by,
    )


@transaction.atomic
def bind_indicator(
    *, indicator: Indicator, source: Source, by: "Person | None", at: datetime
) -> Binding:
    """Say where the values of an indicator come from now on; the binding before it ends.

    Raises StrategyRefused if no Datastream is named or found, or there is no such figure.
    """
    Indicator.objects.select_for_update(no_key=True).get(pk=indicator.pk)
    series = _series_of(source, by)
    if source.kind == BindingKind.FIGURE and source.figure not in figures():
        raise StrategyRefused(_("There is no such figure."))
    Binding.objects.filter(indicator=indicator, ended_at__isnull=True).update(ended_at=at)
    columns = {one.name: getattr(source, one.name) for one in fields(source)}
    del columns["series"]
    with refused():
        binding = Binding.objects.create(indicator=indicator, created_at=at, **columns)
    BindingSeries.objects.bulk_create(
        BindingSeries(binding=binding, series_id=key) for key in series
    )
    audit.record(
        IndicatorBound(
            object_id=indicator.pk,
            kind=source.kind,
            window=source.window,
            series=len(series),
        ),
        by=by,
    )
    live.take_binding(binding, at=at)
    return binding


def _series_of(source: Source, by: "Person | None") -> list[int]:
    if source.kind != BindingKind.SERIES:
        return []
    found = list(source.series)
    if source.observed_property_id is not None:
        found = choosing.series_observing(
            source.observed_property_id, source.area_id, to=by, limit=SERIES_AT_MOST + 1
        )
    if not found:
        raise StrategyRefused(_("No Datastream is chosen, or none lies there."))
    if len(found) > SERIES_AT_MOST:
        raise StrategyRefused(
            _("More than %(n)d Datastreams; choose a smaller area.") % {"n": SERIES_AT_MOST}
        )
    return sorted(set(found))


def take_later_series(*, at: datetime) -> int:
    """Let bindings to a property (in an area) read stations that came later; return how many did.

    Only what everybody may see is taken in by itself. What left the area stays: it is part of the
    values that were worked out with it.
    """
    found = Binding.objects.filter(
        kind=BindingKind.SERIES, observed_property_id__isnull=False, ended_at__isnull=True
    )
    return sum(_take_later_series_of(one, at) for one in found.order_by("id").iterator())


@transaction.atomic
def _take_later_series_of(binding: Binding, at: datetime) -> bool:
    current = Binding.objects.select_for_update(no_key=True).get(pk=binding.pk)
    if current.ended_at is not None or current.observed_property_id is None:
        return False
    known = reading.series_ids(current)
    there = choosing.series_observing(
        current.observed_property_id,
        current.area_id,
        to=None,
        limit=SERIES_AT_MOST,
        with_retired=False,
    )
    later = sorted(set(there) - set(known))[: SERIES_AT_MOST - len(known)]
    if not later:
        return False
    BindingSeries.objects.bulk_create(
        BindingSeries(binding=current, series_id=key) for key in later
    )
    audit.record(IndicatorSeriesAdded(object_id=current.indicator_id, added=len(later)), by=None)
    live.take_binding(current, at=at)
    return True


@transaction.atomic
def set_path(
    *,
    indicator: Indicator,
    goal: Element,
    path: Path,
    by: "Person | None",
    at: datetime,
) -> TargetPath:
    """Measure a goal by an indicator: values by days, the first one the baseline, and a corridor.

    A path that is there already is changed.

    Raises StrategyRefused if there are fewer than two days or one stands twice, or the corridor
    is none.
    """
    days = [day for day, _value in path.points]
    if not 2 <= len(path.points) <= POINTS_AT_MOST or len(set(days)) < len(days):
        raise StrategyRefused(_("A path has a baseline and at least one target, one a day."))
    kept = (
        TargetPath.objects.select_for_update(no_key=True)
        .filter(indicator=indicator, goal=goal, ended_at__isnull=True)
        .first()
    )
    if kept is None:
        kept = TargetPath(id=new_id(), indicator=indicator, goal=goal, created_at=at)
    kept.weight, kept.fresh_days = path.weight, path.fresh_days
    kept.amber_at, kept.red_at = path.amber_at, path.red_at
    with refused():
        kept.save()
    kept.points.all().delete()
    TargetPoint.objects.bulk_create(
        TargetPoint(path=kept, day=day, value=value) for day, value in sorted(path.points)
    )
    audit.record(
        PathSet(
            object_id=goal.pk,
            indicator_id=indicator.pk,
            path_id=kept.pk,
            amber_at=path.amber_at,
            red_at=path.red_at,
            points=len(path.points),
        ),
        by=by,
    )
    standings.reckon_elements({goal.pk}, at=at)
    return kept


@transaction.atomic
def end_path(*, path: TargetPath, by: "Person | None", at: datetime) -> None:
    """Measure a goal by an indicator no longer.

    Raises StrategyRefused if that has ended already.
    """
    current = TargetPath.objects.select_for_update(no_key=True).get(pk=path.pk)
    if current.ended_at is not None:
        raise StrategyRefused(_("This has ended already."))
    current.ended_at = at
    current.save(update_fields=["ended_at"])
    audit.record(
        PathEnded(object_id=current.goal_id, indicator_id=current.indicator_id, path_id=current.pk),
        by=by,
    )
    standings.reckon_elements({current.goal_id}, at=at)
