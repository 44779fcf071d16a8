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

from netzstadt.core.audit import chain, queries
from netzstadt.core.audit.events import Event
from netzstadt.core.jobs import services as jobs
from netzstadt.lib.ids import new_id

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent
    from netzstadt.core.orgs.models import Person

Reaction = Callable[["AuditEvent"], None]
_reactions: dict[str, list[jobs.Job]] = defaultdict(list)


def record(event: Event, *, by: "Person | None", api_key_id: uuid.UUID | None = None) -> uuid.UUID:
    """Write ``event`` to the audit trail and enqueue the reactions to it; return its id.

    Both happen in the caller's transaction: the entry and the jobs exist exactly if the change is
    committed. ``by`` is None where the system itself acts.
    """
    event_id = new_id()
    facts = {field.name: getattr(event, field.name) for field in fields(event)}
    facts.pop("object_id")
    personal = {name: facts.pop(name) for name in event.personal if name in facts}
    with connection.cursor() as cursor:
        cursor.execute(
            "select audit_append(%s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb)",
            (
                event_id,
                event.name,
                by.pk if by is not None else None,
                api_key_id,
                event.object_model,
                event.object_id,
                json.dumps(facts, default=_plain, allow_nan=False),
                json.dumps(personal, default=_plain, allow_nan=False) if personal else None,
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
