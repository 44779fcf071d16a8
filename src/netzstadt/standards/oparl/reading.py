"""Reads OParl's JSON: objects, inside of others or alone, and pages of lists (OParl 1.1, 2.5).

Only ``id`` and ``type`` are required of an object; everything else may be missing, and objects may
stand where addresses are expected. What is no object is named by its place and left out.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from netzstadt.standards.oparl.objects import (
    AgendaItem,
    Body,
    Consultation,
    File,
    Kind,
    Meeting,
    OParlObject,
    Organization,
    Paper,
    System,
)
from netzstadt.standards.oparl.values import (
    Json,
    day,
    identity,
    link,
    long_text,
    moment,
    objects,
    reference,
    references,
    text,
    whole,
)

MOST_FILES = 200
_NAMES = {kind.value.lower(): kind for kind in Kind}
# Where a body says the address of each list; those of sub-objects are new in 1.1 (OParl 1.1, Body).
_LISTS = {
    Kind.ORGANIZATION: "organization",
    Kind.MEETING: "meeting",
    Kind.AGENDA_ITEM: "agendaItem",
    Kind.PAPER: "paper",
    Kind.CONSULTATION: "consultation",
}


class Unreadable(Exception):
    """A document is not what it should be; ``place`` is a JSON path such as ``$.data[3].id``."""

    def __init__(self, reason: str, place: str = "$") -> None:
        super().__init__(f"{place}: {reason}")
        self.reason = reason
        self.place = place


@dataclass(frozen=True, kw_only=True, slots=True)
class ListPage:
    """A page of a list. ``left_out`` names entries that are no objects, with place and reason."""

    objects: tuple[OParlObject, ...]
    following: str = ""
    total: int | None = None
    left_out: tuple[str, ...] = ()


def read_document(data: bytes) -> Json:
    """The JSON object that ``data`` is. Raises Unreadable."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"this is not JSON ({str(error)[:120]})") from error
    if not isinstance(document, dict):
        raise Unreadable("an object is expected")
    return document


def kind_of(value: Json) -> Kind | None:
    """What an object says it is: the end of its type's address, of whatever version; None where
    it is nothing that is read."""
    given = value.get("type")
    name = given.rstrip("/").rpartition("/")[2] if isinstance(given, str) else ""
    return _NAMES.get(name.lower())


def is_page(value: Json) -> bool:
    """Whether a document is a page of a list."""
    return isinstance(value.get("data"), list)


def read_page(value: Json, *, kind: Kind) -> ListPage:
    """A page of a list of objects of this kind. Raises Unreadable if it is none."""
    if not is_page(value):
        raise Unreadable("a page of a list has its objects in “data”", "$.data")
    found: list[OParlObject] = []
    left_out: list[str] = []
    for position, entry in enumerate(value["data"]):
        try:
            found.append(read_object(entry, kind=kind, place=f"$.data[{position}]"))
        except Unreadable as error:
            left_out.append(str(error))
    links, pagination = value.get("links"), value.get("pagination")
    return ListPage(
        objects=tuple(found),
        following=link(links.get("next")) if isinstance(links, dict) else "",
        total=whole(pagination.get("totalElements")) if isinstance(pagination, dict) else None,
        left_out=tuple(left_out),
    )


def read_object(value: Any, *, kind: Kind | None = None, place: str = "$") -> OParlObject:
    """One object. ``kind`` is what it must be; its own type counts where that is not given, and a
    stub of a deleted object may have lost it.

    Raises Unreadable with the place of what is missing.
    """
    if not isinstance(value, dict):
        raise Unreadable("an object is expected", place)
    if not identity(value.get("id")):
        raise Unreadable("the id is missing, or is no address", f"{place}.id")
    said = kind_of(value)
    if said is None and (kind is None or value.get("type")):
        raise Unreadable(f"unknown type {text(value.get('type'))[:80]!r}", f"{place}.type")
    if kind is not None and said not in (None, kind):
        raise Unreadable(f"{kind} is expected, and this is {said}", f"{place}.type")
    found: OParlObject = _READERS[said or kind or Kind.SYSTEM](value)
    return found


def _common(value: Json) -> dict[str, Any]:
    is_deleted = value.get("deleted") is True
    return {
        "id": identity(value.get("id")),
        "modified": moment(value.get("modified")),
        "is_deleted": is_deleted,
        "name": "" if is_deleted else text(value.get("name")),
        "web": "" if is_deleted else link(value.get("web")),
    }


def _inner(value: Any, kind: Kind) -> tuple[Any, ...] | None:
    """The objects inside of another; None where none are, or addresses alone."""
    if not isinstance(value, list):
        return None
    found = tuple(
        _READERS[kind](one)
        for one in objects(value)
        if identity(one.get("id")) and kind_of(one) in (None, kind)
    )
    return found if found or not value else None


def _system(value: Json) -> System:
    body = value.get("body")
    return System(**_common(value), body_list=link(body), bodies=_inner(body, Kind.BODY) or ())


def _body(value: Json) -> Body:
    lists = {kind: link(value.get(name)) for kind, name in _LISTS.items()}
    return Body(
        **_common(value),
        ags=text(value.get("ags"), longest=20),
        lists={kind: address for kind, address in lists.items() if address},
    )


def _organization(value: Json) -> Organization:
    common = _common(value)
    if common["is_deleted"]:
        return Organization(**common)
    return Organization(
        **common,
        short_name=text(value.get("shortName"), longest=200),
        classification=text(value.get("classification"), longest=200),
        start=day(value.get("startDate")),
        end=day(value.get("endDate")),
    )


def _meeting(value: Json) -> Meeting:
    common = _common(value)
    if common["is_deleted"]:
        return Meeting(**common, items=())
    return Meeting(
        **common,
        start=moment(value.get("start")),
        end=moment(value.get("end")),
        place=_place(value.get("location")),
        organizations=references(value.get("organization")),
        is_cancelled=value.get("cancelled") is True,
        items=_inner(value.get("agendaItem"), Kind.AGENDA_ITEM),
        files=_files(value, "invitation", "resultsProtocol", "verbatimProtocol", "auxiliaryFile"),
    )


def _agenda_item(value: Json) -> AgendaItem:
    common = _common(value)
    if common["is_deleted"]:
        return AgendaItem(**common, meeting=reference(value.get("meeting")))
    return AgendaItem(
        **common,
        meeting=reference(value.get("meeting")),
        number=text(value.get("number"), longest=50),
        order=whole(value.get("order")),
        is_public=value.get("public") is not False,
        result=text(value.get("result")),
        resolution=long_text(value.get("resolutionText")),
    )


def _paper(value: Json) -> Paper:
    common = _common(value)
    if common["is_deleted"]:
        return Paper(**common, consultations=())
    return Paper(
        **common,
        reference=text(value.get("reference"), longest=100),
        on=day(value.get("date")),
        paper_type=text(value.get("paperType"), longest=200),
        consultations=_inner(value.get("consultation"), Kind.CONSULTATION),
        files=_files(value, "mainFile", "auxiliaryFile"),
    )


def _consultation(value: Json) -> Consultation:
    common = _common(value)
    if common["is_deleted"]:
        return Consultation(**common, paper=reference(value.get("paper")))
    return Consultation(
        **common,
        paper=reference(value.get("paper")),
        agenda_item=reference(value.get("agendaItem")),
        organizations=references(value.get("organization")),
        role=text(value.get("role"), longest=200),
        is_authoritative=value.get("authoritative") is True,
    )


def _place(value: Any) -> str:
    """Where a meeting is held, in a line: a description, or the parts of an address."""
    for one in objects(value):
        if described := text(one.get("description"), longest=500):
            return described
        parts = (
            text(one.get(name)) for name in ("room", "streetAddress", "postalCode", "locality")
        )
        return ", ".join(part for part in parts if part)[:500]
    return ""


def _files(value: Json, *names: str) -> tuple[File, ...]:
    """The files in these places that have an address, each once; deleted ones are not named."""
    found: dict[str, File] = {}
    for name in names:
        for one in objects(value.get(name)):
            address = link(one.get("accessUrl")) or link(one.get("downloadUrl"))
            if address and one.get("deleted") is not True:
                title = text(one.get("name"), longest=300) or text(one.get("fileName"), longest=300)
                found.setdefault(
                    address,
                    File(
                        name=title or address.rpartition("/")[2],
                        url=address,
                        mime_type=text(one.get("mimeType"), longest=100),
                        size=whole(one.get("size"), most=2**53),
                    ),
                )
    return tuple(found.values())[:MOST_FILES]


_READERS: dict[Kind, Callable[[Json], Any]] = {
    Kind.SYSTEM: _system,
    Kind.BODY: _body,
    Kind.ORGANIZATION: _organization,
    Kind.MEETING: _meeting,
    Kind.AGENDA_ITEM: _agenda_item,
    Kind.PAPER: _paper,
    Kind.CONSULTATION: _consultation,
}
