"""UTM coordinates of ETRS89 (EPSG:25832 and 25833) as longitude and latitude.

The surveying offices of the Länder publish in UTM. The series of Krüger is exact to less than a
millimetre within a zone, so that no projection library is needed for it; ETRS89 and WGS 84 differ
by less than a metre. The reverse way is in the tests.
"""

import math

# GRS 80; the constants of the series are those of Karney, Transverse Mercator (2011), eq. 36.
_AXIS_M = 6_378_137.0
_FLATTENING = 1 / 298.257222101
_SCALE = 0.9996
_EAST_M = 500_000.0
_N = _FLATTENING / (2 - _FLATTENING)
_RADIUS_M = _AXIS_M / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_BETA = (
    _N / 2 - 2 / 3 * _N**2 + 37 / 96 * _N**3 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 / 1440 * _N**4,
    17 / 480 * _N**3 - 37 / 840 * _N**4,
    4397 / 161_280 * _N**4,
)
_ECCENTRICITY = math.sqrt(_FLATTENING * (2 - _FLATTENING))
_CENTRAL_MERIDIANS = {25832: 9.0, 25833: 15.0}

ZONES = tuple(_CENTRAL_MERIDIANS)


def to_degrees(east_m: float, north_m: float, *, epsg: int = 25832) -> tuple[float, float]:
    """Longitude and latitude of a point in zone 32 or 33.

    An easting may carry the number of its zone in front (32356478.1). Raises ValueError for what
    lies outside the zone's use: it would be a wrong number, not a place.
    """
    zone = epsg - 25800
    if east_m > 1_000_000 and int(east_m // 1_000_000) == zone:
        east_m -= zone * 1_000_000
    if not (100_000 <= east_m <= 900_000 and 0 <= north_m <= 9_400_000):
        raise ValueError("These are no UTM coordinates of this zone.")
    xi = north_m / (_SCALE * _RADIUS_M)
    eta = (east_m - _EAST_M) / (_SCALE * _RADIUS_M)
    xi_0, eta_0 = xi, eta
    for order, beta in enumerate(_BETA, start=1):
        xi_0 -= beta * math.sin(2 * order * xi) * math.cosh(2 * order * eta)
        eta_0 -= beta * math.cos(2 * order * xi) * math.sinh(2 * order * eta)
    longitude = math.atan2(math.sinh(eta_0), math.cos(xi_0))
    conformal = math.sin(xi_0) / math.hypot(math.sinh(eta_0), math.cos(xi_0))
    latitude = math.atan(_tangent_of_latitude(conformal))
    return _CENTRAL_MERIDIANS[epsg] + math.degrees(longitude), math.degrees(latitude)


def _tangent_of_latitude(conformal: float) -> float:
    """The latitude's tangent from that of the conformal latitude, by Newton's method."""
    squared = _ECCENTRICITY**2
    tau = conformal
    for _ in range(5):  # two are enough for a double
        root = math.sqrt(1 + tau * tau)
        sigma = math.sinh(_ECCENTRICITY * math.atanh(_ECCENTRICITY * tau / root))
        now = tau * math.sqrt(1 + sigma * sigma) - sigma * root
        change = (conformal - now) / math.sqrt(1 + now * now)
        tau += change * (1 + (1 - squared) * tau * tau) / ((1 - squared) * root)
    return tau
