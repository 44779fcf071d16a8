"""Reading requests for advice, and the figures of the office: load, waiting time, satisfaction."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Avg, Case, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from netzstadt.core.access import queries as access
from netzstadt.core.access.queries import visible
from netzstadt.core.days import today
from netzstadt.core.rooms import ObjectCard, SearchDocument, TileContent, TileLine
from netzstadt.portfolio.models import Advice, AdviceEffort, AdviceMessage, AdviceState
from netzstadt.portfolio.models.advice import OPEN
from netzstadt.portfolio.permissions import ADVISE
from netzstadt.portfolio.queries import with_words
from netzstadt.portfolio.queries.telling import first_of

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent
    from netzstadt.core.orgs.models import Person

Ids = Collection[uuid.UUID]
_AT_ONCE = 2_000
_LINES = 5
_MOST = 500
# Figures look back so far: long enough to have numbers, short enough to move.
LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True, kw_only=True, slots=True)
class AdviceWanted:
    """What a list of requests is asked for; empty is no condition.

    ``whose`` is ASKED (by the reader), ADVISED (by the reader) or empty.
    """

    text: str = ""
    state: str = ""
    topic: str = ""
    whose: str = ""

    @property
    def is_anything(self) -> bool:
        """Whether there is a condition at all."""
        return bool(self.text or self.state or self.topic or self.whose)


def visible_advice(*, to: "Person | None") -> "QuerySet[Advice, Any]":
    """The requests that ``to`` may read: all of the administration's, and her own."""
    if to is None:
        return Advice.objects.none()
    seen = visible(Advice.objects.all(), to=to)
    return Advice.objects.filter(Q(pk__in=seen.values("pk")) | Q(asked_by=to) | Q(adviser=to))


_WAITING_FIRST = Case(
    When(state=AdviceState.ASKED, then=Value(0)),
    When(state=AdviceState.ACCEPTED, then=Value(1)),
    When(state=AdviceState.ANSWERED, then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)


def listed(wanted: AdviceWanted, *, to: "Person") -> "QuerySet[Advice, Any]":
    """Requests that fit: those that wait longest first, those that are over last."""
    found = with_words(
        visible_advice(to=to).select_related("adviser"), wanted.text, "title", "need", "key"
    )
    if wanted.state == "OPEN":
        found = found.filter(state__in=OPEN)
    elif wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.topic:
        found = found.filter(topic=wanted.topic)
    if wanted.whose == "ASKED":
        found = found.filter(asked_by=to)
    elif wanted.whose == "ADVISED":
        found = found.filter(adviser=to)
    return found.annotate(place=_WAITING_FIRST).order_by("place", "waits_since", "id")


def advice(key: uuid.UUID, *, to: "Person | None") -> Advice | None:
    """One request; None if it is not there, or not for this reader."""
    found = visible_advice(to=to).select_related("asked_by", "adviser")
    return found.filter(pk=key).first()


def messages_of(advice: Advice) -> list[AdviceMessage]:
    """What was written on a request, the oldest first."""
    found = AdviceMessage.objects.filter(advice=advice).select_related("author")
    return list(found.order_by("written_at", "id")[:_MOST])


def minutes_of(advice: Advice) -> int:
    """How much time a request took in all, in minutes."""
    return AdviceEffort.objects.filter(advice=advice).aggregate(sum=Sum("minutes"))["sum"] or 0


# Figures of the office, which indicators may be bound to


def open_requests(*, at: datetime) -> float:
    """How many requests wait for an answer."""
    return Advice.objects.filter(state__in=OPEN).count()


def waiting_days(*, at: datetime) -> float | None:
    """The median of the days that open requests have waited until now; None where none does."""
    return _median(
        "select percentile_cont(0.5) within group (order by %(at)s - waits_since)"
        " from portfolio_advice where state in ('ASKED', 'ACCEPTED')",
        {"at": at},
    )


def answer_days(*, at: datetime) -> float | None:
    """The median of the days until the first answer, of the last 90 days; None without any."""
    return _median(
        "select percentile_cont(0.5) within group (order by answered_at - asked_at)"
        " from portfolio_advice where answered_at > %(since)s and answered_at <= %(at)s",
        {"at": at, "since": at - LOOK_BACK},
    )


def _median(statement: str, arguments: dict[str, datetime]) -> float | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        row = cursor.fetchone()
    return None if row is None or row[0] is None else row[0] / timedelta(days=1)


def effort_hours(*, at: datetime) -> float:
    """The hours that advice took in the last 90 days."""
    day = timezone.localdate(at)
    found = AdviceEffort.objects.filter(on__gt=day - LOOK_BACK, on__lte=day)
    return (found.aggregate(sum=Sum("minutes"))["sum"] or 0) / 60


def satisfaction(*, at: datetime) -> float | None:
    """The mean of what was said of advice in the last year, 1 to 5; None without any."""
    found = Advice.objects.filter(rated_at__gt=at - timedelta(days=365), rated_at__lte=at)
    mean: float | None = found.aggregate(mean=Avg("rating"))["mean"]
    return mean


# Cards, search, tiles, notices


def advice_cards(ids: Ids, *, to: "Person | None") -> dict[uuid.UUID, ObjectCard]:
    """The requests among ``ids`` that ``to`` may read."""
    return {one.pk: _card(one) for one in visible_advice(to=to).filter(pk__in=ids)}


def find_advice(text: str, *, to: "Person | None", limit: int) -> list[ObjectCard]:
    """Requests that are called so, by title or number."""
    if to is None:
        return []
    return [_card(one) for one in listed(AdviceWanted(text=text), to=to)[:limit]]


def _card(one: Advice) -> ObjectCard:
    return ObjectCard(
        model="portfolio.advice",
        id=one.pk,
        title=f"{one.key} {one.title}",
        url=reverse("portfolio:advice", args=[one.pk]),
    )


def advice_documents(ids: Ids) -> dict[uuid.UUID, SearchDocument]:
    """Requests: their titles, what is needed, their numbers."""
    return {
        one.pk: SearchDocument(
            id=one.pk,
            title=one.title,
            url=reverse("portfolio:advice", args=[one.pk]),
            words=one.need,
            names=one.key,
            visibility=one.visibility,
            unit_id=one.unit_id,
            changed_at=one.changed_at,
        )
        for one in Advice.objects.filter(pk__in=ids)
    }


def every_advice() -> Iterator[uuid.UUID]:
    """The keys of all requests, in order."""
    found: Any = Advice.objects.order_by("pk").values_list("pk", flat=True)
    keys: Iterator[uuid.UUID] = found.iterator(chunk_size=_AT_ONCE)
    return keys


def _waiting_for(person: "Person") -> "QuerySet[Advice, Any]":
    """What a person has to answer: hers, and what nobody took up if she takes requests up."""
    mine = Q(adviser=person, state=AdviceState.ACCEPTED)
    if access.may(person, ADVISE):
        nobody = Q(adviser__isnull=True) | Q(adviser__is_active=False)
        mine |= Q(state=AdviceState.ASKED) | (Q(state=AdviceState.ACCEPTED) & nobody)
    found = visible_advice(to=person).filter(mine)
    return found.order_by(F("wanted_on").asc(nulls_last=True), "waits_since", "id")


def advice_tile(person: "Person", *, at: datetime) -> TileContent:
    """What a person has to answer, and answers to what she asked."""
    waiting, waiting_count = first_of(_waiting_for(person), _LINES)
    answered, answered_count = first_of(
        Advice.objects.filter(asked_by=person, state=AdviceState.ANSWERED).order_by("id"), _LINES
    )
    lines = [*map(_waiting_line, waiting), *map(_answered_line, answered)]
    return TileContent(
        lines=tuple(lines[:_LINES]),
        count=waiting_count + answered_count,
        url=reverse("portfolio:advice-list"),
    )


def _waiting_line(one: Advice) -> TileLine:
    return TileLine(
        text=_("%(state)s: %(title)s") % {"state": one.get_state_display(), "title": one.title},
        url=reverse("portfolio:advice", args=[one.pk]),
        at=one.wanted_on or one.asked_at,
        is_late=one.wanted_on is not None and one.wanted_on < today(),
    )


def _answered_line(one: Advice) -> TileLine:
    return TileLine(
        text=_("Answered: %(title)s") % {"title": one.title},
        url=reverse("portfolio:advice", args=[one.pk]),
        at=one.answered_at,
    )


def who_takes_up(event: "AuditEvent") -> list[uuid.UUID]:
    """Whom a new request is told to."""
    return access.persons_with(ADVISE)


def who_asked(event: "AuditEvent") -> list[uuid.UUID]:
    """Who asked, where something became of it."""
    found = Advice.objects.filter(pk=event.object_id, asked_by__isnull=False)
    return [key for key in found.values_list("asked_by_id", flat=True) if key]


def who_takes_part(event: "AuditEvent") -> list[uuid.UUID]:
    """Who asked and who advises; without an adviser yet, who takes requests up."""
    found = Advice.objects.filter(pk=event.object_id).select_related("adviser").first()
    if found is None:
        return []
    part = {key for key in (found.asked_by_id, found.adviser_id) if key}
    if found.adviser is None or not found.adviser.is_active:
        part |= set(access.persons_with(ADVISE))
    return sorted(part)
