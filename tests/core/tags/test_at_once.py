"""What must hold when two people change a vocabulary in the same moment."""

import pytest
from tests.core.test_at_once import at_once, make

from netzstadt.core.access.permissions import Role
from netzstadt.core.tags.models import Concept, Tagging
from netzstadt.core.tags.refusals import VocabularyRefused
from netzstadt.core.tags.services import concepts, schemes, taggings
from netzstadt.core.tags.services.concepts import ConceptFacts
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id


@pytest.fixture
def keeper(committed):
    """Somebody who keeps vocabularies, in a database where commits are kept."""
    return make(1, Role.COORDINATOR)


@pytest.fixture
def scheme(keeper):
    """A vocabulary that is open for free tags."""
    facts = schemes.SchemeFacts(title_de="Themen", is_open=True)
    return schemes.make_scheme(key="themes", facts=facts, by=keeper, at=clock.now())


def test_two_moves_at_once_make_no_circle(scheme, keeper):
    for number in range(8):
        one, other = (
            concepts.add_concept(
                scheme=scheme,
                facts=ConceptFacts(label_de=f"{name}{number}"),
                by=keeper,
                at=clock.now(),
            )
            for name in ("A", "B")
        )

        def move(concept, below):
            concepts.move_concept(concept=concept, broader=below, by=keeper, at=clock.now())

        results = at_once(
            lambda one=one, other=other: move(one, other),
            lambda one=one, other=other: move(other, one),
        )

        assert sorted(type(result) for result in results if result is not None) == [
            VocabularyRefused
        ]
        one.refresh_from_db()
        other.refresh_from_db()
        assert [one.broader_id, other.broader_id].count(None) == 1


def test_a_free_word_written_by_many_at_once_is_one_term(scheme, keeper):
    def write(text):
        return taggings.tag_with_words(
            scheme=scheme,
            text=text,
            model="urbandata.thing",
            object_id=new_id(),
            by=keeper,
            at=clock.now(),
        )

    words = ("Radweg", "radweg", "#Radweg", " RADWEG ")
    results = at_once(*[lambda text=text: write(text) for text in words])

    assert all(isinstance(one, list) for one in results), results
    assert Concept.objects.count() == 1
    assert Tagging.objects.count() == 4


def test_an_object_tagged_twice_at_once_has_the_tag_once(scheme, keeper):
    concept = concepts.add_concept(
        scheme=scheme, facts=ConceptFacts(label_de="A"), by=keeper, at=clock.now()
    )
    target = new_id()

    def tag():
        taggings.tag(
            concept=concept,
            model="urbandata.thing",
            object_id=target,
            by=keeper,
            at=clock.now(),
        )

    results = at_once(*[tag] * 5)

    assert results == [None] * 5
    assert Tagging.objects.count() == 1
