"""Merging two terms: nothing is lost, everything is told."""

import pytest

from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.tags import queries
from netzstadt.core.tags.models import Tagging
from netzstadt.core.tags.refusals import VocabularyRefused
from netzstadt.core.tags.services import concepts, taggings
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


def merge(concept, into, by):
    """Let one go into the other."""
    concepts.merge_concepts(concept=concept, into=into, by=by, at=clock.now())


def put(concept, thing, by):
    """Tag a station."""
    taggings.tag(
        concept=concept, model="urbandata.thing", object_id=thing.pk, by=by, at=clock.now()
    )


def test_tags_go_to_the_term_that_stays_and_none_twice(add, make_station, keeper):
    velo, bicycle = add("Velo"), add("Fahrrad")
    both, one = make_station("Both").thing, make_station("One").thing
    for thing, terms in ((both, (velo, bicycle)), (one, (velo,))):
        for term in terms:
            put(term, thing, keeper)
    moved = Tagging.objects.get(concept=velo, object_id=one.pk)

    merge(velo, bicycle, keeper)

    rows = Tagging.objects.values_list("concept_id", "object_id")
    assert sorted(rows) == sorted([(bicycle.pk, both.pk), (bicycle.pk, one.pk)])
    entry = AuditEvent.objects.get(name="tags.concept.merged")
    assert entry.object_id == velo.pk
    assert entry.data["into_id"] == str(bicycle.pk)
    assert entry.data["moved_ids"] == [str(moved.pk)]
    assert entry.data["doubled_count"] == 1


def test_words_and_narrower_terms_go_along_and_the_old_term_shows_the_way(add, keeper):
    velo = add("Velo", label_en="Bike", alt_labels_de=["Drahtesel", "Fahrrad"])
    bicycle = add("Fahrrad", label_en="Bicycle", alt_labels_de=["Rad"])
    load = add("Lastenrad", below=velo)

    merge(velo, bicycle, keeper)

    load.refresh_from_db()
    velo.refresh_from_db()
    assert load.broader == bicycle
    assert (velo.replaced_by, velo.is_deprecated) == (bicycle, True)
    words = queries.alt_labels_of([bicycle.pk])[bicycle.pk]
    assert words == ["Drahtesel", "Rad", "Velo", "Bike"]
    assert queries.find(velo.scheme, "velo") == bicycle


def test_a_term_may_go_into_one_that_stands_below_it(add, keeper):
    top = add("Verkehr")
    vehicle = add("Fahrzeug", below=top)
    bicycle = add("Fahrrad", below=vehicle)
    car = add("Auto", below=vehicle)

    merge(vehicle, bicycle, keeper)

    bicycle.refresh_from_db()
    car.refresh_from_db()
    assert bicycle.broader == top
    assert car.broader == bicycle


def test_what_pointed_to_the_old_term_points_to_the_new(add, keeper):
    first, second, third = add("A"), add("B"), add("C")

    merge(first, second, keeper)
    merge(second, third, keeper)

    first.refresh_from_db()
    assert first.replaced_by == third


def test_terms_that_cannot_be_one_are_refused(add, make_scheme, keeper):
    term, retired = add("A"), add("B")
    concepts.deprecate_concept(concept=retired, by=keeper, at=clock.now())
    other = add("A", to=make_scheme("other"))

    for into in (term, retired, other):
        with pytest.raises(VocabularyRefused):
            merge(term, into, keeper)
