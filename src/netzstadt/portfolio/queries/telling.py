"""Whom the portfolio tells of what, what waits for a person, and what is known of her."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Count, Model, QuerySet, Window
from django.urls import reverse
from django.utils.translation import gettext as _

from netzstadt.core.access.queries import persons_with, visible
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
    LightOverride,
    Obligation,
    Posting,
    Project,
    Proof,
    Receipt,
    RegisterEntry,
    StatusReport,
    Task,
)
from netzstadt.portfolio.permissions import APPROVE_REPORTS
from netzstadt.portfolio.queries import registers, reports
from netzstadt.portfolio.queries.funding import open_obligations

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


def who_approves(event: "AuditEvent") -> list[uuid.UUID]:
    """Who is asked to approve a report: who stands for the project, if she did not write it; else
    who coordinates and sees it."""
    one = StatusReport.objects.select_related("project__sponsor").get(pk=event.data["report_id"])
    sponsor = one.project.sponsor
    if sponsor is not None and sponsor.is_active and sponsor.pk != one.written_by_id:
        return [sponsor.pk]
    project = Project.objects.filter(pk=one.project_id)
    return [key for key in persons_with(APPROVE_REPORTS) if visible(project, to=key).exists()]


def who_wrote(event: "AuditEvent") -> list[uuid.UUID]:
    """Who wrote a report, where it was approved or given back."""
    found = StatusReport.objects.filter(pk=event.data["report_id"], written_by__isnull=False)
    return [key for key in found.values_list("written_by_id", flat=True) if key]


def waiting_tile(person: "Person", *, at: datetime) -> TileContent:
    """What a person has to decide or to approve, and the conditions that she has to meet."""
    gates, gate_count = first_of(queries.waiting_gates(person), _LINES)
    conditions, condition_count = first_of(queries.open_conditions(person), _LINES)
    waiting, report_count = first_of(reports.waiting_reports(person), _LINES)
    lines = [
        *map(_gate_line, gates),
        *map(_report_line, waiting),
        *map(_condition_line, conditions),
    ]
    count = gate_count + condition_count + report_count
    return TileContent(lines=tuple(lines[:_LINES]), count=count)


def registers_tile(person: "Person", *, at: datetime) -> TileContent:
    """The risks, issues and changes that a person looks after, and what grants oblige her to."""
    obligations, obligation_count = first_of(open_obligations(person), _LINES)
    entries, entry_count = first_of(registers.open_entries(person), _LINES)
    lines = [*map(_obligation_line, obligations), *map(_entry_line, entries)]
    return TileContent(lines=tuple(lines[:_LINES]), count=obligation_count + entry_count)


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


def _obligation_line(one: Obligation) -> TileLine:
    return TileLine(
        text=_("Grant: %(text)s") % {"text": one.text},
        url=reverse("portfolio:obligation-meet", args=[one.pk]),
        at=one.due_on,
        is_late=one.due_on < today(),
    )


def who_is_obliged(event: "AuditEvent") -> list[uuid.UUID]:
    """Who has to do what a grant obliges to; where nobody is named (any more), who leads the
    project."""
    found = Obligation.objects.filter(pk=event.data["obligation_id"]).values_list(
        "responsible_id", "responsible__is_active", "funding__project__lead_id"
    )
    return [
        key
        for responsible, is_active, lead in found
        if (key := responsible if responsible and is_active else lead)
    ]


def _report_line(one: StatusReport) -> TileLine:
    return TileLine(
        text=_("Approve: status report of %(project)s") % {"project": one.project.title},
        url=reverse("portfolio:report", args=[one.pk]),
        at=one.submitted_at,
    )


def _entry_line(one: RegisterEntry) -> TileLine:
    return TileLine(
        text=f"{one.get_kind_display()}: {one.title}",
        url=reverse("portfolio:register", args=[one.project_id]),
        at=one.due_on,
        is_late=one.due_on is not None and one.due_on < today(),
    )


def what_is_known_of(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """What a person has to do with projects, for her own information (GDPR Art. 15)."""
    return (
        _of_reports(person)
        | _of_money(person)
        | _of_plan(person)
        | {
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
                Condition.objects.filter(responsible=person).values(
                    "text", "due_on", "met_on", "note"
                )
            ),
            "asked": _rows(
                Advice.objects.filter(asked_by=person).values(
                    "key", "title", "need", "asked_at", "rating"
                )
            ),
            "advises": _rows(Advice.objects.filter(adviser=person).values("key", "title")),
            "messages": _rows(
                AdviceMessage.objects.filter(author=person).values(
                    "advice__key", "written_at", "text"
                )
            ),
            "efforts": _rows(
                AdviceEffort.objects.filter(person=person).values("advice__key", "on", "minutes")
            ),
        }
    )


def _of_money(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """What grants oblige her to, what she wrote into ledgers, and what she sealed."""
    return {
        "obligations": _rows(
            Obligation.objects.filter(responsible=person).values(
                "text", "due_on", "met_on", "evidence"
            )
        ),
        "postings": _rows(
            Posting.objects.filter(recorded_by=person).values("project__key", "recorded_at")
        ),
        "receipts": _rows(
            Receipt.objects.filter(recorded_by=person).values(
                "funding__project__key", "recorded_at"
            )
        ),
        "proofs": _rows(
            Proof.objects.filter(sealed_by=person).values("funding__project__key", "sealed_at")
        ),
    }


def _of_plan(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """Her tasks, what she accepted, and what she is planned for."""
    return {
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
    }


def _of_reports(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """What she looks after, decided, set by hand, wrote and approved."""
    return {
        "owns": _rows(
            RegisterEntry.objects.filter(owner=person).values(
                "project__key", "kind", "title", "due_on", "closed_on"
            )
        ),
        "changes": _rows(
            RegisterEntry.objects.filter(decided_by=person).values(
                "project__key", "title", "is_accepted", "closed_on"
            )
        ),
        "lights_set": _rows(
            LightOverride.objects.filter(set_by=person).values(
                "project__key", "aspect", "light", "reason", "last_day"
            )
        ),
        "reports_written": _rows(
            StatusReport.objects.filter(written_by=person).values("project__key", "number", "state")
        ),
        "reports_approved": _rows(
            StatusReport.objects.filter(approved_by=person).values(
                "project__key", "number", "approved_at"
            )
        ),
    }


def _rows(found: Any) -> list[dict[str, Any]]:
    return [dict(one) for one in found]
