"""What the database refuses, in the words of who asked."""

from contextlib import AbstractContextManager

from django.utils.translation import gettext_lazy as _

from netzstadt.core.refusal import Refusal, refused_by_database

_WORDS = {
    "strategy_edition_states": _("An edition cannot go from its present state to that one."),
    "strategy_edition_kept": _("An adopted edition stays as it is. Begin a new edition."),
    "strategy_version_kept": _("An adopted edition stays as it is. Begin a new edition."),
    "strategy_version_parent_kind": _("An element of this kind cannot lie in that one."),
    "strategy_version_parent_there": _(
        "Something lies in this element; move or remove that first."
    ),
    "strategy_version_strategy": _("The element belongs to another strategy."),
    "strategy_element_code_once": _("There is an element with this code already."),
    "strategy_element_code": _("A code begins with a letter or digit and has no special signs."),
    "strategy_strategy_key": _("There is a strategy with this key already."),
    "strategy_element_serves": _("A measure that is approved serves a goal: say first which one."),
    "strategy_contribution_circle": _(
        "That would go round in a circle: the other one serves this one already."
    ),
    "strategy_contribution_ends": _("Both must stand in the same edition."),
    "strategy_contribution_kinds": _("Only goals and measures serve one another."),
    "strategy_contribution_expected": _("Say which effect is expected; it is more than zero."),
    "strategy_comment_text": _("The comment must not be empty."),
    "strategy_comment_open": _("This edition is not open to comments today."),
    "strategy_comment_element": _("What the comment is about is not in this edition."),
    "strategy_path_kind": _("Only goals and measures are measured by an indicator."),
    "strategy_path_corridor": _("Red begins where amber does, or further away."),
    "strategy_indicator_code": _("A code begins with a letter or digit and has no special signs."),
}


class StrategyRefused(Refusal):
    """The strategy cannot be changed this way."""


def refused() -> AbstractContextManager[None]:
    """Turn what the database refuses into a refusal; what it says nothing of stays an error."""
    return refused_by_database(_WORDS, StrategyRefused)
