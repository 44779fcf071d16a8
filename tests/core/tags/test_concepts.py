"""Terms: added, changed, moved without circles, retired."""

import pytest
from django.db import IntegrityError, transaction

from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.tags import queries
from netzstadt.core.tags.models import AltLabel, Concept, Scheme, Tagging
from netzstadt.core.tags.refusals import VocabularyRefused
from netzstadt.core.tags.services import concepts, schemes
from netzstadt.core.tags.services.concepts import ConceptFacts
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


def test_a_term_stands_below_another(add):
    vehicle = add("Fahrzeug")
    bicycle = add("Fahrrad", below=vehicle)

    assert [one.label_de for one in queries.above(bicycle)] == ["Fahrzeug"]
    assert queries.below_ids(vehicle) == {vehicle.pk, bicycle.pk}
    entry = AuditEvent.objects.get(name="tags.concept.added", object_id=bicycle.pk)
    assert entry.data["broader_id"] == str(vehicle.pk)


def test_the_same_words_come_once_into_a_vocabulary_whatever_their_case(add, make_scheme):
    add("Fahrrad")

    with pytest.raises(VocabularyRefused):
        add("  FAHRRAD ")
    assert add("Fahrrad", to=make_scheme("other")).label_de == "Fahrrad"


def test_a_notation_comes_once_into_a_vocabulary(add):
    add("Fahrrad", notation="F1")

    with pytest.raises(VocabularyRefused):
        add("Rad", notation="F1")


def test_a_term_has_words(add):
    with pytest.raises(VocabularyRefused):
        add(" \u200b ")


def test_words_that_look_the_same_are_the_same(add):
    assert add("Grün\u200bfläche  am\u00a0See").label_de == "Grünfläche am See"


def test_changing_a_term_says_what_changed(add, keeper):
    term = add("Rad", alt_labels_de=["Velo"])

    facts = ConceptFacts(label_de="Fahrrad", label_en="Bicycle", alt_labels_de=["Drahtesel", "rad"])
    concepts.change_concept(concept=term, facts=facts, by=keeper, at=clock.now())
    concepts.change_concept(concept=term, facts=facts, by=keeper, at=clock.now())

    term.refresh_from_db()
    assert (term.label_de, term.label_en) == ("Fahrrad", "Bicycle")
    assert sorted(term.alt_labels.values_list("text", flat=True)) == ["Drahtesel", "rad"]
    entry = AuditEvent.objects.get(name="tags.concept.changed")
    assert entry.data["changed"] == ["label_de", "label_en", "alt_labels"]


def test_a_term_cannot_take_the_words_of_another(add, keeper):
    add("Fahrrad")
    other = add("Roller")

    with pytest.raises(VocabularyRefused):
        concepts.change_concept(
            concept=other, facts=ConceptFacts(label_de="fahrrad"), by=keeper, at=clock.now()
        )


def test_a_term_is_moved_with_all_below_it_and_to_the_top(add, keeper):
    vehicle, water = add("Fahrzeug"), add("Wasser")
    boat = add("Boot", below=vehicle)
    canoe = add("Kanu", below=boat)

    concepts.move_concept(concept=boat, broader=water, by=keeper, at=clock.now())
    assert [one.label_de for one in queries.above(canoe)] == ["Wasser", "Boot"]

    concepts.move_concept(concept=boat, broader=None, by=keeper, at=clock.now())
    assert [one.label_de for one in queries.above(canoe)] == ["Boot"]
    assert AuditEvent.objects.filter(name="tags.concept.moved").count() == 2


def test_a_term_cannot_stand_below_itself_or_a_term_below_it(add, keeper):
    vehicle = add("Fahrzeug")
    bicycle = add("Fahrrad", below=vehicle)
    load = add("Lastenrad", below=bicycle)

    for broader in (vehicle, bicycle, load):
        with pytest.raises(VocabularyRefused):
            concepts.move_concept(concept=vehicle, broader=broader, by=keeper, at=clock.now())


def test_the_database_itself_refuses_a_circle(add):
    vehicle = add("Fahrzeug")
    bicycle = add("Fahrrad", below=vehicle)

    with pytest.raises(IntegrityError, match="below itself"), transaction.atomic():
        Concept.objects.filter(pk=vehicle.pk).update(broader=bicycle)
    with pytest.raises(IntegrityError, match="below itself"), transaction.atomic():
        Concept.objects.filter(pk=vehicle.pk).update(broader=vehicle)


def test_a_term_stays_in_its_vocabulary(add, make_scheme, keeper):
    other = add("Farbe", to=make_scheme("colours"))
    term = add("Fahrrad")

    with pytest.raises(VocabularyRefused):
        concepts.move_concept(concept=term, broader=other, by=keeper, at=clock.now())
    with pytest.raises(VocabularyRefused):
        add("Rot", below=other)
    with pytest.raises(IntegrityError, match="own vocabulary"), transaction.atomic():
        Concept.objects.filter(pk=term.pk).update(broader=other)


@pytest.mark.parametrize(
    "change",
    [
        {"label_de": ""},
        {"replaced_by": True},
    ],
)
def test_the_database_refuses_a_term_that_cannot_be(add, change):
    term, other = add("Fahrrad"), add("Roller")
    if "replaced_by" in change:
        change = {"replaced_by": other}

    with pytest.raises(IntegrityError), transaction.atomic():
        Concept.objects.filter(pk=term.pk).update(**change)


def test_the_database_refuses_a_term_that_replaces_itself(add):
    term = add("Fahrrad")

    with pytest.raises(IntegrityError), transaction.atomic():
        Concept.objects.filter(pk=term.pk).update(deprecated_at=clock.now(), replaced_by=term)


@pytest.mark.parametrize(
    "change",
    [{"key": "With Space"}, {"title_de": ""}, {"visibility": "SOME"}],
)
def test_the_database_refuses_a_vocabulary_that_cannot_be(scheme, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Scheme.objects.filter(pk=scheme.pk).update(**change)


@pytest.mark.parametrize("wrong", [{"text": ""}, {"language": "fr"}, {"text": "VELO"}])
def test_the_database_refuses_other_words_that_cannot_be(add, wrong):
    term = add("Fahrrad", alt_labels_de=["Velo"])

    with pytest.raises(IntegrityError), transaction.atomic():
        AltLabel.objects.create(**{"concept": term, "language": "de", "text": "Rad", **wrong})


def test_the_database_refuses_a_tag_on_no_model(add, thing):
    with pytest.raises(IntegrityError), transaction.atomic():
        Tagging.objects.create(
            concept=add("Rad"), model="Not one", object_id=thing.pk, tagged_at=clock.now()
        )


def test_a_retired_term_names_its_successor_and_can_come_back(add, keeper):
    old, new = add("Velo"), add("Fahrrad")

    concepts.deprecate_concept(concept=old, replaced_by=new, by=keeper, at=clock.now())
    assert queries.find(old.scheme, "velo") == new
    with pytest.raises(VocabularyRefused):
        concepts.deprecate_concept(concept=old, by=keeper, at=clock.now())
    with pytest.raises(VocabularyRefused, match="out of use"):
        concepts.deprecate_concept(concept=new, replaced_by=old, by=keeper, at=clock.now())
    with pytest.raises(VocabularyRefused, match="own place"):
        concepts.deprecate_concept(concept=new, replaced_by=new, by=keeper, at=clock.now())

    concepts.revive_concept(concept=old, by=keeper, at=clock.now())
    assert queries.find(old.scheme, "velo") == old
    with pytest.raises(VocabularyRefused):
        concepts.revive_concept(concept=old, by=keeper, at=clock.now())


def test_a_vocabulary_is_begun_once_and_changed(make_scheme, keeper):
    scheme = make_scheme("themes")

    for key in ("themes", "With Space", "new"):
        with pytest.raises(VocabularyRefused):
            make_scheme(key)
    facts = schemes.SchemeFacts(title_de="Themes", is_open=True)
    schemes.change_scheme(scheme=scheme, facts=facts, by=keeper, at=clock.now())
    schemes.change_scheme(scheme=scheme, facts=facts, by=keeper, at=clock.now())

    entry = AuditEvent.objects.get(name="tags.scheme.changed")
    assert entry.data["changed"] == ["is_open"]
    with pytest.raises(VocabularyRefused):
        schemes.change_scheme(
            scheme=scheme, facts=schemes.SchemeFacts(title_de=" "), by=keeper, at=clock.now()
        )


def test_notations_that_are_numbers_stand_in_their_order(add, scheme):
    for notation in ("10", "2", "A1", "1"):
        add(f"Ziel {notation}", notation=notation)

    assert [one.notation for one in queries.top_concepts(scheme)] == ["1", "2", "10", "A1"]
    assert [one.concept.notation for one in queries.tree(scheme) or []] == ["1", "2", "10", "A1"]
