"""What happens to projects."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from netzstadt.core.audit.events import Event


class _ProjectEvent(Event):
    """Something about a project."""

    object_model: ClassVar[str] = "portfolio.project"


@dataclass(frozen=True, kw_only=True)
class ProjectBegun(_ProjectEvent):
    """A project was begun, as a request."""

    name: ClassVar[str] = "portfolio.project.begun"

    key: str
    title: str
    method: str
    visibility: str
    unit_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ProjectChanged(_ProjectEvent):
    """What is said of a project was changed."""

    name: ClassVar[str] = "portfolio.project.changed"

    changes: dict[str, tuple[str | None, str | None]]


@dataclass(frozen=True, kw_only=True)
class ProjectAssigned(_ProjectEvent):
    """Which unit answers for a project, who leads it or who stands for it was changed."""

    name: ClassVar[str] = "portfolio.project.assigned"

    unit_id: uuid.UUID
    lead_id: uuid.UUID | None
    sponsor_id: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class GatePrepared(_ProjectEvent):
    """It was said who decides at a gate, and by when."""

    name: ClassVar[str] = "portfolio.gate.prepared"

    gate: str
    decider_ids: tuple[uuid.UUID, ...]
    decide_by: date | None


@dataclass(frozen=True, kw_only=True)
class CriterionAdded(_ProjectEvent):
    """A project asks something of its own at a gate."""

    name: ClassVar[str] = "portfolio.criterion.added"

    gate: str


@dataclass(frozen=True, kw_only=True)
class CriteriaAnswered(_ProjectEvent):
    """It was said of criteria of a gate whether they are met."""

    name: ClassVar[str] = "portfolio.criteria.answered"

    gate: str
    criteria_changed: int
    criteria_open: int
    criteria_unmet: int


@dataclass(frozen=True, kw_only=True)
class DecisionAsked(_ProjectEvent):
    """Those who decide at a gate were asked to."""

    name: ClassVar[str] = "portfolio.gate.asked"

    gate: str
    gate_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class GateDecided(_ProjectEvent):
    """It was decided at a gate how a project goes on."""

    name: ClassVar[str] = "portfolio.gate.decided"

    gate: str
    decision_id: uuid.UUID
    decision: str
    stage: str
    project_status: str
    conditions: int


@dataclass(frozen=True, kw_only=True)
class ConditionMet(_ProjectEvent):
    """A condition of a decision is met."""

    name: ClassVar[str] = "portfolio.condition.met"

    condition_id: uuid.UUID
    met_on: date


@dataclass(frozen=True, kw_only=True)
class MilestoneSet(_ProjectEvent):
    """A milestone was set, or set otherwise."""

    name: ClassVar[str] = "portfolio.milestone.set"

    milestone_id: uuid.UUID
    title: str
    planned_on: date
    expected_on: date | None
    reached_on: date | None


@dataclass(frozen=True, kw_only=True)
class MilestoneRemoved(_ProjectEvent):
    """A milestone is no longer in the plan."""

    name: ClassVar[str] = "portfolio.milestone.removed"

    title: str
    planned_on: date
