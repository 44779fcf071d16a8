"""What a person was told and may still see, how she wants to be told, her deadlines."""

import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from netzstadt.core.access import queries as access
from netzstadt.core.notices.models import CalendarAddress, DigestPlan, Notice, TopicChoice
from netzstadt.core.objects import cards_of_many
from netzstadt.core.rooms import (
    Deadline,
    ObjectCard,
    TileContent,
    TileLine,
    event_title,
    resolved,
    rooms,
)

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

logger = logging.getLogger(__name__)

PAGE = 25
# Groups read at once: some may be hidden from the reader by now, so more than a page.
_READ = 100
# Cards of so many kinds of objects are asked for in one list; what is of another kind stands on
# the next page. So the number of a page's queries does not grow with the number of rooms.
_KINDS = 3
_SIGNED = "netzstadt.notices.unsubscribe"
_SIGNED_FOR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """Some notices of the same kind about one object, as their reader sees them."""

    notice: Notice
    card: ObjectCard
    count: int
    unread: int

    @property
    def title(self) -> str:
        """What happened, in words."""
        return event_title(self.notice.event_name)


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldPage:
    """One page of what a person was told, newest first; ``before`` continues it, None ends it."""

    groups: list[Told]
    before: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """How many things a person has not read; ``is_more`` says that there may be others."""

    count: int
    is_more: bool

    @property
    def text(self) -> str:
        """The number as a bell shows it; empty for none."""
        return f"{self.count}{'+' if self.is_more else ''}" if self.count else ""


def notice_page(
    *,
    to: "Person",
    only_unread: bool = False,
    topic: str = "",
    before: int | None = None,
    limit: int = PAGE,
) -> ToldPage:
    """A page of what a person was told, repeated events on one object together.

    What she may not see (any more) is left out; a page may hold less than ``limit`` for it.
    """
    rows = _groups(to, only_unread=only_unread, topic=topic, before=before)
    groups, rest_at = _seen(rows, to=to, limit=limit)
    notices = Notice.objects.filter(person=to, sequence__in=[row["latest"] for row, _ in groups])
    latest = {one.sequence: one for one in notices.select_related("actor", "for_person")}
    found = [
        Told(
            notice=latest[row["latest"]],
            card=card,
            count=row["count"],
            unread=row["unread"],
        )
        for row, card in groups
    ]
    return ToldPage(groups=found, before=rows[rest_at - 1]["latest"] if rest_at else None)


def unread(person: "Person") -> Unread:
    """How many things the bell rings for: groups that she may see, counted up to a hundred."""
    rows = _groups(person, only_unread=True)
    if not rows:
        return Unread(count=0, is_more=False)
    groups, rest_at = _seen(rows, to=person, limit=_READ - 1)
    return Unread(count=len(groups), is_more=rest_at is not None)


def _groups(
    person: "Person", *, only_unread: bool, topic: str = "", before: int | None = None
) -> list[dict[str, Any]]:
    notices = Notice.objects.filter(person=person)
    if only_unread:
        notices = notices.filter(read_at=None)
    if topic:
        notices = notices.filter(topic=topic)
    groups: Any = (
        notices.values("object_model", "object_id", "event_name", "for_person_id")
        .annotate(
            latest=Max("sequence"),
            newest=Max("created_at"),
            count=Count("id"),
            unread=Count("id", filter=Q(read_at=None)),
        )
        .order_by("-latest")
    )
    if before is not None:
        groups = groups.filter(latest__lt=before)
    return [dict(group) for group in groups[: _READ + 1]]


def _seen(
    rows: Sequence[dict[str, Any]], *, to: "Person", limit: int
) -> tuple[list[tuple[dict[str, Any], ObjectCard]], int | None]:
    """Those of ``rows`` that the reader may see, with their cards; and where the rest begins."""
    kinds: list[str] = []
    end = min(len(rows), _READ)
    for place, row in enumerate(rows[:_READ]):
        if row["object_model"] not in kinds:
            if len(kinds) == _KINDS:
                end = place
                break
            kinds.append(row["object_model"])
    cards = cards_of_many(((row["object_model"], row["object_id"]) for row in rows[:end]), to=to)
    seen: list[tuple[dict[str, Any], ObjectCard]] = []
    for place, row in enumerate(rows[:end]):
        if card := cards.get((row["object_model"], row["object_id"])):
            if len(seen) == limit:
                return seen, place
            seen.append((row, card))
    return seen, end if end < len(rows) else None


def told(notices: Sequence[Notice], *, to: "Person") -> list[Told]:
    """These notices one by one, those that their reader may still see: for mails."""
    cards = cards_of_many(((one.object_model, one.object_id) for one in notices), to=to)
    return [
        Told(notice=one, card=card, count=1, unread=1)
        for one in notices
        if (card := cards.get((one.object_model, one.object_id)))
    ]


def notice(notice_id: uuid.UUID, *, to: "Person") -> Told:
    """One notice of a person. Raises Notice.DoesNotExist, also where she may not see it."""
    found = Notice.objects.select_related("actor", "for_person").get(pk=notice_id, person=to)
    seen = told([found], to=to)
    if not seen:
        raise Notice.DoesNotExist(notice_id)
    return seen[0]


def same_as(one: Notice) -> "QuerySet[Notice, Any]":
    """A notice and the earlier ones that are shown with it."""
    return Notice.objects.filter(
        person_id=one.person_id,
        object_model=one.object_model,
        object_id=one.object_id,
        event_name=one.event_name,
        for_person_id=one.for_person_id,
        sequence__lte=one.sequence,
    )


def choices_of(person_ids: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, str], str]:
    """What these persons chose: channels by person and topic."""
    rows = TopicChoice.objects.filter(person_id__in=set(person_ids))
    return {(row.person_id, row.topic): row.channel for row in rows}


def digest_plan(person: "Person") -> DigestPlan | None:
    """When a person's digest is mailed; None where she has neither chosen nor needed one yet."""
    return DigestPlan.objects.filter(person=person).first()


def sign_topic(person: "Person", topic: str) -> str:
    """A text that allows whoever shows it to end the mails on ``topic``; empty: the digest."""
    return signing.dumps([str(person.pk), topic], salt=_SIGNED)


def signed_topic(token: str) -> tuple[uuid.UUID, str] | None:
    """Read what ``sign_topic`` wrote less than a year ago; None where it is something else."""
    try:
        person_id, topic = signing.loads(token, salt=_SIGNED, max_age=_SIGNED_FOR)
        return uuid.UUID(person_id), str(topic)
    except (signing.BadSignature, ValueError, TypeError):
        return None


def has_calendar(person: "Person") -> CalendarAddress | None:
    """The address of a person's calendar; None where it is switched off."""
    return CalendarAddress.objects.filter(person=person).first()


def calendar_with(digest: bytes) -> CalendarAddress | None:
    """The calendar whose secret has this digest, if its person may sign in; with its person."""
    return (
        CalendarAddress.objects.filter(token_digest=digest, person__is_active=True)
        .select_related("person")
        .first()
    )


def deadlines_of(person: "Person", *, since: date, until: date) -> list[Deadline]:
    """A person's deadlines of all rooms from ``since`` on and before ``until``, by day.

    A room that fails does not take the others' dates away; its defect is logged.
    """
    found: list[Deadline] = []
    with access.held_once():
        for room in rooms():
            for path in room.deadlines:
                try:
                    found += resolved(path)(person, since=since, until=until)
                except Exception:
                    logger.exception("A defect in the deadlines of %s", room.name)
    by_uid = {deadline.uid: deadline for deadline in found if since <= deadline.on < until}
    return sorted(by_uid.values(), key=lambda deadline: (deadline.on, deadline.title, deadline.uid))


def unread_tile(person: "Person", *, at: datetime) -> TileContent:
    """The newest notices that a person has not read."""
    rows = _groups(person, only_unread=True)
    groups, _rest_at = _seen(rows, to=person, limit=_READ - 1) if rows else ([], None)
    lines = tuple(
        TileLine(
            text=f"{event_title(row['event_name'])}: {card.title}",
            url=card.url,
            at=row["newest"],
        )
        for row, card in groups[:5]
    )
    return TileContent(lines=lines, count=len(groups), url=reverse("notices:notices"))


def deadline_tile(person: "Person", *, at: datetime) -> TileContent:
    """A person's deadlines of the next four weeks, and those that passed in the last four."""
    today = timezone.localdate(at)
    found = deadlines_of(
        person, since=today - timedelta(weeks=4), until=today + timedelta(weeks=4, days=1)
    )
    lines = tuple(
        TileLine(text=one.title, url=one.url, at=one.on, is_late=one.on < today)
        for one in found[:5]
    )
    return TileContent(lines=lines, count=len(found), url=reverse("notices:deadlines"))


def personal_data(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """What the room knows of a person, for herself."""
    notices = Notice.objects.filter(person=person).order_by("-sequence")
    plan = digest_plan(person)
    calendar = has_calendar(person)
    return {
        "notices": [
            {
                "event": one.event_name,
                "object": f"{one.object_model} {one.object_id}",
                "told_at": one.created_at.isoformat(),
                "read_at": one.read_at.isoformat() if one.read_at else None,
                "mailed_at": one.mailed_at.isoformat() if one.mailed_at else None,
            }
            for one in notices.iterator(chunk_size=2_000)
        ],
        "notice_choices": [
            {"topic": topic, "channel": channel}
            for (_person, topic), channel in choices_of([person.pk]).items()
        ],
        "digest": [
            {
                "rhythm": plan.rhythm,
                "hour": plan.hour,
                "weekday": plan.weekday,
            }
        ]
        if plan
        else [],
        "calendar": [{"made_at": calendar.made_at.isoformat()}] if calendar else [],
    }


def public_address(path: str) -> str:
    """A path of the house as an address that mails and calendars can carry."""
    return f"{settings.CONFIG.public_url}{path}"
