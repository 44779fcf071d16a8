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

    number: str
    title: str
    method: str
    visibility: str
    unit_id: uuid.UUID
    named_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, kw_only=True)
class ProjectChanged(_ProjectEvent):
    """What is said of a project was changed; of long texts only which."""

    name: ClassVar[str] = "portfolio.project.changed"

    changed: dict[str, tuple[str | None, str | None]]
    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProjectAssigned(_ProjectEvent):
    """Which unit answers for a project, who leads it or who stands for it was changed."""

    name: ClassVar[str] = "portfolio.project.assigned"

    unit_id: uuid.UUID
    lead_id: uuid.UUID | None
    sponsor_id: uuid.UUID | None
    named_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, kw_only=True)
class GatePrepared(_ProjectEvent):
    """It was said who decides at a gate, and by when."""

    name: ClassVar[str] = "portfolio.gate.prepared"

    gate: str
    decider_ids: tuple[uuid.UUID, ...]
    decide_by: date | None
    named_ids: tuple[uuid.UUID, ...]


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


class _AdviceEvent(Event):
    """Something about a request for advice."""

    object_model: ClassVar[str] = "portfolio.advice"


@dataclass(frozen=True, kw_only=True)
class AdviceAsked(_AdviceEvent):
    """A department asked for advice."""

    name: ClassVar[str] = "portfolio.advice.asked"

    number: str
    advice_topic: str
    unit_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class AdviceAccepted(_AdviceEvent):
    """A request for advice was taken up, or given to somebody else who advises."""

    name: ClassVar[str] = "portfolio.advice.accepted"

    adviser_id: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class AdviceMessageWritten(_AdviceEvent):
    """Somebody wrote on a request for advice."""

    name: ClassVar[str] = "portfolio.advice.message_written"

    message_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class AdviceAnswered(_AdviceEvent):
    """A request for advice was answered."""

    name: ClassVar[str] = "portfolio.advice.answered"

    message_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class AdviceDeclined(_AdviceEvent):
    """The office does not advise on this; why stands there."""

    name: ClassVar[str] = "portfolio.advice.declined"


@dataclass(frozen=True, kw_only=True)
class AdviceWithdrawn(_AdviceEvent):
    """Who asked needs no advice any more."""

    name: ClassVar[str] = "portfolio.advice.withdrawn"


@dataclass(frozen=True, kw_only=True)
class AdviceClosed(_AdviceEvent):
    """It was said what came of advice."""

    name: ClassVar[str] = "portfolio.advice.closed"

    advice_result: str
    project_id: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class AdviceRated(_AdviceEvent):
    """Who asked said how satisfied she is, 1 to 5."""

    name: ClassVar[str] = "portfolio.advice.rated"

    rating: int


@dataclass(frozen=True, kw_only=True)
class AdviceEffortNoted(_AdviceEvent):
    """It was noted how much time advice took; how much, only who advises reads."""

    name: ClassVar[str] = "portfolio.advice.effort_noted"
