"""What maps draw: stations where they are, the course of streets and rivers, boundaries."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Value

from netzstadt.lib.keyset import encode_place
from netzstadt.urbandata.expressions import IsExtended, Overlaps
from netzstadt.urbandata.models import Location, Outline
from netzstadt.urbandata.queries import (
    Wanted,
    after_place,
    visible_series,
    wanted_things,
    with_place,
)

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

MAP_PAGE = 2000
# What is around a station, in degrees.
NEAR = 0.1
# A line with more points is thinned out: the map shows where it runs, not every bend.
LINE_POINTS = 40
_DRAWN = ("LineString", "MultiLineString", "Polygon", "MultiPolygon")


@dataclass(frozen=True, slots=True)
class MapFeature:
    """A station on the map with one of its latest values.

    ``shape`` is a GeoJSON geometry where the station is more than a point.
    """

    key: uuid.UUID
    name: str
    is_simulated: bool
    place: tuple[float, float]
    shape: dict[str, Any] | None
    observed: str
    number: float | None
    unit: str
    time: datetime | None


def map_features(
    wanted: Wanted,
    *,
    to: "Person | None",
    near: tuple[float, float] | None = None,
    limit: int = MAP_PAGE,
) -> tuple[list[MapFeature], str]:
    """Stations that have a place, by name, and where the next part begins.

    With ``near`` (longitude, latitude) only those around it, for the small map of one station.
    """
    found = after_place(with_place(wanted_things(wanted, to=to)), wanted.after)
    if near is not None:
        around = Location.objects.filter(Overlaps(F("bounds"), _around(*near)))
        found = found.filter(Exists(around.filter(things__thing_id=OuterRef("pk"))))
    columns = ("id", "name", "is_simulated", "longitude", "latitude", "sort_key")
    rows = list(found.exclude(longitude=None).values_list(*columns)[: limit + 1])
    following = ""
    if len(rows) > limit:
        following = encode_place(rows[limit - 1][5], rows[limit - 1][0])
    rows = rows[:limit]
    keys = [row[0] for row in rows]
    headlines, drawn = _headlines(keys, wanted, to=to), shapes(keys)
    nothing = ("", None, None, None)
    features = []
    for key, name, is_simulated, longitude, latitude, _ in rows:
        observed, number, unit, time = headlines.get(key, nothing)
        symbol = str((unit or {}).get("symbol") or "")
        place = (longitude, latitude)
        shape = drawn.get(key)
        features.append(
            MapFeature(key, name, is_simulated, place, shape, observed, number, symbol, time)
        )
    return features, following


def _around(longitude: float, latitude: float) -> Value:
    east, north = longitude + NEAR, latitude + NEAR
    return Value(f"({east},{north}),({longitude - NEAR},{latitude - NEAR})")


def _headlines(
    keys: Collection[uuid.UUID], wanted: Wanted, *, to: "Person | None"
) -> dict[uuid.UUID, tuple[Any, ...]]:
    series = visible_series(to=to).filter(thing_id__in=keys)
    if wanted.property_id:
        series = series.filter(observed_property_id=wanted.property_id)
    rows = series.order_by("thing_id", "id").distinct("thing_id")
    columns = (
        "thing_id",
        "observed_property__name",
        "state__last_number",
        "unit_of_measurement",
        "state__last_time",
    )
    return {row[0]: row[1:] for row in rows.values_list(*columns)}


def shapes(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """The GeoJSON geometry of each of these stations that is a line or an area, thinned out."""
    rows = (
        Location.objects.filter(IsExtended(F("bounds")), things__thing_id__in=keys)
        .order_by("-id")
        .values_list("things__thing_id", "location")
    )
    found = {}
    for key, given in rows:  # the first Location by id is kept, as with the place
        geometry = given.get("geometry") or given  # a Feature has one
        if geometry.get("type") in _DRAWN:
            coordinates = _thinned(geometry["coordinates"])
            found[key] = {"type": geometry["type"], "coordinates": coordinates}
    return found


def _thinned(part: list[Any]) -> list[Any]:
    if not isinstance(part[0][0], int | float):
        return [_thinned(inner) for inner in part]
    step = -(-len(part) // LINE_POINTS)
    return list(_positions([*part[:-1:step], part[-1]]))


def _positions(line: list[Any]) -> Iterator[list[float]]:
    for position in line:
        yield [round(position[0], 5), round(position[1], 5)]  # about a metre


def outlines() -> list[Outline]:
    """The boundaries that every map draws."""
    return list(Outline.objects.order_by("key"))
