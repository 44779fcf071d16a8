"""The demo city has a vocabulary that says what it is."""

import pytest

from netzstadt.core.tags import queries
from netzstadt.core.tags.demo import make_demo_vocabulary
from netzstadt.core.tags.models import Concept, Scheme
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


def test_the_demo_vocabulary_is_made_once_and_called_a_demo():
    for _ in range(2):
        make_demo_vocabulary(at=clock.now())

    scheme = Scheme.objects.get()
    assert "Demo" in scheme.title_de
    assert "demo" in scheme.title_en
    tree = queries.tree(scheme)
    assert tree is not None
    assert [len(node.narrower) for node in tree if node.concept.label_de == "Umwelt"] == [3]
    assert Concept.objects.count() == 11
