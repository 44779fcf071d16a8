"""The plan of a project: tasks and deliverables."""

import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.portfolio import plan_events as events
from netzstadt.portfolio.models import Deliverable, Project, Task
from netzstadt.portfolio.services.parts import let_in
from netzstadt.portfolio.services.projects import held
from netzstadt.portfolio.services.refusals import PortfolioRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# As many as one page and one picture show.
MOST = 500
P = TypeVar("P", Task, Deliverable)
Changed = dict[str, tuple[str | None, str | None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskFacts:
    """A task as it is typed; both days are included. ``effort_hours`` is an estimate."""

    title: str
    starts_on: date
    ends_on: date
    deliverable_id: uuid.UUID | None = None
    percent: int = 0
    done_on: date | None = None
    responsible: "Person | None" = None
    effort_hours: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverableFacts:
    """What is handed over by when, and that it was accepted."""

    title: str
    due_on: date
    accepted_on: date | None = None
    note: str = ""


@transaction.atomic
def add_task(*, project: Project, facts: TaskFacts, by: "Person | None", at: datetime) -> Task:
    """Put a task into the plan of a project; who is responsible for it is let in.

    Raises PortfolioRefused if the facts do not fit, or the plan is full.
    """
    of = held(project)
    _refuse_if_full(Task, of)
    with refused():
        made = Task.objects.create(project=of, created_at=at, changed_at=at, **_columns(facts))
    audit.record(
        events.TaskAdded(
            object_id=of.pk,
            task_id=made.pk,
            title=made.title,
            starts_on=made.starts_on,
            ends_on=made.ends_on,
            named_ids=(facts.responsible.pk,) if facts.responsible else (),
        ),
        by=by,
    )
    let_in(of, (facts.responsible,), by=by, at=at)
    return made


@transaction.atomic
def change_task(
    *,
    task: Task,
    facts: TaskFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Set a task otherwise, or say how far it is; who is newly responsible for it is let in.

    Raises PortfolioRefused, ChangedMeanwhile.
    """
    of = held(task.project)
    current = _current(Task, task.pk)
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    before = current.responsible_id
    changed = _set(current, _columns(facts), at)
    if not changed:
        return
    is_new = facts.responsible is not None and facts.responsible.pk != before
    audit.record(
        events.TaskChanged(
            object_id=of.pk,
            task_id=current.pk,
            title=current.title,
            changed=changed,
            named_ids=(facts.responsible.pk,) if is_new and facts.responsible else (),
        ),
        by=by,
    )
    if is_new:
        let_in(of, (facts.responsible,), by=by, at=at)


@transaction.atomic
def remove_task(*, task: Task, by: "Person | None", at: datetime) -> None:
    """Take a task out of the plan, with what waits for it; the history keeps it.

    Raises PortfolioRefused if it is done, or gone already.
    """
    of = held(task.project)
    current = _current(Task, task.pk)
    if current.done_on is not None:
        raise PortfolioRefused(_("It is done: what happened stays in the plan."))
    current.delete()
    audit.record(events.TaskRemoved(object_id=of.pk, title=current.title), by=by)


@transaction.atomic
def add_deliverable(
    *, project: Project, facts: DeliverableFacts, by: "Person | None", at: datetime
) -> Deliverable:
    """Say what a project hands over, and by when.

    Raises PortfolioRefused if the facts do not fit, or the plan is full.
    """
    of = held(project)
    _refuse_if_full(Deliverable, of)
    accepted_by = by if facts.accepted_on else None
    with refused():
        made = Deliverable.objects.create(
            project=of, accepted_by=accepted_by, created_at=at, changed_at=at, **asdict(facts)
        )
    audit.record(
        events.DeliverableAdded(
            object_id=of.pk, deliverable_id=made.pk, title=made.title, due_on=made.due_on
        ),
        by=by,
    )
    return made


@transaction.atomic
def change_deliverable(
    *,
    deliverable: Deliverable,
    facts: DeliverableFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Set a deliverable otherwise, or say that it was accepted: by who says so.

    Raises PortfolioRefused, ChangedMeanwhile.
    """
    of = held(deliverable.project)
    current = _current(Deliverable, deliverable.pk)
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    values: dict[str, Any] = asdict(facts)
    if facts.accepted_on is None:
        values["accepted_by_id"] = None
    elif current.accepted_on is None:
        values["accepted_by_id"] = by.pk if by else None
    # What was said stays on the deliverable: the trail keeps no free text of people.
    changed = _set(current, values, at)
    if changed:
        audit.record(
            events.DeliverableChanged(
                object_id=of.pk,
                deliverable_id=current.pk,
                title=current.title,
                changed={name: pair for name, pair in changed.items() if name != "note"},
            ),
            by=by,
        )


@transaction.atomic
def remove_deliverable(*, deliverable: Deliverable, by: "Person | None", at: datetime) -> None:
    """Take a deliverable out of the plan; its tasks stay, without it.

    Raises PortfolioRefused if it was accepted, or is gone already.
    """
    of = held(deliverable.project)
    current = _current(Deliverable, deliverable.pk)
    if current.accepted_on is not None:
        raise PortfolioRefused(_("It was accepted: what happened stays in the plan."))
    current.tasks.update(deliverable=None)
    current.delete()
    audit.record(
        events.DeliverableRemoved(object_id=of.pk, title=current.title, due_on=current.due_on),
        by=by,
    )


def _columns(facts: TaskFacts) -> dict[str, Any]:
    """The columns of a task. One that is done is done as a whole, and on a day."""
    return {
        "title": facts.title,
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
        "deliverable_id": facts.deliverable_id,
        "percent": 100 if facts.done_on else facts.percent,
        "done_on": facts.done_on,
        "responsible_id": facts.responsible.pk if facts.responsible else None,
        "effort_hours": facts.effort_hours,
    }


def _refuse_if_full(model: type[P], project: Project) -> None:
    if model._default_manager.filter(project=project).count() >= MOST:
        raise PortfolioRefused(
            _("A plan holds at most %(n)s of them: larger work is a programme of projects.")
            % {"n": MOST}
        )


def _current(model: type[P], key: uuid.UUID) -> P:
    """The row of now; who changes a plan holds its project."""
    found = model._default_manager.filter(pk=key).first()
    if found is None:
        raise PortfolioRefused(_("It is not in the plan any more."))
    return found


def _set(row: P, values: dict[str, Any], at: datetime) -> Changed:
    """Set what differs, and say what it was and is."""
    changed: Changed = {
        name: (_plain(getattr(row, name)), _plain(value))
        for name, value in values.items()
        if getattr(row, name) != value
    }
    if changed:
        for name in changed:
            setattr(row, name, values[name])
        row.changed_at = at
        with refused():
            row.save(update_fields=[*changed, "changed_at"])
    return changed


def _plain(value: object) -> str | None:
    return None if value is None else str(value)
