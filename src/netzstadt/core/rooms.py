"""What a room declares to the core: its purpose, permissions, navigation, and what it adds to
search, notices, work lists, calendars and privacy.

Functions are named by dotted paths ("netzstadt.core.orgs.queries.cards.person_cards"), so that a
room's ``apps.py`` imports no models; ``resolved`` finds them when they are called.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.apps import AppConfig, apps
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role


class NavigationGroup(TextChoices):
    """What stands together on the office side; places without a group come first."""

    STRATEGY = "STRATEGY", _("Strategy")
    DATA = "DATA", _("Data")
    PEOPLE = "PEOPLE", _("People and units")
    INSTALLATION = "INSTALLATION", _("Installation")


@dataclass(frozen=True, kw_only=True, slots=True)
class NavigationItem:
    """A place in the navigation. Without a permission it stands on the public side."""

    title: str | Promise
    url_name: str
    permission: Permission | None = None
    group: NavigationGroup | None = None
    order: int = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectCard:
    """One object as others show it: in the trail, in lists of links, among search results."""

    model: str
    id: uuid.UUID
    title: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchDocument:
    """What the search knows of one object.

    ``visibility`` and ``unit_id`` are judged by ``may_see``, with the object's id as its key, in
    every search. ``words`` counts less than the title, ``names`` (codes, addresses, abbreviations)
    are found as they are, without word forms.
    """

    id: uuid.UUID
    title: str
    url: str
    words: str = ""
    names: str = ""
    visibility: str = "PUBLIC"
    unit_id: uuid.UUID | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectKind:
    """A kind of object that others may point to: ``model`` is ``room.model`` as in the trail.

    ``cards(ids, to=person)`` gives a card for each of the ids that the reader may see, as a dict;
    what is missing in it does not exist for her. ``documents(ids)`` gives the search documents
    that exist, as a dict, whoever asks; ``every_id()`` iterates all ids in order, for a new index.
    Without ``documents`` the kind is not searched. ``aliases`` are other names under which the
    trail tells of the same objects. ``follows`` names, by model, functions that say which of these
    objects have another document because objects of that model changed: ids to ids. With a
    ``permission`` only its holders find the kind, whatever the documents' visibility.

    ``find(text, to=person, limit=…)`` gives cards of objects of this kind that are called so, where
    one is chosen to be linked. ``positions(bounds, to=person, limit=…)`` gives longitude and
    latitude of those in a box (west, south, east, north), as a dict, where the room itself keeps
    where its objects are.

    Single people can be given a role for an object of a kind that ``may_be_opened``: its visibility
    then follows ``access_sees``, with its own id as the key.
    """

    model: str
    title: str | Promise
    cards: str
    documents: str = ""
    every_id: str = ""
    find: str = ""
    positions: str = ""
    aliases: tuple[str, ...] = ()
    follows: Mapping[str, str] = field(default_factory=dict)
    permission: Permission | None = None
    may_be_opened: bool = False
    order: int = 100

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which the trail tells of these objects, its own first."""
        return (self.model, *self.aliases)


@dataclass(frozen=True, kw_only=True, slots=True)
class Join:
    """Two kinds that a relation of the vocabulary (``core/links``) may join; ``*`` is any kind."""

    source: str
    relation: str
    target: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A typed foreign key that the trace follows like a link of ``relation``.

    Each row of ``table`` refers from the object in ``source_column`` to the one in
    ``target_column``; both hold ids (uuid) and have an index. ``where`` is an SQL condition on the
    rows that count.
    """

    source: str
    relation: str
    target: str
    table: str
    source_column: str
    target_column: str
    where: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TileLine:
    """One line of a tile: what it is, where it leads, when it is due or happened."""

    text: str
    url: str
    at: datetime | date | None = None
    is_late: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TileContent:
    """What stands on a tile: at most a handful of lines, how many there are in all, where."""

    lines: tuple[TileLine, ...] = ()
    count: int = 0
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tile:
    """A part of a start page. ``content(person, at=…)`` gives its TileContent.

    ``place`` says where it stands: "waits" (for me), "late", "changed", or "cockpit". Without a
    permission everybody who is signed in has it; ``roles`` puts it first for these roles.
    """

    key: str
    title: str | Promise
    content: str
    place: str = "waits"
    empty: str | Promise = ""
    permission: Permission | None = None
    roles: frozenset[Role] = frozenset()
    order: int = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeRule:
    """Whom an event is told to: ``persons(event)`` gives their ids; the actor is left out, if not
    ``tells_actor``.

    ``topic`` groups rules that a person switches together; ``is_urgent`` notices are mailed at
    once, others with the digest, if she did not choose otherwise; ``is_mailed_by_room`` says that
    the room itself writes to her. What is about the safety of her
    account (``is_security``) cannot be switched off, is mailed at once and told to her alone; what
    else concerns herself and not her work does not pass to deputies either.
    """

    event: str
    topic: str
    persons: str
    is_urgent: bool = False
    is_security: bool = False
    is_mailed_by_room: bool = False
    tells_actor: bool = False
    passes_to_deputies: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A date of one's own work, as it stands in the calendar.

    ``uid`` stays the same for as long as it is the same deadline ("room.kind.<id>.what"); ``url``
    is a path of the house; ``changed_at`` says when it was last set.
    """

    uid: str
    title: str
    on: date
    url: str
    changed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstStep:
    """What somebody new does first; shown on "My work" until it is done.

    Only who has ``permission`` somewhere is shown it, and with ``roles`` only who holds one of
    them. ``is_done(person)`` says whether it has been done; without it, the step stays until she
    hides the tile.
    """

    title: str | Promise
    url_name: str
    permission: Permission | None = None
    roles: frozenset[Role] = frozenset()
    is_done: str = ""
    order: int = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class KitPart:
    """A room's components in the gallery of the kit: ``template`` shows them with what
    ``examples()`` gives under that name. Nothing of it is stored."""

    template: str
    examples: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PagePart:
    """What a room shows on the pages of another room's objects, of the kind ``model``.

    ``content(id, to=person)`` gives the context of ``template``, or None where there is nothing to
    show; the reader's rights are its own to ask.
    """

    model: str
    content: str
    template: str
    order: int = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonalData:
    """What a room knows about persons, and what becomes of it.

    ``export(person)`` gives ``{heading: [record, …]}`` of plain values; ``erase(person, by=…,
    at=…)`` removes or empties it and returns how many records were erased and which had to stay,
    with the reason, as ``{what: count or reason}``. ``titles`` are what people read instead of a
    heading, or of the name of a value, that is written for programs.
    """

    export: str
    erase: str
    titles: Mapping[str, str | Promise] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """How long something is kept. ``remove(before, limit=…)`` removes at most ``limit`` records
    older than ``before`` and returns how many; a duty calls it until it returns fewer."""

    key: str
    title: str | Promise
    keep: timedelta
    basis: str | Promise
    remove: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number that a room can always say, which indicators may be bound to.

    ``value(at=…)`` gives it now, or None; it counts everything, whoever asks, so it tells of no
    single object. ``unit_text`` is what it counts, in words.
    """

    key: str
    title: str | Promise
    value: str
    unit_text: str | Promise = ""


def resolved(path: str) -> Callable[..., Any]:
    """The function that a dotted path names. Raises ImportError if there is none."""
    found: Callable[..., Any] = import_string(path)
    return found


class RoomConfig(AppConfig):
    """Base of every room's AppConfig. The core collects these and never lists its rooms."""

    # apps.py imports this class too; Django must take the room's own and not hesitate between them.
    default = False

    def __init_subclass__(cls) -> None:
        cls.default = True

    purpose: str | Promise = ""
    permissions: tuple[Permission, ...] = ()
    navigation: tuple[NavigationItem, ...] = ()
    # What people read in the audit trail instead of an event's name.
    event_titles: Mapping[str, str | Promise] = MappingProxyType({})
    # What they read instead of the names of an event's facts, and of values from a fixed list.
    fact_titles: Mapping[str, str | Promise] = MappingProxyType({})
    # A list that models have, TextChoices, is named by its dotted path.
    fact_values: Mapping[str, Mapping[str, str | Promise] | str] = MappingProxyType({})
    # Which facts are ids of objects: of a kind (room.model), or of that which another fact names.
    fact_objects: Mapping[str, str] = MappingProxyType({})
    objects: tuple[ObjectKind, ...] = ()
    joins: tuple[Join, ...] = ()
    references: tuple[Reference, ...] = ()
    tiles: tuple[Tile, ...] = ()
    notice_topics: Mapping[str, str | Promise] = MappingProxyType({})
    notice_rules: tuple[NoticeRule, ...] = ()
    # Each a function (person, since=…, until=…) that gives Deadlines.
    deadlines: tuple[str, ...] = ()
    first_steps: tuple[FirstStep, ...] = ()
    personal_data: PersonalData | None = None
    retention: tuple[Retention, ...] = ()
    kit_parts: tuple[KitPart, ...] = ()
    page_parts: tuple[PagePart, ...] = ()
    figures: tuple[Figure, ...] = ()


def rooms() -> Iterator[RoomConfig]:
    """All installed rooms, in the order of INSTALLED_APPS."""
    for app in apps.get_app_configs():
        if isinstance(app, RoomConfig):
            yield app


def object_kinds() -> dict[str, ObjectKind]:
    """Every kind of object that the rooms declare, by its model, in the order of their places."""
    kinds = sorted((kind for room in rooms() for kind in room.objects), key=lambda kind: kind.order)
    return {kind.model: kind for kind in kinds}


def page_parts(model: str) -> list[PagePart]:
    """What rooms show on pages of objects of this kind, in the order of their places."""
    found = [part for room in rooms() for part in room.page_parts if part.model == model]
    return sorted(found, key=lambda part: part.order)


def figures() -> dict[str, Figure]:
    """Every figure that the rooms declare, by its key."""
    return {figure.key: figure for room in rooms() for figure in room.figures}


def kind_of(model: str) -> ObjectKind | None:
    """The kind that is called ``model``, or that the trail calls so; None if there is none."""
    kinds = object_kinds()
    if model in kinds:
        return kinds[model]
    return next((kind for kind in kinds.values() if model in kind.aliases), None)


def own_name(model: str) -> str:
    """The name under which things are kept of objects that the trail may call otherwise."""
    kind = kind_of(model)
    return kind.model if kind else model


def kind_title(model: str) -> str:
    """What people call objects of this kind; its name where no room says."""
    kind = kind_of(model)
    return str(kind.title) if kind else model


def event_title(name: str) -> str:
    """What people call an event; its name where no room says."""
    titles = (room.event_titles[name] for room in rooms() if name in room.event_titles)
    return str(next(titles, name))


def fact_title(name: str) -> str:
    """What people call a fact of an event; its name where no room says."""
    titles = (room.fact_titles[name] for room in rooms() if name in room.fact_titles)
    return str(next(titles, name))
