"""A small strategy in Django's database: a theme, a field, a goal, two measures."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from tests.urbandata.conftest import Station, make_station, measure

from netzstadt.strategy.models import Edition, Element, ElementVersion, Standing
from netzstadt.strategy.services import editions, elements
from netzstadt.strategy.services.editions import StrategyFacts
from netzstadt.strategy.services.elements import ElementFacts

__all__ = ["Station", "make_station", "measure"]

NOW = datetime(2026, 11, 18, 11, 30, tzinfo=UTC)
TODAY = date(2026, 11, 18)


@dataclass(frozen=True)
class City:
    """A draft with one goal that two measures lie in."""

    draft: Edition
    theme: Element
    field: Element
    goal: Element
    first: Element
    second: Element

    def version(self, element: Element) -> ElementVersion:
        return ElementVersion.objects.get(edition=self.draft, element=element)


@pytest.fixture
def draft(db: None) -> Edition:
    return editions.create_strategy(
        key="vernetzt", facts=StrategyFacts(title="Vernetzte Stadt"), by=None, at=NOW
    )


@pytest.fixture
def add(draft: Edition) -> Callable[..., Element]:
    """Add an element to the draft."""

    def add(kind: str, title: str, *, into: Element | None = None, **facts: object) -> Element:
        return elements.add_element(
            edition=draft,
            kind=kind,
            facts=ElementFacts(title=title, parent_id=into.pk if into else None, **facts),
            by=None,
            at=NOW,
        ).element

    return add


@pytest.fixture
def city(draft: Edition, add: Callable[..., Element]) -> City:
    theme = add("THEME", "Energie & Umwelt")
    field = add("FIELD", "Resilienz und Umweltdaten", into=theme)
    goal = add("STRATEGIC_GOAL", "Die Stadt bleibt im Sommer kühl", into=field)
    return City(
        draft,
        theme,
        field,
        goal,
        add("MEASURE", "Bäume pflanzen", into=goal),
        add("MEASURE", "Dächer begrünen", into=goal),
    )


def standing(element: Element) -> Standing:
    return Standing.objects.get(element=element)
