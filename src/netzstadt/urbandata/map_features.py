"""What maps draw: stations where they are, the course of streets and rivers, boundaries."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, Value

from netzstadt.core.geo import queries as geo
from netzstadt.urbandata.expressions import Centre, Distance, IsExtended, Overlaps
from netzstadt.urbandata.grouping import rows_over
from netzstadt.urbandata.models import Location, Outline, ThingLocation
from netzstadt.urbandata.queries import Wanted, visible_series, visible_things, wanted_things

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# So many stations are told one by one where the whole map is asked for, or a part from near.
MANY = 300
# In a part of the map that is looked at from afar, more than these are told in groups.
FEW = 60
CLOSE_ZOOM = 15
# Around a station: the nearest, not farther away than NEAR degrees.
NEAREST = 100
NEAR = 0.1
# A group is about as wide as its sign with room around it, and a map has only so many of them.
CELL_PIXELS, TILE_PIXELS = 64, 512
CELLS_A_SIDE = 32
# The whole map is a first look: where the stations are, until a part of it is looked at.
CELLS_OF_ALL = 12
# A line with more points is thinned out: the map shows where it runs, not every bend.
LINE_POINTS = 40
_DRAWN = ("LineString", "MultiLineString", "Polygon", "MultiPolygon")

Bounds = tuple[float, float, float, float]

# Stations one by one where there are few, else by the cells of a grid.
_CELLS = """
, extent as (
    select count(*) > %s as is_many, min(x) as west, min(y) as south, max(x) as east,
           max(y) as north
    from found
), grid as (
    select extent.*, coalesce(%s::float8, greatest(east - west, north - south, 1e-6) / %s) as cell
    from extent
)
select count(*), avg(x), avg(y), min(x), min(y), max(x), max(y), (array_agg(thing_id))[1],
       west, south, east, north
from found cross join grid
group by case when not is_many then thing_id end,
         case when is_many then floor(x / cell) end,
         -- A degree of latitude is longer: cells are about as high as they are wide. In whole
         -- degrees, so that the grid stays where it is when the map is moved.
         case when is_many
              then floor(y / (cell * cos(radians(trunc((south + north) / 2))))) end,
         west, south, east, north
"""


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


@dataclass(frozen=True, slots=True)
class MapGroup:
    """Stations that stand close together: how many, their middle, and where they end."""

    count: int
    place: tuple[float, float]
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the map (west, south, east, north) at one of its zooms."""

    bounds: Bounds
    zoom: int

    @property
    def cell(self) -> float:
        """How many degrees wide a group is; also on a huge map there are not too many."""
        west, south, east, north = self.bounds
        by_zoom = 360 / (TILE_PIXELS * 2.0**self.zoom) * CELL_PIXELS
        return max(by_zoom, (east - west) / CELLS_A_SIDE, (north - south) / CELLS_A_SIDE)

    @property
    def box(self) -> Value:
        """The part as PostgreSQL writes a box."""
        west, south, east, north = self.bounds
        return Value(f"({east},{north}),({west},{south})")


@dataclass(frozen=True, slots=True)
class MapPart:
    """What a map draws. ``bounds`` is where the stations are; None where there are none."""

    features: list[MapFeature]
    groups: list[MapGroup]
    bounds: Bounds | None


def map_part(wanted: Wanted, *, to: "Person | None", area: Area | None = None) -> MapPart:
    """The stations of a map, or of the part of it that is looked at.

    Where there are many, those that stand close together are counted as a group: the answer stays
    small and its statement reads no value, however many stations there are.
    """
    found: Any = ThingLocation.objects.filter(
        thing_id__in=wanted_things(wanted, to=to).values("id"), location__bounds__isnull=False
    )
    if area is not None:
        found = found.filter(Overlaps(F("location__bounds"), area.box))
    # The first Location by id is where a station is, as in lists.
    found = _with_centre(found.order_by("thing_id", "location_id").distinct("thing_id"))
    is_close = area is None or area.zoom >= CLOSE_ZOOM
    cell = area.cell if area is not None else None
    rows = rows_over(found, _CELLS, MANY if is_close else FEW, cell, CELLS_OF_ALL)
    places = {row[7]: (row[1], row[2]) for row in rows if row[0] == 1}
    groups = [
        MapGroup(row[0], _rounded(row[1:3]), _rounded(row[3:7])) for row in rows if row[0] > 1
    ]
    bounds = rows[0][8:12] if rows else None
    return MapPart(_features(places, wanted, to=to), groups, bounds)


def map_around(longitude: float, latitude: float, *, to: "Person | None") -> MapPart:
    """The nearest stations around a place, for the small map of one station."""
    corners = (longitude - NEAR, latitude - NEAR, longitude + NEAR, latitude + NEAR)
    bounds = F("location__bounds")
    found = _with_centre(
        ThingLocation.objects.filter(
            Overlaps(bounds, Area(corners, 0).box),
            thing_id__in=visible_things(to=to).values("id"),
        ).order_by(Distance(bounds, Value(f"({longitude},{latitude})")), "thing_id")
    )
    places: dict[uuid.UUID, tuple[float, float]] = {}
    for row in found[:NEAREST]:
        places.setdefault(row["thing_id"], (row["x"], row["y"]))
    return MapPart(_features(places, Wanted(), to=to), [], None)


def _rounded(degrees: tuple[float, ...]) -> Any:
    return tuple(round(one, 5) for one in degrees)  # about a metre


def _with_centre(found: Any) -> Any:
    bounds = F("location__bounds")
    return found.values("thing_id", x=Centre(bounds, axis=0), y=Centre(bounds, axis=1))


def _features(
    places: dict[uuid.UUID, tuple[float, float]], wanted: Wanted, *, to: "Person | None"
) -> list[MapFeature]:
    """The stations at these places, by name, with one of their values."""
    things = visible_things(to=to).filter(pk__in=places).order_by("sort_key", "id")
    headlines, drawn = _headlines(places, wanted, to=to), shapes(places)
    nothing = ("", None, None, None)
    features = []
    for key, name, is_simulated in things.values_list("id", "name", "is_simulated"):
        observed, number, unit, time = headlines.get(key, nothing)
        symbol = str((unit or {}).get("symbol") or "")
        shape = drawn.get(key)
        features.append(
            MapFeature(key, name, is_simulated, places[key], shape, observed, number, symbol, time)
        )
    return features


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
    """The boundaries that every map draws: those drawn for it, else the city's imported area."""
    drawn = list(Outline.objects.order_by("key"))
    return drawn or [
        Outline(
            name=area.name,
            boundary=boundary,
            attribution=", ".join(part for part in (area.source, area.licence) if part),
            attribution_url=area.source_url,
        )
        for area, boundary in geo.drawn(geo.areas(kind="CITY"))
    ]
