"""Where an object is, and what lies in an area as far as the reader may see it."""

import pytest
from django.db import IntegrityError, transaction
from tests.urbandata.conftest import make_station  # noqa: F401 - a fixture

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.geo.models import Address, Area, Place
from netzstadt.core.geo.queries import places
from netzstadt.core.geo.services import PlaceRefused
from netzstadt.core.geo.services import places as services
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id

pytestmark = pytest.mark.django_db

KIND = "urbandata.thing"


def area(name: str) -> Area:
    return Area.objects.get(name=name)


def say(object_id, **given) -> Place:
    return services.set_place(model=KIND, object_id=object_id, by=None, at=clock.now(), **given)


def titles(of: Area, to=None) -> dict[str, list[str]]:
    """What lies in an area, by kind."""
    return {one.title: [card.title for card in one.cards] for one in places.within(of, to=to)}


def test_the_most_precise_that_is_said_counts(town):
    key, house = new_id(), Address.objects.get(number=20)

    say(key, area=area("Schalke"))
    assert places.position_of(places.place_of(KIND, key)) == area("Schalke").centre
    say(key, area=area("Schalke"), address=house)
    assert places.position_of(places.place_of(KIND, key)) == house.point
    say(key, area=area("Schalke"), address=house, point=(7.19, 51.69))
    assert places.position_of(places.place_of(KIND, key)) == (7.19, 51.69)

    assert Place.objects.count() == 1
    told = AuditEvent.objects.filter(name="geo.place.set", object_id=key, object_model=KIND)
    assert told.count() == 3


def test_a_place_says_something_and_is_on_earth(town):
    with pytest.raises(PlaceRefused):
        say(new_id())
    with pytest.raises(PlaceRefused):
        say(new_id(), point=(7, 91))


def test_a_place_is_taken_back(town):
    key = new_id()
    say(key, point=(7, 51))

    services.remove_place(model=KIND, object_id=key, by=None, at=clock.now())

    assert places.place_of(KIND, key) is None
    assert AuditEvent.objects.filter(name="geo.place.removed", object_id=key).exists()
    with pytest.raises(PlaceRefused):
        services.remove_place(model=KIND, object_id=key, by=None, at=clock.now())


def test_what_a_room_places_itself_lies_where_it_says(town, make_station):  # noqa: F811
    make_station("Im Zentrum", place=(7.01, 51.51))
    make_station("Im Osten", place=(7.15, 51.55))
    make_station("Weit weg", place=(9, 52))

    assert titles(area("Altstadt")) == {"Station": ["Im Zentrum"]}
    assert titles(area("Teststadt")) == {"Station": ["Im Osten", "Im Zentrum"]}
    assert titles(area("Nord")) == {}


def test_what_is_placed_by_point_address_or_area_lies_in_it(town, make_station):  # noqa: F811
    by_point, by_address, by_area = (
        make_station(name, place=(9, 52)).thing.pk for name in ("Punkt", "Anschrift", "Gebiet")
    )
    say(by_point, point=(7.01, 51.51), area=area("Nord"))
    say(by_address, address=Address.objects.get(number=12, addition=""))
    say(by_area, area=area("Altstadt"))

    assert titles(area("Altstadt")) == {"Station": ["Anschrift", "Gebiet", "Punkt"]}
    assert titles(area("Mitte")) == {"Station": ["Anschrift", "Gebiet", "Punkt"]}
    assert titles(area("Nord")) == {}


def test_what_may_not_be_seen_is_neither_listed_nor_counted(
    town,
    make_station,  # noqa: F811
    make_person,
):
    make_station("Geheim", place=(7.01, 51.51), visibility="RESTRICTED")
    placed = make_station("Auch geheim", place=(9, 52), visibility="RESTRICTED").thing.pk
    say(placed, point=(7.01, 51.51))

    assert places.within(area("Altstadt"), to=make_person(Role.READER)) == []
    keeper = make_person(Role.DATA_ENGINEER)
    assert titles(area("Altstadt"), keeper) == {"Station": ["Auch geheim", "Geheim"]}


def test_an_area_without_outline_has_what_is_said_to_lie_in_it(town, make_station):  # noqa: F811
    Area.objects.filter(name="Nord").update(geometry=None, bounds=None, centre=None)
    say(make_station("Gebiet", place=(9, 52)).thing.pk, area=area("Nord"))

    assert titles(area("Nord")) == {"Station": ["Gebiet"]}


def test_the_database_itself_refuses_what_cannot_be(town):
    some = {"object_model": KIND, "object_id": new_id(), "set_at": clock.now()}
    Place.objects.create(**some, point=(7, 51))

    for wrong, words in (
        (some | {"point": (7, 51)}, "geo_place_once"),
        (some | {"object_id": new_id()}, "geo_place_somewhere"),
        (some | {"object_model": "Thing", "point": (7, 51)}, "geo_place_model"),
    ):
        with pytest.raises(IntegrityError, match=words), transaction.atomic():
            Place.objects.create(**wrong)


def test_who_keeps_places_says_where_something_is_on_the_page(
    town,
    make_station,  # noqa: F811
    make_person,
    client_of,
):
    thing = make_station("Markt").thing.pk
    client = client_of(make_person(Role.STAFF))
    page = f"/office/places/{KIND}/{thing}/"

    empty = client.post(page, {})
    wrong = client.post(page, {"point-latitude": "51.5"})
    stored = client.post(
        page,
        {"point-search": "Bochumer Str 12a", "address": "Goethestr 1", "area": area("Ost").pk},
    )
    shown = client.get(page).content.decode()

    assert (empty.status_code, wrong.status_code, stored.status_code) == (422, 422, 302)
    assert 'href="#id_point"' in wrong.content.decode()
    place = places.place_of(KIND, thing)
    assert place.point == (7.011, 51.511)
    assert place.address.street == "Goethestr."
    assert place.area == area("Ost")
    assert 'value="51.511000"' in shown
    client.post(f"{page}remove/")
    assert places.place_of(KIND, thing) is None


def test_a_point_outside_the_city_is_taken_with_a_word(
    town,
    make_station,  # noqa: F811
    make_person,
    client_of,
):
    thing = make_station("Markt").thing.pk
    client = client_of(make_person(Role.DATA_ENGINEER))
    page = f"/office/places/{KIND}/{thing}/"

    answer = client.post(page, {"point-latitude": "52", "point-longitude": "8"}, follow=True)

    assert "outside the city" in answer.content.decode()
    assert places.place_of(KIND, thing).point == (8, 52)


def test_who_may_not_see_or_keep_it_may_not_say_where_it_is(
    town,
    make_station,  # noqa: F811
    make_person,
    client_of,
    client,
):
    seen = f"/office/places/{KIND}/{make_station('Markt').thing.pk}/"
    hidden = make_station("Geheim", visibility="RESTRICTED").thing.pk

    assert client.get(seen).status_code == 302
    assert client_of(make_person(Role.READER)).get(seen).status_code == 403
    staff = client_of(make_person(Role.STAFF))
    assert staff.get(f"/office/places/{KIND}/{hidden}/").status_code == 404
