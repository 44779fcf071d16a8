"""Tagging objects: with terms of a vocabulary, with free words; what a reader sees of it."""

import pytest
from django.utils import translation

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.tags import queries
from netzstadt.core.tags.models import Concept, Tagging
from netzstadt.core.tags.refusals import TagRefused
from netzstadt.core.tags.services import concepts, taggings
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id
from netzstadt.urbandata.models import Thing

pytestmark = pytest.mark.django_db


@pytest.fixture
def put(keeper, thing):
    """Tag a station with a term."""

    def tag(concept, of=None):
        taggings.tag(
            concept=concept,
            model="urbandata.thing",
            object_id=(of or thing).pk,
            by=keeper,
            at=clock.now(),
        )

    return tag


@pytest.fixture
def write(keeper, thing):
    """Tag the station with words."""

    def tag(scheme, text):
        return taggings.tag_with_words(
            scheme=scheme,
            text=text,
            model="urbandata.thing",
            object_id=thing.pk,
            by=keeper,
            at=clock.now(),
        )

    return tag


def test_an_object_is_tagged_once(add, put, thing):
    bicycle = add("Fahrrad")

    put(bicycle)
    put(bicycle)

    assert queries.tags_of("urbandata.thing", thing.pk, to=None) == [bicycle]
    entry = AuditEvent.objects.get(name="tags.object.tagged")
    assert entry.object_id == bicycle.pk
    assert entry.data == {"of_model": "urbandata.thing", "of_id": str(thing.pk)}


def test_a_tag_is_taken_off_once(add, put, thing, keeper):
    bicycle = add("Fahrrad")
    put(bicycle)

    for _ in range(2):
        taggings.untag(
            concept=bicycle,
            model="urbandata.thing",
            object_id=thing.pk,
            by=keeper,
            at=clock.now(),
        )

    assert not Tagging.objects.exists()
    assert AuditEvent.objects.filter(name="tags.object.untagged").count() == 1


def test_a_retired_term_tags_nothing_new_and_keeps_what_it_has(add, put, thing, keeper):
    bicycle = add("Fahrrad")
    put(bicycle)
    concepts.deprecate_concept(concept=bicycle, by=keeper, at=clock.now())

    with pytest.raises(TagRefused):
        taggings.tag(
            concept=bicycle,
            model="urbandata.thing",
            object_id=new_id(),
            by=keeper,
            at=clock.now(),
        )
    assert queries.tags_of("urbandata.thing", thing.pk, to=None) == [bicycle]


def test_a_kind_that_no_room_knows_is_not_tagged(add, keeper):
    with pytest.raises(TagRefused):
        taggings.tag(
            concept=add("A"), model="nowhere.x", object_id=new_id(), by=keeper, at=clock.now()
        )


def test_what_stands_below_a_term_is_found_with_it(add, put, make_station):
    vehicle = add("Fahrzeug")
    load = add("Lastenrad", below=add("Fahrrad", below=vehicle))
    one, other = make_station("One").thing, make_station("Other").thing
    put(load, one)
    put(add("Baum"), other)

    with_narrower = queries.tagged(Thing.objects.all(), vehicle)
    alone = queries.tagged(Thing.objects.all(), vehicle, narrower=False)

    assert list(with_narrower) == [one]
    assert list(alone) == []


def test_counts_count_what_they_are_given(add, put, make_station, scheme):
    bicycle = add("Fahrrad")
    for visibility in ("PUBLIC", "PUBLIC", "RESTRICTED"):
        put(bicycle, make_station(visibility=visibility).thing)

    seen = Thing.objects.filter(visibility="PUBLIC").order_by("name")

    assert queries.counts(seen, scheme) == {bicycle.pk: 2}
    assert queries.counts(Thing.objects.none(), scheme) == {}


def test_what_a_reader_may_not_see_stands_on_no_page_of_a_term(
    add, put, make_station, make_person, client, client_of
):
    bicycle = add("Fahrrad")
    put(bicycle, make_station("Open").thing)
    put(bicycle, make_station("Hidden", visibility="RESTRICTED").thing)
    page = f"/vocabularies/mobility/{bicycle.pk}/"

    assert [card.title for card in queries.uses(bicycle, to=None)[0].cards] == ["Open"]
    assert "Hidden" not in client.get(page).content.decode()
    engineer = client_of(make_person(Role.DATA_ENGINEER))
    assert "Hidden" in engineer.get(page).content.decode()


def test_the_tags_of_what_one_may_not_see_are_not_there(add, put, make_station):
    hidden = make_station("Hidden", visibility="RESTRICTED").thing
    put(add("Fahrrad"), hidden)

    assert queries.tags_of("urbandata.thing", hidden.pk, to=None) == []


def test_a_tag_of_a_vocabulary_for_the_administration_is_not_public(
    add, put, make_scheme, thing, make_person
):
    inner = add("Intern", to=make_scheme("inner", visibility="ADMINISTRATION"))
    put(inner)
    reader = make_person(Role.READER)

    assert queries.tags_of("urbandata.thing", thing.pk, to=None) == []
    assert queries.tags_of("urbandata.thing", thing.pk, to=reader) == [inner]


def test_free_words_are_one_term_however_they_are_written(make_scheme, write):
    free = make_scheme("free", is_open=True)

    write(free, "Radweg")
    write(free, " #radweg , RADWEG,  Rad\u00a0weg")

    assert sorted(Concept.objects.values_list("label_de", flat=True)) == ["Rad weg", "Radweg"]


def test_a_closed_vocabulary_takes_its_terms_alone(add, scheme, write):
    bicycle = add("Fahrrad", label_en="Bicycle", alt_labels_de=["Velo"], notation="F1")

    for text in ("fahrrad", "BICYCLE", "velo", "F1"):
        assert write(scheme, text) == [bicycle]
    with pytest.raises(TagRefused, match="Roller"):
        write(scheme, "Roller")
    with pytest.raises(TagRefused):
        write(scheme, " , ")
    assert Concept.objects.count() == 1


def test_a_refused_word_leaves_no_half_done_work(add, scheme, write):
    add("Fahrrad")

    with pytest.raises(TagRefused):
        write(scheme, "Fahrrad, Roller")

    assert not Tagging.objects.exists()


def test_a_form_with_a_picker_says_all_tags_at_once(add, scheme, thing, keeper, put, make_scheme):
    bicycle, car, tree = add("Fahrrad"), add("Auto"), add("Baum", to=make_scheme("other"))
    for term in (bicycle, tree):
        put(term)
    add("Bus")

    taggings.set_tags(
        scheme=scheme,
        keep={car.pk},
        add="Bus",
        model="urbandata.thing",
        object_id=thing.pk,
        by=keeper,
        at=clock.now(),
    )

    tags = queries.tags_of("urbandata.thing", thing.pk, to=None)
    assert sorted(one.label_de for one in tags) == ["Auto", "Baum", "Bus"]


def test_suggestions_begin_with_what_begins_so_and_leave_out_what_is_retired(add, scheme, keeper):
    add("Lastenrad")
    add("Radweg")
    add("Fahrrad", alt_labels_de=["Velo"])
    concepts.deprecate_concept(concept=add("Radio"), by=keeper, at=clock.now())

    found = [one.label_de for one in queries.suggestions(scheme, "rad")]

    assert found == ["Radweg", "Fahrrad", "Lastenrad"]
    assert [one.label_de for one in queries.suggestions(scheme, "velo")] == ["Fahrrad"]
    assert queries.suggestions(scheme, " ") == []
    assert [one.label_de for one in queries.suggestions(scheme, "%")] == []


def test_the_search_knows_terms_in_use(add, scheme, keeper):
    term = add("Fahrrad", label_en="Bicycle", alt_labels_de=["Velo"], notation="F1")
    retired = add("Alt")
    concepts.deprecate_concept(concept=retired, by=keeper, at=clock.now())

    documents = queries.concept_documents([term.pk, retired.pk])
    with translation.override("de"):
        cards = queries.concept_cards([term.pk], to=None)

    assert set(documents) == {term.pk}
    document = documents[term.pk]
    assert (document.title, document.names) == ("Fahrrad", "F1")
    assert document.words == "Bicycle Velo"
    assert list(queries.every_concept_id()) == sorted([term.pk, retired.pk])
    assert cards[term.pk].title == "Fahrrad"


def test_what_tags_know_of_a_person_is_given_to_her_and_forgotten(add, put, keeper):
    put(add("Fahrrad"))

    given = queries.personal_data(keeper)
    done = taggings.erase_person(keeper, by=None, at=clock.now())

    assert [len(rows) for rows in given.values()] == [0, 1, 0]
    assert list(done.values()) == [0, 1, 0]
    assert Tagging.objects.get().tagged_by is None
