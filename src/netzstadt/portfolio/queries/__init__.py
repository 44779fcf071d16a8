"""Reading projects: lists, one with its gates and milestones, what waits for a person."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import F, Model, OuterRef, Prefetch, Q, QuerySet, Subquery

from netzstadt.core.access.queries import visible
from netzstadt.core.links import queries as links
from netzstadt.portfolio import methods
from netzstadt.portfolio.lights import Light
from netzstadt.portfolio.methods import Stage
from netzstadt.portfolio.models import (
    Condition,
    Criterion,
    Decider,
    Gate,
    GateDecision,
    Milestone,
    Outcome,
    Project,
    ReportState,
    Status,
    StatusReport,
)
from netzstadt.portfolio.models.reports import SEALED

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

M = TypeVar("M", bound=Model)
MOST_OF_ONE = 500
OVER = Q(stage=Stage.CLOSED) | Q(status=Status.CANCELLED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a list of projects is asked for; empty is no condition.

    ``state`` is a stage, or RUNNING, ON_HOLD, CANCELLED, OVER. ``is_led`` leaves those that the
    reader leads or stands for. ``light`` is that of the newest approved report, or of the newest
    published one for who is not inside; grey is also what has none.
    """

    text: str = ""
    state: str = ""
    unit_id: uuid.UUID | None = None
    kind: str = ""
    direction: str = ""
    is_led: bool = False
    light: str = ""
    is_inside: bool = False
    programme_id: uuid.UUID | None = None

    @property
    def is_anything(self) -> bool:
        """Whether there is a condition at all."""
        return replace(self, is_inside=False) != Wanted()


def visible_projects(*, to: "Person | None") -> "QuerySet[Project, Any]":
    """The projects that ``to`` may see."""
    return visible(Project.objects.all(), to=to)


def projects(wanted: Wanted, *, to: "Person | None") -> "QuerySet[Project, Any]":
    """Projects that fit, the newest number first, with ``report_light`` and ``report_day``: the
    light of the newest report and the last day that it is about, None without one."""
    found = _with_lights(visible_projects(to=to).select_related("unit", "lead"), wanted)
    found = with_words(found, wanted.text, "title", "summary", "key")
    if wanted.state == "RUNNING":
        found = found.filter(status=Status.ACTIVE).exclude(stage=Stage.CLOSED)
    elif wanted.state == "OVER":
        found = found.filter(OVER)
    elif wanted.state in (Status.ON_HOLD, Status.CANCELLED):
        found = found.filter(status=wanted.state)
    elif wanted.state in Stage.values:
        found = found.filter(stage=wanted.state).exclude(status=Status.CANCELLED)
    if wanted.is_led:
        found = found.filter(Q(lead=to) | Q(sponsor=to)) if to else found.none()
    for name in ("unit_id", "kind", "direction"):
        if value := getattr(wanted, name):
            found = found.filter(**{name: value})
    if wanted.programme_id:
        found = found.filter(programmes__programme=wanted.programme_id)
    # Keys of rows go on with time, as numbers do: V-2026-1000 comes after V-2026-999.
    return found.order_by("-id")


def _with_lights(found: "QuerySet[Project, Any]", wanted: Wanted) -> "QuerySet[Project, Any]":
    states = SEALED if wanted.is_inside else [ReportState.PUBLISHED]
    newest = StatusReport.objects.filter(project=OuterRef("pk"), state__in=states)
    newest = newest.order_by("-number")
    found = found.annotate(
        report_light=Subquery(newest.values("light")[:1]),
        report_day=Subquery(newest.values("last_day")[:1]),
    )
    if wanted.light == Light.GREY:
        return found.filter(Q(report_light__isnull=True) | Q(report_light=Light.GREY))
    return found.filter(report_light=wanted.light) if wanted.light else found


def with_words(found: "QuerySet[M, Any]", text: str, *names: str) -> "QuerySet[M, Any]":
    """Leave what has every word in one of these columns."""
    for word in text.split()[:10]:
        found = found.filter(reduce(or_, (Q(**{f"{name}__icontains": word}) for name in names)))
    return found


def project(key: uuid.UUID, *, to: "Person | None") -> Project | None:
    """One project; None if it is not there, or not for this reader."""
    found = visible_projects(to=to).select_related("lead", "sponsor")
    return found.filter(pk=key).first()


def gates_of(project: Project) -> list[Gate]:
    """The gates of a project in their order, with their decisions and those's conditions."""
    conditions = Condition.objects.order_by("due_on", "id")
    decisions = GateDecision.objects.order_by("recorded_at", "id")
    found = (
        Gate.objects.filter(project=project)
        .select_related("project")
        .prefetch_related(
            Prefetch("decisions", decisions.prefetch_related(Prefetch("conditions", conditions)))
        )
    )
    return list(found.order_by("number"))


def gate(key: uuid.UUID, *, to: "Person | None") -> Gate | None:
    """One gate of a project that ``to`` may see."""
    found = Gate.objects.filter(pk=key, project__in=visible_projects(to=to))
    return found.select_related("project").first()


def decisions_at(gate: Gate) -> list[GateDecision]:
    """What was decided at a gate, the newest first, with the conditions."""
    conditions = Condition.objects.select_related("responsible").order_by("due_on", "id")
    found = GateDecision.objects.filter(gate=gate).select_related("gate__project", "decided_by")
    with_conditions = found.prefetch_related(Prefetch("conditions", conditions))
    return list(with_conditions.order_by("-recorded_at", "-id")[:MOST_OF_ONE])


def deciders_at(gate: Gate) -> list[Decider]:
    """Who may decide at a gate."""
    return list(gate.deciders.select_related("person").order_by("person__sort_key", "id"))


def conditions_open(project: Project) -> list[Condition]:
    """What is still to be met on a project, the first due first."""
    found = Condition.objects.filter(decision__gate__project=project, met_on__isnull=True)
    return list(found.select_related("responsible").order_by("due_on", "id")[:MOST_OF_ONE])


def criteria_of(gate: Gate) -> list[Criterion]:
    """What is asked at a gate."""
    found = Criterion.objects.filter(gate=gate).select_related("gate__project", "answered_by")
    return list(found.order_by("position"))


def condition(key: uuid.UUID, *, to: "Person | None") -> Condition | None:
    """One condition of a decision on a project that ``to`` may see."""
    found = Condition.objects.filter(pk=key, decision__gate__project__in=visible_projects(to=to))
    return found.select_related("decision__gate__project").first()


def milestone(key: uuid.UUID, *, to: "Person | None") -> Milestone | None:
    """One milestone of a project that ``to`` may see."""
    found = Milestone.objects.filter(pk=key, project__in=visible_projects(to=to))
    return found.select_related("project").first()


def milestones_of(project: Project) -> list[Milestone]:
    """The milestones of a project in the order of their days."""
    found = Milestone.objects.filter(project=project).order_by("planned_on", "title", "id")
    return list(found[:MOST_OF_ONE])


def may_decide(person: "Person | None", gate: Gate) -> bool:
    """Whether a person can decide at a gate now: she is named, and the project is there.

    Deputies do not decide: who decides was named by name.
    """
    return (
        person is not None
        and person.acting_for is None
        and gate.is_here
        and gate.deciders.filter(person=person).exists()
    )


def outcomes(project: Project) -> list[Outcome]:
    """What can be decided of a project as it stands now."""
    if project.is_over:
        return []
    if project.status == Status.ON_HOLD:
        return [Outcome.RESUME, Outcome.STOP]
    found = [Outcome.GO, Outcome.HOLD, Outcome.STOP]
    if methods.stage_before(project.method, Stage(project.stage)) is not None:
        found.insert(2, Outcome.BACK)
    return found


def waiting_gates(person: "Person") -> "QuerySet[Gate, Any]":
    """The gates at which a person was asked to decide, the longest waiting first."""
    found = Gate.objects.filter(
        deciders__person=person, asked_at__isnull=False, project__stage=F("source")
    ).exclude(Q(project__stage=Stage.CLOSED) | Q(project__status=Status.CANCELLED))
    seen = found.filter(project__in=visible_projects(to=person))
    return seen.select_related("project").order_by(F("due_on").asc(nulls_last=True), "id")


def open_conditions(person: "Person") -> "QuerySet[Condition, Any]":
    """The conditions that a person has to meet, the first due first."""
    # Where nobody is named (any more), it falls to who leads the project.
    nobody = Q(responsible__isnull=True) | Q(responsible__is_active=False)
    hers = Q(responsible=person) | (nobody & Q(decision__gate__project__lead=person))
    found = Condition.objects.filter(
        hers,
        met_on__isnull=True,
        decision__gate__project__in=visible_projects(to=person).exclude(status=Status.CANCELLED),
    )
    return found.select_related("decision__gate__project").order_by("due_on", "id")


def carrying_out(
    elements: Collection[uuid.UUID], *, to: "Person | None"
) -> "QuerySet[Project, Any]":
    """The projects that carry out measures or goals of the strategy, or serve them."""
    linked = links.open_links().filter(
        source_model="portfolio.project",
        relation__in=["implements", "serves"],
        target_model="strategy.element",
        target_id__in=list(elements),
    )
    found = visible_projects(to=to).filter(pk__in=linked.values("source_id"))
    return found.order_by("id")
