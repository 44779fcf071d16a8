"""What is declared to be done again and again: duties, and what workers do beside their jobs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from procrastinate.tasks import Task

Job = Task[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class DutyPlan:
    """A job that has to be done again and again."""

    name: str
    title: str | Promise
    every: timedelta
    job: Job


DUTIES: dict[str, DutyPlan] = {}
BESIDE: list[tuple[float, Callable[[], object]]] = []


def duty_plans() -> list[DutyPlan]:
    """The duties that are declared, by name."""
    return sorted(DUTIES.values(), key=lambda plan: plan.name)
