"""Importing areas: each row is accounted for, again changes nothing, a preview stores nothing."""

import dataclasses
import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.core.geo.conftest import SOURCE, collection, square

from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.geo import queries
from netzstadt.core.geo.account import FileUnreadable, Reject
from netzstadt.core.geo.area_files import read_areas
from netzstadt.core.geo.models import Address, Area, AreaKind
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db

TWO = collection(("1", "Mitte", square(7, 51)), ("2", "Ost", square(7.1, 51)))


def test_areas_are_stored_once_however_often_they_are_imported(take_areas):
    first, second = take_areas(TWO), take_areas(TWO)

    assert (first.new, first.read) == (2, 2)
    assert (second.unchanged, second.new, second.changed) == (2, 0, 0)
    assert Area.objects.count() == 2
    told = AuditEvent.objects.filter(name="geo.areas.imported").order_by("sequence")
    assert [one.data["rows_new"] for one in told] == [2, 0]


def test_what_changed_is_changed_and_keeps_its_key(take_areas):
    take_areas(TWO)
    before = Area.objects.get(key="1")

    account = take_areas(collection(("1", "Stadtmitte", square(7, 51, 0.09))))

    after = Area.objects.get(key="1")
    assert (account.changed, account.new) == (1, 0)
    assert after.pk == before.pk
    assert (after.name, after.bounds[2]) == ("Stadtmitte", 7.09)


def test_a_preview_says_what_would_become_of_each_row_and_stores_nothing(take_areas):
    take_areas(collection(("1", "Mitte", square(7, 51))))

    account = take_areas(TWO, is_preview=True)

    assert (account.new, account.unchanged, account.is_preview) == (1, 1, True)
    assert Area.objects.count() == 1
    assert AuditEvent.objects.filter(name="geo.areas.imported").count() == 1


def test_an_area_lies_in_the_one_that_its_row_names_or_its_middle_lies_in(take_areas):
    take_areas(collection(("99", "Stadt", square(7, 51, 0.5))), AreaKind.CITY)
    take_areas(TWO)

    take_areas(collection(("11", "Altstadt", square(7.01, 51.01, 0.05))), AreaKind.SUBURB)
    named = collection(("21", "Neustadt", square(7.01, 51.01, 0.02)), parent="2")
    take_areas(named, AreaKind.SUBURB)

    assert Area.objects.get(key="1").parent.key == "99"
    assert Area.objects.get(key="11").parent.key == "1"
    assert Area.objects.get(key="21").parent.key == "2"
    path = queries.path_of(Area.objects.get(key="11"))
    assert [one.key for one in path] == ["99", "1"]
    assert queries.subtree_ids(Area.objects.get(key="99").pk) == set(
        Area.objects.values_list("pk", flat=True)
    )


def test_rows_that_cannot_be_taken_are_named_with_their_place(take_areas):
    bowtie = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    body = collection(
        ("1", "Mitte", square(7, 51)),
        ("1", "Noch einmal", square(8, 51)),
        ("3", "", square(7, 51)),
        ("4", "Punkt", {"type": "Point", "coordinates": [7, 51]}),
        ("5", "Schleife", bowtie),
        ("6", "Vertauscht", square(51, 700)),
    )

    account = take_areas(body)

    assert (account.new, account.rejected, account.read) == (1, 5, 6)
    places = [one.place for one in account.rejects]
    assert places[0] == "$.features[1]"
    assert places[3] == "$.features[4].geometry"
    assert places[4].startswith("$.features[5].geometry.coordinates")
    named = take_areas(collection(("7", "Ohne", square(7, 51)), parent="77"))
    assert "77" in named.rejects[0].reason


def test_utm_coordinates_become_degrees(take_areas):
    body = json.loads(collection(("1", "Mitte", square(360_000, 5_700_000, 1_000))))
    body["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}

    take_areas(json.dumps(body).encode())

    west, south, east, north = Area.objects.get().bounds
    assert 6.9 < west < east < 7.1
    assert 51.4 < south < north < 51.5


@pytest.mark.parametrize(
    "body",
    [
        b"no json",
        b"[]",
        b'{"type": "FeatureCollection", "features": {}}',
        b'{"type": "FeatureCollection", "features": [], "crs": {"properties": '
        b'{"name": "urn:ogc:def:crs:EPSG::31466"}}}',
    ],
)
def test_a_file_that_cannot_be_read_says_why(body):
    with pytest.raises(FileUnreadable) as refused:
        list(read_areas(body))

    assert len(str(refused.value)) > 10


def test_from_a_later_day_on_a_new_boundary_holds_and_the_old_one_stays(take_areas, take_addresses):
    take_areas(collection(("1", "Mitte", square(7, 51))))
    take_areas(collection(("11", "Teil", square(7.01, 51.01, 0.02))), AreaKind.SUBURB)
    day = date(2026, 1, 1)

    account = take_areas(
        collection(("1", "Mitte", square(7, 51, 0.2))),
        source=dataclasses.replace(SOURCE, valid_from=day),
    )

    old, new = Area.objects.filter(key="1").order_by("changed_at", "valid_from")[:2]
    assert account.changed == 1
    assert {old.valid_to, new.valid_to} == {day, None}
    assert queries.area_of((7.15, 51.15), on=date(2025, 12, 31)) is None
    assert queries.area_of((7.15, 51.15), on=day).key == "1"
    assert Area.objects.get(key="11").parent.valid_from == day


def test_addresses_are_told_their_area_when_the_areas_come_later(take_areas, take_addresses):
    take_addresses("street;number;latitude;longitude\nAmtsweg;1;51.05;7.05\n")
    assert Address.objects.get().area is None

    take_areas(TWO)

    assert Address.objects.get().area.name == "Mitte"


def test_the_database_itself_refuses_what_cannot_be(take_areas):
    take_areas(collection(("1", "Mitte", square(7, 51))))
    now = clock.now()
    some = {"kind": "DISTRICT", "key": "2", "name": "Ost", "name_key": "ost", "changed_at": now}
    known = Area.objects.get()

    for wrong, words in (
        (some | {"key": "1"}, "geo_area_once_a_day"),
        (some | {"kind": "PLANET"}, "geo_area_kind"),
        (some | {"name": ""}, "geo_area_named"),
        (some | {"bounds": (7, 51, 8, 52)}, "geo_area_geometry_with_bounds"),
        (some | {"valid_from": date(2026, 1, 2), "valid_to": date(2026, 1, 1)}, "range|period"),
    ):
        with pytest.raises(Exception, match=words), transaction.atomic():
            Area.objects.create(**wrong)
    with pytest.raises(IntegrityError, match="geo_area_not_in_itself"), transaction.atomic():
        Area.objects.filter(pk=known.pk).update(parent=known)


@pytest.mark.parametrize(
    "geometry",
    ['{"type": "Polygon"}', '{"type": "Polygon", "coordinates": ' + "[" * 60 + "]" * 60 + "}"],
)
def test_an_area_in_utm_without_usable_coordinates_is_named_with_its_place(geometry):
    text = (
        '{"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:25832"}}, "features":'
        f' [{{"type": "Feature", "properties": {{"name": "A"}}, "geometry": {geometry}}}]}}'
    )

    (reject,) = read_areas(text.encode())

    assert isinstance(reject, Reject)
