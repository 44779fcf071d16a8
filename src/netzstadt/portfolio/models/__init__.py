"""Tables of the room, one noun a module."""

from netzstadt.portfolio.models.gates import (
    Answer,
    Condition,
    Criterion,
    Decider,
    Gate,
    GateDecision,
    Outcome,
)
from netzstadt.portfolio.models.projects import (
    Direction,
    Kind,
    Milestone,
    Project,
    Status,
    Visibility,
)

__all__ = [
    "Answer",
    "Condition",
    "Criterion",
    "Decider",
    "Direction",
    "Gate",
    "GateDecision",
    "Kind",
    "Milestone",
    "Outcome",
    "Project",
    "Status",
    "Visibility",
]
