"""Stations, series and observed properties as other rooms point to them."""

import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import F, Func, TextField, Value
from django.urls import reverse

from netzstadt.core.rooms import ObjectCard
from netzstadt.urbandata import queries
from netzstadt.urbandata.expressions import Centre, Overlaps, SortKey
from netzstadt.urbandata.models import Series, ThingLocation

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

Bounds = tuple[float, float, float, float]


def thing_cards(ids: Collection[uuid.UUID], *, to: "Person | None") -> dict[uuid.UUID, ObjectCard]:
    """The stations among ``ids`` that ``to`` may see."""
    found = queries.visible_things(to=to).filter(pk__in=ids)
    here = reverse("urbandata:stations")  # once, not for each: a trace asks for hundreds
    return {key: _thing(key, name, here) for key, name in found.values_list("pk", "name")}


def find_things(text: str, *, to: "Person | None", limit: int) -> list[ObjectCard]:
    """Stations that are called so."""
    found = queries.visible_things(to=to).filter(sort_key__contains=SortKey(Value(text)))
    rows = found.order_by("sort_key", "id").values_list("pk", "name")
    here = reverse("urbandata:stations")
    return [_thing(key, name, here) for key, name in rows[:limit]]


def thing_positions(
    bounds: Bounds, *, to: "Person | None", limit: int
) -> dict[uuid.UUID, tuple[float, float]]:
    """Where the stations of a part of the map are, the middle of their Locations."""
    west, south, east, north = bounds
    box = Func(
        Value(f"({east},{north}),({west},{south})"),
        template="(%(expressions)s)::box",
        output_field=TextField(),
    )
    places = (
        ThingLocation.objects.filter(thing__in=queries.visible_things(to=to))
        .filter(Overlaps(F("location__bounds"), box))
        .values_list(
            "thing_id",
            Centre(F("location__bounds"), axis=0),
            Centre(F("location__bounds"), axis=1),
        )
    )
    return {key: (longitude, latitude) for key, longitude, latitude in places[:limit]}


def series_cards(ids: Collection[uuid.UUID], *, to: "Person | None") -> dict[uuid.UUID, ObjectCard]:
    """The series among ``ids`` that ``to`` may see."""
    found = queries.visible_series(to=to).filter(uuid__in=ids)
    return {one.uuid: _series(one) for one in found}


def find_series(text: str, *, to: "Person | None", limit: int) -> list[ObjectCard]:
    """Series that are called so."""
    found = queries.visible_series(to=to).filter(name__icontains=text).order_by("name", "id")
    return [_series(one) for one in found[:limit]]


def _thing(key: uuid.UUID, name: str, here: str) -> ObjectCard:
    return ObjectCard(model="urbandata.thing", id=key, title=name, url=f"{here}{key}/")


def _series(one: Series) -> ObjectCard:
    url = f"{reverse('urbandata:station', args=[one.thing_id])}?series={one.pk}"
    return ObjectCard(model="urbandata.series", id=one.uuid, title=one.name, url=url)


def property_cards(
    ids: Collection[uuid.UUID], *, to: "Person | None"
) -> dict[uuid.UUID, ObjectCard]:
    """Observed properties of which ``to`` may see a series."""
    found = queries.observed_properties(to=to).filter(pk__in=ids)
    return {
        one.pk: ObjectCard(
            model="urbandata.observed_property",
            id=one.pk,
            title=one.name,
            url=reverse("urbandata:property", args=[one.pk]),
        )
        for one in found
    }
