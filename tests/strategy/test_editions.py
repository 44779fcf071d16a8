"""A strategy goes from its draft to what is in force; what is adopted stays as it is."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.strategy.conftest import NOW, TODAY, City

from netzstadt.core.audit import queries as trail
from netzstadt.strategy.models import Contribution, Edition, ElementVersion
from netzstadt.strategy.services import editions, elements
from netzstadt.strategy.services.elements import ElementFacts
from netzstadt.strategy.services.refusals import StrategyRefused


def adopt(edition: Edition) -> Edition:
    editions.adopt_edition(
        edition=edition, adopted_on=TODAY, adopted_by="Rat der Stadt", by=None, at=NOW
    )
    return Edition.objects.get(pk=edition.pk)


def test_a_draft_is_the_administrations_and_becomes_public_with_the_consultation(city: City):
    assert city.draft.visibility == "ADMINISTRATION"

    editions.open_consultation(
        edition=city.draft, first=TODAY, last=date(2026, 12, 18), by=None, at=NOW
    )

    now = Edition.objects.get(pk=city.draft.pk)
    assert (now.state, now.visibility) == ("CONSULTED", "PUBLIC")

    editions.return_to_draft(edition=now, by=None, at=NOW)
    assert Edition.objects.get(pk=now.pk).visibility == "ADMINISTRATION"


def test_the_next_edition_supersedes_the_one_in_force(city: City):
    first = adopt(city.draft)
    editions.put_in_force(edition=first, on=TODAY, by=None, at=NOW)
    second = editions.draft_edition(strategy=first.strategy, based_on=first, by=None, at=NOW)
    later = NOW.replace(year=2027)
    editions.put_in_force(edition=adopt(second), on=date(2027, 1, 1), by=None, at=later)

    states = dict(Edition.objects.values_list("number", "state"))
    assert states == {1: "SUPERSEDED", 2: "IN_FORCE"}
    assert Edition.objects.get(number=1).superseded_on == date(2027, 1, 1)


def test_a_new_edition_has_all_elements_and_contributions_of_the_one_before(city: City):
    first = adopt(city.draft)

    second = editions.draft_edition(strategy=first.strategy, based_on=first, by=None, at=NOW)

    def contents(edition: Edition) -> set[tuple[object, ...]]:
        found = ElementVersion.objects.filter(edition=edition)
        return set(found.values_list("element", "parent", "title", "position"))

    def serving(edition: Edition) -> set[tuple[object, ...]]:
        found = Contribution.objects.filter(edition=edition)
        return set(found.values_list("source", "target", "rule", "weight"))

    assert len(contents(first)) == 5
    assert contents(second) == contents(first)
    assert len(serving(first)) == 2
    assert serving(second) == serving(first)


def test_there_is_one_draft_at_a_time(city: City):
    with pytest.raises(StrategyRefused):
        editions.draft_edition(strategy=city.draft.strategy, based_on=None, by=None, at=NOW)


def test_what_is_adopted_cannot_be_changed_by_anybody(city: City):
    adopt(city.draft)
    version = city.version(city.goal)
    facts = ElementFacts(title="Die Stadt wird warm", parent_id=version.parent_id)

    with pytest.raises(StrategyRefused):
        elements.change_element(version=version, facts=facts, by=None, at=NOW)
    with pytest.raises(StrategyRefused):
        elements.remove_element(version=city.version(city.first), by=None, at=NOW)
    with pytest.raises(StrategyRefused):
        elements.add_element(
            edition=city.draft, kind="THEME", facts=replace(facts, parent_id=None), by=None, at=NOW
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        ElementVersion.objects.filter(pk=version.pk).update(title="Anders")
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=city.draft.pk).update(vision="Anders")
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=city.draft.pk).update(state="DRAFT")


def test_an_empty_edition_is_not_adopted(draft: Edition):
    with pytest.raises(StrategyRefused):
        adopt(draft)


def test_every_step_stands_in_the_history(city: City):
    editions.put_in_force(edition=adopt(city.draft), on=TODAY, by=None, at=NOW)

    found = trail.history("strategy.strategy", city.draft.strategy_id, limit=10).entries
    assert [one.name for one in found] == [
        "strategy.edition.put_in_force",
        "strategy.edition.adopted",
        "strategy.strategy.created",
    ]


def test_a_future_day_is_no_adoption_and_nothing_holds_before_it(city: City):
    with pytest.raises(StrategyRefused, match="Zukunft"):
        editions.adopt_edition(
            edition=city.draft, adopted_on=date(2027, 5, 1), adopted_by="Rat", by=None, at=NOW
        )
    adopted = adopt(city.draft)
    for day, says in ((date(2027, 5, 1), "Zukunft"), (date(2020, 1, 1), "bevor")):
        with pytest.raises(StrategyRefused, match=says):
            editions.put_in_force(edition=adopted, on=day, by=None, at=NOW)


def test_a_consultation_that_is_over_is_not_begun(city: City):
    with pytest.raises(StrategyRefused, match="vorbei"):
        editions.open_consultation(
            edition=city.draft, first=date(2026, 1, 1), last=date(2026, 2, 1), by=None, at=NOW
        )


def test_a_key_that_another_page_has_is_refused(db: None):
    with pytest.raises(StrategyRefused, match="andere Seite"):
        editions.create_strategy(
            key="indicators", facts=editions.StrategyFacts(title="X"), by=None, at=NOW
        )
