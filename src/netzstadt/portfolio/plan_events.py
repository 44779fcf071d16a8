"""What happens to plans of projects, to people's load in them, and to programmes."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from netzstadt.core.audit.events import Event


class _PlanEvent(Event):
    """Something in the plan of a project."""

    object_model: ClassVar[str] = "portfolio.project"


@dataclass(frozen=True, kw_only=True)
class TaskAdded(_PlanEvent):
    """A task was put into the plan."""

    name: ClassVar[str] = "portfolio.task.added"

    task_id: uuid.UUID
    title: str
    starts_on: date
    ends_on: date
    named_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, kw_only=True)
class TaskChanged(_PlanEvent):
    """A task was set otherwise, or is further."""

    name: ClassVar[str] = "portfolio.task.changed"

    task_id: uuid.UUID
    title: str
    changed: dict[str, tuple[str | None, str | None]]
    named_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, kw_only=True)
class ProgressNoted(_PlanEvent):
    """It was said how far tasks are; how far each is stands in the plan."""

    name: ClassVar[str] = "portfolio.task.progressed"

    task_ids: tuple[uuid.UUID, ...]
    tasks_done: int


@dataclass(frozen=True, kw_only=True)
class TaskRemoved(_PlanEvent):
    """A task is no longer in the plan."""

    name: ClassVar[str] = "portfolio.task.removed"

    title: str


@dataclass(frozen=True, kw_only=True)
class DeliverableAdded(_PlanEvent):
    """It was said what a project hands over."""

    name: ClassVar[str] = "portfolio.deliverable.added"

    deliverable_id: uuid.UUID
    title: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class DeliverableChanged(_PlanEvent):
    """A deliverable was set otherwise, or accepted."""

    name: ClassVar[str] = "portfolio.deliverable.changed"

    deliverable_id: uuid.UUID
    title: str
    changed: dict[str, tuple[str | None, str | None]]


@dataclass(frozen=True, kw_only=True)
class DeliverableRemoved(_PlanEvent):
    """A deliverable is no longer in the plan."""

    name: ClassVar[str] = "portfolio.deliverable.removed"

    title: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class DependencyAdded(_PlanEvent):
    """Something in the plan waits for something else."""

    name: ClassVar[str] = "portfolio.dependency.added"

    comes_first: str
    waits_for_it: str
    dependency_kind: str
    lag_days: int


@dataclass(frozen=True, kw_only=True)
class DependencyRemoved(_PlanEvent):
    """Something in the plan need not wait any more."""

    name: ClassVar[str] = "portfolio.dependency.removed"

    comes_first: str
    waits_for_it: str


@dataclass(frozen=True, kw_only=True)
class PlanMoved(_PlanEvent):
    """What came too early was moved to its earliest day, alone or with what waits for it."""

    name: ClassVar[str] = "portfolio.plan.moved"

    moved_first: str
    moved_count: int
    moved_by_days: int


@dataclass(frozen=True, kw_only=True)
class PersonPlanned(_PlanEvent):
    """It was said how much of a person's time a project takes in which months; 0 is none."""

    name: ClassVar[str] = "portfolio.person.planned"

    person_id: uuid.UUID
    first_month: date
    last_month: date
    percent_of_time: int
    named_ids: tuple[uuid.UUID, ...]


class _ProgrammeEvent(Event):
    """Something about a programme or portfolio."""

    object_model: ClassVar[str] = "portfolio.programme"


@dataclass(frozen=True, kw_only=True)
class ProgrammeBegun(_ProgrammeEvent):
    """A programme or portfolio was set up."""

    name: ClassVar[str] = "portfolio.programme.begun"

    title: str
    programme_kind: str
    visibility: str
    unit_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ProgrammeChanged(_ProgrammeEvent):
    """What is said of a programme was changed; of its purpose only that."""

    name: ClassVar[str] = "portfolio.programme.changed"

    changed: dict[str, tuple[str | None, str | None]]
    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProjectJoined(_ProgrammeEvent):
    """A project belongs to a programme, or does so as its primary one now."""

    name: ClassVar[str] = "portfolio.programme.joined"

    project_id: uuid.UUID
    primary: bool


@dataclass(frozen=True, kw_only=True)
class ProjectLeft(_ProgrammeEvent):
    """A project does not belong to a programme any more."""

    name: ClassVar[str] = "portfolio.programme.left"

    project_id: uuid.UUID
