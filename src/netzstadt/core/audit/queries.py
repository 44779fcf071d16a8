"""Reading the audit trail and checking that nobody changed it."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import connection, transaction

from netzstadt.core.audit import chain
from netzstadt.core.audit.models import AuditEvent

_FETCH = 2_000


def entry(event_id: uuid.UUID) -> AuditEvent:
    """The entry with this id. Raises AuditEvent.DoesNotExist."""
    return AuditEvent.objects.get(pk=event_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailPage:
    """One page of the trail, newest first; ``before`` continues it, None ends it."""

    entries: list[AuditEvent]
    before: int | None


def trail(
    *,
    person_id: uuid.UUID | None = None,
    object_id: uuid.UUID | None = None,
    name: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> TrailPage:
    """A page of the trail, newest first, by keyset: as fast on page 1,000 as on the first.

    ``name`` is an event's name or its beginning; the period is half-open, from ``since`` on and
    before ``until``.
    """
    wanted = AuditEvent.objects.select_related("person").order_by("-sequence")
    if person_id is not None:
        wanted = wanted.filter(person_id=person_id)
    if object_id is not None:
        wanted = wanted.filter(object_id=object_id)
    if name:
        wanted = wanted.filter(name__startswith=name)
    if since is not None:
        wanted = wanted.filter(at__gte=since)
    if until is not None:
        wanted = wanted.filter(at__lt=until)
    if before is not None:
        wanted = wanted.filter(sequence__lt=before)
    entries = list(wanted[: limit + 1])
    more = len(entries) > limit
    entries = entries[:limit]
    return TrailPage(entries=entries, before=entries[-1].sequence if more else None)


class FaultKind(Enum):
    """How a chain can be broken."""

    CHANGED = "changed"  # the event or its place is not what was sealed
    PERSONAL_CHANGED = "personal_changed"  # personal facts do not fit their digest
    EVENT_MISSING = "event_missing"  # a seal without its event
    SEAL_MISSING = "seal_missing"  # a gap between two seals
    NOT_SEALED = "not_sealed"  # an event that neither is sealed nor waits for it
    HEAD_MISSING = "head_missing"  # the chain is shorter than it was, or was made anew


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One place where the trail was tampered with; ``position`` is None outside the chain."""

    kind: FaultKind
    position: int | None
    event_id: uuid.UUID | None


@dataclass(kw_only=True, slots=True)
class ChainReport:
    """What ``verify_chain`` found. ``head`` is worth writing down outside the database: with it,
    the next check also sees a chain whose end was cut off or that was made anew."""

    verified: int = 0
    erased: int = 0
    waiting: int = 0
    head_position: int = 0
    head_hash: bytes = chain.START
    faults: list[Fault] = field(default_factory=list)
    faults_left_out: int = 0

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return not self.faults

    @property
    def head(self) -> str:
        """The chain's end as text: its length and its last hash."""
        return f"{self.head_position}:{self.head_hash.hex()}"

    def add(self, fault: Fault, *, limit: int) -> None:
        """Note a fault; beyond ``limit`` it is only counted."""
        if len(self.faults) < limit:
            self.faults.append(fault)
        else:
            self.faults_left_out += 1


def verify_chain(*, head: str = "", fault_limit: int = 100) -> ChainReport:
    """Recompute every link from the first on and say where the trail does not fit.

    ``head`` is an earlier report's head that the chain must still contain. Reads in a stream:
    memory stays the same however long the trail is. After a fault the check goes on from the
    stored hash, so that each fault is named once, where it is.

    Raises ValueError if ``head`` is not a position and a hash.
    """
    anchor_position, anchor_hash = _read_head(head)
    anchored = anchor_position == 0
    report = ChainReport()
    for position, event_id, stored, erased, row in _links():
        for gap in range(report.head_position + 1, min(position, report.head_position + 101)):
            report.add(
                Fault(kind=FaultKind.SEAL_MISSING, position=gap, event_id=None), limit=fault_limit
            )
        kind = _fault_of(report.head_hash, stored, row)
        # Behind a gap the previous link is unknown: the gap itself has been named.
        if kind is FaultKind.CHANGED and position != report.head_position + 1:
            kind = None
        if kind is not None:
            report.add(Fault(kind=kind, position=position, event_id=event_id), limit=fault_limit)
        else:
            report.verified += 1
        report.erased += erased
        report.head_position, report.head_hash = position, stored
        if (position, stored) == (anchor_position, anchor_hash):
            anchored = True
    if not anchored:
        report.add(
            Fault(kind=FaultKind.HEAD_MISSING, position=anchor_position, event_id=None),
            limit=fault_limit,
        )
    _outside_the_chain(report, fault_limit)
    return report


def _read_head(head: str) -> tuple[int, bytes]:
    if not head:
        return 0, b""
    match = re.fullmatch(r"([1-9][0-9]*):([0-9a-f]{64})", head)
    if match is None:
        raise ValueError("A head is a position, a colon and 64 hexadecimal digits.")
    return int(match[1]), bytes.fromhex(match[2])


_Link = tuple[int, uuid.UUID, bytes, bool, tuple[Any, ...]]


def _links() -> Iterator[_Link]:
    """Stream the seals in order, each with its event: position, id, hash, erased?, event's row."""
    with transaction.atomic():
        connection.ensure_connection()
        with connection.connection.cursor(name="audit_chain") as cursor:
            cursor.itersize = _FETCH
            cursor.execute(
                f"select {chain.COLUMNS}, e.personal_salt, e.personal::text,"  # noqa: S608 - a constant
                " s.position, s.event_id, s.hash from audit_seal s"
                " left join audit_event e on e.id = s.event_id"
                " order by s.position"
            )
            for row in cursor:
                position, event_id, stored = row[12:]
                erased = row[9] is not None and row[11] is None
                yield position, event_id, bytes(stored), erased, row


def _fault_of(previous: bytes, stored: bytes, row: tuple[Any, ...]) -> FaultKind | None:
    if row[0] is None:
        return FaultKind.EVENT_MISSING
    event = chain.SealedEvent.from_row(row)
    if chain.link(previous, event) != stored:
        return FaultKind.CHANGED
    salt, personal = row[10:12]
    if personal is None:
        return None
    if salt is None or chain.personal_digest(salt, personal) != event.personal_digest:
        return FaultKind.PERSONAL_CHANGED
    return None


def _outside_the_chain(report: ChainReport, fault_limit: int) -> None:
    """Count the events that wait for their seal, and name those that should not be unsealed."""
    with transaction.atomic():
        connection.ensure_connection()
        with connection.connection.cursor(name="audit_unsealed") as cursor:
            cursor.itersize = _FETCH
            cursor.execute(
                "select e.id, w.event_id is not null from audit_event e"
                " left join audit_seal s on s.event_id = e.id"
                " left join audit_waiting w on w.event_id = e.id"
                " where s.event_id is null order by e.sequence"
            )
            for event_id, waits in cursor:
                if waits:
                    report.waiting += 1
                else:
                    report.add(
                        Fault(kind=FaultKind.NOT_SEALED, position=None, event_id=event_id),
                        limit=fault_limit,
                    )
