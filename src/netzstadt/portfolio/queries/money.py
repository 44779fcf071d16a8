"""How the money of projects stands."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """The money of a project in cents."""

    planned_cents: int
    spent_cents: int
    committed_cents: int
    expected_cents: int


def standings(project_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    """The money of projects, in one statement; a project without budget lines is missing."""
    return {}


def overdue_obligations(project_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many obligations of projects are overdue."""
    return {}
