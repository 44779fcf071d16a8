"""Meetings, resolutions and papers as other rooms point to them, and as the search knows them.

What is withdrawn keeps its card, so that links still lead somewhere and say so; it is not found any
more, and cannot be linked anew.
"""

import uuid
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from netzstadt.core.access.queries import may
from netzstadt.core.rooms import ObjectCard, SearchDocument
from netzstadt.stakeholders.models.council import (
    AgendaItem,
    CouncilObject,
    Meeting,
    Paper,
    ResultCode,
)
from netzstadt.stakeholders.models.harvests import CouncilSource, Harvest
from netzstadt.stakeholders.permissions import KEEP_COUNCIL
from netzstadt.stakeholders.queries import council

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

Ids = Collection[uuid.UUID]
Cards = dict[uuid.UUID, ObjectCard]
Documents = dict[uuid.UUID, SearchDocument]
_AT_ONCE = 2_000


def meeting_title(one: Meeting) -> str:
    """What a meeting is called: its body and its day."""
    name = one.name or (one.organisation.name if one.organisation else "")
    if one.deleted_at and not one.is_manual:
        return _("Withdrawn meeting")
    if one.start_at is None:
        return name or _("Meeting")
    day = date_format(localtime(one.start_at), "SHORT_DATE_FORMAT")
    return _("%(name)s, %(day)s") % {"name": name or _("Meeting"), "day": day}


def item_title(one: AgendaItem) -> str:
    """What an agenda item is called; of a withdrawn one its number and meeting."""
    if one.deleted_at:
        if one.meeting is None:
            return _("Withdrawn agenda item")
        where = {"number": one.number or "–", "meeting": meeting_title(one.meeting)}
        return _("Withdrawn item %(number)s, %(meeting)s") % where
    return one.name or _("Agenda item")


def paper_title(one: Paper) -> str:
    """What a paper is called, with its reference number; of a withdrawn one that alone."""
    name = _("Withdrawn paper") if one.deleted_at else one.name or _("Paper")
    return f"{one.reference} {name}" if one.reference else name


def meeting_cards(ids: Ids, *, to: "Person | None") -> Cards:
    """The meetings among ``ids`` that ``to`` may read."""
    found = council.visible_meetings(to=to).filter(pk__in=ids).select_related("organisation")
    return {one.pk: _meeting_card(one) for one in found}


def item_cards(ids: Ids, *, to: "Person | None") -> Cards:
    """The agenda items among ``ids`` that ``to`` may read; also those that lost their result."""
    found = council.visible_items(to=to).filter(pk__in=ids)
    return {one.pk: _item_card(one) for one in found.select_related("meeting__organisation")}


def paper_cards(ids: Ids, *, to: "Person | None") -> Cards:
    """The papers among ``ids`` that ``to`` may read."""
    found = council.visible_papers(to=to).filter(pk__in=ids)
    return {one.pk: _paper_card(one) for one in found}


def find_meetings(text: str, *, to: "Person | None", limit: int) -> list[ObjectCard]:
    """Meetings that are called so."""
    found = council.meetings(council.Wanted(text=text), to=to, limit=limit)
    return [_meeting_card(one) for one in found.rows]


def find_resolutions(text: str, *, to: "Person | None", limit: int) -> list[ObjectCard]:
    """Resolutions in which these words stand."""
    found = council.resolutions(council.Wanted(text=text), to=to, limit=limit)
    return [_item_card(one) for one in found.rows]


def find_papers(text: str, *, to: "Person | None", limit: int) -> list[ObjectCard]:
    """Papers that are called so, by name or number."""
    found = council.papers(council.Wanted(text=text), to=to, limit=limit)
    return [_paper_card(one) for one in found.rows]


def source_cards(ids: Ids, *, to: "Person | None") -> Cards:
    """Council information systems, for who keeps them."""
    found = CouncilSource.objects.filter(pk__in=ids)
    if not may(to, KEEP_COUNCIL):
        return {}
    return {
        one.pk: ObjectCard(
            model="stakeholders.council_source",
            id=one.pk,
            title=str(one),
            url=reverse("stakeholders:source", args=[one.pk]),
        )
        for one in found
    }


def _meeting_card(one: Meeting) -> ObjectCard:
    url = reverse("stakeholders:meeting", args=[one.pk])
    title = meeting_title(one)
    return ObjectCard(model="stakeholders.meeting", id=one.pk, title=title, url=url)


def _item_card(one: AgendaItem) -> ObjectCard:
    url = reverse("stakeholders:item", args=[one.pk])
    return ObjectCard(model="stakeholders.resolution", id=one.pk, title=item_title(one), url=url)


def _paper_card(one: Paper) -> ObjectCard:
    url = reverse("stakeholders:paper", args=[one.pk])
    return ObjectCard(model="stakeholders.paper", id=one.pk, title=paper_title(one), url=url)


def _there(found: "QuerySet[Any, Any]", ids: Ids) -> Any:
    return found.filter(pk__in=ids, deleted_at__isnull=True)


def meeting_documents(ids: Ids) -> Documents:
    """Meetings: their names, days, bodies and places."""
    found = _there(Meeting.objects.select_related("organisation"), ids)
    return {
        one.pk: SearchDocument(
            id=one.pk,
            title=meeting_title(one),
            url=reverse("stakeholders:meeting", args=[one.pk]),
            words=_words(one.organisation.name if one.organisation else "", one.place),
            visibility=one.visibility,
            changed_at=one.start_at or one.changed_at,
        )
        for one in found
    }


def resolution_documents(ids: Ids) -> Documents:
    """Resolutions: subject, result and text."""
    found = _there(AgendaItem.objects.select_related("meeting__organisation"), ids)
    return {
        one.pk: SearchDocument(
            id=one.pk,
            title=one.name or _("Agenda item"),
            url=reverse("stakeholders:item", args=[one.pk]),
            words=_words(
                one.result_text,
                meeting_title(one.meeting) if one.meeting else "",
                one.resolution_text,
            ),
            visibility=one.visibility,
            changed_at=(one.meeting.start_at if one.meeting else None) or one.changed_at,
        )
        for one in found.exclude(result_code=ResultCode.NONE)
    }


def paper_documents(ids: Ids) -> Documents:
    """Papers: their names, kinds and reference numbers."""
    return {
        one.pk: SearchDocument(
            id=one.pk,
            title=one.name or _("Paper"),
            url=reverse("stakeholders:paper", args=[one.pk]),
            words=one.kind,
            names=one.reference,
            visibility=one.visibility,
            changed_at=one.oparl_modified or one.changed_at,
        )
        for one in _there(Paper.objects.all(), ids)
    }


def every_meeting() -> Iterator[uuid.UUID]:
    """The keys of all meetings, in order."""
    return _in_order(Meeting.objects.all())


def every_item() -> Iterator[uuid.UUID]:
    """The keys of all agenda items, in order."""
    return _in_order(AgendaItem.objects.all())


def every_paper() -> Iterator[uuid.UUID]:
    """The keys of all papers, in order."""
    return _in_order(Paper.objects.all())


def meetings_harvested(ids: Ids) -> Iterator[uuid.UUID]:
    """The meetings that the last harvest of these sources brought or changed."""
    return _in_order(_harvested(Meeting, ids))


def items_harvested(ids: Ids) -> Iterator[uuid.UUID]:
    """The agenda items that the last harvest of these sources brought or changed."""
    return _in_order(_harvested(AgendaItem, ids))


def papers_harvested(ids: Ids) -> Iterator[uuid.UUID]:
    """The papers that the last harvest of these sources brought or changed."""
    return _in_order(_harvested(Paper, ids))


def items_of_meetings(ids: Ids) -> Iterator[uuid.UUID]:
    """The agenda items of these meetings: their documents name the meeting."""
    return _in_order(AgendaItem.objects.filter(meeting_id__in=ids))


def _harvested(model: type[CouncilObject], ids: Ids) -> Any:
    """A harvest is one event with its account: what it changed is known by when that was."""
    runs = Harvest.objects.filter(source_id__in=ids).order_by("source_id", "-started_at")
    changed = Q(pk__in=[])
    for run in runs.distinct("source_id"):
        changed |= Q(source_id=run.source_id, changed_at__gte=run.started_at)
    return model._default_manager.filter(changed)


def _in_order(found: Any) -> Iterator[uuid.UUID]:
    keys: Iterator[uuid.UUID] = (
        found.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=_AT_ONCE)
    )
    return keys


def _words(*parts: str) -> str:
    return " ".join(dict.fromkeys(part for part in parts if part))
