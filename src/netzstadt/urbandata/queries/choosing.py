"""Datastreams to choose from: by name, by what they observe, in an area.

Apart from ``windows``, which every worker loads: geometry takes a third of a second to load.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from netzstadt.core.geo import queries as geo
from netzstadt.urbandata.cards import thing_positions
from netzstadt.urbandata.models import Series
from netzstadt.urbandata.queries import visible_series

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

THINGS_AT_MOST = 5000


def series_observing(
    observed_property_id: uuid.UUID,
    area_id: uuid.UUID | None,
    *,
    to: "Person | None",
    limit: int,
    with_retired: bool = True,
) -> list[int]:
    """The Datastreams that observe a property and that ``to`` may see, by their number.

    With an area only those of stations that lie in it now.
    """
    found = visible_series(to=to).filter(observed_property_id=observed_property_id)
    if not with_retired:
        found = found.filter(retired_at__isnull=True)
    if area_id is not None:
        found = found.filter(thing__in=_things_in(area_id, to))
    return list(found.order_by("id").values_list("id", flat=True)[:limit])


def _things_in(area_id: uuid.UUID, to: "Person | None") -> list[uuid.UUID]:
    area = geo.area(area_id)
    if area.geometry is None or area.bounds is None:
        return []
    near = thing_positions(area.bounds, to=to, limit=THINGS_AT_MOST)
    inside = geo.lies_in(bytes(area.geometry), list(near.values()))
    return [key for key, is_in in zip(near, inside, strict=True) if is_in]


@dataclass(frozen=True, slots=True)
class SeriesTitle:
    """A Datastream as it is offered and told of: its number, key, name and station."""

    number: int
    id: uuid.UUID
    title: str
    url: str


def series_titles(numbers: Collection[int], *, to: "Person | None") -> list[SeriesTitle]:
    """Those of some Datastreams that ``to`` may see, by name."""
    found = visible_series(to=to).filter(pk__in=list(numbers))
    return [_title(one) for one in found.select_related("thing").order_by("name", "id")]


def series_named(text: str, *, to: "Person | None", limit: int) -> list[SeriesTitle]:
    """Datastreams that are called so, or whose station is."""
    named = Q(name__icontains=text) | Q(thing__name__icontains=text)
    found = visible_series(to=to).filter(named, retired_at__isnull=True)
    return [_title(one) for one in found.select_related("thing").order_by("name", "id")[:limit]]


def _title(series: Series) -> SeriesTitle:
    url = f"{reverse('urbandata:station', args=[series.thing_id])}?series={series.pk}"
    return SeriesTitle(series.pk, series.uuid, f"{series.name} ({series.thing.name})", url)
