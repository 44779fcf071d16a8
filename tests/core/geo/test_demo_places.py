"""The demo city has its districts and parts, labelled where they are only sketched."""

import pytest

from netzstadt.core.geo import queries
from netzstadt.core.geo.demo import PARTS, make_demo_places
from netzstadt.core.geo.models import Area, AreaKind
from netzstadt.core.geo.queries import gazetteer
from netzstadt.lib import clock
from netzstadt.urbandata.demo.outline import demo_boundary

pytestmark = pytest.mark.django_db


def test_the_demo_city_has_five_districts_and_eighteen_parts_in_their_tree():
    make_demo_places(boundary=demo_boundary(), at=clock.now())

    assert queries.areas(kind=AreaKind.DISTRICT).count() == 5
    assert queries.areas(kind=AreaKind.SUBURB).count() == 18
    for name, parts in PARTS.items():
        district = Area.objects.get(name=name)
        assert district.parent.name == "Gelsenkirchen"
        assert {one.name for one in district.parts.all()} == set(parts)
        assert district.note.startswith("Demo")


def test_every_middle_lies_in_its_part_and_district():
    make_demo_places(boundary=demo_boundary(), at=clock.now())

    for name, parts in PARTS.items():
        for part, point in parts.items():
            assert [one.name for one in queries.areas_at(point)] == ["Gelsenkirchen", name, part]


def test_again_changes_nothing():
    make_demo_places(boundary=demo_boundary(), at=clock.now())

    again = make_demo_places(boundary=demo_boundary(), at=clock.now())

    assert all(account.new == account.changed == account.rejected == 0 for account in again)
    assert gazetteer.locate("Ebertstr. 11")[0].is_exact
