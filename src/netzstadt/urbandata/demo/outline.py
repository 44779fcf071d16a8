"""The boundary of Gelsenkirchen, simplified to what an overview map needs."""

from datetime import datetime
from typing import Any

from netzstadt.urbandata import services

# Longitude and latitude (WGS 84) of the municipal boundary's corners, rounded to about 100 m.
# Source: GeoBasis-DE / BKG, VG250 (dl-de/by-2-0), simplified.
_CORNERS = (
    (7.032, 51.631), (7.033, 51.625), (7.067, 51.615), (7.077, 51.605), (7.075, 51.589),
    (7.106, 51.594), (7.139, 51.572), (7.145, 51.552), (7.124, 51.547), (7.144, 51.513),
    (7.139, 51.506), (7.137, 51.491), (7.104, 51.481), (7.071, 51.485), (7.051, 51.510),
    (7.021, 51.518), (7.010, 51.533), (7.029, 51.545), (7.020, 51.553), (7.011, 51.575),
    (7.013, 51.587), (6.993, 51.598), (6.997, 51.621), (6.988, 51.623),
)  # fmt: skip


def demo_boundary() -> dict[str, Any]:
    """The boundary as GeoJSON geometry."""
    # RFC 7946: the outer ring runs counter-clockwise and ends where it began.
    ring = [list(corner) for corner in reversed(_CORNERS)]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def draw_demo_outline(*, at: datetime) -> None:
    """Put the city's boundary on the maps; again changes nothing."""
    services.draw_outline(
        key="gelsenkirchen",
        name="Gelsenkirchen",
        boundary=demo_boundary(),
        attribution="© GeoBasis-DE / BKG (Daten verändert), dl-de/by-2-0",
        attribution_url="https://www.bkg.bund.de",
        by=None,
        at=at,
    )
