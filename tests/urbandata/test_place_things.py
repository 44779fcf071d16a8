"""Where a station stands, said in its form: by an address, by coordinates, moved, kept."""

import pytest
from tests.core.geo.conftest import (  # noqa: F401 - fixtures
    in_english,
    take_addresses,
    take_areas,
    town,
)
from tests.urbandata.test_thing_pages import FORM, as_opened

from netzstadt.core.access.permissions import Role
from netzstadt.urbandata.models import Thing
from netzstadt.urbandata.queries import station_place

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture
def pages(make_person, client_of):
    return client_of(make_person(Role.DATA_ENGINEER))


def test_a_station_is_placed_where_an_address_is(pages):
    named = {"place-latitude": "", "place-longitude": "", "place-search": "Bochumer Str 12a"}
    pages.post("/things/new/", {**FORM, **named})

    assert station_place(Thing.objects.get()) == (7.011, 51.511)


def test_of_several_places_one_is_chosen(pages):
    named = {"place-latitude": "", "place-longitude": "", "place-search": "Bochumer Str 18"}
    asked = pages.post("/things/new/", {**FORM, **named})
    pages.post("/things/new/", {**FORM, **named, "place-choice": "7.02,51.52"})

    assert asked.status_code == 422
    assert 'name="place-choice" value="7.02,51.52"' in asked.content.decode()
    assert station_place(Thing.objects.get()) == (7.02, 51.52)


def test_a_station_is_moved_by_an_address_although_its_coordinates_stand_there(pages, make_station):
    thing = make_station(place=(7.015, 51.515)).thing
    pages.post(
        f"/things/{thing.pk}/edit/",
        {**as_opened(pages, thing), "place-search": "Bochumer Str 12a"},
    )

    assert station_place(thing) == (7.011, 51.511)


def test_coordinates_that_were_changed_count_before_an_address(pages, make_station):
    thing = make_station(place=(7.015, 51.515)).thing
    given = {"place-search": "Bochumer Str 12a", "place-latitude": "51,52"}
    pages.post(f"/things/{thing.pk}/edit/", {**as_opened(pages, thing), **given})

    assert station_place(thing) == (7.015, 51.52)


def test_a_station_does_not_lose_its_place(pages, make_station):
    thing = make_station().thing
    given = {"place-latitude": "", "place-longitude": ""}
    answer = pages.post(f"/things/{thing.pk}/edit/", {**as_opened(pages, thing), **given})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["place"]
    assert station_place(thing) == (7.1, 51.5)


def test_a_station_outside_the_city_is_taken_with_a_word(pages):
    given = {"place-latitude": "52", "place-longitude": "8"}
    answer = pages.post("/things/new/", {**FORM, **given}, follow=True)

    assert "outside the city" in answer.content.decode()
    assert station_place(Thing.objects.get()) == (8, 52)
