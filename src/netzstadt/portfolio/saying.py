"""What lights of projects say in sentences, in the reader's language."""

from collections.abc import Callable, Mapping

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from netzstadt.core.money import euros
from netzstadt.portfolio.lights import Light, Reason, Shown

Values = Mapping[str, int]


def because(shown: Shown) -> str:
    """Why a light is what it is; where somebody set it by hand, that and what its rules say."""
    said = " ".join(sentence(one) for one in shown.computed.reasons)
    if shown.override is None:
        return said
    by_hand = _("The light is set by hand until %(day)s: %(reason)s") % {
        "day": date_format(shown.override.last_day, "SHORT_DATE_FORMAT"),
        "reason": shown.override.reason,
    }
    rules = _("Its rules say: %(light)s.") % {"light": Light(shown.computed.light).label}
    return f"{by_hand} {rules} {said}"


def sentence(reason: Reason) -> str:
    """One rule with its numbers."""
    return _SENTENCES[reason.code](reason.values)


def _days(n: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


def _end(values: Values) -> str:
    if not values["days"]:
        return _("The end is expected as planned.")
    return _("The end slips by %(days)s.") % {"days": _days(values["days"])}


def _milestones(values: Values) -> str:
    return ngettext(
        "%(count)d milestone is late, by %(days)s.",
        "%(count)d milestones are late, by up to %(days)s.",
        values["count"],
    ) % {"count": values["count"], "days": _days(values["days"])}


def _kept(values: Values) -> str:
    return _("No milestone is late: %(reached)d reached, %(open)d to come.") % values


def _within(values: Values) -> str:
    return _("It is expected to cost %(expected)s of %(planned)s planned.") % _amounts(values)


def _over(values: Values) -> str:
    return _(
        "It is expected to cost %(expected)s: %(over)s above the %(planned)s planned."
    ) % _amounts(values)


def _amounts(values: Values) -> dict[str, str]:
    return {name.removesuffix("_cents"): euros(cents) for name, cents in values.items()}


def _conditions(values: Values) -> str:
    return ngettext(
        "%(count)d condition is overdue, by %(days)s.",
        "%(count)d conditions are overdue, by up to %(days)s.",
        values["count"],
    ) % {"count": values["count"], "days": _days(values["days"])}


def _risks(values: Values) -> str:
    return ngettext(
        "%(count)d risk is open, with %(score)d of 25 points.",
        "%(count)d risks are open, the highest with %(score)d of 25 points.",
        values["count"],
    ) % dict(values)


_SENTENCES: Mapping[str, Callable[[Values], str]] = {
    "END": _end,
    "MILESTONES": _milestones,
    "MILESTONES_KEPT": _kept,
    "NO_PLAN": lambda _values: _("Neither an end nor a milestone is planned."),
    "WITHIN_BUDGET": _within,
    "OVER_BUDGET": _over,
    "OBLIGATIONS": lambda values: (
        ngettext(
            "%(count)d obligation towards a funder is overdue.",
            "%(count)d obligations towards funders are overdue.",
            values["count"],
        )
        % values
    ),
    "NO_BUDGET": lambda _values: _("No budget is entered."),
    "CONDITIONS": _conditions,
    "CHANGES": lambda values: (
        ngettext(
            "%(count)d change waits for a decision.",
            "%(count)d changes wait for a decision.",
            values["count"],
        )
        % values
    ),
    "ISSUES": lambda values: (
        ngettext(
            "%(count)d issue was not solved in time.",
            "%(count)d issues were not solved in time.",
            values["count"],
        )
        % values
    ),
    "SCOPE_KEPT": lambda _values: _("No condition is overdue, and no change is open."),
    "NO_SCOPE": lambda _values: _("Neither a condition, a change nor an issue is written down."),
    "RISKS": _risks,
    "RISKS_CLOSED": lambda values: (
        ngettext(
            "%(count)d risk was known; it is over.",
            "%(count)d risks were known; all are over.",
            values["count"],
        )
        % values
    ),
    "NO_RISK": lambda _values: _("No risk is written down yet."),
    "GOALS_GREEN": lambda values: (
        ngettext(
            "The goal that it serves is on course.",
            "All goals that it serves and that are known are on course.",
            values["so"],
        )
        % values
    ),
    "GOALS_AMBER": lambda values: (
        ngettext(
            "%(so)d of %(count)d goals that it serves needs attention.",
            "%(so)d of %(count)d goals that it serves need attention.",
            values["so"],
        )
        % values
    ),
    "GOALS_RED": lambda values: (
        ngettext(
            "%(so)d of %(count)d goals that it serves is off course.",
            "%(so)d of %(count)d goals that it serves are off course.",
            values["so"],
        )
        % values
    ),
    "GOALS_GREY": lambda _values: _("How the goals that it serves stand is not known."),
    "NO_GOAL": lambda _values: _("It serves no goal of the strategy."),
    "WORST": lambda _values: _("The worst of its lights."),
    "REPORT_OLD": lambda values: (
        _("The last approved report is %(days)s old.") % {"days": _days(values["days"])}
    ),
}
CODES = frozenset(_SENTENCES)
