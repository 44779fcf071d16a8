"""Whom the strategy tells of what, and what it knows of a person."""

import uuid
from typing import TYPE_CHECKING, Any

from netzstadt.strategy.models import (
    Comment,
    Element,
    Indicator,
    IndicatorValue,
    Override,
    TypedProgress,
)

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent
    from netzstadt.core.orgs.models import Person

_WORSE = {
    ("GREEN", "AMBER"),
    ("GREEN", "RED"),
    ("AMBER", "RED"),
    ("GREY", "AMBER"),
    ("GREY", "RED"),
}


def who_answers(event: "AuditEvent") -> list[uuid.UUID]:
    """Who answers for an element, where its light got worse."""
    if (event.data.get("light_before"), event.data["light"]) not in _WORSE:
        return []
    found = Element.objects.filter(pk=event.object_id, responsible__isnull=False)
    return [key for key in found.values_list("responsible_id", flat=True) if key]


def what_is_known_of(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """What a person answers for and entered, for her own information (GDPR Art. 15)."""
    answers: list[Any] = [
        *Element.objects.filter(responsible=person).values("code", "kind"),
        *Indicator.objects.filter(responsible=person).values("code"),
    ]
    return {
        "answers_for": answers,
        "comments": _rows(Comment.objects.filter(author=person).values("text", "written_at")),
        "progress": _rows(
            TypedProgress.objects.filter(typed_by=person).values("progress", "note", "typed_at")
        ),
        "overrides": _rows(
            Override.objects.filter(set_by=person).values("light", "reason", "last_day")
        ),
        "values": _rows(
            IndicatorValue.objects.filter(entered_by=person).values(
                "value", "source", "note", "recorded_at"
            )
        ),
    }


def _rows(found: Any) -> list[dict[str, Any]]:
    return [dict(one) for one in found]
