"""What cannot be done with a project, and what the database refuses, in the words of who asked."""

from contextlib import AbstractContextManager

from django.utils.translation import gettext_lazy as _

from netzstadt.core.refusal import Refusal, refused_by_database

_WORDS = {
    "portfolio_project_public": _(
        "Everybody will read it: say in one or two sentences what the project is."
    ),
    "portfolio_project_period": _("The project would end before it begins."),
    "portfolio_decision_stage": _("The project is not at this gate. Look at it again."),
    "portfolio_decision_by": _("Only who is named for this gate decides at it."),
    "portfolio_decision_open": _("Say of each criterion first whether it is met."),
    "portfolio_decision_unmet": _(
        "A criterion is not met: name a condition under which the project goes on all the same."
    ),
    "portfolio_decision_conditions": _(
        "Conditions are still open: say how they were met before the project ends."
    ),
    "portfolio_gate_kept": _("This gate is behind the project: what was asked there stands."),
    "portfolio_decision_follows": _("This decision does not fit the project as it is now."),
    "portfolio_criterion_why": _("Say why the criterion is not met, or does not matter."),
    "portfolio_effort_minutes": _("A day has 1 to 1,440 minutes."),
    "portfolio_task_period": _("The task would end before it begins."),
    "portfolio_task_done": _(
        "Say how far it is in percent, 0 to 100; what is done in full has a day."
    ),
    "portfolio_task_deliverable": _("This deliverable belongs to another project."),
    "portfolio_deliverable_accepted": _("Say on which day it was accepted."),
    "portfolio_dependency_circle": _(
        "It would wait for itself: what it waits for waits for it already, directly or in a chain."
    ),
    "portfolio_dependency_project": _("Both have to be in the plan of this project."),
    "portfolio_dependency_once": _("It waits for it already. Remove that first to change it."),
    "portfolio_dependency_lag": _("A lag is two years at most."),
    "portfolio_assignment_percent": _("A part of full time is 1 to 100 percent."),
    "portfolio_condition_met": _("Say how the condition was met."),
}


class PortfolioRefused(Refusal):
    """The project cannot be changed this way."""


def refused() -> AbstractContextManager[None]:
    """Turn what the database refuses into a refusal; what it says nothing of stays an error."""
    return refused_by_database(_WORDS, PortfolioRefused)
