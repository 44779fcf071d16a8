"""Finding a place by what people call it: streets, house numbers, areas, however spelt."""

import math
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Value

from netzstadt.core.geo import queries
from netzstadt.core.geo.columns import Apart, Point, PointColumn, Similarity, SoundsLike
from netzstadt.core.geo.models import Address, Area
from netzstadt.core.geo.spelling import Wanted, name_key, parse, street_key

# How alike two keys must be to be offered for one another.
ALIKE = 0.35
STREETS = 6
_METRES_A_DEGREE = 111_195.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A place that fits what was typed. ``is_exact`` says that it is what was asked for, not only
    something like it; ``distance_m`` is from the point near which was looked."""

    kind: str  # "address", "street" or "area"
    title: str
    detail: str
    point: Point
    is_exact: bool
    address_id: uuid.UUID | None = None
    area_id: uuid.UUID | None = None
    distance_m: float | None = None
    score: float = 0.0


def distance_m(one: Point, other: Point) -> float:
    """The way between two points as the crow flies; within a city exact to a metre."""
    mean = math.radians((one[1] + other[1]) / 2)
    x = (one[0] - other[0]) * math.cos(mean)
    return math.hypot(x, one[1] - other[1]) * _METRES_A_DEGREE


def locate(text: str, *, near: Point | None = None, limit: int = 10) -> list[Found]:
    """Places called so, the best first: house numbers, streets, areas.

    What is misspelt is found by trigrams. A house number that is not there leads to the nearest
    ones of the street. ``near`` puts the nearer of equally good ones first.
    """
    wanted = parse(text)
    found = [*_addresses(wanted), *_areas(wanted)]
    if near is not None:
        found = [_with_distance(one, near) for one in found]
    return sorted(found, key=_order)[:limit]


def _order(one: Found) -> tuple[bool, float, float, str]:
    return (not one.is_exact, -round(one.score, 2), one.distance_m or 0.0, one.title)


def _with_distance(one: Found, near: Point) -> Found:
    values = {name: getattr(one, name) for name in Found.__dataclass_fields__}
    return Found(**values | {"distance_m": distance_m(one.point, near)})


def _addresses(wanted: Wanted) -> list[Found]:
    key = street_key(wanted.name)
    if not key:
        return []
    found: list[Found] = []
    for street in _streets(key, wanted):
        houses = _houses(street, wanted)
        if wanted.number is None:
            found.append(_street(street, houses))
        else:
            found += _numbered(street, houses, wanted)
    return found


def _streets(key: str, wanted: Wanted) -> list[dict[str, Any]]:
    """Streets called so or alike, each with how alike."""
    near = Q(street_key=key) | Q(street_key__startswith=key)
    if len(key) > 3:
        near |= Q(SoundsLike(F("street_key"), Value(key)))
    found = _in_wanted_city(Address.objects.filter(near), wanted)
    rows = (
        found.values("street", "street_key", "city")
        .annotate(alike=Max(Similarity(F("street_key"), Value(key))), houses=Count("id"))
        .order_by("-alike", "street", "city")[:STREETS]
    )
    best = [
        {**row, "is_exact": row["street_key"] == key}
        for row in rows
        if row["alike"] >= ALIKE or row["street_key"].startswith(key)
    ]
    # Whoever names a street that there is does not look for one that sounds like it.
    exact = [row for row in best if row["is_exact"]]
    return exact if exact and wanted.number is not None else best


def _in_wanted_city(found: "QuerySet[Address, Any]", wanted: Wanted) -> "QuerySet[Address, Any]":
    """Only those of the postcode or city that was named, where there are any."""
    if wanted.postcode and (of_code := found.filter(postcode=wanted.postcode)).exists():
        return of_code
    if wanted.city and (of_city := found.filter(city__iexact=wanted.city)).exists():
        return of_city
    return found


def _houses(street: dict[str, Any], wanted: Wanted) -> list[Address]:
    houses = Address.objects.filter(street=street["street"], city=street["city"])
    if wanted.postcode and houses.filter(postcode=wanted.postcode).exists():
        houses = houses.filter(postcode=wanted.postcode)
    return list(houses.select_related("area").order_by("number", "addition", "id")[:1_000])


def _street(street: dict[str, Any], houses: list[Address]) -> Found:
    """A street as a whole: the house in its middle stands for where it is."""
    middle = houses[len(houses) // 2]
    return Found(
        kind="street",
        title=street["street"],
        detail=_detail(middle),
        point=middle.point,
        is_exact=street["is_exact"],
        area_id=middle.area_id,
        score=street["alike"],
    )


def _numbered(street: dict[str, Any], houses: list[Address], wanted: Wanted) -> list[Found]:
    number = wanted.number or 0
    exact = [one for one in houses if (one.number, one.addition) == (number, wanted.addition)]
    nearest = sorted(houses, key=lambda one: (abs(one.number - number), one.addition))[:2]
    is_exact = bool(exact) and street["is_exact"]
    return [
        Found(
            kind="address",
            title=f"{one.street} {one.house_number}",
            detail=_detail(one),
            point=one.point,
            is_exact=is_exact,
            address_id=one.pk,
            area_id=one.area_id,
            score=street["alike"] - min(abs(one.number - number), 50) / 100,
        )
        for one in exact or nearest
    ]


def _detail(address: Address) -> str:
    place = f"{address.postcode} {address.city}".strip()
    return ", ".join(part for part in (place, address.area.name if address.area else "") if part)


def _areas(wanted: Wanted) -> list[Found]:
    """Areas called so; whoever names a number looks for no area."""
    key = name_key(wanted.name or wanted.city)
    if not key or wanted.number is not None:
        return []
    near = Q(name_key__contains=key)
    if len(key) > 3:
        near |= Q(SoundsLike(F("name_key"), Value(key)))
    rows = (
        queries.areas()
        .filter(near, centre__isnull=False)
        .annotate(alike=Similarity(F("name_key"), Value(key)))
        .select_related("parent")
        .order_by("-alike", "rank", "name_key")[:STREETS]
    )
    return [_area(one, key) for one in rows if one.alike >= ALIKE or key in one.name_key]


def _area(one: Any, key: str) -> Found:
    detail = [one.get_kind_display(), *([one.parent.name] if one.parent else [])]
    return Found(
        kind="area",
        title=one.name,
        detail=", ".join(detail),
        point=one.centre,
        is_exact=one.name_key == key,
        area_id=one.pk,
        score=one.alike,
    )


def address_of(text: str) -> tuple[Address | None, list[Found]]:
    """The one address that is called so; None with what is alike, where there is not just one."""
    found = [one for one in locate(text) if one.kind == "address"]
    exact = [one.address_id for one in found if one.is_exact and one.address_id]
    if len(exact) == 1:
        return Address.objects.select_related("area").get(pk=exact[0]), []
    return None, found


def nearest_addresses(point: Point, *, within_m: float = 250, limit: int = 3) -> list[Found]:
    """The addresses nearest to a point, the nearest first.

    The index orders by degrees; among its first ones the way in metres decides.
    """
    here = Value(point, output_field=PointColumn())
    rows = Address.objects.select_related("area").order_by(Apart(F("point"), here))[: limit * 10]
    found = [
        Found(
            kind="address",
            title=f"{one.street} {one.house_number}",
            detail=_detail(one),
            point=one.point,
            is_exact=True,
            address_id=one.pk,
            area_id=one.area_id,
            distance_m=distance_m(one.point, point),
        )
        for one in rows
    ]
    near = [one for one in found if (one.distance_m or 0) <= within_m]
    return sorted(near, key=lambda one: (one.distance_m or 0, one.title))[:limit]


def parts_of(of: Area) -> queries.Annotated:
    """The areas that lie right in one."""
    return queries.areas().filter(parent=of)
