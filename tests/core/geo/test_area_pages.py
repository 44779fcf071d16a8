"""The public pages of areas: list, map, one area, finding a place; the import page."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.core.geo.conftest import HEAD, collection, square
from tests.urbandata.conftest import make_station  # noqa: F401 - a fixture

from netzstadt.core.access.permissions import Role
from netzstadt.core.geo.models import Address, Area

pytestmark = pytest.mark.django_db


def names(page) -> list[str]:
    return [one.name for one in page.context["page"].object_list]


def test_areas_are_listed_filtered_and_drawn(town, client):
    assert names(client.get("/areas/")) == [
        "Teststadt",
        "Bulmke-Hüllen",
        "Mitte",
        "Nord",
        "Ost",
        "Altstadt",
        "Schalke",
    ]
    assert names(client.get("/areas/?q=HUELLEN")) == ["Bulmke-Hüllen"]
    assert names(client.get("/areas/?kind=SUBURB")) == ["Altstadt", "Schalke"]
    assert "No area fits" in client.get("/areas/?q=nirgends").content.decode()
    assert client.get("/areas/?kind=PLANET").status_code == 400


def test_a_city_without_areas_says_so(client, db):
    assert "No areas yet" in client.get("/areas/").content.decode()


def test_the_map_has_the_outlines_that_were_asked_for(town, client):
    def drawn(query: str) -> list[str]:
        document = json.loads(client.get(f"/areas.geojson{query}").content)
        return [one["properties"]["name"] for one in document["features"]]

    one = Area.objects.get(name="Altstadt")
    assert len(drawn("")) == 7
    assert drawn("?kind=CITY") == ["Teststadt"]
    assert drawn(f"?area={one.pk}") == ["Altstadt"]
    assert drawn("?area=nonsense") == []


def test_an_area_shows_what_it_is_and_what_lies_in_it(town, client, make_station):  # noqa: F811
    make_station("Im Zentrum", place=(7.01, 51.51))
    make_station("Geheim", place=(7.01, 51.51), visibility="RESTRICTED")
    district = Area.objects.get(name="Mitte")

    text = client.get(f"/areas/{district.pk}/").content.decode()

    for word in ("Mitte", "Teststadt", "Altstadt", "Vermessungsamt", "Im Zentrum"):
        assert word in text
    assert "Geheim" not in text
    assert client.get("/areas/0198b6a0-0000-7000-8000-000000000000/").status_code == 404


def test_pages_of_areas_ask_few_questions(
    town,
    client,
    make_station,  # noqa: F811
    django_assert_max_num_queries,
):
    for number in range(30):
        make_station(f"Station {number}", place=(7.01, 51.51))
    one = Area.objects.get(name="Altstadt")

    for address in ("/areas/", f"/areas/{one.pk}/", "/areas/find/?place-search=Bochumer+Str+12"):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200


def test_a_place_is_found_by_name_by_coordinates_or_chosen_from_several(town, client):
    page = "/areas/find/"

    assert client.get(page).status_code == 200
    by_name = client.get(page, {"place-search": "bochumerstr 12"})
    by_point = client.get(page, {"place-latitude": "51,51", "place-longitude": "7.01"})
    several = client.get(page, {"place-search": "Bochumer Str 18"})
    chosen = client.get(page, {"place-search": "Bochumer Str 18", "place-choice": "7.02,51.52"})

    for answer in (by_name, by_point, chosen):
        assert [one.name for one in answer.context["areas"]] == ["Teststadt", "Mitte", "Altstadt"]
    assert several.status_code == 422
    assert 'value="7.02,51.52"' in several.content.decode()
    outside = client.get(page, {"place-latitude": "52", "place-longitude": "8"})
    assert "outside the city" in outside.content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"place-latitude": "51"}, "latitude and longitude"),
        ({"place-latitude": "x", "place-longitude": "7"}, "is a number"),
        ({"place-latitude": "nan", "place-longitude": "7"}, "is a number"),
        ({"place-latitude": "91", "place-longitude": "7"}, "between -90"),
        ({"place-latitude": "51", "place-longitude": "181"}, "between -180"),
        ({"place-choice": "7"}, "latitude and longitude"),
        ({"place-search": "Nirgendwoallee"}, "called so"),
        ({"place-search": "\x00"}, "called so"),
        ({"place-search": ""}, "required"),
    ],
)
def test_what_is_no_place_comes_back_with_the_reason(town, client, given, words):
    answer = client.get("/areas/find/", given)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert 'href="#id_place"' in answer.content.decode()


def test_the_picker_is_told_places_and_areas(town, client):
    found = client.get("/places/locate.json", {"q": "Schalke"}).json()
    here = client.get("/places/at.json", {"longitude": "7.01", "latitude": "51.51"}).json()
    wrong = client.get("/places/at.json", {"longitude": "x", "latitude": "51.51"})

    assert found["places"][0]["title"] == "Schalke"
    assert here["areas"] == ["Altstadt", "Mitte", "Teststadt"]
    assert wrong.status_code == 400


def upload(body: bytes, **given: str) -> dict[str, object]:
    file = SimpleUploadedFile("file", body)
    return {"file": file, "kind": "DISTRICT", "source": "Amt", "what": "areas"} | given


def test_an_import_is_looked_at_before_it_is_done(make_person, client_of):
    client = client_of(make_person(Role.DATA_ENGINEER))
    page, body = "/office/places/import/", collection(("1", "Mitte", square(7, 51)))

    preview = client.post(page, upload(body, preview="yes"))
    assert "nothing is stored yet" in preview.content.decode()
    assert not Area.objects.exists()
    done = client.post(page, upload(body))

    assert done.context["account"].new == 1
    assert Area.objects.get().source == "Amt"
    rows = (HEAD + "Weg;1;;45879;T;51.05;7.05\nWeg;x;;;;51;7\n").encode()
    account = client.post(page, upload(rows, what="addresses")).context["account"]
    assert (account.new, account.rejected) == (1, 1)
    assert Address.objects.get().area.name == "Mitte"


def test_a_file_that_cannot_be_read_comes_back_with_the_reason(make_person, client_of):
    client = client_of(make_person(Role.DATA_ENGINEER))

    answer = client.post("/office/places/import/", upload(b"no json"))

    assert answer.status_code == 422
    assert 'href="#id_file"' in answer.content.decode()


def test_only_who_imports_opens_the_page(make_person, client_of, client):
    assert client.get("/office/places/import/").status_code == 302
    assert client_of(make_person(Role.STAFF)).get("/office/places/import/").status_code == 403
