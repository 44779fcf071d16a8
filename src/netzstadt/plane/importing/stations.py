"""The publisher's description of its stations: names and places."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
import shapely
from shapely.geometry import mapping, shape

from netzstadt.plane.importing.errors import ImportRefused
from netzstadt.plane.importing.profile import Stations


@dataclass(slots=True)
class Station:
    """One station as the publisher describes it; ``geometry`` is GeoJSON (WGS 84) or None."""

    name: str
    properties: dict[str, Any] = field(default_factory=dict)
    geometry: dict[str, Any] | None = None


def read_stations(text: bytes | None, rule: Stations | None) -> dict[str, Station]:
    """Stations by their identifier; empty without a description.

    A station that is described several times, as a road in two stretches, keeps its first name
    and gets all its geometries. Raises ImportRefused naming what cannot be understood.
    """
    if text is None or rule is None:
        return {}
    try:
        document = msgspec.json.decode(text.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ImportRefused(f"{rule.file} is no valid JSON: {error}.") from error
    entries = document.get("features") if isinstance(document, dict) else document
    if not isinstance(entries, list):
        raise ImportRefused(f"{rule.file} holds no list of stations.")
    found: dict[str, Station] = {}
    for number, entry in enumerate(entries):
        _add(found, entry, number, rule)
    return found


def _add(found: dict[str, Station], entry: object, number: int, rule: Stations) -> None:
    place = f"{rule.file}, station {number + 1}"
    if not isinstance(entry, dict):
        raise ImportRefused(f"{place}: this is no object.")
    values = entry.get("properties") if rule.kind == "geojson" else entry
    if not isinstance(values, dict) or values.get(rule.id) is None:
        raise ImportRefused(f"{place}: there is no member {rule.id!r}.")
    geometry = entry.get("geometry") if rule.kind == "geojson" else None
    if geometry is not None:
        check_geometry(geometry, place)
    identifier = str(values[rule.id])
    known = found.get(identifier)
    if known is None:
        found[identifier] = Station(
            name=str(values.get(rule.name) or "").strip(),
            properties={key: values[key] for key in rule.properties if key in values},
            geometry=geometry,
        )
    elif geometry is not None:
        known.geometry = _joined(known.geometry, geometry)


def check_geometry(geometry: object, place: str) -> shapely.Geometry:
    """The geometry, if it is GeoJSON within the bounds of longitude and latitude.

    Raises ImportRefused naming ``place``.
    """
    try:
        result: shapely.Geometry = shape(geometry)
        west, south, east, north = result.bounds
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        RecursionError,
        shapely.errors.ShapelyError,
    ) as error:
        raise ImportRefused(f"{place}: the geometry is no GeoJSON ({error}).") from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ImportRefused(f"{place}: the geometry is not in degrees of longitude and latitude.")
    return result


def _joined(one: dict[str, Any] | None, other: dict[str, Any]) -> dict[str, Any]:
    if one is None:
        return other
    parts: list[shapely.Geometry] = []
    for geometry in (shape(one), shape(other)):
        parts.extend(getattr(geometry, "geoms", [geometry]))
    if all(part.geom_type == "LineString" for part in parts):
        return dict(mapping(shapely.MultiLineString(parts)))
    return dict(mapping(shapely.GeometryCollection(parts)))
