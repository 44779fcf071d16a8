"""The rules of a project's lights: pure functions from facts to a light with its reasons.

A light is the worst of its rules, and grey where nothing is known. Reasons are codes with numbers,
so that they can be frozen and still be read in any language; ``saying.py`` writes their sentences.
Money is in cents.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Light(TextChoices):
    """How something stands. Grey: nobody knows."""

    GREEN = "GREEN", _("on course")
    AMBER = "AMBER", _("needs attention")
    RED = "RED", _("off course")
    GREY = "GREY", _("not known")


class Aspect(TextChoices):
    """In which respect a project is looked at; ``OVERALL`` is the worst of the others."""

    TIME = "TIME", pgettext_lazy("aspect of a project", "Time")
    COST = "COST", pgettext_lazy("aspect of a project", "Cost")
    SCOPE = "SCOPE", pgettext_lazy("aspect of a project", "Scope")
    RISK = "RISK", pgettext_lazy("aspect of a project", "Risk")
    BENEFIT = "BENEFIT", pgettext_lazy("aspect of a project", "Benefit")


OVERALL = "OVERALL"
_ORDER = (Light.GREY, Light.GREEN, Light.AMBER, Light.RED)

# So many days may something slip before the light is amber, or red.
SLIP_AMBER, SLIP_RED = 14, 60
# By so many per cent may the expected cost lie above what is planned before the light is red.
OVER_RED_PERCENT = 10
# A condition that is overdue for longer makes the light red.
OVERDUE_RED = 30
# Probability times impact, each 1 to 5.
SCORE_AMBER, SCORE_RED = 8, 15
# So old may the last approved report of a running project be.
REPORT_DAYS = 60


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a light is what it is: the code of a rule and its numbers."""

    code: str
    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """A light with its reasons, the one that makes it first."""

    light: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The days of a project: its end as planned and as expected, milestones not reached yet, each
    with the day planned and the day expected (the same where nothing else is said)."""

    ends_on: date | None = None
    expected_end_on: date | None = None
    milestones: Collection[tuple[date, date]] = ()
    reached: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What is planned and expected in cents, None without a budget; obligations overdue."""

    planned_cents: int | None = None
    expected_cents: int = 0
    overdue_obligations: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Days since open conditions were due (negative: still to come); what waits for a decision."""

    conditions: Collection[int] = ()
    open_changes: int = 0
    overdue_issues: int = 0
    is_kept: bool = False


def worst(lights: Iterable[str]) -> str:
    """The worst of lights; grey if there is none, or all are."""
    return max((Light(one) for one in lights), key=_ORDER.index, default=Light.GREY).value


def time_light(plan: Plan, *, today: date) -> Judged:
    """How far the end and open milestones slip against the plan, or are overdue already."""
    reasons = []
    end = plan.expected_end_on or plan.ends_on
    if plan.ends_on and end:
        # An end that has passed while the project runs slips with each day.
        slip = (max(end, today) - plan.ends_on).days
        reasons.append((_slipped(slip), Reason("END", {"days": max(slip, 0)})))
    slips = [
        (max(expected, today) - planned).days
        for planned, expected in plan.milestones
        if max(expected, today) > planned
    ]
    if slips:
        values = {"count": len(slips), "days": max(slips)}
        reasons.append((_slipped(max(slips)), Reason("MILESTONES", values)))
    elif plan.milestones or plan.reached:
        values = {"open": len(plan.milestones), "reached": plan.reached}
        reasons.append((Light.GREEN, Reason("MILESTONES_KEPT", values)))
    return _judged(reasons, otherwise="NO_PLAN")


def cost_light(cost: Cost) -> Judged:
    """What the project is expected to cost against what is planned; amber up to ten per cent above,
    red beyond, as funders grant as tolerance."""
    reasons = []
    if cost.planned_cents is not None:
        over = cost.expected_cents - cost.planned_cents
        values = {"expected_cents": cost.expected_cents, "planned_cents": cost.planned_cents}
        if over <= 0:
            reasons.append((Light.GREEN, Reason("WITHIN_BUDGET", values)))
        else:
            is_red = over * 100 > cost.planned_cents * OVER_RED_PERCENT
            reason = Reason("OVER_BUDGET", values | {"over_cents": over})
            reasons.append((Light.RED if is_red else Light.AMBER, reason))
    if cost.overdue_obligations:
        reason = Reason("OBLIGATIONS", {"count": cost.overdue_obligations})
        reasons.append((Light.AMBER, reason))
    return _judged(reasons, otherwise="NO_BUDGET")


def scope_light(scope: Scope) -> Judged:
    """Conditions that are overdue, changes that wait for a decision, issues not solved in time."""
    reasons = []
    overdue = [days for days in scope.conditions if days > 0]
    if overdue:
        light = Light.RED if max(overdue) > OVERDUE_RED else Light.AMBER
        values = {"count": len(overdue), "days": max(overdue)}
        reasons.append((light, Reason("CONDITIONS", values)))
    if scope.open_changes:
        reasons.append((Light.AMBER, Reason("CHANGES", {"count": scope.open_changes})))
    if scope.overdue_issues:
        reasons.append((Light.AMBER, Reason("ISSUES", {"count": scope.overdue_issues})))
    if not reasons and (scope.conditions or scope.is_kept):
        reasons.append((Light.GREEN, Reason("SCOPE_KEPT")))
    return _judged(reasons, otherwise="NO_SCOPE")


def risk_light(scores: Collection[int], *, known: int) -> Judged:
    """The highest open risk (probability times impact); ``known`` counts closed ones, too."""
    if not known:
        return Judged(Light.GREY.value, (Reason("NO_RISK"),))
    if not scores:
        return Judged(Light.GREEN.value, (Reason("RISKS_CLOSED", {"count": known}),))
    highest = max(scores)
    return Judged(
        risk_score_light(highest), (Reason("RISKS", {"count": len(scores), "score": highest}),)
    )


def risk_score_light(score: int) -> str:
    """The light of one risk."""
    if score >= SCORE_RED:
        return Light.RED.value
    return Light.AMBER.value if score >= SCORE_AMBER else Light.GREEN.value


def benefit_light(lights: Collection[str]) -> Judged:
    """The worst light of the goals and measures that the project serves."""
    if not lights:
        return Judged(Light.GREY.value, (Reason("NO_GOAL"),))
    light = worst(lights)
    values = {"count": len(lights), "so": sum(one == light for one in lights)}
    return Judged(light, (Reason(f"GOALS_{light}", values),))


def overall_light(lights: Iterable[str], *, report_days: int | None = None) -> Judged:
    """The worst of the lights that are shown; amber at best where the last report is too old.

    ``report_days`` is how old the last approved report of a running project is.
    """
    worst_one = worst(lights)
    if report_days is not None and report_days > REPORT_DAYS:
        reason = Reason("REPORT_OLD", {"days": report_days})
        return Judged(worst([worst_one, Light.AMBER]), (reason,))
    return Judged(worst_one, (Reason("WORST"),))


def _slipped(days: int) -> Light:
    if days > SLIP_RED:
        return Light.RED
    return Light.AMBER if days > SLIP_AMBER else Light.GREEN


def _judged(found: list[tuple[Light, Reason]], *, otherwise: str) -> Judged:
    """The worst of rules; the one that makes it comes first."""
    if not found:
        return Judged(Light.GREY.value, (Reason(otherwise),))
    found = sorted(found, key=lambda one: -_ORDER.index(one[0]))
    return Judged(found[0][0].value, tuple(reason for _light, reason in found))


@dataclass(frozen=True, kw_only=True, slots=True)
class Override:
    """A light that somebody set by hand: why, and until when."""

    light: str
    reason: str
    last_day: date


@dataclass(frozen=True, slots=True)
class Shown:
    """A light as it is shown: what the rules say, and what somebody set instead."""

    aspect: str
    computed: Judged
    override: Override | None = None

    @property
    def light(self) -> str:
        """The light that counts."""
        return self.override.light if self.override else self.computed.light

    @property
    def title(self) -> str:
        """What it is the light of, in the reader's language."""
        return aspect_title(self.aspect)


def aspect_title(aspect: str) -> str:
    """What an aspect is called, in the reader's language."""
    if aspect == OVERALL:
        return str(pgettext_lazy("aspect of a project", "Overall"))
    return str(Aspect(aspect).label)


def trend(now: str, before: str | None) -> str:
    """Whether a light is better than before: UP, DOWN, SAME, or nothing where one is not known."""
    if before is None or Light.GREY in (now, before):
        return ""
    difference = _ORDER.index(Light(now)) - _ORDER.index(Light(before))
    return "SAME" if difference == 0 else "DOWN" if difference > 0 else "UP"


def as_json(shown: Shown) -> dict[str, Any]:
    """A light as it is frozen in a report."""
    override = shown.override
    return {
        "aspect": shown.aspect,
        "light": shown.light,
        "computed": shown.computed.light,
        "reasons": [
            {"code": one.code, "values": dict(one.values)} for one in shown.computed.reasons
        ],
        "override": override
        and {
            "light": override.light,
            "reason": override.reason,
            "last_day": override.last_day.isoformat(),
        },
    }


def from_json(known: Mapping[str, Any]) -> Shown:
    """A light as it was frozen."""
    by_hand = known["override"]
    return Shown(
        known["aspect"],
        Judged(
            known["computed"],
            tuple(Reason(one["code"], one["values"]) for one in known["reasons"]),
        ),
        by_hand
        and Override(
            light=by_hand["light"],
            reason=by_hand["reason"],
            last_day=date.fromisoformat(by_hand["last_day"]),
        ),
    )
