"""Reading the audit trail and checking that nobody changed it."""

import re
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import BooleanField, Max
from django.db.models.expressions import RawSQL

from netzstadt.core.audit import chain
from netzstadt.core.audit.events import Event
from netzstadt.core.audit.models import AuditCheck, AuditEvent
from netzstadt.core.rooms import kind_of

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_FETCH = 2_000


def entry(event_id: uuid.UUID) -> AuditEvent:
    """The entry with this id. Raises AuditEvent.DoesNotExist."""
    return AuditEvent.objects.get(pk=event_id)


def entries(event_ids: Collection[uuid.UUID]) -> list[AuditEvent]:
    """The entries with these ids, in the order in which they were written."""
    return list(AuditEvent.objects.filter(pk__in=event_ids).order_by("sequence"))


def unfollowed_objects(*, size: int) -> Iterator[list[tuple[str, uuid.UUID]]]:
    """The objects (model, id) of the events that search and notices do not know yet, in batches."""
    last = uuid.UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "select e.object_model, e.object_id, e.id from audit_unfollowed u"
                " join audit_event e on e.id = u.event_id where u.event_id > %s"
                " order by u.event_id limit %s",
                (last, size),
            )
            rows = cursor.fetchall()
        if not rows:
            return
        yield [(model, key) for model, key, _ in rows]
        last = rows[-1][2]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailPage:
    """One page of the trail, newest first; ``before`` continues it, None ends it."""

    entries: list[AuditEvent]
    before: int | None


def trail(
    *,
    person_id: uuid.UUID | None = None,
    object_id: uuid.UUID | None = None,
    unit_id: uuid.UUID | None = None,
    name: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> TrailPage:
    """A page of the trail, newest first, by keyset: as fast on page 1,000 as on the first.

    ``unit_id`` leaves what was done by those who belonged to that unit, or to one below it, on the
    day of the event. ``name`` is an event's name or its beginning; the period is half-open, from
    ``since`` on and before ``until``.
    """
    wanted = AuditEvent.objects.select_related("person", "acting_for").order_by("-sequence")
    if person_id is not None:
        wanted = wanted.filter(person_id=person_id)
    if object_id is not None:
        wanted = wanted.filter(object_id=object_id)
    if unit_id is not None:
        wanted = wanted.filter(RawSQL(_OF_UNIT, (unit_id,), output_field=BooleanField()))  # noqa: S611 - a constant
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


def objects_with(event: type[Event], object_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these objects to which an event of this kind happened."""
    found = AuditEvent.objects.filter(
        object_model=event.object_model, object_id__in=object_ids, name=event.name
    )
    return set(found.values_list("object_id", flat=True))


def last_change(model: str, object_ids: Collection[uuid.UUID]) -> datetime | None:
    """When the newest event of any of these objects of one kind happened."""
    found = AuditEvent.objects.filter(object_model=model, object_id__in=object_ids)
    last: datetime | None = found.aggregate(last=Max("at"))["last"]
    return last


def concerning(person: "Person", *, limit: int = 50) -> list[AuditEvent]:
    """What others did to objects that a person changed among her last hundred deeds, and to her
    own account; newest first, of each object among its last ten events."""
    return list(AuditEvent.objects.raw(_CONCERNING, {"person": person.pk, "limit": limit}))


# Signing in says nothing about an object, and would push her deeds out of the hundred.
_CONCERNING = """
with touched as (
    select distinct object_model, object_id from (
        select object_model, object_id from audit_event
        where person_id = %(person)s and name <> 'orgs.person.signed_in'
        order by sequence desc limit 100) deeds
    union select 'orgs.person', %(person)s::uuid)
select e.* from touched t, lateral (
    select * from audit_event a
    where a.object_model = t.object_model and a.object_id = t.object_id
    order by a.sequence desc limit 10) e
where e.person_id is distinct from %(person)s
order by e.sequence desc limit %(limit)s"""

_OF_UNIT = """exists (
    select from orgs_membership m, plane_setting s
    where m.person_id = audit_event.person_id and m.unit_id = any (unit_subtree(%s))
      and m.valid_from <= (audit_event.at at time zone s.time_zone)::date
      and (m.valid_to is null or (audit_event.at at time zone s.time_zone)::date < m.valid_to))"""


def history(
    object_model: str, object_id: uuid.UUID, *, before: int | None = None, limit: int = 20
) -> TrailPage:
    """What happened to one object, newest first, by keyset; under all names of its kind."""
    kind = kind_of(object_model)
    names = kind.names if kind else (object_model,)
    wanted = AuditEvent.objects.filter(object_model__in=names, object_id=object_id)
    if before is not None:
        wanted = wanted.filter(sequence__lt=before)
    wanted = wanted.select_related("person", "acting_for").order_by("-sequence")
    entries = list(wanted[: limit + 1])
    more = len(entries) > limit
    entries = entries[:limit]
    return TrailPage(entries=entries, before=entries[-1].sequence if more else None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """What changed of one object between two of its states; empty facts did not."""

    since: AuditEvent
    until: AuditEvent
    steps: int
    # Of each fact what it was and what it became.
    changed: dict[str, tuple[Any, Any]]


MAX_STEPS = 2_000


def difference(first: AuditEvent, second: AuditEvent) -> Difference:
    """What is different between the states of an object after two of its events.

    Worked out from the events between them: each says what it set, or what was and became
    (``changed``). Facts that came back to what they were are left out.

    Raises ValueError if the events are of two objects, or more than 2,000 lie between them.
    """
    since, until = sorted((first, second), key=lambda event: event.sequence)
    if since.object_id != until.object_id:
        raise ValueError("The two events tell of two objects.")
    steps = list(
        AuditEvent.objects.filter(
            object_id=since.object_id,
            sequence__gt=since.sequence,
            sequence__lte=until.sequence,
        ).order_by("sequence")[: MAX_STEPS + 1]
    )
    if len(steps) > MAX_STEPS:
        raise ValueError("Too many events lie between the two.")
    changed: dict[str, tuple[Any, Any]] = {}
    known = _facts_set(since)
    for step in steps:
        for name, (old, new) in _changes(step, known).items():
            before = changed[name][0] if name in changed else old
            changed[name] = (before, new)
            known[name] = new
    real = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    return Difference(since=since, until=until, steps=len(steps), changed=real)


def _facts_set(event: AuditEvent) -> dict[str, Any]:
    """The facts that an event set."""
    facts = {**event.data, **(event.personal or {})}
    changed = facts.pop("changed", None)
    if isinstance(changed, dict):
        facts |= {name: pair[1] for name, pair in changed.items() if _is_pair(pair)}
    return facts


def _changes(event: AuditEvent, known: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    facts = {**event.data, **(event.personal or {})}
    changed = facts.pop("changed", None)
    found = {name: (known.get(name), value) for name, value in facts.items()}
    if isinstance(changed, dict):
        found |= {name: (pair[0], pair[1]) for name, pair in changed.items() if _is_pair(pair)}
    return found


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2


def last_checks(*, limit: int = 10) -> list[AuditCheck]:
    """The last checks of the chain, newest first."""
    return list(AuditCheck.objects.order_by("-started_at")[:limit])


def chain_state() -> tuple[int, int]:
    """How many events are sealed, and how many wait for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce((select max(position) from audit_seal), 0),"
            " (select count(*) from (select from audit_waiting limit 100000) w)"
        )
        sealed, waiting = cursor.fetchone() or (0, 0)
    return sealed, waiting


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
                position, event_id, stored = row[13:]
                erased = row[10] is not None and row[12] is None
                yield position, event_id, bytes(stored), erased, row


def _fault_of(previous: bytes, stored: bytes, row: tuple[Any, ...]) -> FaultKind | None:
    if row[0] is None:
        return FaultKind.EVENT_MISSING
    event = chain.SealedEvent.from_row(row)
    if chain.link(previous, event) != stored:
        return FaultKind.CHANGED
    salt, personal = row[11:13]
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
