"""Where objects are, and what lies in an area, as far as a reader may see it."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q, Value

from netzstadt.core.geo import queries
from netzstadt.core.geo.columns import Bounds, BoxColumn, LiesIn, Point
from netzstadt.core.geo.models import Area, Place
from netzstadt.core.objects import cards_of
from netzstadt.core.rooms import ObjectCard, object_kinds, resolved

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# Of one kind so many objects are judged, and so many are listed.
MOST = 2_000
LISTED = 25


def place_of(model: str, object_id: uuid.UUID) -> Place | None:
    """Where an object is; None where nobody said so."""
    found = Place.objects.select_related("area__parent", "address__area")
    return found.filter(object_model=model, object_id=object_id).first()


def position_of(place: Place) -> Point | None:
    """The most precise that is known: the point, else the address, else the middle of the area."""
    best: Point | None = place.area.centre if place.area is not None else None
    if place.address is not None:
        best = place.address.point
    return best if place.point is None else place.point


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """Objects of one kind in an area; ``is_cut`` says that there are more than were counted."""

    title: str
    count: int
    is_cut: bool
    cards: list[ObjectCard]


def within(area: Area, *, to: "Person | None") -> list[Contents]:
    """What lies in an area, by kind, as far as ``to`` may see it; kinds without anything left out.

    An object lies in it by the most precise that is known of its place. The border belongs to it.
    """
    found = _placed_in(area)
    contents = []
    for kind in object_kinds().values():
        ids, is_cut = found.get(kind.model, set()), False
        if kind.positions and area.geometry is not None:
            own, is_cut = _positioned_in(area, kind.positions, to=to)
            ids = ids | own
        if not ids:
            continue
        cards = cards_of(kind.model, sorted(ids)[:MOST], to=to)
        if cards:
            listed = sorted(cards.values(), key=lambda card: (card.title, card.id))[:LISTED]
            contents.append(
                Contents(
                    title=str(kind.title),
                    count=len(cards),
                    is_cut=is_cut or len(ids) > MOST,
                    cards=listed,
                )
            )
    return contents


def _positioned_in(
    area: Area, positions: str, *, to: "Person | None"
) -> tuple[set[uuid.UUID], bool]:
    """Of a room that keeps where its objects are: those in the area, judged exactly."""
    near: dict[uuid.UUID, Point] = resolved(positions)(area.bounds, to=to, limit=MOST)
    inside = queries.lies_in(bytes(area.geometry or b""), list(near.values()))
    ids = {key for key, is_in in zip(near, inside, strict=True) if is_in}
    return ids, len(near) >= MOST


def _placed_in(area: Area) -> dict[str, set[uuid.UUID]]:
    """Objects whose place was said, by kind."""
    found: dict[str, set[uuid.UUID]] = defaultdict(set)
    # An area as a place lies in another one by the tree: it has no one point.
    by_area = Q(point__isnull=True, address__isnull=True, area__in=queries.subtree_ids(area.pk))
    for model, key in Place.objects.filter(by_area).values_list("object_model", "object_id")[:MOST]:
        found[model].add(key)
    if area.geometry is None or area.bounds is None:
        return found
    rows = _pointed(area.bounds)
    inside = queries.lies_in(bytes(area.geometry), [row[2] for row in rows])
    for (model, key, _), is_in in zip(rows, inside, strict=True):
        if is_in:
            found[model].add(key)
    return found


def _pointed(bounds: Bounds) -> list[tuple[str, uuid.UUID, Point]]:
    """Objects with a point or an address in a box, each with its position."""
    box = Value(bounds, output_field=BoxColumn())
    columns = ("object_model", "object_id")
    own = Place.objects.filter(LiesIn(F("point"), box)).values_list(*columns, "point")
    by_address = Place.objects.filter(
        LiesIn(F("address__point"), box), point__isnull=True
    ).values_list(*columns, "address__point")
    return [*own[:MOST], *by_address[:MOST]]
