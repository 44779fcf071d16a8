"""Everything that writes the audit trail: recording events, reacting to them, sealing them."""

import json
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import chain, queries
from netzstadt.core.audit.events import ChainCheckAsked, Event, TrailExported
from netzstadt.core.audit.models import AuditCheck
from netzstadt.core.jobs import services as jobs
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id
from netzstadt.lib.mentions import pattern_of

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent
    from netzstadt.core.orgs.models import Person

Reaction = Callable[["AuditEvent"], None]
Follower = Callable[[list["AuditEvent"]], None]
_reactions: dict[str, list[jobs.Job]] = defaultdict(list)
_followers: list[Follower] = []


def record(event: Event, *, by: "Person | None", api_key_id: uuid.UUID | None = None) -> uuid.UUID:
    """Write ``event`` to the audit trail and enqueue the reactions to it; return its id.

    Both happen in the caller's transaction: the entry and the jobs exist exactly if the change is
    committed. ``by`` is None where the system itself acts. Where she acts as a deputy
    (``by.acting_for``), the entry says for whom.
    """
    event_id = new_id()
    facts = {field.name: getattr(event, field.name) for field in fields(event)}
    facts.pop("object_id")
    personal = {name: facts.pop(name) for name in event.personal if name in facts}
    with connection.cursor() as cursor:
        cursor.execute(
            "select audit_append(%s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s)",
            (
                event_id,
                event.name,
                by.pk if by is not None else None,
                api_key_id,
                event.object_model,
                event.object_id,
                json.dumps(facts, default=_plain, allow_nan=False),
                json.dumps(personal, default=_plain, allow_nan=False) if personal else None,
                by.acting_for.pk if by is not None and by.acting_for is not None else None,
            ),
        )
    for reaction in _reactions[event.name]:
        jobs.defer(reaction, event_id=str(event_id))
    return event_id


def on(event_type: type[Event]) -> Callable[[Reaction], Reaction]:
    """Subscribe a reaction: it runs as a job after the event's commit, at least once.

    The reaction is given the entry of the trail and must do no harm when it is run again.
    """

    def subscribe(reaction: Reaction) -> Reaction:
        def run(*, event_id: str, **_: object) -> None:
            reaction(queries.entry(uuid.UUID(event_id)))

        run.__name__ = reaction.__name__
        run.__module__ = reaction.__module__
        _reactions[event_type.name].append(jobs.job(run))
        return reaction

    return subscribe


def follow(follower: Follower) -> Follower:
    """Subscribe to every event, the plane's too: told in batches, within two seconds, by a worker.

    The follower writes to the database alone: it is called in the transaction that marks the
    events as followed, so each is followed once. It takes no long time.
    """
    _followers.append(follower)
    return follower


def follow_events(*, limit: int = 500) -> int:
    """Tell the followers of up to ``limit`` events that nobody followed yet; return how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "delete from audit_unfollowed where event_id in (select event_id from audit_unfollowed"
            " order by event_id limit %s for update skip locked) returning event_id",
            (limit,),
        )
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return 0
        events = queries.entries(ids)
        for follower in _followers:
            follower(events)
    return len(ids)


def seal_events(*, limit: int = 10_000) -> int:
    """Append up to ``limit`` waiting events to the hash chain; return how many were sealed.

    Sealing is a job of its own, so that no writer waits for the chain's last link. One process
    seals at a time; a second one finds nothing to do.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtext('netzstadt.audit.seal'))")
        if not _one(cursor)[0]:
            return 0
        cursor.execute("select position, hash from audit_seal order by position desc limit 1")
        last = cursor.fetchone()
        position, previous = (last[0], bytes(last[1])) if last else (0, chain.START)
        cursor.execute(
            f"select {chain.COLUMNS} from audit_waiting w join audit_event e on e.id = w.event_id"  # noqa: S608 - a constant
            " order by e.sequence limit %s",
            (limit,),
        )
        positions, events, hashes = [], [], []
        for row in cursor.fetchall():
            sealed = chain.SealedEvent.from_row(row)
            position += 1
            previous = chain.link(previous, sealed)
            positions.append(position)
            events.append(sealed.id)
            hashes.append(previous)
        if not events:
            return 0
        cursor.execute(
            "insert into audit_seal (position, event_id, hash)"
            " select * from unnest(%s::bigint[], %s::uuid[], %s::bytea[])",
            (positions, events, hashes),
        )
        cursor.execute("delete from audit_waiting where event_id = any(%s)", (events,))
        return len(events)


def check_chain(*, at: datetime) -> uuid.UUID:
    """Check the whole chain and keep what was found; return the id of the check.

    The chain must still contain the head of the last check that found nothing: so a chain that
    was cut at its end or made anew is seen as well.
    """
    last = next((check for check in queries.last_checks() if check.is_intact), None)
    head = last.head if last is not None and last.verified else ""
    report = queries.verify_chain(head=head)
    check = AuditCheck.objects.create(
        id=new_id(),
        started_at=at,
        finished_at=max(at, clock.now()),
        verified=report.verified,
        erased=report.erased,
        waiting=report.waiting,
        head=report.head,
        faults=[
            {
                "kind": fault.kind.value,
                "position": fault.position,
                "event_id": str(fault.event_id) if fault.event_id else None,
            }
            for fault in report.faults
        ],
        fault_count=len(report.faults) + report.faults_left_out,
    )
    return check.pk


def ask_for_check(*, by: "Person", at: datetime) -> None:
    """Have a worker check the chain now; recorded, so that it is seen who looked."""
    record(ChainCheckAsked(object_id=new_id()), by=by)
    jobs.defer(jobs.job_named("netzstadt.core.audit.jobs.check_chain"))


def note_export(*, filters: dict[str, str], by: "Person", at: datetime) -> None:
    """Write into the trail that somebody takes a part of it out of the house."""
    record(TrailExported(object_id=new_id(), filters=filters), by=by)


def _one(cursor: Any) -> tuple[Any, ...]:
    row = cursor.fetchone()
    if row is None:
        raise RuntimeError("The database returned no row.")
    return tuple(row)


def _plain(value: object) -> object:
    """Write ids, times and the like as JSON knows them."""
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"An event cannot hold {type(value).__name__}.")


_EXPORTED_AT_MOST = 10_000
# What is about her, by its object or its facts; and what names her.
_EMPTY_PERSONAL = """
update audit_event set personal = null, personal_salt = null
 where personal is not null and (
       (object_model = 'orgs.person' and object_id = %(id)s::uuid)
    or data ->> 'person_id' = %(id)s
    or (data ->> 'of_model' = 'orgs.person' and data ->> 'of_id' = %(id)s)
    or personal::text ~* %(keys)s
    -- Who is called the same and has another address is somebody else.
    or (personal::text ~* %(name)s and coalesce(personal ->> 'email', %(email)s) = %(email)s))
"""


def export_events(person: "Person") -> dict[str, list[dict[str, object]]]:
    """What the trail knows of a person: what happened to her account and what she did, the newest
    10,000 each."""
    about = queries.history("orgs.person", person.pk, limit=_EXPORTED_AT_MOST).entries
    done = queries.trail(person_id=person.pk, limit=_EXPORTED_AT_MOST).entries
    return {
        "about": [
            {"at": entry.at.isoformat(), "event": entry.name, **(entry.personal or {})}
            for entry in about
        ],
        "done": [{"at": entry.at.isoformat(), "event": entry.name} for entry in done],
    }


def erase_events(person: "Person", *, by: "Person | None", at: datetime) -> dict[str, int | str]:
    """Empty the personal part of every entry about a person, or that names her or her address.

    The entries stay: the trail is the proof of who did what (Art. 17 Para. 3 (b) GDPR), by an id
    that leads to no name any more. Their seals cover a digest of the personal part only.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _EMPTY_PERSONAL,
            {
                "id": str(person.pk),
                "email": person.email,
                "keys": pattern_of(str(person.pk), person.email),
                "name": pattern_of(person.name, str(person.pk)),
            },
        )
        emptied = cursor.rowcount
    return {
        "personal_parts": emptied,
        "entries": _("stay without their personal part; the sealed chain still verifies"),
    }
