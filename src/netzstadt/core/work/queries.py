"""The tiles of a person's start pages, in her order, each read on its own."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse

from netzstadt.core.access import queries as access
from netzstadt.core.access.queries import Held
from netzstadt.core.audit import queries as audit
from netzstadt.core.objects import cards_of_many
from netzstadt.core.rooms import (
    FirstStep,
    RoomConfig,
    Tile,
    TileContent,
    TileLine,
    event_title,
    resolved,
    rooms,
)
from netzstadt.core.work.models import TilePlace

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

logger = logging.getLogger(__name__)

COCKPIT = "cockpit"
# The places of "My work", in the order in which they are read.
PLACES = ("waits", "late", "changed")
LINES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Arranged:
    """A tile as it stands in a person's order."""

    tile: Tile
    is_hidden: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A tile with what stands on it; without content it failed."""

    tile: Tile
    content: TileContent | None


def tiles(
    person: "Person",
    roles: list[Held],
    *,
    places: Iterable[str],
    of: Iterable[RoomConfig] | None = None,
) -> list[Arranged]:
    """The tiles in ``places`` that a person may have, in her order, hidden ones too.

    Where she arranged nothing, tiles of her roles come first, then by their declared order. A tile
    that is new since she arranged hers stands where it would, behind those she placed.
    """
    hers = {role.role for role in roles}
    declared = [
        tile
        for room in (rooms() if of is None else of)
        for tile in room.tiles
        if tile.place in set(places)
        and (tile.permission is None or access.anywhere(roles, tile.permission) is not None)
    ]
    placed = {row.tile: row for row in TilePlace.objects.filter(person=person)}

    def order(tile: Tile) -> tuple[int, int, bool, int, str]:
        row = placed.get(tile.key)
        by_role = not (tile.roles & hers)
        if row is None:
            return (1, 0, by_role, tile.order, tile.key)
        return (0, row.position, by_role, tile.order, tile.key)

    return [
        Arranged(tile=tile, is_hidden=tile.key in placed and placed[tile.key].is_hidden)
        for tile in sorted(declared, key=order)
    ]


def shown(person: "Person", arranged: Iterable[Arranged], *, at: datetime) -> list[Shown]:
    """What stands on the tiles that are not hidden. One that fails does not keep others back."""
    return [
        Shown(tile=one.tile, content=_content(one.tile, person, at))
        for one in arranged
        if not one.is_hidden
    ]


def _content(tile: Tile, person: "Person", at: datetime) -> TileContent | None:
    try:
        content: TileContent = resolved(tile.content)(person, at=at)
    except Exception:
        # Whatever a room gets wrong, the page of all rooms has to open.
        logger.exception("A defect in the tile %s", tile.key)
        return None
    return content


def first_steps(
    person: "Person", roles: list[Held], *, of: Iterable[RoomConfig] | None = None
) -> list[tuple[FirstStep, str]]:
    """What the roles of a person let her do first and is not done yet, each with its address.

    Steps to pages that this installation does not mount are left out.
    """
    hers = {role.role for role in roles}
    found = []
    steps = [step for room in (rooms() if of is None else of) for step in room.first_steps]
    for step in sorted(steps, key=lambda step: step.order):
        if step.permission is not None and access.anywhere(roles, step.permission) is None:
            continue
        if step.roles and not step.roles & hers:
            continue
        try:
            url = reverse(step.url_name)
        except NoReverseMatch:
            continue
        if not (step.is_done and resolved(step.is_done)(person)):
            found.append((step, url))
    return found


def changed_tile(person: "Person", *, at: datetime) -> TileContent:
    """What others did to objects that a person changed lately, and to her own account.

    Cards of two kinds of objects at most are asked for, so that the tile stays cheap.
    """
    events = audit.concerning(person, limit=60)
    kinds = list(dict.fromkeys(event.object_model for event in events))[:2]
    events = [event for event in events if event.object_model in kinds]
    cards = cards_of_many(((event.object_model, event.object_id) for event in events), to=person)
    lines = [
        TileLine(text=f"{event_title(event.name)}: {card.title}", url=card.url, at=event.at)
        for event in events
        if (card := cards.get((event.object_model, event.object_id)))
    ]
    return TileContent(lines=tuple(lines[:LINES]), count=len(lines))


def personal_data(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """How a person arranged her start pages."""
    rows = TilePlace.objects.filter(person=person).order_by("position")
    return {
        "tiles": [
            {"tile": row.tile, "position": row.position, "is_hidden": row.is_hidden} for row in rows
        ]
    }
