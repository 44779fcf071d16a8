"""The rules of progress and lights, as sentences and on random numbers."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netzstadt.strategy.reckoning import (
    OwnFacts,
    PartFacts,
    PathFacts,
    deviation,
    expected_on,
    light_of,
    progress_of,
    reckon,
)

AT = datetime(2026, 11, 18, 12, tzinfo=UTC)
TODAY = date(2026, 11, 18)
PATH = [(date(2026, 1, 1), 0.0), (date(2026, 12, 31), 100.0), (date(2027, 12, 31), 100.0)]


def path(value: float | None, **facts: object) -> PathFacts:
    given_facts: dict[str, object] = {
        "indicator": "i",
        "path": "p",
        "points": PATH,
        "direction": "UP",
        "weight": 1.0,
        "amber_at": 5.0,
        "red_at": 20.0,
        "fresh_days": 30,
        "value": value,
        "value_at": AT,
        "is_usable": True,
    }
    return PathFacts(**(given_facts | facts))  # type: ignore[arg-type]


def part(progress: float | None, **facts: object) -> PartFacts:
    given_facts: dict[str, object] = {
        "element": "e",
        "rule": "PERCENT",
        "weight": 1.0,
        "progress": progress,
        "light": "GREEN",
    }
    return PartFacts(**(given_facts | facts))  # type: ignore[arg-type]


def found(paths=(), parts=(), **own):
    return reckon(OwnFacts(**own), paths, parts, today=TODAY, at=AT)


def test_a_path_is_straight_between_its_days_and_level_outside():
    points = [(date(2026, 1, 1), 10.0), (date(2026, 1, 11), 20.0)]

    assert [expected_on(points, date(2026, 1, day)) for day in (1, 6, 11)] == [10, 15, 20]
    assert expected_on(points, date(2025, 1, 1)) == 10
    assert expected_on(points, date(2027, 1, 1)) == 20
    assert expected_on([], TODAY) is None


@pytest.mark.parametrize(
    ("direction", "value", "away"), [("UP", 8, 2), ("UP", 12, 0), ("DOWN", 12, 2), ("TARGET", 8, 2)]
)
def test_only_the_bad_side_counts(direction: str, value: float, away: float):
    assert deviation(direction, value, 10.0) == away


def test_the_light_follows_the_corridor():
    lights = [light_of(away, amber_at=5, red_at=20) for away in (0, 4.9, 5, 19.9, 20)]

    assert lights == ["GREEN", "GREEN", "AMBER", "AMBER", "RED"]
    assert light_of(0, amber_at=0, red_at=0) == "GREEN"
    assert light_of(0.1, amber_at=0, red_at=0) == "RED"


def test_a_value_that_sways_about_a_bound_does_not_turn_the_light_to_and_fro():
    light, seen = "GREY", []
    for away in (4.9, 5.1, 4.9, 5.1, 4.0, 3.4):
        light = light_of(away, amber_at=5, red_at=20, before=light)
        seen.append(light)

    assert seen == ["GREEN", "AMBER", "AMBER", "AMBER", "AMBER", "GREEN"]


@given(
    away=st.floats(0, 100),
    amber=st.floats(0, 50),
    more=st.floats(0, 50),
    before=st.sampled_from(["GREY", "GREEN", "AMBER", "RED"]),
)
def test_hysteresis_never_shows_less_than_the_corridor_asks_nor_worse_than_before(
    away: float, amber: float, more: float, before: str
):
    order = ["GREY", "GREEN", "AMBER", "RED"]
    plain = light_of(away, amber_at=amber, red_at=amber + more)
    held = light_of(away, amber_at=amber, red_at=amber + more, before=before)

    assert order.index(held) >= order.index(plain)
    assert held == plain or order.index(held) <= order.index(before)


def test_progress_is_the_part_of_the_way_that_is_done_whichever_way_it_leads():
    down = [(date(2026, 1, 1), 80.0), (date(2030, 1, 1), 40.0)]

    assert progress_of(PATH, 25, "UP") == 0.25
    assert progress_of(down, 60, "DOWN") == 0.5
    assert progress_of(down, 90, "DOWN") == 0
    assert progress_of(down, 10, "DOWN") == 1
    assert progress_of([(TODAY, 5.0), (date(2027, 1, 1), 5.0)], 4, "UP") == 0


def test_a_goal_is_the_weighted_mean_of_what_counts_and_is_known():
    goal = found(
        [path(50, weight=2)],
        [part(1.0), part(None), part(0.0, rule="NONE"), part(0.3, is_out=True)],
    )

    assert goal.progress == pytest.approx((2 * 0.5 + 1.0) / 3)
    assert [one["why"] for one in goal.parts] == ["", "", "NO_PROGRESS", "", "OUT"]


def test_what_counts_once_done_counts_nothing_before():
    assert found(parts=[part(0.9, rule="COUNT"), part(1.0, rule="COUNT")]).progress == 0.5


def test_an_effect_counts_as_the_part_of_what_was_expected():
    effect = part(None, rule="VALUE", expected=400, achieved=100)

    assert found(parts=[effect]).progress == 0.25
    assert found(parts=[part(None, rule="VALUE", expected=400)]).progress is None


def test_typed_progress_counts_only_where_no_rule_does():
    assert (found(typed=0.4).progress, found(typed=0.4).is_typed) == (0.4, True)
    ruled = found(parts=[part(0.7)], typed=0.4)
    assert (ruled.progress, ruled.is_typed) == (0.7, False)
    unknown = found([path(None)], typed=0.4)
    assert (unknown.progress, unknown.is_typed) == (None, False)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"value": None}, "NO_VALUE"),
        ({"points": []}, "NO_TARGET"),
        ({"is_usable": False}, "POOR"),
        ({"value_at": datetime(2026, 10, 1, tzinfo=UTC)}, "STALE"),
    ],
)
def test_a_light_is_grey_where_the_indicator_says_nothing(facts: dict[str, object], why: str):
    goal = found([path(**({"value": 90.0} | facts))])  # type: ignore[arg-type]

    assert (goal.light, goal.progress) == ("GREY", None)
    assert goal.parts[0]["why"] == why


def test_the_worst_light_is_the_goals():
    assert found([path(95)], [part(0.5, light="AMBER")]).light == "AMBER"
    assert found([path(10)], [part(0.5, light="AMBER")]).light == "RED"
    assert found([path(95)], [part(0.5, light="GREY")]).light == "GREEN"
    assert found([path(95)], [part(0.5, light="RED", rule="NONE")]).light == "GREEN"


def test_a_measure_that_is_overdue_is_red_and_one_that_is_due_soon_needs_attention():
    late = found(state="RUNNING", due_on=date(2026, 11, 17), typed=0.9)
    soon = found(state="RUNNING", due_on=date(2026, 12, 1), typed=0.5)
    nearly = found(state="RUNNING", due_on=date(2026, 12, 1), typed=0.9)
    done = found(state="DONE", due_on=date(2026, 11, 17))

    assert [one.light for one in (late, soon, nearly, done)] == ["RED", "AMBER", "GREEN", "GREEN"]
    assert done.progress == 1.0


@given(
    st.lists(st.tuples(st.floats(0.01, 1000), st.none() | st.floats(0, 1)), min_size=1, max_size=12)
)
def test_progress_lies_between_the_least_and_the_greatest_part(parts):
    goal = found(parts=[part(progress, weight=weight) for weight, progress in parts])
    known = [progress for _weight, progress in parts if progress is not None]

    if known:
        assert min(known) - 1e-9 <= goal.progress <= max(known) + 1e-9
    else:
        assert goal.progress is None
