"""Reading lights and status reports of projects."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from netzstadt.core.links import queries as links
from netzstadt.portfolio import lights, queries
from netzstadt.portfolio.lights import OVERALL, Aspect, Judged, Override, Shown
from netzstadt.portfolio.models import (
    Condition,
    GateDecision,
    LightOverride,
    Milestone,
    Project,
    Register,
    RegisterEntry,
    ReportState,
    StatusReport,
)
from netzstadt.portfolio.models.reports import SEALED
from netzstadt.portfolio.queries import MOST_OF_ONE, visible_projects
from netzstadt.portfolio.queries.funding import overdue_obligations
from netzstadt.portfolio.queries.money import Standing, standings
from netzstadt.strategy.queries.lights import lights_of as lights_of_elements

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What the lights of a project are worked out from, and what a report tells."""

    project: Project
    milestones: list[Milestone]
    conditions: list[Condition]
    entries: list[RegisterEntry]
    decisions: list[GateDecision]
    money: Standing | None
    overdue: int
    goals: list[str]
    overrides: dict[str, Override]

    def open(self, kind: str) -> list[RegisterEntry]:
        """Open entries of a register."""
        return [one for one in self.entries if one.kind == kind and one.is_open]


def facts_of(project: Project, *, to: "Person | None", today: date) -> Facts:
    """The facts of one project as they are now, in about ten statements."""
    decisions = GateDecision.objects.filter(gate__project=project).select_related("gate")
    linked = links.open_links().filter(
        source_model="portfolio.project",
        source_id=project.pk,
        relation__in=["implements", "serves"],
        target_model="strategy.element",
    )
    by_hand = LightOverride.objects.filter(
        project=project, ended_at__isnull=True, last_day__gte=today
    )
    return Facts(
        project=project,
        milestones=queries.milestones_of(project),
        conditions=queries.conditions_open(project),
        entries=list(RegisterEntry.objects.filter(project=project).order_by("id")[:MOST_OF_ONE]),
        decisions=list(decisions.order_by("recorded_at", "id")[:MOST_OF_ONE]),
        money=standings([project.pk]).get(project.pk),
        overdue=overdue_obligations([project.pk], today=today).get(project.pk, 0),
        goals=lights_of_elements(list(linked.values_list("target_id", flat=True)), to=to),
        overrides={
            one.aspect: Override(light=one.light, reason=one.reason, last_day=one.last_day)
            for one in by_hand
        },
    )


def lights_of(facts: Facts, *, today: date) -> list[Shown]:
    """The five lights of a project, as its rules and those who keep it say."""
    judged = {
        Aspect.TIME: lights.time_light(_plan(facts), today=today),
        Aspect.COST: lights.cost_light(_cost(facts)),
        Aspect.SCOPE: lights.scope_light(_scope(facts, today)),
        Aspect.RISK: _risks(facts),
        Aspect.BENEFIT: lights.benefit_light(facts.goals),
    }
    return [
        Shown(aspect.value, one, facts.overrides.get(aspect.value))
        for aspect, one in judged.items()
    ]


def overall(shown: list[Shown], *, report_days: int | None = None) -> Shown:
    """The light of the whole project."""
    return Shown(
        OVERALL, lights.overall_light((one.light for one in shown), report_days=report_days)
    )


def _plan(facts: Facts) -> lights.Plan:
    waiting = [one for one in facts.milestones if one.reached_on is None]
    return lights.Plan(
        ends_on=facts.project.ends_on,
        expected_end_on=facts.project.expected_end_on,
        milestones=[(one.planned_on, one.due_on) for one in waiting],
        reached=len(facts.milestones) - len(waiting),
    )


def _cost(facts: Facts) -> lights.Cost:
    if facts.money is None:
        return lights.Cost(overdue_obligations=facts.overdue)
    return lights.Cost(
        planned_cents=facts.money.planned_cents,
        expected_cents=facts.money.expected_cents,
        overdue_obligations=facts.overdue,
    )


def _scope(facts: Facts, today: date) -> lights.Scope:
    issues = [one for one in facts.open(Register.ISSUE) if one.due_on and one.due_on < today]
    return lights.Scope(
        conditions=[(today - one.due_on).days for one in facts.conditions],
        open_changes=len(facts.open(Register.CHANGE)),
        overdue_issues=len(issues),
        is_kept=bool(facts.decisions)
        or any(one.kind in (Register.ISSUE, Register.CHANGE) for one in facts.entries),
    )


def _risks(facts: Facts) -> Judged:
    known = sum(one.kind == Register.RISK for one in facts.entries)
    return lights.risk_light([one.score for one in facts.open(Register.RISK)], known=known)


def report(key: uuid.UUID, *, to: "Person | None", is_inside: bool) -> StatusReport | None:
    """One report of a project that ``to`` may see; who is outside reads published ones."""
    found = StatusReport.objects.filter(pk=key, project__in=visible_projects(to=to))
    if not is_inside:
        found = found.filter(state=ReportState.PUBLISHED)
    return found.select_related("project", "written_by", "approved_by", "corrects").first()


def reports_of(project: Project, *, is_inside: bool) -> "QuerySet[StatusReport, Any]":
    """The reports of a project, the newest first."""
    found = StatusReport.objects.filter(project=project)
    if not is_inside:
        found = found.filter(state=ReportState.PUBLISHED)
    return found.select_related("written_by", "approved_by").order_by("-number")


def newest_report(project: Project, *, is_inside: bool = True) -> StatusReport | None:
    """The newest approved report of a project, or the newest published one."""
    states = SEALED if is_inside else [ReportState.PUBLISHED]
    found = StatusReport.objects.filter(project=project, state__in=states)
    return found.order_by("-number").first()


def report_before(report: StatusReport) -> StatusReport | None:
    """The approved report before one; a correction goes on from before what it corrects."""
    found = StatusReport.objects.filter(
        project=report.project_id, state__in=SEALED, number__lt=report.number
    )
    if report.corrects is not None:
        found = found.filter(number__lt=report.corrects.number)
    return found.order_by("-number").first()


def newest_reports(project_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, StatusReport]:
    """The newest approved report of each of many projects, in one statement."""
    found = (
        StatusReport.objects.filter(project__in=list(project_ids), state__in=SEALED)
        .order_by("project_id", "-number")
        .distinct("project_id")
    )
    return {one.project_id: one for one in found}


def waiting_reports(person: "Person") -> "QuerySet[StatusReport, Any]":
    """The reports that wait for a person's approval: of projects she stands for, by others."""
    found = StatusReport.objects.filter(
        ~Q(written_by=person),
        state=ReportState.SUBMITTED,
        project__sponsor=person,
        project__in=visible_projects(to=person),
    )
    return found.select_related("project").order_by("submitted_at", "id")


def report_age(report: StatusReport | None, project: Project, *, today: date) -> int | None:
    """How many days ago the last approved report of a running project was approved."""
    if report is None or report.approved_at is None or project.is_over:
        return None
    return (today - timezone.localdate(report.approved_at)).days
