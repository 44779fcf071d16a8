"""Reading indicators: their definitions, values, where those come from, and gaps."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from netzstadt.core.access.queries import visible
from netzstadt.core.links import queries as links
from netzstadt.strategy.models import (
    Binding,
    BindingKind,
    Contribution,
    ElementKind,
    ElementVersion,
    Indicator,
    IndicatorDefinition,
    IndicatorValue,
    MeasureState,
    TargetPath,
    TargetPoint,
)

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_MEASURED = "edition_id in (select edition_id from strategy_measured)"


def visible_indicators(*, to: "Person | None") -> "QuerySet[Any, Any]":
    """The indicators that ``to`` may see, each with the title of its definition of today."""
    newest = IndicatorDefinition.objects.filter(indicator=OuterRef("pk")).order_by("-valid_from")
    return visible(Indicator.objects.all(), to=to).annotate(
        title=Subquery(newest.values("title")[:1]),
        title_en=Subquery(newest.values("title_en")[:1]),
        unit_text=Subquery(newest.values("unit_text")[:1]),
        digits=Subquery(newest.values("digits")[:1]),
    )


def listed(*, to: "Person | None", text: str = "", kind: str = "") -> "QuerySet[Any, Any]":
    """Indicators with their newest numbers, by code; ``kind`` is where their values come from."""
    found = visible_indicators(to=to).select_related("running").order_by("code", "id")
    if text:
        found = found.filter(Q(code__icontains=text) | Q(title__icontains=text))
    if kind:
        open_binding = Binding.objects.filter(
            indicator=OuterRef("pk"), ended_at__isnull=True, kind=kind
        )
        found = found.filter(Exists(open_binding))
    return found


def binding_of(indicator: Indicator) -> Binding | None:
    """Where the values of an indicator come from now."""
    return Binding.objects.filter(indicator=indicator, ended_at__isnull=True).first()


def is_worked_out(binding: Binding | None) -> bool:
    """Whether values come from Datastreams or a figure, so that none can be entered."""
    return binding is not None and binding.kind != BindingKind.MANUAL


def values_of(
    indicator: Indicator, *, with_superseded: bool = False
) -> "QuerySet[IndicatorValue, Any]":
    """The values of an indicator, the newest first."""
    found = IndicatorValue.objects.filter(indicator=indicator).select_related(
        "definition", "entered_by"
    )
    if not with_superseded:
        found = found.filter(superseded_at__isnull=True)
    return found.order_by("-starts_at", "-recorded_at", "-id")


def paths_of(indicator: Indicator) -> list[TargetPath]:
    """The target paths of an indicator, with their points and goals."""
    points = Prefetch("points", TargetPoint.objects.order_by("day"))
    found = TargetPath.objects.filter(indicator=indicator, ended_at__isnull=True)
    return list(found.select_related("goal").prefetch_related(points).order_by("id"))


def paths_for(goal_id: uuid.UUID, *, to: "Person | None") -> list[TargetPath]:
    """What a goal is measured by, as far as ``to`` may see the indicators."""
    points = Prefetch("points", TargetPoint.objects.order_by("day"))
    found = TargetPath.objects.filter(
        goal_id=goal_id, ended_at__isnull=True, indicator__in=visible_indicators(to=to).values("pk")
    )
    return list(
        found.select_related("indicator__running")
        .prefetch_related(points, "indicator__definitions")
        .order_by("id")
    )


def definition_titles(ids: Collection[uuid.UUID], *, to: "Person | None") -> dict[uuid.UUID, Any]:
    """What indicators are called, those that ``to`` may see."""
    return {one.pk: one for one in visible_indicators(to=to).filter(pk__in=ids)}


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing for the strategy to measure itself; each list can be paged."""

    goals_without_indicator: "QuerySet[ElementVersion, Any]"
    measures_without_goal: "QuerySet[ElementVersion, Any]"
    measures_without_responsible: "QuerySet[ElementVersion, Any]"
    measures_without_project: "QuerySet[ElementVersion, Any]"
    indicators_without_values: "QuerySet[Any, Any]"
    indicators_without_goal: "QuerySet[Any, Any]"


def gaps(*, to: "Person", at: datetime) -> Gaps:
    """The gaps of all strategies, in the editions that count."""
    versions = (
        ElementVersion.objects.extra(where=[_MEASURED])  # noqa: S610 - a constant
        .select_related("element", "edition__strategy")
        .order_by("element__code", "id")
    )
    goals = versions.filter(
        element__kind__in=[ElementKind.STRATEGIC_GOAL, ElementKind.OPERATIONAL_GOAL]
    )
    measures = versions.filter(element__kind=ElementKind.MEASURE).exclude(
        element__state__in=[MeasureState.DONE, MeasureState.STOPPED, MeasureState.TRANSFERRED]
    )
    paths = TargetPath.objects.filter(goal_id=OuterRef("element_id"), ended_at__isnull=True)
    served = Contribution.objects.filter(
        edition_id=OuterRef("edition_id"), source_id=OuterRef("element_id")
    )
    # A project implements its measure; so may whatever else another room keeps.
    carried_out = links.open_links().filter(
        relation="implements", target_model="strategy.element", target_id=OuterRef("element_id")
    )
    indicators = visible_indicators(to=to).order_by("code", "id")
    fresh = Q(running__newest_at__gte=at - timedelta(days=400))
    measured = TargetPath.objects.filter(indicator_id=OuterRef("pk"), ended_at__isnull=True)
    return Gaps(
        goals_without_indicator=goals.exclude(Exists(paths)),
        measures_without_goal=measures.exclude(Exists(served)),
        measures_without_responsible=measures.filter(element__responsible__isnull=True),
        measures_without_project=measures.exclude(Exists(carried_out)),
        indicators_without_values=indicators.exclude(fresh),
        indicators_without_goal=indicators.exclude(Exists(measured)),
    )


def figures_bound() -> "QuerySet[Binding, Any]":
    """The bindings to figures of the platform that hold."""
    return Binding.objects.filter(kind=BindingKind.FIGURE, ended_at__isnull=True)
