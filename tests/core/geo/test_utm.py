"""UTM coordinates become degrees: known points, and the way back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netzstadt.lib import utm

# Length of the meridian from the equator to 45° on GRS 80, in metres, as geodesy's tables have it.
TO_45_M = 4_984_944.3780


def test_on_the_central_meridian_the_way_from_the_equator_is_known():
    assert utm.to_degrees(500_000, 0.9996 * TO_45_M) == pytest.approx((9, 45), abs=1e-8)
    assert utm.to_degrees(500_000, 0, epsg=25833) == pytest.approx((15, 0), abs=1e-12)


def test_the_number_of_the_zone_may_stand_in_front():
    with_zone = utm.to_degrees(32_356_489, 5_645_325)

    assert with_zone == utm.to_degrees(356_489, 5_645_325)


def test_the_cathedral_of_koeln_is_where_it_is():
    """Where maps show it, within some metres."""
    longitude, latitude = utm.to_degrees(356_546, 5_645_290)

    assert longitude == pytest.approx(6.9582, abs=3e-4)
    assert latitude == pytest.approx(50.9413, abs=3e-4)


@pytest.mark.parametrize(
    ("east", "north"), [(7.1, 51.5), (500_000, -1), (500_000, 1e9), (1e9, 5e6)]
)
def test_what_is_no_point_of_the_zone_is_refused(east, north):
    with pytest.raises(ValueError, match="UTM"):
        utm.to_degrees(east, north)


def forward(longitude: float, latitude: float, centre: float = 9) -> tuple[float, float]:
    """Degrees to UTM by the series of powers of the textbooks, another way than the product's."""
    a, f, k = 6_378_137.0, 1 / 298.257222101, 0.9996
    e2 = f * (2 - f)
    ep2 = e2 / (1 - e2)
    phi, lam = math.radians(latitude), math.radians(longitude - centre)
    n = a / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    t, c = math.tan(phi) ** 2, ep2 * math.cos(phi) ** 2
    x = lam * math.cos(phi)
    m = a * (
        (1 - e2 / 4 - 3 * e2**2 / 64 - 5 * e2**3 / 256) * phi
        - (3 * e2 / 8 + 3 * e2**2 / 32 + 45 * e2**3 / 1024) * math.sin(2 * phi)
        + (15 * e2**2 / 256 + 45 * e2**3 / 1024) * math.sin(4 * phi)
        - 35 * e2**3 / 3072 * math.sin(6 * phi)
    )
    east = x + (1 - t + c) * x**3 / 6 + (5 - 18 * t + t**2 + 72 * c - 58 * ep2) * x**5 / 120
    north = (
        x**2 / 2
        + (5 - t + 9 * c + 4 * c**2) * x**4 / 24
        + (61 - 58 * t + t**2 + 600 * c - 330 * ep2) * x**6 / 720
    )
    return 500_000 + k * n * east, k * (m + n * math.tan(phi) * north)


@given(longitude=st.floats(6.0, 12.0), latitude=st.floats(47.0, 55.0))
def test_the_way_there_and_back_ends_where_it_began(longitude, latitude):
    east, north = forward(longitude, latitude)

    back = utm.to_degrees(east, north)

    assert back == pytest.approx((longitude, latitude), abs=2e-7)  # two centimetres
