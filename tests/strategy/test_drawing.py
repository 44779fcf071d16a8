"""The chart of an indicator: its corridor, its days, its scale."""

import re
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from netzstadt.strategy.drawing import Curve, draw

PATH = [(date(2026, 1, 1), 20.0), (date(2026, 12, 31), 20.0)]


def curve(**more: object) -> str:
    given: dict[str, object] = {
        "title": "Pegel",
        "values": [(datetime(2026, 6, 30, 23, tzinfo=UTC), 20.0)],  # 1 July in the city
        "path": PATH,
        "amber": 2.0,
        "red": 5.0,
        "digits": 1,
    }
    return str(draw(Curve(**(given | more))))


def heights(svg: str, name: str) -> list[tuple[float, float]]:
    """How far up and down each band of a colour reaches."""
    found = re.findall(rf'class="ns-curve__{name}" points="([^"]*)"', svg)
    bands = [[float(point.split(",")[1]) for point in one.split()] for one in found]
    return [(min(band), max(band)) for band in bands]


@pytest.mark.parametrize(("sign", "bands"), [(1, 1), (-1, 1), (0, 2)])
def test_amber_lies_between_its_distance_and_that_of_red_and_red_beyond(sign: int, bands: int):
    svg = curve(sign=sign)

    path = float(re.findall(r'class="ns-curve__path" points="[\d.]+,([\d.]+)', svg)[0])
    amber, red = heights(svg, "amber"), heights(svg, "red")
    assert (len(amber), len(red)) == (bands, bands)
    for near, far in zip(amber, red, strict=True):
        assert not near[0] <= path <= near[1], "near the path nothing is shaded"
        assert near[0] == far[1] or near[1] == far[0], "red begins where amber ends"


def test_days_are_those_of_the_city():
    with translation.override("de"):
        svg = curve(path=[], values=[(datetime(2026, 6, d, 22, tzinfo=UTC), 1.0) for d in (9, 14)])

    assert ">10.06.<" in svg
    assert ">09.06.<" not in svg


def test_the_lines_of_the_grid_are_told_apart():
    values = [(datetime(2026, 6, 9, tzinfo=UTC), 1.0), (datetime(2026, 6, 10, tzinfo=UTC), 1.3)]
    with translation.override("de"):
        svg = curve(path=[], digits=0, values=values)

    labels = re.findall(r'text-anchor="end">([\d,]+)<', svg)
    assert len(set(labels)) == 5
