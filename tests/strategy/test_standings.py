"""Goals stand where the rules say, on any graph, and are worked out when something changes."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.strategy.conftest import NOW, TODAY, City, standing

from netzstadt.core.audit import queries as trail
from netzstadt.strategy.models import Contribution, Edition, Element, Standing, TypedProgress
from netzstadt.strategy.services import contributions, elements, lights, standings
from netzstadt.strategy.services.contributions import ContributionFacts
from netzstadt.strategy.services.refusals import StrategyRefused


def say(element: Element, progress: float) -> None:
    lights.type_progress(element=element, progress=progress, note="", by=None, at=NOW)


def test_a_goal_is_the_mean_of_the_measures_that_lie_in_it(city: City):
    say(city.first, 0.5)
    say(city.second, 1.0)

    assert standing(city.goal).progress == 0.75
    assert standing(city.first).is_typed
    assert not standing(city.goal).is_typed


def test_a_change_is_passed_on_to_all_that_is_served(city: City, add: Callable[..., Element]):
    above = add("STRATEGIC_GOAL", "Klimaneutral", into=city.field)
    contributions.set_contribution(
        edition=city.draft,
        source=city.goal,
        target=above,
        facts=ContributionFacts(),
        by=None,
        at=NOW,
    )

    say(city.first, 0.6)

    assert standing(above).progress == 0.6


def test_progress_is_not_typed_where_a_rule_works_it_out(city: City):
    with pytest.raises(StrategyRefused):
        say(city.goal, 0.9)


def test_a_measure_that_is_done_is_done_and_one_that_stopped_counts_no_more(city: City):
    elements.move_measure(measure=city.first, state="DONE", by=None, at=NOW)
    elements.move_measure(measure=city.second, state="STOPPED", by=None, at=NOW)

    assert standing(city.goal).progress == 1.0
    assert [part["why"] for part in standing(city.goal).parts] == ["", "OUT"]


def test_a_measure_is_approved_only_if_it_serves_a_goal(city: City, add: Callable[..., Element]):
    alone = add("MEASURE", "Ohne Ziel", into=city.field)

    with pytest.raises(StrategyRefused):
        elements.move_measure(measure=alone, state="APPROVED", by=None, at=NOW)

    elements.move_measure(measure=city.first, state="APPROVED", by=None, at=NOW)
    assert Element.objects.get(pk=city.first.pk).state == "APPROVED"


def test_a_light_set_by_hand_says_so_and_ends_on_its_day(city: City):
    lights.override_light(
        element=city.goal,
        light="AMBER",
        reason="Hitzesommer",
        last_day=TODAY,
        today=TODAY,
        by=None,
        at=NOW,
    )
    assert (standing(city.goal).light, standing(city.goal).reckoned_light) == ("AMBER", "GREY")

    standings.reckon_all(at=NOW.replace(day=20))
    assert standing(city.goal).light == "GREY"


def test_a_light_that_turns_is_told_once(city: City):
    elements.change_element(
        version=city.version(city.first),
        facts=elements.ElementFacts(
            title="Bäume pflanzen", parent_id=city.goal.pk, due_on=date(2026, 11, 1)
        ),
        by=None,
        at=NOW,
    )
    elements.move_measure(measure=city.first, state="RUNNING", by=None, at=NOW)
    standings.reckon_all(at=NOW)
    standings.reckon_all(at=NOW)

    for element in (city.first, city.goal):
        found = trail.history("strategy.element", element.pk, limit=50).entries
        turned = [one.data for one in found if one.name == "strategy.light.turned"]
        assert [(one["light_before"], one["light"]) for one in turned] == [("GREY", "RED")]


@st.composite
def graphs(draw: st.DrawFn):
    """Elements, contributions that lead from a later to an earlier one, and typed progress."""
    size = draw(st.integers(2, 7))
    edges = {}
    for target in range(size):
        for source in range(target + 1, size):
            if draw(st.booleans()):
                edges[source, target] = (
                    draw(st.sampled_from(["NONE", "PERCENT", "COUNT"])),
                    draw(st.floats(0.1, 10)),
                )
    typed = [draw(st.none() | st.floats(0, 1)) for _ in range(size)]
    return size, edges, typed


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(graph=graphs())
def test_progress_equals_the_rule_on_any_graph(graph, draft: Edition, add: Callable[..., Element]):
    size, edges, typed = graph

    def expected(node: int) -> float | None:
        parts = [(s, rule, weight) for (s, t), (rule, weight) in edges.items() if t == node]
        counting = [(s, rule, weight) for s, rule, weight in parts if rule != "NONE"]
        if not counting:
            return typed[node]
        total = weights = 0.0
        for source, rule, weight in counting:
            progress = expected(source)
            if progress is not None:
                total += weight * (float(progress >= 1) if rule == "COUNT" else progress)
                weights += weight
        return total / weights if weights else None

    with transaction.atomic():
        nodes = [add("OPERATIONAL_GOAL", f"Ziel {n}") for n in range(size)]
        for (source, target), (rule, weight) in edges.items():
            Contribution.objects.create(
                edition=draft,
                source=nodes[source],
                target=nodes[target],
                rule=rule,
                weight=weight,
            )
        for node, progress in zip(nodes, typed, strict=True):
            if progress is not None:
                TypedProgress.objects.create(element=node, progress=progress, typed_at=NOW)
        standings.reckon_strategy(strategy=draft.strategy, at=NOW)

        found = {one.element_id: one.progress for one in Standing.objects.all()}
        for n, node in enumerate(nodes):
            assert found[node.pk] == (
                None if expected(n) is None else pytest.approx(expected(n), abs=1e-9)
            )
        for source, target in edges:
            with pytest.raises(StrategyRefused):
                contributions.set_contribution(
                    edition=draft,
                    source=nodes[target],
                    target=nodes[source],
                    facts=ContributionFacts(),
                    by=None,
                    at=NOW,
                )
        transaction.set_rollback(True)


def test_the_database_refuses_a_circle(city: City, add: Callable[..., Element]):
    other = add("STRATEGIC_GOAL", "Klimaneutral", into=city.field)
    Contribution.objects.create(edition=city.draft, source=city.goal, target=other)

    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.create(edition=city.draft, source=other, target=city.first)


def test_a_theme_neither_contributes_nor_is_measured(city: City):
    for source, target in ((city.field, city.goal), (city.goal, city.theme)):
        with pytest.raises(StrategyRefused):
            contributions.set_contribution(
                edition=city.draft,
                source=source,
                target=target,
                facts=ContributionFacts(),
                by=None,
                at=NOW,
            )
