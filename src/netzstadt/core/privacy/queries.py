"""What is known of people: the requests, the record of processing activities, the removals."""

import importlib
import importlib.util
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from netzstadt.core.privacy.models import ErasureRequest, Removal, RequestState
from netzstadt.core.rooms import Retention, event_title, fact_title, resolved, rooms
from netzstadt.lib.privacy import Fields

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

PLANE = "netzstadt.plane"
# What many rooms say of their records.
_SHARED = {
    "at": _("When"),
    "asked_at": _("Asked"),
    "created_at": _("Made"),
    "ended_at": _("Ended"),
    "event": _("Event"),
    "made_at": _("Made"),
    "text": _("Text"),
    "used_at": _("Used"),
    "written_at": _("Written"),
}


def requests(*, state: str = "") -> QuerySet[ErasureRequest, Any]:
    """Requests for erasure, those that are due first first."""
    found = ErasureRequest.objects.select_related("person").order_by("due_on", "pk")
    return found.filter(state=state) if state in RequestState.values else found


def request_of(person: "Person") -> ErasureRequest | None:
    """The open request of a person, or None."""
    return ErasureRequest.objects.filter(person=person, state=RequestState.OPEN).first()


def refused_requests(person: "Person") -> QuerySet[ErasureRequest, Any]:
    """A person's requests that were refused, the last first."""
    refused = ErasureRequest.objects.filter(person=person, state=RequestState.REFUSED)
    return refused.order_by("-answered_at", "-pk")


def removals() -> QuerySet[Removal, Any]:
    """What the periods removed, newest first."""
    return Removal.objects.order_by("-at", "-pk")


def retentions() -> list[Retention]:
    """Every period that a room declares."""
    return [rule for room in rooms() for rule in room.retention]


def collect(person: "Person") -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Everything that the rooms know of a person: room → heading → records of plain values."""
    found = {}
    for room in rooms():
        if room.personal_data is None:
            continue
        records = resolved(room.personal_data.export)(person)
        if kept := {heading: rows for heading, rows in records.items() if rows}:
            found[room.label] = kept
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What a room knows of a person under one heading: each record as titles and values."""

    room: str
    heading: str
    records: list[list[tuple[str, Any]]]


def in_words(person: "Person") -> list[Known]:
    """The same as people read it: rooms, headings and values by what they are called."""
    collected, found = collect(person), []
    for room in rooms():
        own = room.personal_data.titles if room.personal_data else {}
        for heading, records in collected.get(room.label, {}).items():
            titles = {
                name: str(own.get(name) or _SHARED.get(name) or fact_title(name))
                for name in {name for record in records for name in record}
            }
            found.append(
                Known(
                    room=str(room.verbose_name),
                    heading=str(own.get(heading, heading)),
                    records=[
                        [
                            (titles[name], event_title(value) if name == "event" else value)
                            for name, value in record.items()
                        ]
                        for record in records
                    ],
                )
            )
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """One table in the record of processing activities (Art. 30 GDPR)."""

    room: str
    title: str | Promise
    purpose: str | Promise
    table: str
    personal: tuple[str, ...]
    kept: str


def activities() -> Iterator[Activity]:
    """The record, made from the classification of every column: tables with personal columns."""
    packages: list[tuple[str, str, str | Promise, str | Promise]] = [
        (PLANE, "plane", _("Data store"), _("Sensors' values, rights and the audit trail."))
    ]
    packages += [(room.name, room.label, room.verbose_name, room.purpose) for room in rooms()]
    for package, label, title, purpose in packages:
        for table, fields in sorted(_classified(package).items()):
            if fields.personal:
                yield Activity(
                    room=label,
                    title=title,
                    purpose=purpose,
                    table=table,
                    personal=tuple(sorted(fields.personal)),
                    kept=gettext(fields.kept),
                )


def _classified(package: str) -> dict[str, Fields]:
    name = f"{package}.privacy"
    if importlib.util.find_spec(name) is None:
        return {}
    module = importlib.import_module(name)
    found: dict[str, Fields] = getattr(module, "FIELDS", {})
    return found


def request(request_id: uuid.UUID) -> ErasureRequest:
    """One request. Raises ErasureRequest.DoesNotExist."""
    return ErasureRequest.objects.select_related("person").get(pk=request_id)
