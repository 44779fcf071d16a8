"""Reading what the council does: lists by keyset, single objects, the way of a paper."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import DateTimeField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from netzstadt.core.access.queries import visible
from netzstadt.core.days import midnight
from netzstadt.lib.keyset import decode_place, encode_place
from netzstadt.stakeholders.expressions import SortKey
from netzstadt.stakeholders.models.council import (
    AgendaItem,
    Consultation,
    CouncilOrganisation,
    Meeting,
    Paper,
    ResultCode,
)

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

PAGE = 25
NEWEST = 8
MOST_CHOICES = 300
MOST_OF_ONE = 500
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
# What has no date stands last in lists, the newest first.
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a list is asked for; empty is no condition."""

    text: str = ""
    body_id: uuid.UUID | None = None
    year: int | None = None
    result: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; ``following`` leads to the next one."""

    rows: list[Any] = field(default_factory=list)
    total: int = 0
    following: str = ""


def visible_meetings(*, to: "Person | None") -> "QuerySet[Meeting, Any]":
    """The meetings that ``to`` may read, withdrawn ones among them."""
    return visible(Meeting.objects.all(), to=to)


def visible_items(*, to: "Person | None") -> "QuerySet[AgendaItem, Any]":
    """The agenda items that ``to`` may read, withdrawn ones among them."""
    return visible(AgendaItem.objects.all(), to=to)


def visible_papers(*, to: "Person | None") -> "QuerySet[Paper, Any]":
    """The papers that ``to`` may read, withdrawn ones among them."""
    return visible(Paper.objects.all(), to=to)


def resolutions(wanted: Wanted, *, to: "Person | None", limit: int = PAGE) -> Page:
    """Agenda items with a result, the newest meeting first."""
    found = (
        visible_items(to=to).filter(deleted_at__isnull=True).exclude(result_code=ResultCode.NONE)
    )
    found = found.select_related("meeting", "meeting__organisation")
    if wanted.body_id:
        found = found.filter(meeting__organisation_id=wanted.body_id)
    if wanted.result:
        found = found.filter(result_code=wanted.result)
    found = _in_year(_with_words(found, wanted.text), "meeting__start_at", wanted.year)
    return _page(found, Coalesce("meeting__start_at", Value(_LONG_AGO)), wanted.after, limit)


def papers(wanted: Wanted, *, to: "Person | None", limit: int = PAGE) -> Page:
    """Papers, the newest first; bodies and results are those of their consultations."""
    found = visible_papers(to=to).filter(deleted_at__isnull=True)
    way = Consultation.objects.filter(paper_id=OuterRef("pk"), deleted_at__isnull=True)
    if wanted.body_id:
        at_body = Q(organisation_id=wanted.body_id) | Q(
            agenda_item__meeting__organisation_id=wanted.body_id
        )
        found = found.filter(Exists(way.filter(at_body)))
    if wanted.result:
        found = found.filter(Exists(way.filter(agenda_item__result_code=wanted.result)))
    found = _with_words(found, wanted.text)
    if wanted.year:
        found = found.filter(on__gte=date(wanted.year, 1, 1), on__lte=date(wanted.year, 12, 31))
    moment = _AtMidnight(Coalesce("on", Value(_LONG_AGO.date())))
    return _page(found, moment, wanted.after, limit)


def meetings(wanted: Wanted, *, to: "Person | None", limit: int = PAGE) -> Page:
    """Meetings, the latest first."""
    found = visible_meetings(to=to).filter(deleted_at__isnull=True).select_related("organisation")
    if wanted.body_id:
        found = found.filter(organisation_id=wanted.body_id)
    if wanted.result:
        items = AgendaItem.objects.filter(meeting_id=OuterRef("pk"), deleted_at__isnull=True)
        found = found.filter(Exists(items.filter(result_code=wanted.result)))
    found = _in_year(_with_words(found, wanted.text), "start_at", wanted.year)
    return _page(found, Coalesce("start_at", Value(_LONG_AGO)), wanted.after, limit)


_WITHOUT_UMLAUTS = re.compile(r"([aou])e", re.IGNORECASE)


class _AtMidnight(Func):
    """A day as a moment, so that lists by day and by moment have the same places."""

    template = "((%(expressions)s)::timestamp at time zone 'UTC')"
    output_field = DateTimeField()


def _with_words(found: Any, text: str) -> Any:
    """Leave what has every word, also as a part of one, in any spelling of its letters."""
    for word in text.split()[:10]:
        plain = Q(words_key__contains=SortKey(Value(word)))
        # Who has no umlauts writes "Muellheim"; the key of "Müllheim" has a plain u.
        bare = _WITHOUT_UMLAUTS.sub(r"\1", word)
        found = found.filter(plain | Q(words_key__contains=SortKey(Value(bare))))
    return found


def _in_year(found: Any, name: str, year: int | None) -> Any:
    if not year:
        return found
    span = midnight(date(year, 1, 1)), midnight(date(year + 1, 1, 1))
    return found.filter(**{f"{name}__gte": span[0], f"{name}__lt": span[1]})


def _page(found: Any, moment: Any, after: str, limit: int) -> Page:
    """One page by keyset: the latest first, the key as the last word."""
    total = found.count()
    found = found.annotate(moment=moment)
    if place := _place(after):
        found = found.filter(Q(moment__lt=place[0]) | Q(moment=place[0], id__lt=place[1]))
    rows = list(found.order_by(F("moment").desc(), "-id")[: limit + 1])
    is_cut, rows = len(rows) > limit, rows[:limit]
    following = encode_place(rows[-1].moment.isoformat(), rows[-1].pk) if is_cut else ""
    return Page(rows, total, following)


def _place(token: str) -> tuple[datetime, uuid.UUID] | None:
    place = decode_place(token)
    if place is None:
        return None
    try:
        moment = datetime.fromisoformat(place[0])
    except ValueError:
        return None
    return (moment, place[1]) if moment.tzinfo else None


def coming_meetings(*, to: "Person | None", at: datetime) -> list[Meeting]:
    """The next meetings, the nearest first; where only the day is known, all of that day."""
    day_alone = Q(start_at=midnight(localdate(at)))
    found = visible_meetings(to=to).filter(day_alone | Q(start_at__gte=at), deleted_at__isnull=True)
    return list(found.select_related("organisation").order_by("start_at", "id")[:NEWEST])


def body_choices() -> list[tuple[str, str]]:
    """The bodies that have met, by name, to choose from."""
    met = Exists(Meeting.objects.filter(organisation_id=OuterRef("pk")))
    found: Any = CouncilOrganisation.objects.filter(met, deleted_at__isnull=True)
    named = found.annotate(sort_key=SortKey(F("name"))).order_by("sort_key", "id")
    return [(str(key), name) for key, name in named.values_list("pk", "name")[:MOST_CHOICES]]


def year_of(text: str) -> int | None:
    """A year that lists can be filtered by."""
    is_year = text.isdecimal() and text.isascii() and len(text) == 4
    return int(text) if is_year and _FIRST_YEAR <= int(text) <= _LAST_YEAR else None


def meeting(key: uuid.UUID, *, to: "Person | None") -> Meeting | None:
    """One meeting; None if it is not there, or not for this reader."""
    return visible_meetings(to=to).select_related("organisation").filter(pk=key).first()


def item(key: uuid.UUID, *, to: "Person | None") -> AgendaItem | None:
    """One agenda item with its meeting; None if it is not there, or not for this reader."""
    found = visible_items(to=to).select_related("meeting", "meeting__organisation")
    return found.filter(pk=key).first()


def paper(key: uuid.UUID, *, to: "Person | None") -> Paper | None:
    """One paper; None if it is not there, or not for this reader."""
    return visible_papers(to=to).filter(pk=key).first()


def agenda_of(meeting: Meeting, *, to: "Person | None") -> list[AgendaItem]:
    """The agenda of a meeting in its order, with the papers of each item."""
    found = visible_items(to=to).filter(meeting=meeting, deleted_at__isnull=True)
    items: list[Any] = list(found.order_by("order", "number", "id")[:MOST_OF_ONE])
    by_item = papers_of(items, to=to)
    for one in items:
        one.papers = by_item.get(one.pk, [])
    return items


def papers_of(items: Sequence[AgendaItem], *, to: "Person | None") -> dict[uuid.UUID, list[Paper]]:
    """The papers on each of these agenda items that ``to`` may read, withdrawn ones left out."""
    rows = Consultation.objects.filter(
        agenda_item__in=items,
        deleted_at__isnull=True,
        paper__in=visible_papers(to=to).filter(deleted_at__isnull=True),
    )
    found: dict[uuid.UUID, list[Paper]] = {}
    for row in rows.select_related("paper").order_by("paper__reference", "id")[:MOST_OF_ONE]:
        if row.agenda_item_id and row.paper and row.paper not in found.get(row.agenda_item_id, ()):
            found.setdefault(row.agenda_item_id, []).append(row.paper)
    return found


def way_of(paper: Paper, *, to: "Person | None") -> list[Consultation]:
    """The way of a paper through the bodies: where it was or shall be dealt with, in order."""
    found = Consultation.objects.filter(paper=paper, deleted_at__isnull=True)
    of_item = Q(agenda_item__isnull=True) | Q(agenda_item__in=visible_items(to=to))
    rows = found.filter(of_item).select_related(
        "organisation", "agenda_item", "agenda_item__meeting", "agenda_item__meeting__organisation"
    )
    return list(
        rows.order_by(F("agenda_item__meeting__start_at").asc(nulls_last=True), "id")[:MOST_OF_ONE]
    )


def organisation_called(name: str) -> CouncilOrganisation | None:
    """A body that is called so, in any capitals; one of a council's system comes first."""
    found = CouncilOrganisation.objects.filter(name__iexact=name, deleted_at__isnull=True)
    return found.order_by("-origin", "id").first()


def papers_with(references: Sequence[str]) -> dict[str, list[Paper]]:
    """The papers with each of these reference numbers; as many as were asked for, or few more."""
    found: dict[str, list[Paper]] = {}
    rows = Paper.objects.filter(reference__in=references, deleted_at__isnull=True)
    for row in rows.order_by("id"):
        found.setdefault(row.reference, []).append(row)
    return found
