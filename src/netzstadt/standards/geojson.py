"""GeoJSON geometry (RFC 7946) judged and turned into what the store keeps: WKB and bounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.errors import GEOSException, ShapelyError
from shapely.geometry import shape

from netzstadt.standards.strict_json import JsonError

MAXIMUM_POSITIONS = 100_000

# Depth of "coordinates": how many arrays lie around a position.
_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_LEAST_POSITIONS = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}
_RINGS = {"Polygon", "MultiPolygon"}


@dataclass(frozen=True, slots=True)
class Geometry:
    """A valid geometry in WGS 84, longitude first: two-dimensional WKB and (west, south, east,
    north) in degrees. A height that was given stays in the GeoJSON only."""

    wkb: bytes
    bounds: tuple[float, float, float, float]


def read_geometry(document: Any, place: str = "$") -> Geometry:
    """Judge a GeoJSON geometry, or the geometry of a GeoJSON Feature.

    Raises JsonError with the place inside ``document`` for a wrong type, a position that is not
    two or three finite numbers in range, a ring that is not closed, more positions than
    MAXIMUM_POSITIONS, and what is geometrically invalid (a polygon that crosses itself).
    """
    if isinstance(document, dict) and document.get("type") == "Feature":
        place = f"{place}.geometry"
        document = document.get("geometry")
    positions = sum(1 for _ in _positions(document, place, 0))
    if positions > MAXIMUM_POSITIONS:
        raise JsonError(f"The geometry has more than {MAXIMUM_POSITIONS} positions.", place)
    try:
        geometry = shapely.force_2d(shape(document))
        reason = None if geometry.is_valid else shapely.is_valid_reason(geometry)
    except (ShapelyError, GEOSException, ValueError, TypeError, AttributeError) as error:
        raise JsonError(f"This is no geometry: {error}", place) from error
    if geometry.is_empty:
        raise JsonError("The geometry is empty.", place)
    if reason:
        raise JsonError(f"The geometry is not valid: {reason}.", place)
    west, south, east, north = geometry.bounds
    return Geometry(shapely.to_wkb(geometry), (west, south, east, north))


def _positions(document: Any, place: str, depth: int) -> Iterator[None]:
    """One item for every position that is in order."""
    if not isinstance(document, dict):
        raise JsonError("A GeoJSON geometry is an object.", place)
    kind = document.get("type")
    if kind == "GeometryCollection":
        parts = document.get("geometries")
        if not isinstance(parts, list) or not parts or depth > 3:
            raise JsonError("geometries is a list of geometries.", f"{place}.geometries")
        for position, part in enumerate(parts):
            yield from _positions(part, f"{place}.geometries[{position}]", depth + 1)
        return
    if not isinstance(kind, str) or kind not in _DEPTHS:
        raise JsonError(
            "The type of a geometry is Point, MultiPoint, LineString, MultiLineString, Polygon, "
            "MultiPolygon or GeometryCollection, or Feature around one.",
            f"{place}.type",
        )
    coordinates = document.get("coordinates")
    yield from _nested(coordinates, f"{place}.coordinates", kind, _DEPTHS[kind])


def _nested(value: Any, place: str, kind: str, depth: int) -> Iterator[None]:
    if depth == 0:
        _check_position(value, place)
        yield
        return
    if not isinstance(value, list) or not value:
        raise JsonError("A list is expected here, and not an empty one.", place)
    if depth == 1:
        least = _LEAST_POSITIONS.get(kind, 1)
        if len(value) < least:
            raise JsonError(f"At least {least} positions are needed here.", place)
        if kind in _RINGS and value[0] != value[-1]:
            raise JsonError("The ring is not closed: its last position is its first.", place)
    for position, item in enumerate(value):
        yield from _nested(item, f"{place}[{position}]", kind, depth - 1)


def _check_position(value: Any, place: str) -> None:
    if not isinstance(value, list) or not 2 <= len(value) <= 3:
        raise JsonError("A position is a list of longitude, latitude and, if known, height.", place)
    for number in value:
        if type(number) not in (int, float) or not -1e7 <= number <= 1e7:
            raise JsonError("A coordinate is a finite number.", place)
    if not -180 <= value[0] <= 180:
        raise JsonError("The longitude, which stands first, is within -180 and 180.", f"{place}[0]")
    if not -90 <= value[1] <= 90:
        raise JsonError("The latitude, which stands second, is within -90 and 90.", f"{place}[1]")
