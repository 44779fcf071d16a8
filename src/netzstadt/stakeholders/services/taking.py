"""Objects of OParl turned into rows: organisations, meetings with agendas, papers."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from netzstadt.stakeholders.models.council import (
    AgendaItem,
    Consultation,
    CouncilObject,
    CouncilOrganisation,
    Meeting,
    Origin,
    Paper,
    ResultCode,
)
from netzstadt.stakeholders.models.harvests import CouncilSource
from netzstadt.stakeholders.services.merging import Counts, Key, Table, drop, ids_by_oparl_id, merge
from netzstadt.standards.oparl import objects as oparl
from netzstadt.standards.oparl.objects import Kind
from netzstadt.standards.oparl.results import understood

_ORGANISATIONS = Table(
    model=CouncilOrganisation,
    columns=("name", "short_name", "classification", "start_on", "end_on"),
)
_MEETINGS = Table(
    model=Meeting,
    columns=("name", "place", "files", "start_at", "end_at", "is_cancelled"),
    ties=("organisation", "organisation_oparl_id"),
)
_ITEMS = Table(
    model=AgendaItem,
    columns=("name", "is_public", "result_text", "result_code", "resolution_text"),
    ties=("meeting", "number", "order", "is_inside"),
)
_PAPERS = Table(model=Paper, columns=("name", "reference", "on", "kind", "files"))


def _consultation_key(row: Consultation) -> Key:
    return (row.oparl_id or "", row.item_oparl_id)


_CONSULTATIONS = Table(
    model=Consultation,
    columns=("role", "is_authoritative"),
    ties=(
        *("paper", "agenda_item", "organisation", "paper_oparl_id", "item_oparl_id"),
        *("organisation_oparl_id", "is_inside"),
    ),
    key=_consultation_key,
)


def take(
    kind: Kind, found: Iterable[oparl.OParlObject], *, source: CouncilSource, at: datetime
) -> Counts:
    """Merge a page of objects of one kind; what stands inside of them, too."""
    counts = Counts()
    _TAKERS[kind](list(found), source, at, counts)
    return counts


def tie_up(source: CouncilSource) -> None:
    """Join what came before what it refers to: in three statements, for the whole source."""
    waiting: list[tuple[type[Any], str, str, type[CouncilObject]]] = [
        (Meeting, "organisation", "organisation_oparl_id", CouncilOrganisation),
        (Consultation, "organisation", "organisation_oparl_id", CouncilOrganisation),
        (Consultation, "agenda_item", "item_oparl_id", AgendaItem),
        (Consultation, "paper", "paper_oparl_id", Paper),
    ]
    for model, tie, given, target in waiting:
        there = target._default_manager.filter(source=source, oparl_id=OuterRef(given))
        model._default_manager.filter(
            source=source,
            **{f"{tie}__isnull": True},
            **{f"{given}__in": target._default_manager.filter(source=source).values("oparl_id")},
        ).update(**{tie: Subquery(there.values("pk")[:1])})


def _common(one: oparl.OParlObject, source: CouncilSource, at: datetime) -> dict[str, Any]:
    return {
        "origin": Origin.OPARL,
        "source": source,
        "oparl_id": one.id,
        "oparl_modified": one.modified,
        "web": one.web,
        "deleted_at": at if one.is_deleted else None,
    }


def _files(files: Iterable[oparl.File]) -> list[dict[str, str]]:
    return [{"name": one.name, "url": one.url, "type": one.mime_type} for one in files]


def _take_organisations(
    found: list[Any], source: CouncilSource, at: datetime, counts: Counts
) -> None:
    rows = [
        CouncilOrganisation(
            **_common(one, source, at),
            name=one.name,
            short_name=one.short_name,
            classification=one.classification,
            start_on=one.start,
            end_on=one.end,
        )
        for one in found
    ]
    merge(_ORGANISATIONS, rows, source=source, at=at, counts=counts)


def _take_meetings(found: list[Any], source: CouncilSource, at: datetime, counts: Counts) -> None:
    bodies = ids_by_oparl_id(
        CouncilOrganisation,
        {one.organizations[0] for one in found if one.organizations},
        source=source,
    )
    rows = []
    for one in found:
        body = one.organizations[0] if one.organizations else ""
        rows.append(
            Meeting(
                **_common(one, source, at),
                name=one.name,
                start_at=one.start,
                end_at=one.end,
                place=one.place,
                is_cancelled=one.is_cancelled,
                files=_files(one.files),
                organisation_id=bodies.get(body),
                organisation_oparl_id=body,
            )
        )
    meetings = merge(_MEETINGS, rows, source=source, at=at, counts=counts)
    told = [one for one in found if one.items is not None]
    items = [
        _item(item, source, at, meeting=meetings[(one.id,)], order=place, is_inside=True)
        for one in told
        for place, item in enumerate(one.items)
    ]
    kept = merge(_ITEMS, items, source=source, at=at, counts=counts)
    gone = AgendaItem.objects.filter(
        source=source, meeting__in=[meetings[(one.id,)] for one in told], is_inside=True
    )
    drop(gone.exclude(pk__in=kept.values()), _ITEMS, at=at, counts=counts)


def _item(
    one: oparl.AgendaItem,
    source: CouncilSource,
    at: datetime,
    *,
    meeting: Any,
    order: int,
    is_inside: bool,
) -> AgendaItem:
    return AgendaItem(
        **_common(one, source, at),
        meeting_id=meeting,
        number=one.number,
        order=order if one.order is None else one.order,
        is_inside=is_inside,
        name=one.name,
        is_public=one.is_public,
        result_text=one.result,
        result_code=ResultCode(understood(one.result).value),
        resolution_text=one.resolution,
    )


def _take_items(found: list[Any], source: CouncilSource, at: datetime, counts: Counts) -> None:
    """Agenda items of a list of their own: they say themselves to which meeting they belong."""
    meetings = ids_by_oparl_id(Meeting, {one.meeting for one in found}, source=source)
    ids = [one.id for one in found]
    known = {
        row.oparl_id: row for row in AgendaItem.objects.filter(source=source, oparl_id__in=ids)
    }
    rows = []
    for one in found:
        # Where it stands is known better from inside of its meeting.
        before = known.get(one.id) or AgendaItem()
        meeting = meetings.get(one.meeting, before.meeting_id)
        row = _item(
            one, source, at, meeting=meeting, order=before.order, is_inside=before.is_inside
        )
        rows.append(row)
    merge(_ITEMS, rows, source=source, at=at, counts=counts)


def _take_papers(found: list[Any], source: CouncilSource, at: datetime, counts: Counts) -> None:
    rows = [
        Paper(
            **_common(one, source, at),
            name=one.name,
            reference=one.reference,
            on=one.on,
            kind=one.paper_type,
            files=_files(one.files),
        )
        for one in found
    ]
    papers = merge(_PAPERS, rows, source=source, at=at, counts=counts)
    told = [one for one in found if one.consultations is not None]
    inside = [(item, one.id) for one in told for item in one.consultations]
    kept = _merge_consultations(inside, source, at, counts, is_inside=True)
    gone = Consultation.objects.filter(
        source=source, paper__in=[papers[(one.id,)] for one in told], is_inside=True
    )
    drop(gone.exclude(pk__in=kept.values()), _CONSULTATIONS, at=at, counts=counts)


def _take_consultations(
    found: list[Any], source: CouncilSource, at: datetime, counts: Counts
) -> None:
    deleted = {one.id for one in found if one.is_deleted}
    known = Consultation.objects.filter(source=source, oparl_id__in=[one.id for one in found])
    inside = set(known.filter(is_inside=True).values_list("oparl_id", "item_oparl_id"))
    there = [(one, one.paper) for one in found if not one.is_deleted]
    _merge_consultations(there, source, at, counts, inside=inside)
    # A stub does not say which agenda items it was about: it was about all that are known.
    items = known.filter(oparl_id__in=deleted).values_list("oparl_id", "item_oparl_id")
    by_id: dict[str | None, list[str]] = {}
    for oparl_id, item in items:
        by_id.setdefault(oparl_id, []).append(item)
    stubs = [
        Consultation(**_common(one, source, at), item_oparl_id=item)
        for one in found
        if one.is_deleted
        for item in by_id.get(one.id, [""])
    ]
    merge(_CONSULTATIONS, stubs, source=source, at=at, counts=counts)


def _merge_consultations(
    found: list[tuple[oparl.Consultation, str]],
    source: CouncilSource,
    at: datetime,
    counts: Counts,
    *,
    is_inside: bool = False,
    inside: set[Any] = frozenset(),  # type: ignore[assignment]
) -> dict[Key, Any]:
    """``inside`` names those of a list that stand inside of their papers as well."""
    bodies = {one.organizations[0] for one, _paper in found if one.organizations}
    papers = ids_by_oparl_id(Paper, {paper for _one, paper in found}, source=source)
    items = ids_by_oparl_id(AgendaItem, {one.agenda_item for one, _ in found}, source=source)
    organisations = ids_by_oparl_id(CouncilOrganisation, bodies, source=source)
    rows = []
    for one, paper in found:
        body = one.organizations[0] if one.organizations else ""
        rows.append(
            Consultation(
                **_common(one, source, at),
                paper_id=papers.get(paper),
                paper_oparl_id=paper,
                agenda_item_id=items.get(one.agenda_item),
                item_oparl_id=one.agenda_item,
                organisation_id=organisations.get(body),
                organisation_oparl_id=body,
                is_inside=is_inside or (one.id, one.agenda_item) in inside,
                role=one.role,
                is_authoritative=one.is_authoritative,
            )
        )
    return merge(_CONSULTATIONS, rows, source=source, at=at, counts=counts)


_TAKERS: dict[Kind, Callable[[list[Any], CouncilSource, datetime, Counts], None]] = {
    Kind.ORGANIZATION: _take_organisations,
    Kind.MEETING: _take_meetings,
    Kind.AGENDA_ITEM: _take_items,
    Kind.PAPER: _take_papers,
    Kind.CONSULTATION: _take_consultations,
}
