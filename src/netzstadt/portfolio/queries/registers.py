"""Reading registers of projects: what is open first, the matrix of risks."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from netzstadt.portfolio.lights import risk_score_light
from netzstadt.portfolio.models import Project, Register, RegisterEntry, Status
from netzstadt.portfolio.models.registers import NEWEST_FIRST
from netzstadt.portfolio.queries import MOST_OF_ONE, visible_projects

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

MOST_PROBABLE, HIGHEST_IMPACT = 5, 5


def entry(key: uuid.UUID, *, to: "Person | None") -> RegisterEntry | None:
    """One entry of a project that ``to`` may see."""
    found = RegisterEntry.objects.filter(pk=key, project__in=visible_projects(to=to))
    return found.select_related("project", "owner").first()


def entries_of(project: Project) -> dict[str, list[RegisterEntry]]:
    """The entries of a project by kind: what is open first, then the newest; risks by their
    score."""
    found = RegisterEntry.objects.filter(project=project).select_related("owner", "decided_by")
    kinds: dict[str, list[RegisterEntry]] = {kind: [] for kind in Register.values}
    for one in found.order_by(*NEWEST_FIRST)[:MOST_OF_ONE]:
        kinds[one.kind].append(one)
    kinds[Register.RISK].sort(key=lambda one: (not one.is_open, -one.score))
    return kinds


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the matrix of risks: its score, its light, and how many open risks lie in it."""

    impact: int
    score: int
    light: str
    count: int


def matrix(risks: list[RegisterEntry]) -> list[tuple[int, list[Field]]]:
    """Open risks by probability (rows, highest first) and impact (columns, lowest first)."""
    counts: dict[tuple[int, int], int] = {}
    for one in risks:
        if one.is_open and one.probability and one.impact:
            place = (one.probability, one.impact)
            counts[place] = counts.get(place, 0) + 1
    return [
        (
            probability,
            [
                Field(
                    impact,
                    probability * impact,
                    risk_score_light(probability * impact),
                    counts.get((probability, impact), 0),
                )
                for impact in range(1, HIGHEST_IMPACT + 1)
            ],
        )
        for probability in range(MOST_PROBABLE, 0, -1)
    ]


def open_entries(person: "Person") -> "QuerySet[RegisterEntry, Any]":
    """The risks, issues and changes with a day that a person owns, the first due first."""
    found = RegisterEntry.objects.filter(
        owner=person,
        closed_on__isnull=True,
        project__in=visible_projects(to=person).exclude(status=Status.CANCELLED),
    )
    return found.select_related("project").order_by("due_on", "id")
