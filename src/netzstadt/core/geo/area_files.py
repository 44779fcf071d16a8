"""Areas read from GeoJSON: longitude and latitude, or UTM of zone 32 or 33, which is converted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _

from netzstadt.core.geo.account import FileUnreadable, Reject
from netzstadt.core.geo.columns import Bounds, Point
from netzstadt.core.geo.spelling import name_key
from netzstadt.lib import utm
from netzstadt.standards import geojson
from netzstadt.standards.strict_json import JsonError, decode

MOST_BYTES = 64 * 1024 * 1024
MOST_FEATURES = 20_000

# What publishers call the columns; the first one that a feature has counts.
_KEYS = ("key", "schluessel", "schlüssel", "ars", "ags", "nummer", "nr", "id", "objectid")
_NAMES = ("name", "gen", "bezeichnung", "stadtteil", "stadtbezirk", "bezirk", "quartier")
_PARENTS = ("parent", "parent_key", "uebergeordnet", "bezirk_nr", "stadtbezirk_nr")
_DEGREES = ("CRS84", "4326", "4258")


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaRow:
    """An area as a file tells it; ``place`` is where it stands there."""

    place: str
    key: str
    name: str
    parent_key: str
    wkb: bytes
    bounds: Bounds
    centre: Point


def read_areas(body: bytes) -> Iterator[AreaRow | Reject]:
    """The areas of a GeoJSON FeatureCollection, each with what is wrong with it, if anything.

    Raises FileUnreadable if it is no such file, is too large, or its coordinates are in a system
    that is neither WGS 84 nor ETRS89/UTM 32 or 33.
    """
    if len(body) > MOST_BYTES:
        raise FileUnreadable(_("The file is larger than 64 MiB. Import it in parts."))
    try:
        document = decode(body)
    except JsonError as error:
        raise FileUnreadable(f"{error.place}: {error.detail}") from error
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise FileUnreadable(_("This is no GeoJSON FeatureCollection."))
    features = document.get("features")
    if not isinstance(features, list) or len(features) > MOST_FEATURES:
        raise FileUnreadable(_("A FeatureCollection has a list of at most 20,000 features."))
    epsg = _system(document)
    for number, feature in enumerate(features):
        yield _row(feature, f"$.features[{number}]", epsg)


def _system(document: dict[str, Any]) -> int:
    """The EPSG code of the coordinates; 4326 where GeoJSON says nothing (RFC 7946)."""
    crs = document.get("crs")
    if crs is None:
        return 4326
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name")) if isinstance(properties, dict) else ""
    if name.endswith(_DEGREES):
        return 4326
    for zone in utm.ZONES:
        if name.endswith(str(zone)):
            return zone
    raise FileUnreadable(
        _(
            "The coordinates are in %(system)s. Convert the file to EPSG:4326 (longitude, "
            "latitude) or EPSG:25832."
        )
        % {"system": name[:60] or "?"}
    )


def _row(feature: Any, place: str, epsg: int) -> AreaRow | Reject:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return Reject(place, _("A feature has properties."))
    given = {str(name).casefold(): value for name, value in properties.items()}
    name = _text(given, _NAMES)
    key = _text(given, _KEYS) or name
    if not name or not name_key(name):
        return Reject(place, _("The area has no name."))
    if len(name) > 200 or len(key) > 40:
        return Reject(place, _("A name has at most 200 letters, a key 40."))
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        return Reject(place, _("An area is a Polygon or a MultiPolygon."))
    try:
        read = geojson.read_geometry(_in_degrees(geometry, epsg), f"{place}.geometry")
    except JsonError as error:
        return Reject(error.place, error.detail)
    except (ValueError, TypeError, LookupError):
        return Reject(place, _("The coordinates cannot be converted to longitude and latitude."))
    middle = shapely.point_on_surface(shapely.from_wkb(read.wkb))
    return AreaRow(
        place=place,
        key=key,
        name=name,
        parent_key=_text(given, _PARENTS),
        wkb=read.wkb,
        bounds=read.bounds,
        centre=(middle.x, middle.y),
    )


def _text(given: dict[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = given.get(name)
        if isinstance(value, str | int) and str(value).strip():
            return str(value).strip()
    return ""


def _in_degrees(geometry: dict[str, Any], epsg: int) -> dict[str, Any]:
    if epsg == 4326:
        return geometry

    def visit(part: list[Any]) -> list[Any]:
        if part and isinstance(part[0], int | float):
            return [round(one, 9) for one in utm.to_degrees(part[0], part[1], epsg=epsg)]
        return [visit(inner) for inner in part]

    return {"type": geometry["type"], "coordinates": visit(geometry["coordinates"])}
