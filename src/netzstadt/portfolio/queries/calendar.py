"""The days of one project: what is due when, for a calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from netzstadt.portfolio import queries
from netzstadt.portfolio.models import Deliverable, Gate, Project, Task
from netzstadt.portfolio.queries import MOST_OF_ONE

if TYPE_CHECKING:
    import uuid


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """Something that is due on a day; ``kind`` and ``id`` name it for good."""

    kind: str
    id: "uuid.UUID"
    title: str
    on: date
    changed_at: datetime


def days_of(project: Project, *, with_work: bool) -> list[Day]:
    """What is still to come in a project: its milestones; ``with_work`` for the administration
    also deliverables, tasks by their last day, and gates."""
    found = list(_milestones(project))
    if with_work:
        found += [*_deliverables(project), *_tasks(project), *_gates(project)]
    return found


def _milestones(project: Project) -> Iterator[Day]:
    for one in queries.milestones_of(project):
        if one.reached_on is None:
            yield Day(
                kind="milestone",
                id=one.pk,
                title=_("Milestone: %(title)s") % {"title": one.title},
                on=one.due_on,
                changed_at=one.changed_at,
            )


def _deliverables(project: Project) -> Iterator[Day]:
    found = Deliverable.objects.filter(project=project, accepted_on__isnull=True)
    for one in found.order_by("due_on", "id")[:MOST_OF_ONE]:
        yield Day(
            kind="deliverable",
            id=one.pk,
            title=_("Deliverable due: %(title)s") % {"title": one.title},
            on=one.due_on,
            changed_at=one.changed_at,
        )


def _tasks(project: Project) -> Iterator[Day]:
    found = Task.objects.filter(project=project, done_on__isnull=True)
    for one in found.order_by("ends_on", "id")[:MOST_OF_ONE]:
        yield Day(
            kind="task",
            id=one.pk,
            title=_("Task ends: %(title)s") % {"title": one.title},
            on=one.ends_on,
            changed_at=one.changed_at,
        )


def _gates(project: Project) -> Iterator[Day]:
    found = Gate.objects.filter(project=project, due_on__isnull=False).select_related("project")
    for one in found.order_by("number"):
        if one.due_on is not None and not one.is_behind(project) and not project.is_over:
            yield Day(
                kind="gate",
                id=one.pk,
                title=_("To be decided: %(title)s") % {"title": one.title},
                on=one.due_on,
                changed_at=one.asked_at or project.changed_at,
            )
