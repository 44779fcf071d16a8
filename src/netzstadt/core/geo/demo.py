"""The areas of the demo city: names and tree as they are, outlines as a rough sketch.

Names of Gelsenkirchen's five Stadtbezirke and eighteen Stadtteile are public facts. Their outlines
are not: each part of the city is what lies nearest to a point in its middle, and says so.
"""

from datetime import datetime
from typing import Any

import shapely
from django.db import transaction
from shapely.geometry import shape

from netzstadt.core.geo.account import Account
from netzstadt.core.geo.address_files import AddressRow
from netzstadt.core.geo.area_files import AreaRow
from netzstadt.core.geo.models import AreaKind
from netzstadt.core.geo.services import Source, addresses, areas
from netzstadt.core.geo.spelling import street_key

CITY_KEY = "05513000"  # AGS
_CITY_SOURCE = Source(
    title="© GeoBasis-DE / BKG (Daten verändert)",
    url="https://www.bkg.bund.de",
    licence="dl-de/by-2-0",
)
_SKETCH = Source(
    title="Stadt Gelsenkirchen (Namen und Gliederung)",
    url="https://www.gelsenkirchen.de",
    note="Demo: Die Umrisse sind grob skizziert und keine amtlichen Grenzen.",
)
_ADDRESSES = Source(title="Demo: Anschriften öffentlicher Einrichtungen, Lage ungefähr")

# Stadtbezirk -> its Stadtteile, each with a point in its middle: longitude and latitude.
PARTS: dict[str, dict[str, tuple[float, float]]] = {
    "Gelsenkirchen-Mitte": {
        "Altstadt": (7.098, 51.509),
        "Bismarck": (7.106, 51.533),
        "Bulmke-Hüllen": (7.122, 51.517),
        "Feldmark": (7.070, 51.510),
        "Heßler": (7.060, 51.526),
        "Schalke": (7.089, 51.520),
        "Schalke-Nord": (7.084, 51.535),
    },
    "Gelsenkirchen-Nord": {
        "Buer": (7.057, 51.578),
        "Hassel": (7.056, 51.603),
        "Scholven": (7.012, 51.604),
    },
    "Gelsenkirchen-West": {
        "Beckhausen": (7.040, 51.561),
        "Horst": (7.028, 51.541),
    },
    "Gelsenkirchen-Ost": {
        "Erle": (7.084, 51.556),
        "Resse": (7.112, 51.573),
        "Resser Mark": (7.121, 51.556),
    },
    "Gelsenkirchen-Süd": {
        "Neustadt": (7.107, 51.501),
        "Rotthausen": (7.077, 51.494),
        "Ückendorf": (7.118, 51.492),
    },
}
# Public buildings, so that the gazetteer has something to find.
_HOUSES = (
    ("Ebertstraße", 11, "45879", (7.0963, 51.5068)),  # Hans-Sachs-Haus
    ("Goldbergstraße", 12, "45894", (7.0536, 51.5802)),  # Rathaus Buer
    ("Kennedyplatz", 1, "45881", (7.0918, 51.5108)),  # Musiktheater im Revier
    ("Bleckstraße", 64, "45889", (7.1094, 51.5432)),  # ZOOM Erlebniswelt
    ("Arenaring", 1, "45891", (7.0676, 51.5545)),  # Arena
    ("Horster Straße", 5, "45897", (7.0444, 51.5722)),  # Kunstmuseum
    ("Munscheidstraße", 14, "45886", (7.1108, 51.4985)),  # Wissenschaftspark
)


@transaction.atomic
def make_demo_places(*, boundary: dict[str, Any], at: datetime) -> list[Account]:
    """Make the areas and addresses of the demo city; again changes nothing.

    ``boundary`` is the city's outline as GeoJSON geometry.
    """
    city = shape(boundary)
    cells = _cells(city)
    districts = {
        name: shapely.union_all([cells[part] for part in parts]) for name, parts in PARTS.items()
    }
    done = []
    for kind, source, shapes in (
        (AreaKind.CITY, _CITY_SOURCE, {"Gelsenkirchen": city}),
        (AreaKind.DISTRICT, _SKETCH, districts),
        (AreaKind.SUBURB, _SKETCH, cells),
    ):
        rows = [_area(kind, name, one) for name, one in shapes.items()]
        done.append(
            areas.import_areas(
                rows=rows, kind=kind, source=source, file_name="demo", by=None, at=at
            )
        )
    houses = [_house(*one) for one in _HOUSES]
    done.append(
        addresses.import_addresses(rows=houses, source=_ADDRESSES, file_name="demo", by=None, at=at)
    )
    return done


def _cells(city: Any) -> dict[str, Any]:
    """Of each Stadtteil what lies nearest to its middle, within the city."""
    middles = {name: point for parts in PARTS.values() for name, point in parts.items()}
    cells = shapely.voronoi_polygons(
        shapely.MultiPoint(list(middles.values())), extend_to=city.envelope
    )
    found = {}
    for cell in cells.geoms:
        name = next(one for one, point in middles.items() if cell.covers(shapely.Point(point)))
        found[name] = shapely.set_precision(shapely.intersection(cell, city), 1e-7)
    return {name: found[name] for name in middles}


def _area(kind: AreaKind, name: str, of: Any) -> AreaRow:
    middle = shapely.point_on_surface(of)
    west, south, east, north = of.bounds
    parent = next((one for one, parts in PARTS.items() if name in parts), "")
    return AreaRow(
        place=name,
        key=_key(kind, name),
        name=name,
        parent_key={
            AreaKind.CITY: "",
            AreaKind.DISTRICT: CITY_KEY,
            AreaKind.SUBURB: _key(AreaKind.DISTRICT, parent),
        }[kind],
        wkb=shapely.to_wkb(shapely.force_2d(of)),
        bounds=(west, south, east, north),
        centre=(middle.x, middle.y),
    )


def _key(kind: AreaKind, name: str) -> str:
    """A key of the demo's own: the city's official ones are not known here."""
    if kind == AreaKind.CITY:
        return CITY_KEY
    if kind == AreaKind.DISTRICT:
        return f"demo-{list(PARTS).index(name) + 1}" if name else ""
    everything = [part for parts in PARTS.values() for part in parts]
    return f"demo-{everything.index(name) + 101}"


def _house(street: str, number: int, postcode: str, point: tuple[float, float]) -> AddressRow:
    return AddressRow(
        place=street,
        key="",
        street=street,
        street_key=street_key(street),
        number=number,
        addition="",
        postcode=postcode,
        city="Gelsenkirchen",
        point=point,
    )
