"""Whom the portfolio tells of what, what waits for a person, and what is known of her."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Count, Model, QuerySet, Window
from django.urls import reverse
from django.utils.translation import gettext as _

from netzstadt.core.days import today
from netzstadt.core.rooms import TileContent, TileLine
from netzstadt.portfolio import queries
from netzstadt.portfolio.models import (
    Advice,
    AdviceEffort,
    AdviceMessage,
    Assignment,
    Condition,
    Criterion,
    Decider,
    Deliverable,
    Gate,
    GateDecision,
    Project,
    Task,
)

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent
    from netzstadt.core.orgs.models import Person

M = TypeVar("M", bound=Model)
_LINES = 5


def who_decides(event: "AuditEvent") -> list[uuid.UUID]:
    """Who is asked to decide at a gate."""
    found = Decider.objects.filter(gate_id=event.data["gate_id"])
    return list(found.values_list("person_id", flat=True))


def who_has_a_part(event: "AuditEvent") -> list[uuid.UUID]:
    """Who leads a project or stands for it, and who has to meet a condition of the decision."""
    found = {
        key
        for row in Project.objects.filter(pk=event.object_id).values_list("lead_id", "sponsor_id")
        for key in row
        if key
    }
    conditions = Condition.objects.filter(
        decision_id=event.data["decision_id"], responsible__isnull=False
    )
    return sorted(
        found | {key for key in conditions.values_list("responsible_id", flat=True) if key}
    )


def who_is_named(event: "AuditEvent") -> list[uuid.UUID]:
    """Who was newly named: to lead, to stand for a project, to decide."""
    return [uuid.UUID(key) for key in event.data["named_ids"]]


def waiting_tile(person: "Person", *, at: datetime) -> TileContent:
    """What a person has to decide, and the conditions that she has to meet."""
    gates, gate_count = first_of(queries.waiting_gates(person), _LINES)
    conditions, condition_count = first_of(queries.open_conditions(person), _LINES)
    lines = [*map(_gate_line, gates), *map(_condition_line, conditions)]
    return TileContent(lines=tuple(lines[:_LINES]), count=gate_count + condition_count)


def first_of(found: "QuerySet[M, Any]", limit: int) -> tuple[list[M], int]:
    """The first rows, and how many there are in all, in one statement."""
    rows: list[Any] = list(found.annotate(in_all=Window(Count("*")))[:limit])
    return rows, rows[0].in_all if rows else 0


def _gate_line(one: Gate) -> TileLine:
    return TileLine(
        text=_("Decide: %(gate)s – %(project)s")
        % {"gate": one.title, "project": one.project.title},
        url=reverse("portfolio:gate", args=[one.pk]),
        at=one.due_on,
        is_late=one.due_on is not None and one.due_on < today(),
    )


def _condition_line(one: Condition) -> TileLine:
    return TileLine(
        text=_("Condition: %(text)s") % {"text": one.text},
        url=reverse("portfolio:condition-meet", args=[one.pk]),
        at=one.due_on,
        is_late=one.due_on < today(),
    )


def what_is_known_of(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """What a person has to do with projects, for her own information (GDPR Art. 15)."""
    return {
        "leads": _rows(Project.objects.filter(lead=person).values("key", "title")),
        "stands_for": _rows(Project.objects.filter(sponsor=person).values("key", "title")),
        "decides": _rows(
            Decider.objects.filter(person=person).values("gate__project__key", "gate__number")
        ),
        "decided": _rows(
            GateDecision.objects.filter(decided_by=person).values(
                "gate__project__key", "outcome", "reason", "decided_on"
            )
        ),
        "answered": _rows(
            Criterion.objects.filter(answered_by=person).values(
                "gate__project__key", "gate__number", "position", "answer", "note"
            )
        ),
        "conditions": _rows(
            Condition.objects.filter(responsible=person).values("text", "due_on", "met_on", "note")
        ),
        "tasks": _rows(
            Task.objects.filter(responsible=person).values(
                "project__key", "title", "starts_on", "ends_on", "percent"
            )
        ),
        "accepted": _rows(
            Deliverable.objects.filter(accepted_by=person).values(
                "project__key", "title", "accepted_on", "note"
            )
        ),
        "planned": _rows(
            Assignment.objects.filter(person=person).values(
                "project__key", "month", "percent", "role"
            )
        ),
        "asked": _rows(
            Advice.objects.filter(asked_by=person).values(
                "key", "title", "need", "asked_at", "rating"
            )
        ),
        "advises": _rows(Advice.objects.filter(adviser=person).values("key", "title")),
        "messages": _rows(
            AdviceMessage.objects.filter(author=person).values("advice__key", "written_at", "text")
        ),
        "efforts": _rows(
            AdviceEffort.objects.filter(person=person).values("advice__key", "on", "minutes")
        ),
    }


def _rows(found: Any) -> list[dict[str, Any]]:
    return [dict(one) for one in found]
