"""Reading areas: which there are, which one a point lies in."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any

import shapely
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from netzstadt.core.days import not_over, today
from netzstadt.core.geo.columns import Bounds, BoxColumn, Overlaps, Point
from netzstadt.core.geo.models import Area, AreaKind

# A queryset with annotations, whose names the type checker's plugin would have to follow.
Annotated = Any

RANKS = {kind.value: rank for rank, kind in enumerate(AreaKind)}
MOST_DRAWN = 400
# Outlines are drawn to about 20 m; what lies where is judged by the geometry as it was given.
DRAWN_DEGREES = 0.0002


def areas(*, on: date | None = None, text_key: str = "", kind: str = "") -> Annotated:
    """The areas that hold on a day (default: today), the large kinds first, then by name."""
    day = on or today()
    found = Area.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        not_over(day),
    )
    if text_key:
        found = found.filter(name_key__contains=text_key)
    if kind:
        found = found.filter(kind=kind)
    ranks = [When(kind=value, then=Value(rank)) for value, rank in RANKS.items()]
    return found.annotate(
        rank=Case(*ranks, default=Value(99), output_field=IntegerField())
    ).order_by("rank", "name_key", "id")


def area(area_id: uuid.UUID) -> Area:
    """One area, also one of the past. Raises Area.DoesNotExist."""
    return Area.objects.select_related("parent").get(pk=area_id)


def path_of(of: Area) -> list[Area]:
    """The areas in which one lies, from the largest down; itself is not among them."""
    found: list[Area] = []
    parent = of.parent
    while parent is not None and len(found) < len(RANKS):
        found.insert(0, parent)
        parent = parent.parent
    return found


def subtree_ids(area_id: uuid.UUID) -> set[uuid.UUID]:
    """An area and all that are said to lie in it."""
    found, frontier = {area_id}, {area_id}
    while frontier:
        frontier = set(
            Area.objects.filter(parent_id__in=frontier)
            .exclude(pk__in=found)
            .values_list("pk", flat=True)
        )
        found |= frontier
    return found


def areas_at(point: Point, *, on: date | None = None) -> list[Area]:
    """The areas in which a point lies, one of each kind, the large kinds first.

    The index on bounds finds candidates, Shapely judges. A point on a common border lies in the
    one of the two whose key comes first: it is counted once.
    """
    longitude, latitude = point
    here = shapely.Point(longitude, latitude)
    found: dict[str, Area] = {}
    for one in _touching((longitude, latitude, longitude, latitude), on=on).order_by("rank", "key"):
        if one.kind not in found and shapely.from_wkb(bytes(one.geometry)).covers(here):
            found[one.kind] = one
    return list(found.values())


def area_of(point: Point, *, kind: str = "", on: date | None = None) -> Area | None:
    """The smallest kind of area in which a point lies, or the one of ``kind``; None outside all.

    Statistical areas are told only where they are asked for.
    """
    wanted = [
        one
        for one in areas_at(point, on=on)
        if (one.kind == kind if kind else one.kind != AreaKind.STATISTICAL)
    ]
    return wanted[-1] if wanted else None


def _touching(bounds: Bounds, *, on: date | None = None) -> Annotated:
    box = Value(bounds, output_field=BoxColumn())
    return areas(on=on).filter(Overlaps(F("bounds"), box))


def city_bounds() -> Bounds | None:
    """The box around the city; None while its boundary is not known."""
    found = areas(kind=AreaKind.CITY).filter(bounds__isnull=False)
    boxes: list[Bounds] = list(found.values_list("bounds", flat=True)[:20])
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def lies_in(geometry: bytes, points: Collection[Point]) -> list[bool]:
    """For each point whether it lies in the geometry; its border belongs to it."""
    if not points:
        return []
    shape = shapely.from_wkb(bytes(geometry))
    shapely.prepare(shape)
    longitudes, latitudes = zip(*points, strict=True)
    return [bool(one) for one in shapely.intersects_xy(shape, longitudes, latitudes)]


def drawn(of: "QuerySet[Area, Any]") -> list[tuple[Area, dict[str, Any]]]:
    """Areas with their outlines as GeoJSON geometry, simplified for a map."""
    found = []
    for one in of.filter(geometry__isnull=False)[:MOST_DRAWN]:
        shape = shapely.from_wkb(bytes(one.geometry))
        simple = shapely.simplify(shape, DRAWN_DEGREES, preserve_topology=True)
        found.append((one, _rounded(shapely.geometry.mapping(simple))))
    return found


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    def visit(part: Any) -> Any:
        if isinstance(part[0], int | float):
            return [round(part[0], 5), round(part[1], 5)]
        return [visit(inner) for inner in part]

    return {"type": geometry["type"], "coordinates": visit(geometry["coordinates"])}
