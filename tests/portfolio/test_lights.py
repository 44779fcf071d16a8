"""The rules of lights: from facts to a light, with the reason that makes it first."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from netzstadt.portfolio import lights, saying
from netzstadt.portfolio.lights import Cost, Judged, Override, Plan, Reason, Scope, Shown

TODAY = date(2026, 11, 18)


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


@pytest.mark.parametrize(
    ("expected", "light"),
    [(100, "GREEN"), (114, "GREEN"), (115, "AMBER"), (160, "AMBER"), (161, "RED")],
)
def test_time_follows_the_expected_end(expected: int, light: str):
    plan = Plan(ends_on=day(100), expected_end_on=day(expected))

    assert lights.time_light(plan, today=TODAY).light == light


def test_an_end_that_has_passed_slips_with_each_day():
    plan = Plan(ends_on=day(-20))

    judged = lights.time_light(plan, today=TODAY)

    assert judged == Judged("AMBER", (Reason("END", {"days": 20}),))


def test_time_is_the_worst_of_end_and_milestones_and_says_so_first():
    plan = Plan(ends_on=day(100), milestones=[(day(-70), day(-70)), (day(5), day(8))], reached=1)

    judged = lights.time_light(plan, today=TODAY)

    assert judged.light == "RED"
    assert judged.reasons[0] == Reason("MILESTONES", {"count": 2, "days": 70})
    assert judged.reasons[1].code == "END"


def test_time_without_a_plan_is_not_known():
    assert lights.time_light(Plan(), today=TODAY) == Judged("GREY", (Reason("NO_PLAN"),))
    kept = lights.time_light(Plan(milestones=[(day(3), day(3))]), today=TODAY)
    assert kept.light == "GREEN"


@pytest.mark.parametrize(
    ("expected", "light"),
    [(100_00, "GREEN"), (100_01, "AMBER"), (110_00, "AMBER"), (110_01, "RED")],
)
def test_cost_is_judged_to_the_cent(expected: int, light: str):
    cost = Cost(planned_cents=100_00, expected_cents=expected)

    assert lights.cost_light(cost).light == light


def test_cost_without_a_budget_is_not_known_but_an_overdue_obligation_is():
    assert lights.cost_light(Cost()).light == "GREY"
    assert lights.cost_light(Cost(overdue_obligations=1)).light == "AMBER"
    assert lights.cost_light(Cost(planned_cents=0, expected_cents=1)).light == "RED"


@pytest.mark.parametrize(
    ("scope", "light"),
    [
        (Scope(), "GREY"),
        (Scope(is_kept=True), "GREEN"),
        (Scope(conditions=[-3]), "GREEN"),
        (Scope(conditions=[1]), "AMBER"),
        (Scope(conditions=[31]), "RED"),
        (Scope(open_changes=1), "AMBER"),
        (Scope(overdue_issues=2), "AMBER"),
    ],
)
def test_scope_follows_conditions_changes_and_issues(scope: Scope, light: str):
    assert lights.scope_light(scope).light == light


@pytest.mark.parametrize(
    ("scores", "known", "light"),
    [
        ([], 0, "GREY"),
        ([], 2, "GREEN"),
        ([7, 2], 2, "GREEN"),
        ([8], 1, "AMBER"),
        ([14], 1, "AMBER"),
        ([2, 15], 2, "RED"),
    ],
)
def test_risk_follows_the_highest_open_one(scores: list[int], known: int, light: str):
    assert lights.risk_light(scores, known=known).light == light


def test_benefit_is_the_worst_known_light_of_the_goals():
    assert lights.benefit_light([]).light == "GREY"
    assert lights.benefit_light(["GREY", "GREEN"]).light == "GREEN"
    assert lights.benefit_light(["GREEN", "RED", "AMBER"]) == Judged(
        "RED", (Reason("GOALS_RED", {"count": 3, "so": 1}),)
    )


def test_overall_is_the_worst_and_never_green_with_an_old_report():
    assert lights.overall_light(["GREEN", "AMBER", "GREY"]).light == "AMBER"
    assert lights.overall_light(["GREY", "GREY"]).light == "GREY"
    assert lights.overall_light(["GREEN"], report_days=60).light == "GREEN"
    assert lights.overall_light(["GREEN"], report_days=61).light == "AMBER"
    assert lights.overall_light(["RED"], report_days=61).light == "RED"


def test_the_trend_is_seen_from_the_last_report():
    assert lights.trend("GREEN", "RED") == "UP"
    assert lights.trend("RED", "AMBER") == "DOWN"
    assert lights.trend("RED", "RED") == "SAME"
    assert lights.trend("GREEN", None) == lights.trend("GREY", "RED") == ""


def test_a_light_set_by_hand_is_shown_beside_what_the_rules_say_and_survives_freezing():
    computed = Judged("RED", (Reason("MILESTONES", {"count": 1, "days": 70}),))
    shown = Shown("TIME", computed, Override(light="AMBER", reason="Ersatz.", last_day=day(9)))

    again = lights.from_json(lights.as_json(shown))

    assert again == shown
    assert again.light == "AMBER"
    with translation.override("de"):
        said = saying.because(again)
    assert "Ersatz." in said
    assert "27.11.2026" in said
    assert "70 Tage" in said


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_rule_can_be_said(language: str):
    values = {
        "days": 3,
        "count": 1,
        "so": 1,
        "score": 9,
        "open": 1,
        "reached": 2,
        "planned_cents": 1,
        "expected_cents": 2,
        "over_cents": 1,
    }

    with translation.override(language):
        said = [saying.sentence(Reason(code, values)) for code in saying.CODES]

    assert all(text and "%(" not in text for text in said)
