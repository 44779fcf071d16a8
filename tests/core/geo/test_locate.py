"""Finding places however they are spelt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netzstadt.core.geo.queries import gazetteer
from netzstadt.core.geo.spelling import Wanted, name_key, parse, street_key

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "Bochumer Straße 12a",
        "bochumer str. 12 a",
        "Bochumer Strasse 12A, 45886 Teststadt",
        "BOCHUMERSTR 12a",
        "bochumer-straße 12a 45886",
    ],
)
def test_an_address_is_found_however_it_is_spelt(town, text):
    found = gazetteer.locate(text)

    assert [(one.title, one.is_exact) for one in found] == [("Bochumer Straße 12a", True)]
    assert found[0].point == (7.011, 51.511)
    assert "Altstadt" in found[0].detail


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Bohcumer Straße 12", "Bochumer Straße 12"),
        ("Göthestraße 1", "Goethestr. 1"),
        ("Mullerweg 7", "Müllerweg 7"),
        ("Kurt Schumacher Str 100", "Kurt-Schumacher-Straße 100"),
        ("Bullmke Hüllen", "Bulmke-Hüllen"),
        ("bulmke-huellen", "Bulmke-Hüllen"),
        ("schalke", "Schalke"),
        ("Bochumer", "Bochumer Straße"),
    ],
)
def test_slips_and_parts_of_names_lead_there(town, text, title):
    assert gazetteer.locate(text)[0].title == title


def test_a_house_number_that_is_not_there_leads_to_the_nearest_ones(town):
    found = gazetteer.locate("Bochumer Straße 18")

    assert [one.title for one in found] == ["Bochumer Straße 20", "Bochumer Straße 12"]
    assert not any(one.is_exact for one in found)


def test_the_named_city_or_postcode_decides_between_streets_of_one_name(town, take_addresses):
    take_addresses(
        "street;number;postcode;city;lat;lon\nGoethestraße;1;44787;Nachbarstadt;51.4;7.2\n"
    )

    assert len(gazetteer.locate("Goethestraße 1")) == 2
    assert gazetteer.locate("Goethestraße 1, 44787")[0].point == (7.2, 51.4)
    assert gazetteer.locate("Goethestraße 1, Nachbarstadt")[0].point == (7.2, 51.4)


def test_of_equally_good_ones_the_nearer_comes_first(town, take_addresses):
    take_addresses(
        "street;number;postcode;city;lat;lon\nGoethestraße;1;44787;Nachbarstadt;51.4;7.2\n"
    )

    there = gazetteer.locate("Goethestr 1", near=(7.2, 51.4))
    here = gazetteer.locate("Goethestr 1", near=(7.05, 51.65))

    assert there[0].detail.startswith("44787")
    assert here[0].detail.startswith("45894")
    assert here[0].distance_m == pytest.approx(0, abs=1)


@pytest.mark.parametrize("text", ["", "   ", "12", "xyzzy", "\x00", "%' or 1=1 --", "ß" * 500])
def test_what_is_no_place_finds_nothing_and_harms_nothing(town, text):
    assert gazetteer.locate(text) == []


def test_the_nearest_addresses_are_told_by_the_way_in_metres(town):
    found = gazetteer.nearest_addresses((7.0105, 51.5105))

    assert {one.title for one in found} == {"Bochumer Straße 12", "Bochumer Straße 12a"}
    assert all(0 < one.distance_m < 100 for one in found)
    assert gazetteer.nearest_addresses((8, 52)) == []


def test_a_search_takes_few_questions(town, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        gazetteer.locate("Bochumer Straße 12")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Markt", Wanted("Markt")),
        ("Straße des 17. Juni 5", Wanted("Straße des 17. Juni", 5)),
        ("Am Stern 3-5", Wanted("Am Stern", 3)),
        ("Weg 7, 45879", Wanted("Weg", 7, "", "45879")),
        ("45879 Teststadt", Wanted("", None, "", "45879", "Teststadt")),
        ("Weg 7b, Teststadt", Wanted("Weg", 7, "b", "", "Teststadt")),
    ],
)
def test_a_line_is_taken_apart(text, wanted):
    assert parse(text) == wanted


@given(text=st.text(max_size=200))
def test_any_text_can_be_taken_apart_and_has_a_plain_key(text):
    parsed = parse(text)
    key = street_key(parsed.name)

    assert key == "" or (key.isascii() and key.isalnum())
    assert name_key(name_key(text)) == name_key(text)
