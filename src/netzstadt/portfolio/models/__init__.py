"""Tables of the room, one noun a module."""

from netzstadt.portfolio.models.advice import (
    Advice,
    AdviceEffort,
    AdviceMessage,
    AdviceState,
    Result,
    Topic,
)
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
from netzstadt.portfolio.models.registers import Register, RegisterEntry
from netzstadt.portfolio.models.reports import LightOverride, ReportState, StatusReport

__all__ = [
    "Advice",
    "AdviceEffort",
    "AdviceMessage",
    "AdviceState",
    "Answer",
    "Condition",
    "Criterion",
    "Decider",
    "Direction",
    "Gate",
    "GateDecision",
    "Kind",
    "LightOverride",
    "Milestone",
    "Outcome",
    "Project",
    "Register",
    "RegisterEntry",
    "ReportState",
    "Result",
    "Status",
    "StatusReport",
    "Topic",
    "Visibility",
]
