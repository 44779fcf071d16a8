"""A vocabulary of means of transport, and an object to tag."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation
from tests.urbandata.conftest import make_station  # noqa: F401 - a fixture

from netzstadt.core.access.permissions import Role
from netzstadt.core.tags.models import Concept, Scheme
from netzstadt.core.tags.services import concepts, schemes
from netzstadt.lib import clock


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What services say is compared in the language of the sources."""
    with translation.override("en"):
        yield


@pytest.fixture
def keeper(make_person: Any) -> Any:
    """Somebody who keeps vocabularies."""
    return make_person(Role.COORDINATOR, name="Karla Wort")


@pytest.fixture
def thing(make_station: Any) -> Any:  # noqa: F811
    """A public station."""
    return make_station("Markt").thing


@pytest.fixture
def make_scheme(keeper: Any) -> Callable[..., Scheme]:
    """Begin a vocabulary."""

    def make(key: str = "mobility", *, is_open: bool = False, **more: Any) -> Scheme:
        facts = schemes.SchemeFacts(title_de=key.title(), is_open=is_open, **more)
        return schemes.make_scheme(key=key, facts=facts, by=keeper, at=clock.now())

    return make


@pytest.fixture
def scheme(make_scheme: Callable[..., Scheme]) -> Scheme:
    """A public, closed vocabulary."""
    return make_scheme()


@pytest.fixture
def add(scheme: Scheme, keeper: Any) -> Callable[..., Concept]:
    """Add a term to the vocabulary."""

    def make(label: str, *, below: Concept | None = None, to: Any = None, **facts: Any) -> Concept:
        return concepts.add_concept(
            scheme=to or scheme,
            facts=concepts.ConceptFacts(label_de=label, **facts),
            broader=below,
            by=keeper,
            at=clock.now(),
        )

    return make
