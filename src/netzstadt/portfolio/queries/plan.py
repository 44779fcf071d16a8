"""Reading the plan of a project: what is in it, what waits for what, what comes too early."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from netzstadt.portfolio import queries, scheduling
from netzstadt.portfolio.models import Deliverable, Dependency, Milestone, Project, Task
from netzstadt.portfolio.queries import MOST_OF_ONE
from netzstadt.portfolio.scheduling import Conflict, Span, Tie

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

Key = uuid.UUID
MOST_TIES = 2_000


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything in the plan of a project, in the order of days."""

    deliverables: list[Deliverable]
    tasks: list[Task]
    milestones: list[Milestone]
    dependencies: list[Dependency]

    @cached_property
    def spans(self) -> dict[Key, Span]:
        """When tasks and milestones are."""
        found = {one.pk: span_of_task(one) for one in self.tasks}
        return found | {one.pk: span_of_milestone(one) for one in self.milestones}

    @cached_property
    def titles(self) -> dict[Key, str]:
        """What tasks and milestones are called."""
        items: list[Task | Milestone] = [*self.tasks, *self.milestones]
        return {one.pk: one.title for one in items}

    @cached_property
    def ties(self) -> list[Tie[Key]]:
        """What waits for what, as far as both were read."""
        found = [
            Tie(
                predecessor=one.predecessor_id,
                successor=one.successor_id,
                kind=scheduling.Kind(one.kind),
                lag_days=one.lag_days,
            )
            for one in self.dependencies
        ]
        return [one for one in found if {one.predecessor, one.successor} <= self.spans.keys()]

    @cached_property
    def conflicts(self) -> dict[Key, Conflict[Key]]:
        """What is planned before it can begin."""
        return scheduling.conflicts(self.spans, self.ties)

    @cached_property
    def critical(self) -> set[Key]:
        """What cannot be a day late. Without dependencies there is no path that could be."""
        return scheduling.critical(self.spans, self.ties) if self.ties else set()


def span_of_task(task: Task) -> Span:
    """When a task is."""
    return Span(starts_on=task.starts_on, ends_on=task.ends_on, is_done=task.done_on is not None)


def span_of_milestone(milestone: Milestone) -> Span:
    """When a milestone is, or was."""
    on = milestone.reached_on or milestone.due_on
    return Span(
        starts_on=on, ends_on=on, is_milestone=True, is_done=milestone.reached_on is not None
    )


def plan_of(project: Project) -> Plan:
    """The plan of a project, in four statements."""
    deliverables = Deliverable.objects.filter(project=project).select_related("accepted_by")
    tasks = Task.objects.filter(project=project).select_related("responsible")
    dependencies = Dependency.objects.filter(project=project).order_by("created_at", "id")
    return Plan(
        deliverables=list(deliverables.order_by("due_on", "title", "id")[:MOST_OF_ONE]),
        tasks=list(tasks.order_by("starts_on", "ends_on", "title", "id")[:MOST_OF_ONE]),
        milestones=queries.milestones_of(project),
        dependencies=list(dependencies[:MOST_TIES]),
    )


def moves(plan: Plan, item: Key, *, with_chain: bool) -> dict[Key, Span]:
    """What would move, and where to, if one of them moved to its earliest day."""
    if with_chain:
        return scheduling.moved_with_chain(plan.spans, plan.ties, item)
    alone = scheduling.moved_alone(plan.spans, plan.ties, item)
    return {item: alone} if alone != plan.spans[item] else {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Waits:
    """That a row waits for another one."""

    dependency: Dependency
    number: int
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of the plan: a deliverable, a task or a milestone, with all that is said of it."""

    kind: str
    number: int
    item: Deliverable | Task | Milestone
    span: Span
    depth: int = 0
    is_late: bool = False
    is_critical: bool = False
    earliest_on: date | None = None
    waits: list[Waits] = field(default_factory=list)

    @property
    def percent(self) -> int | None:
        """How far it is, where somebody says so."""
        return self.item.percent if isinstance(self.item, Task) else None


def rows_of(plan: Plan, *, today: date) -> list[Row]:
    """The lines of a plan: each deliverable with its tasks, then what belongs to none; numbered, so
    that a line can say for which other ones it waits."""
    found: list[tuple[str, Deliverable | Task | Milestone, int]] = []
    for deliverable in plan.deliverables:
        found.append(("DELIVERABLE", deliverable, 0))
        mine = [one for one in plan.tasks if one.deliverable_id == deliverable.pk]
        found += [("TASK", one, 1) for one in mine]
    rest: list[tuple[str, Task | Milestone]] = [
        *(("TASK", one) for one in plan.tasks if one.deliverable_id is None),
        *(("MILESTONE", one) for one in plan.milestones),
    ]
    rest.sort(key=lambda one: (plan.spans[one[1].pk].starts_on, one[1].title))
    found += [(kind, item, 0) for kind, item in rest]
    numbers = {item.pk: number for number, (_kind, item, _d) in enumerate(found, start=1)}
    waits = _waits(plan, numbers)
    return [
        _row(plan, kind, item, depth, number=numbers[item.pk], waits=waits, today=today)
        for kind, item, depth in found
    ]


def _waits(plan: Plan, numbers: Mapping[Key, int]) -> dict[Key, list[Waits]]:
    found: dict[Key, list[Waits]] = {}
    for one in plan.dependencies:
        first = one.predecessor_id
        if first in numbers:
            entry = Waits(dependency=one, number=numbers[first], title=plan.titles[first])
            found.setdefault(one.successor_id, []).append(entry)
    return found


def _row(
    plan: Plan,
    kind: str,
    item: Deliverable | Task | Milestone,
    depth: int,
    *,
    number: int,
    waits: Mapping[Key, list[Waits]],
    today: date,
) -> Row:
    if isinstance(item, Deliverable):
        on = item.accepted_on or item.due_on
        span = Span(starts_on=on, ends_on=on, is_milestone=True, is_done=bool(item.accepted_on))
    else:
        span = plan.spans[item.pk]
    conflict = plan.conflicts.get(item.pk)
    return Row(
        kind=kind,
        number=number,
        item=item,
        span=span,
        depth=depth,
        is_late=not span.is_done and span.ends_on < today,
        is_critical=item.pk in plan.critical,
        earliest_on=conflict.earliest_on if conflict else None,
        waits=waits.get(item.pk, []),
    )


def deliverables_of(project: Project) -> list[Deliverable]:
    """What a project hands over, the first due first."""
    found = Deliverable.objects.filter(project=project).order_by("due_on", "title", "id")
    return list(found[:MOST_OF_ONE])


def open_tasks(project: Project, *, of: "Person | None") -> list[Task]:
    """The tasks of a project that are not done, all or ``of`` one person, those that end first
    first."""
    found = Task.objects.filter(project=project, done_on__isnull=True)
    if of is not None:
        found = found.filter(responsible=of)
    return list(found.order_by("ends_on", "title", "id")[:MOST_OF_ONE])


def task(key: Key, *, to: "Person | None") -> Task | None:
    """One task of a project that ``to`` may see."""
    found = Task.objects.filter(pk=key, project__in=queries.visible_projects(to=to))
    return found.select_related("project", "responsible").first()


def deliverable(key: Key, *, to: "Person | None") -> Deliverable | None:
    """One deliverable of a project that ``to`` may see."""
    found = Deliverable.objects.filter(pk=key, project__in=queries.visible_projects(to=to))
    return found.select_related("project").first()


def dependency(key: Key, *, to: "Person | None") -> Dependency | None:
    """One dependency in a project that ``to`` may see."""
    found = Dependency.objects.filter(pk=key, project__in=queries.visible_projects(to=to))
    return found.select_related("project").first()
