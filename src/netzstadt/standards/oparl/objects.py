"""Objects of a council as OParl describes them (OParl 1.1, 3), without people.

Persons and memberships are not read: who sits in a council is not needed for what it decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """Types of objects that are read; the value is the end of the type's address."""

    SYSTEM = "System"
    BODY = "Body"
    ORGANIZATION = "Organization"
    MEETING = "Meeting"
    AGENDA_ITEM = "AgendaItem"
    PAPER = "Paper"
    CONSULTATION = "Consultation"


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A document that lies at the council's system; it is named and never fetched."""

    name: str
    url: str
    mime_type: str = ""
    size: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OParlObject:
    """What every object has. Of a deleted one nothing else is left (OParl 1.1, 2.8)."""

    id: str
    modified: datetime | None = None
    is_deleted: bool = False
    name: str = ""
    # Where people read about it at the council's system.
    web: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class System(OParlObject):
    """A server; its bodies are a list, by its address or inside."""

    body_list: str = ""
    bodies: "tuple[Body, ...]" = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Body(OParlObject):
    """A municipality with its council. ``lists`` are the addresses of what it offers."""

    ags: str = ""
    lists: Mapping[Kind, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Organization(OParlObject):
    """A committee, the council itself, a group in it."""

    short_name: str = ""
    classification: str = ""
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AgendaItem(OParlObject):
    """What a meeting dealt with, and what came of it."""

    meeting: str = ""
    number: str = ""
    order: int | None = None
    is_public: bool = True
    result: str = ""
    resolution: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting(OParlObject):
    """A meeting. ``items`` is None where the agenda is not inside: nothing is said about it."""

    start: datetime | None = None
    end: datetime | None = None
    place: str = ""
    organizations: tuple[str, ...] = ()
    is_cancelled: bool = False
    items: tuple[AgendaItem, ...] | None = None
    files: tuple[File, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Consultation(OParlObject):
    """A paper on an agenda, or about to be: in which body, and in which role."""

    paper: str = ""
    agenda_item: str = ""
    organizations: tuple[str, ...] = ()
    role: str = ""
    is_authoritative: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper(OParlObject):
    """A printed matter. ``consultations`` is None where they are not inside."""

    reference: str = ""
    on: date | None = None
    paper_type: str = ""
    consultations: tuple[Consultation, ...] | None = None
    files: tuple[File, ...] = ()
