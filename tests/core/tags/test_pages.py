"""The pages of vocabularies: read by all, kept by who may, tags on the pages of objects."""

import pytest

from netzstadt.core.access.permissions import Role
from netzstadt.core.tags import queries
from netzstadt.core.tags.models import Concept, Scheme, Tagging
from netzstadt.core.tags.services import concepts
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db
OFFICE = "/office/vocabularies/mobility/"
TERM = {"label_de": "Fahrrad", "alt_labels_de": "Velo\nDrahtesel"}


def test_everybody_reads_a_public_vocabulary(add, client):
    vehicle = add("Fahrzeug")
    add("Fahrrad", below=vehicle, alt_labels_de=["Velo"], definition_de="Zwei Räder")

    assert "Mobility" in client.get("/vocabularies/").content.decode()
    tree = client.get("/vocabularies/mobility/").content.decode()
    assert tree.index("Fahrzeug") < tree.index("Fahrrad")
    found = client.get("/vocabularies/mobility/?q=velo").content.decode()
    assert "Fahrrad" in found
    assert client.get(f"/vocabularies/mobility/{vehicle.pk}/").status_code == 200


def test_a_vocabulary_for_the_administration_is_not_public(
    make_scheme, add, client, client_of, make_person
):
    inner = add("Intern", to=make_scheme("inner", visibility="ADMINISTRATION"))
    pages = [
        "/vocabularies/inner/",
        f"/vocabularies/inner/{inner.pk}/",
        "/vocabularies/inner/terms.ttl",
        "/vocabularies/inner/suggest.json?q=i",
    ]
    reader = client_of(make_person(Role.READER))

    assert [client.get(page).status_code for page in pages] == [404] * 4
    assert [reader.get(page).status_code for page in pages] == [200] * 4
    assert "Inner" not in client.get("/vocabularies/").content.decode()


@pytest.mark.parametrize(
    ("ending", "media_type"),
    [("ttl", "text/turtle"), ("jsonld", "application/ld+json"), ("rdf", "application/rdf+xml")],
)
def test_a_vocabulary_is_a_file_with_public_addresses(add, client, ending, media_type, settings):
    term = add("Fahrrad")

    response = client.get(f"/vocabularies/mobility/terms.{ending}")

    assert response["Content-Type"].startswith(media_type)
    address = f"{settings.CONFIG.public_url}/vocabularies/mobility/{term.pk}/"
    assert address in response.content.decode()


def test_another_form_of_file_is_not_there(scheme, client):
    assert client.get("/vocabularies/mobility/terms.exe").status_code == 404


def test_a_large_vocabulary_is_shown_level_by_level(scheme, client, django_assert_max_num_queries):
    now = clock.now()
    Concept.objects.bulk_create(
        Concept(scheme=scheme, label_de=f"T{number}", created_at=now, changed_at=now)
        for number in range(queries.WHOLE_TREE + 1)
    )

    with django_assert_max_num_queries(12):
        page = client.get("/vocabularies/mobility/")

    assert page.context["tree"] is None
    assert len(page.context["page"].object_list) == 50


def test_only_keepers_keep(client_of, make_person, add, client):
    term = add("Fahrrad")
    pages = [
        "/office/vocabularies/",
        "/office/vocabularies/new/",
        "/office/vocabularies/import/",
        OFFICE,
        *(f"{OFFICE}{one}/" for one in ("change", "new")),
        f"{OFFICE}{term.pk}/",
        *(f"{OFFICE}{term.pk}/{one}/" for one in ("change", "move", "merge", "retire")),
    ]
    reader, keeper = (client_of(make_person(role)) for role in (Role.READER, Role.COORDINATOR))

    assert {client.get(page).status_code for page in pages} == {302}
    assert {reader.get(page).status_code for page in pages} == {403}
    assert {keeper.get(page).status_code for page in pages} == {200}


def test_a_vocabulary_is_begun_and_changed_on_pages(client_of, keeper):
    client = client_of(keeper)
    facts = {"title_de": "Themen", "visibility": "PUBLIC"}

    made = client.post("/office/vocabularies/new/", {**facts, "key": "themes"})
    twice = client.post("/office/vocabularies/new/", {**facts, "key": "themes"})
    wrong = client.post("/office/vocabularies/new/", {**facts, "key": "With Space"})
    client.post("/office/vocabularies/themes/change/", {**facts, "is_open": "on"})

    assert made["Location"] == "/office/vocabularies/themes/"
    assert (twice.status_code, wrong.status_code) == (422, 422)
    assert Scheme.objects.get().is_open


def test_a_term_is_added_changed_moved_retired_and_merged_on_pages(client_of, keeper, add):
    client, vehicle = client_of(keeper), add("Fahrzeug")

    client.post(f"{OFFICE}new/?below={vehicle.pk}", TERM)
    term = Concept.objects.get(label_de="Fahrrad")
    page = f"{OFFICE}{term.pk}/"
    assert term.broader == vehicle
    client.post(f"{page}change/", {**TERM, "label_en": "Bicycle"})
    client.post(f"{page}move/", {"term": ""})
    term.refresh_from_db()
    assert (term.label_en, term.broader) == ("Bicycle", None)
    client.post(f"{page}move/", {"term": "fahrzeug"})
    client.post(f"{page}retire/", {"term": ""})
    client.post(f"{page}revive/")
    term.refresh_from_db()
    assert (term.broader, term.is_deprecated) == (vehicle, False)
    client.post(f"{page}merge/", {"term": "Fahrzeug"})
    term.refresh_from_db()
    assert term.replaced_by == vehicle
    assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    ("call", "data"),
    [
        ("new/", {}),
        ("new/", TERM),
        ("{pk}/change/", {}),
        ("{pk}/change/", {"label_de": "Auto"}),
        ("{pk}/move/", {"term": "Nirgends"}),
        ("{pk}/move/", {"term": "Fahrrad"}),
        ("{pk}/merge/", {"term": ""}),
        ("{pk}/merge/", {"term": "Fahrrad"}),
        ("{pk}/retire/", {"term": "Fahrrad"}),
    ],
)
def test_what_cannot_be_comes_back_with_the_reason(client_of, keeper, add, call, data):
    term = add("Fahrrad")
    add("Auto")

    answer = client_of(keeper).post(OFFICE + call.format(pk=term.pk), data)

    assert answer.status_code == 422
    assert "kern-alert--danger" in answer.content.decode()


def test_a_tag_is_put_on_and_taken_off_on_the_page_of_an_object(
    add, thing, client_of, make_person, scheme
):
    term = add("Fahrrad", alt_labels_de=["Velo"])
    client = client_of(make_person(Role.DATA_ENGINEER))
    page = f"/stations/{thing.pk}/"
    call = f"/tags/urbandata.thing/{thing.pk}/"

    sent = client.post(f"{call}add/", {"scheme": "mobility", "term": "velo", "next": page})
    shown = client.get(page).content.decode()
    assert sent["Location"] == f"{page}#tags"
    assert f"/vocabularies/mobility/{term.pk}/" in shown
    client.post(f"{call}remove/", {"concept": str(term.pk), "next": page})

    assert not Tagging.objects.exists()


def test_a_word_that_is_not_there_is_named_with_what_is_close_to_it(
    add, thing, client_of, make_person
):
    add("Fahrrad")
    client = client_of(make_person(Role.DATA_ENGINEER))

    asked = client.post(
        f"/tags/urbandata.thing/{thing.pk}/add/", {"scheme": "mobility", "term": "Fahrad"}
    )

    page = asked.content.decode()
    assert "„Fahrad“ steht noch nicht im Vokabular" in page
    assert 'name="term" value="Fahrrad"' in page
    assert "Als neuen Begriff aufnehmen" not in page
    assert not Tagging.objects.exists()


def test_a_word_becomes_a_new_term_only_where_that_is_confirmed(
    add, make_scheme, thing, client_of, make_person
):
    themes = make_scheme("themes", is_open=True)
    add("Lärm", to=themes)
    client = client_of(make_person(Role.DATA_ENGINEER))
    call = f"/tags/urbandata.thing/{thing.pk}/add/"
    sent = {"scheme": "themes", "term": "Lerm, Roller"}

    first = client.post(call, sent)
    second = client.post(call, {**sent, "new": "Lerm"})
    assert [one.context["word"] for one in (first, second)] == ["Lerm", "Roller"]
    assert not Tagging.objects.exists()
    meant = first.context["choices"][0][1]
    client.post(call, {"scheme": "themes", "term": meant, "new": "Roller"})

    assert meant == "Lärm, Roller"
    assert set(themes.concepts.values_list("label_de", flat=True)) == {"Lärm", "Roller"}
    assert Tagging.objects.count() == 2


def test_tagging_and_taking_off_are_confirmed(add, thing, client_of, make_person):
    term = add("Fahrrad")
    client = client_of(make_person(Role.DATA_ENGINEER))
    call = f"/tags/urbandata.thing/{thing.pk}/"

    tagged = client.post(f"{call}add/", {"scheme": "mobility", "term": "Fahrrad"}, follow=True)
    off = client.post(f"{call}remove/", {"concept": str(term.pk)}, follow=True)

    assert "Verschlagwortet: Fahrrad." in tagged.content.decode()
    assert "Schlagwort entfernt: Fahrrad." in off.content.decode()


def test_a_term_that_is_too_long_is_refused_with_a_sentence(
    make_scheme, thing, client_of, make_person
):
    themes = make_scheme("themes", is_open=True)
    client = client_of(make_person(Role.DATA_ENGINEER))
    call = f"/tags/urbandata.thing/{thing.pk}/add/"
    word = "x" * 201

    asked = client.post(call, {"scheme": "themes", "term": word}).content.decode()
    confirmed = client.post(call, {"scheme": "themes", "term": word, "new": word}, follow=True)

    assert "Ein Begriff hat höchstens 200 Zeichen" in asked
    assert "Als neuen Begriff aufnehmen" not in asked
    assert "Ein Begriff hat höchstens 200 Zeichen." in confirmed.content.decode()
    assert not themes.concepts.exists()


def test_who_only_reads_tags_nothing(add, thing, client_of, make_person, client, make_station):
    term = add("Fahrrad")
    hidden = make_station("Hidden", visibility="RESTRICTED").thing
    reader = client_of(make_person(Role.READER))
    data = {"scheme": "mobility", "term": "Fahrrad", "concept": str(term.pk)}

    for call in ("add", "remove"):
        assert client.post(f"/tags/urbandata.thing/{thing.pk}/{call}/", data).status_code == 302
        assert reader.post(f"/tags/urbandata.thing/{thing.pk}/{call}/", data).status_code == 403
        assert reader.post(f"/tags/urbandata.thing/{hidden.pk}/{call}/", data).status_code == 404
    assert not Tagging.objects.exists()


@pytest.mark.parametrize("key", ["", "nonsense", "01a21428-0000-7000-8000-000000000000"])
def test_a_tag_that_is_not_there_is_not_taken_off(thing, client_of, make_person, key):
    client = client_of(make_person(Role.DATA_ENGINEER))

    answer = client.post(f"/tags/urbandata.thing/{thing.pk}/remove/", {"concept": key})

    assert answer.status_code == 404


def test_suggestions_come_as_words(add, client):
    add("Fahrrad")

    assert client.get("/vocabularies/mobility/suggest.json?q=fahr").json() == {"terms": ["Fahrrad"]}


def test_the_page_of_a_term_shows_where_it_stands(add, client, keeper):
    vehicle = add("Fahrzeug")
    old = add("Velo", below=vehicle)
    new = add("Fahrrad", below=vehicle)
    concepts.deprecate_concept(concept=old, replaced_by=new, by=keeper, at=clock.now())

    page = client.get(f"/vocabularies/mobility/{old.pk}/").content.decode()

    assert "Fahrzeug" in page
    assert f"/vocabularies/mobility/{new.pk}/" in page


def test_a_picker_stands_in_a_form_of_any_room(rf, add, thing):
    from django.template import engines
    from django_cotton.compiler_regex import CottonCompiler

    add("Fahrrad")
    source = '<c-tag-picker name="topics" scheme="mobility" />'
    request = rf.get("/")
    template = engines["django"].from_string(CottonCompiler().process(source))

    html = template.render({}, request)

    assert 'name="topics_new"' in html
    assert '<option value="Fahrrad">' in html


@pytest.mark.parametrize("page", ["", "suggest.json"])
def test_zero_bytes_in_words_to_look_for_are_nothing(make_scheme, client, page):
    scheme = make_scheme()

    assert client.get(f"/vocabularies/{scheme.key}/{page}", {"q": "\0bus\0"}).status_code == 200
