"""In which area a point lies: judged exactly, one of each kind, also on a border."""

import json
from datetime import date

import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.core.geo.conftest import SOURCE, collection, square

from netzstadt.core.geo import queries
from netzstadt.core.geo.area_files import read_areas
from netzstadt.core.geo.models import Area, AreaKind
from netzstadt.core.geo.services import areas
from netzstadt.core.geo.services.assigning import Assigner
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db

COORDINATE = st.integers(1, 999).map(lambda number: number / 1000)
POINTS = st.tuples(COORDINATE, COORDINATE)


def test_a_point_lies_in_one_area_of_each_kind_the_large_first(town):
    assert [one.name for one in queries.areas_at((7.01, 51.51))] == [
        "Teststadt",
        "Mitte",
        "Altstadt",
    ]
    assert queries.area_of((7.01, 51.51)).name == "Altstadt"
    assert queries.area_of((7.01, 51.51), kind=AreaKind.DISTRICT).name == "Mitte"
    assert queries.area_of((7.15, 51.55)).name == "Ost"
    assert queries.area_of((9.0, 51.55)) is None
    assert queries.area_of((7.15, 51.55), kind=AreaKind.SUBURB) is None


def test_a_point_on_a_border_lies_in_the_area_whose_key_comes_first(town):
    assert queries.area_of((7.1, 51.55), kind=AreaKind.DISTRICT).name == "Mitte"
    assert queries.area_of((7.1, 51.6), kind=AreaKind.DISTRICT).name == "Mitte"


def test_a_point_in_the_box_but_not_in_the_area_is_outside(take_areas):
    triangle = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 1], [0, 0]]]}
    hole = {
        "type": "Polygon",
        "coordinates": [
            square(2, 0, 1)["coordinates"][0],
            [[2.4, 0.4], [2.4, 0.6], [2.6, 0.6], [2.6, 0.4], [2.4, 0.4]],
        ],
    }
    take_areas(collection(("1", "Dreieck", triangle), ("2", "Ring", hole)))

    assert queries.area_of((0.2, 0.2)).name == "Dreieck"
    assert queries.area_of((0.9, 0.9)) is None
    assert queries.area_of((2.1, 0.5)).name == "Ring"
    assert queries.area_of((2.5, 0.5)) is None


def test_an_area_holds_on_its_days_alone(take_areas):
    take_areas(collection(("1", "Alt", square(0, 0, 1))))
    Area.objects.update(valid_from=date(2000, 1, 1), valid_to=date(2010, 1, 1))

    assert queries.area_of((0.5, 0.5), on=date(2009, 12, 31)).name == "Alt"
    assert queries.area_of((0.5, 0.5), on=date(2010, 1, 1)) is None


def test_the_box_of_the_city_is_known_with_its_boundary(take_areas):
    assert queries.city_bounds() is None
    take_areas(collection(("1", "Stadt", square(7, 51, 0.5))), AreaKind.CITY)

    assert queries.city_bounds() == (7, 51, 7.5, 51.5)


def _store(seeds: list[tuple[float, float]]) -> None:
    """Make an area of all that is nearer to a seed than to the others."""
    frame = shapely.box(0, 0, 1, 1)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=frame)
    features = []
    for number, cell in enumerate(cells.geoms):
        part = shapely.intersection(cell, frame)
        seed = next(n for n, one in enumerate(seeds) if part.covers(shapely.Point(one)))
        features.append((f"{seed:03}", f"Area {number}", json.loads(shapely.to_geojson(part))))
    areas.import_areas(
        rows=read_areas(collection(*features)),
        kind=AreaKind.DISTRICT,
        source=SOURCE,
        file_name="cells.geojson",
        by=None,
        at=clock.now(),
    )


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seeds=st.lists(POINTS, min_size=2, max_size=9, unique=True), point=POINTS)
def test_every_point_lies_in_the_cell_of_its_nearest_seed(db, seeds, point):
    """What a cell is made of says where a point lies, without asking a geometry."""
    Area.objects.all().delete()
    _store(seeds)
    ways = sorted(((x - point[0]) ** 2 + (y - point[1]) ** 2, n) for n, (x, y) in enumerate(seeds))
    assume(ways[1][0] - ways[0][0] > 1e-9)  # not on a border

    found = queries.area_of(point)

    assert found.key == f"{ways[0][1]:03}"
    assert Assigner().areas_of([point, (5, 5)]) == [found.pk, None]


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seeds=st.lists(POINTS, min_size=2, max_size=6, unique=True))
def test_border_points_lie_in_just_one_area_and_the_same_one_whoever_asks(db, seeds):
    Area.objects.all().delete()
    _store(seeds)
    corners = {
        (x, y)
        for one in Area.objects.all()
        for x, y in shapely.get_coordinates(shapely.from_wkb(bytes(one.geometry))).tolist()
    }

    for corner in corners:
        found = [one for one in queries.areas_at(corner) if one.kind == AreaKind.DISTRICT]
        assert len(found) == 1
        assert Assigner().areas_of([corner]) == [found[0].pk]
