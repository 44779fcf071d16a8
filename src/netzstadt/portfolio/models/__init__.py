"""Tables of the room, one noun a module."""

from netzstadt.portfolio.models.advice import (
    Advice,
    AdviceEffort,
    AdviceMessage,
    AdviceState,
    Result,
    Topic,
)
from netzstadt.portfolio.models.capacity import Assignment
from netzstadt.portfolio.models.gates import (
    Answer,
    Condition,
    Criterion,
    Decider,
    Gate,
    GateDecision,
    Outcome,
)
from netzstadt.portfolio.models.plan import Deliverable, Dependency, DependencyKind, Task
from netzstadt.portfolio.models.programmes import Programme, ProgrammeKind, ProgrammeProject
from netzstadt.portfolio.models.projects import (
    Direction,
    Kind,
    Milestone,
    Project,
    Status,
    Visibility,
)

__all__ = [
    "Advice",
    "AdviceEffort",
    "AdviceMessage",
    "AdviceState",
    "Answer",
    "Assignment",
    "Condition",
    "Criterion",
    "Decider",
    "Deliverable",
    "Dependency",
    "DependencyKind",
    "Direction",
    "Gate",
    "GateDecision",
    "Kind",
    "Milestone",
    "Outcome",
    "Programme",
    "ProgrammeKind",
    "ProgrammeProject",
    "Project",
    "Result",
    "Status",
    "Task",
    "Topic",
    "Visibility",
]
