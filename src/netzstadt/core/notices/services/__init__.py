"""Telling people of events, and what they do with what they were told."""

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, transaction

from netzstadt.core.jobs import services as jobs
from netzstadt.core.notices import queries
from netzstadt.core.notices.digests import next_due
from netzstadt.core.notices.models import (
    CalendarAddress,
    Channel,
    DigestPlan,
    Notice,
    TopicChoice,
)
from netzstadt.core.notices.topics import Rules, declared
from netzstadt.core.orgs.queries import members, persons
from netzstadt.core.rooms import NoticeRule, resolved

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent
    from netzstadt.core.orgs.models import Person

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Telling:
    """An event to tell a person of; ``for_id`` is whom she stands in for."""

    event: "AuditEvent"
    rule: NoticeRule
    person_id: uuid.UUID
    for_id: uuid.UUID | None = None


@transaction.atomic
def notify(events: Iterable["AuditEvent"], *, at: datetime, rules: Rules | None = None) -> int:
    """Tell of ``events`` whom the rooms' rules name, and the deputies of who is away; return how
    many notices were made.

    A person is told of an event once, however often this is done: the database sees to it. Mails
    wait with the notice; the job that sends urgent ones exists exactly if the notice does.
    """
    tellings = _tellings(events, (rules or declared()).by_event)
    if not tellings:
        return 0
    active = _active({telling.person_id for telling in tellings})
    tellings = [telling for telling in tellings if telling.person_id in active]
    chosen = queries.choices_of(active)
    tellings = [one for one in tellings if _channel(one, chosen) != Channel.OFF]
    tellings += _to_deputies(tellings)
    chosen |= queries.choices_of({one.person_id for one in tellings if one.for_id})
    made: dict[tuple[uuid.UUID, uuid.UUID], Notice] = {}
    for telling in tellings:
        made.setdefault(
            (telling.person_id, telling.event.pk), _notice(telling, _channel(telling, chosen), at)
        )
    Notice.objects.bulk_create(made.values(), ignore_conflicts=True, batch_size=1_000)
    _have_mailed(made.values(), at)
    return len(made)


def _tellings(
    events: Iterable["AuditEvent"], by_event: dict[str, list[NoticeRule]]
) -> list[_Telling]:
    return [
        _Telling(event=event, rule=rule, person_id=person_id)
        for event in events
        for rule in by_event.get(event.name, ())
        for person_id in _persons(rule, event)
        if rule.tells_actor or rule.is_security or person_id != event.person_id
    ]


def _persons(rule: NoticeRule, event: "AuditEvent") -> list[uuid.UUID]:
    """Whom the rule names. One room's defect must not keep all others from being told."""
    try:
        with transaction.atomic():
            return list(dict.fromkeys(resolved(rule.persons)(event)))
    except (OperationalError, InterfaceError):
        raise  # the database went away: all of this is done again
    except Exception:
        logger.exception("A defect in %s: nobody is told of %s", rule.persons, event.name)
        return []


def _active(person_ids: set[uuid.UUID]) -> set[uuid.UUID]:
    found = persons.persons().filter(pk__in=person_ids, is_active=True)
    return set(found.values_list("pk", flat=True))


def _channel(telling: _Telling, chosen: dict[tuple[uuid.UUID, str], str]) -> Channel:
    """How a person is told: as she chose, else as the room declares.

    A deputy who switched the topic off for herself is still told of what is another's work.
    """
    if telling.rule.is_security:
        return Channel.HOUSE if telling.rule.is_mailed_by_room else Channel.AT_ONCE
    default = Channel.AT_ONCE if telling.rule.is_urgent else Channel.DIGEST
    channel = Channel(chosen.get((telling.person_id, telling.rule.topic), default))
    if channel == Channel.OFF:
        return Channel.HOUSE if telling.for_id else Channel.OFF
    return Channel.HOUSE if telling.rule.is_mailed_by_room else channel


def _to_deputies(tellings: list[_Telling]) -> list[_Telling]:
    passing = [one for one in tellings if one.rule.passes_to_deputies and not one.rule.is_security]
    deputies = members.deputies_of_absent({one.person_id for one in passing})
    return [
        _Telling(event=one.event, rule=one.rule, person_id=deputy_id, for_id=one.person_id)
        for one in passing
        for deputy_id in deputies.get(one.person_id, ())
        if deputy_id != one.event.person_id
    ]


def _notice(telling: _Telling, channel: Channel, at: datetime) -> Notice:
    event = telling.event
    return Notice(
        person_id=telling.person_id,
        event_id=event.pk,
        sequence=event.sequence,
        event_name=event.name,
        object_model=event.object_model,
        object_id=event.object_id,
        topic=telling.rule.topic,
        actor_id=event.person_id,
        for_person_id=telling.for_id,
        created_at=at,
        mail=channel.value if channel in {Channel.AT_ONCE, Channel.DIGEST} else "",
    )


def _have_mailed(notices: Iterable[Notice], at: datetime) -> None:
    now = {one.person_id for one in notices if one.mail == Channel.AT_ONCE}
    for person_id in sorted(now):
        jobs.defer(
            jobs.job_named("netzstadt.core.notices.jobs.mail_at_once"), person_id=str(person_id)
        )
    collected = {one.person_id for one in notices if one.mail == Channel.DIGEST}
    plan = DigestPlan()  # the one of who has not chosen
    due_at = next_due(plan.rhythm, hour=plan.hour, weekday=plan.weekday, after=at)
    DigestPlan.objects.bulk_create(
        [DigestPlan(person_id=person_id, due_at=due_at) for person_id in sorted(collected)],
        ignore_conflicts=True,
    )


def mark_read(*, notice: Notice, at: datetime) -> int:
    """Mark a notice read, with the earlier ones that are shown with it; return how many."""
    return queries.same_as(notice).filter(read_at=None).update(read_at=at)


def mark_unread(*, notice: Notice) -> None:
    """Mark one notice unread; it is not mailed again."""
    Notice.objects.filter(pk=notice.pk).update(read_at=None)


def mark_all_read(*, person: "Person", topic: str, at: datetime) -> int:
    """Mark all that a person was told (of a topic) read; return how many there were."""
    notices = Notice.objects.filter(person=person, read_at=None)
    if topic:
        notices = notices.filter(topic=topic)
    return notices.update(read_at=at)


def undo_read(*, person: "Person", read_at: datetime) -> int:
    """Mark unread again what a person marked read in one stroke at ``read_at``."""
    return Notice.objects.filter(person=person, read_at=read_at).update(read_at=None)


def remove_read(before: datetime, *, limit: int) -> int:
    """Remove notices that were read before ``before``."""
    keys = Notice.objects.filter(read_at__lt=before).order_by("read_at").values("pk")[:limit]
    return Notice.objects.filter(pk__in=list(keys.values_list("pk", flat=True))).delete()[0]


def remove_unread(before: datetime, *, limit: int) -> int:
    """Remove notices that nobody read and that are older than ``before``."""
    old = Notice.objects.filter(read_at=None, created_at__lt=before).order_by("created_at")
    return Notice.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit])).delete()[0]


@transaction.atomic
def erase_person(person: "Person", *, by: "Person | None", at: datetime) -> dict[str, int | str]:
    """Remove all that the room knows of a person; others' notices forget for whom and by whom."""
    counts = {
        "notices": Notice.objects.filter(person=person).delete()[0],
        "notice_choices": TopicChoice.objects.filter(person=person).delete()[0],
        "digest": DigestPlan.objects.filter(person=person).delete()[0],
        "calendar": CalendarAddress.objects.filter(person=person).delete()[0],
    }
    counts["notices"] += Notice.objects.filter(for_person=person).delete()[0]
    Notice.objects.filter(actor=person).update(actor=None)
    return dict(counts)
