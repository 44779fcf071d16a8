"""Objects of any room by the names of their kinds."""

import uuid
from types import SimpleNamespace

import pytest
from tests.urbandata.conftest import make_station  # noqa: F401 - a fixture

from netzstadt.core import rooms
from netzstadt.core.access.permissions import Role
from netzstadt.core.geo.models import Place
from netzstadt.core.links.tracing import trace
from netzstadt.core.objects import Spot, card_of, cards_of, cards_of_many

pytestmark = pytest.mark.django_db


@pytest.fixture
def station(make_station):  # noqa: F811
    return make_station("Markt").thing


def test_an_object_is_found_under_every_name_that_the_trail_gives_it(station):
    own = card_of("urbandata.thing", station.pk, to=None)

    other = card_of("plane.thing", station.pk, to=None)

    assert own is not None
    assert other == own
    assert other.model == "urbandata.thing"
    assert cards_of("plane.location", [station.pk], to=None) == {}


def test_cards_of_many_come_by_the_names_as_they_were_asked_for(station):
    keys = [("urbandata.thing", station.pk), ("plane.thing", station.pk)]

    cards = cards_of_many([*keys, ("nothing.such", station.pk)], to=None)

    assert set(cards) == set(keys)


def test_a_kind_is_asked_once_under_however_many_names(station, monkeypatch):
    asked = []

    def cards(ids, *, to):
        asked.append(set(ids))
        return {}

    kind = rooms.ObjectKind(model="a.b", title="", cards=f"{__name__}.cards", aliases=("c.d",))
    monkeypatch.setattr(rooms, "rooms", lambda: [SimpleNamespace(objects=(kind,))])
    monkeypatch.setattr("netzstadt.core.objects.resolved", lambda path: cards)
    one, two = uuid.uuid4(), uuid.uuid4()

    cards_of_many([("a.b", one), ("c.d", two)], to=None)

    assert asked == [{one, two}]


def test_rights_in_a_unit_are_the_same_under_every_name(station, make_unit):
    unit = make_unit()
    type(station).objects.filter(pk=station.pk).update(unit_id=unit.pk)

    assert Spot("plane.thing", station.pk).unit_id == unit.pk


def test_what_is_kept_of_an_object_is_kept_under_its_own_name(station, make_person, client_of):
    client = client_of(make_person(Role.COORDINATOR))

    answer = client.post(
        f"/office/places/plane.thing/{station.pk}/",
        {"point-latitude": "51.5", "point-longitude": "7.1"},
    )

    assert answer.status_code == 302
    assert Place.objects.get(object_id=station.pk).object_model == "urbandata.thing"


def test_the_trace_begins_at_the_same_object_under_every_name(station):
    found = trace("plane.thing", station.pk, to=None)

    assert found is not None
    assert found.start.title == station.name
