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
    "portfolio_line_once": _("There is such a line in this year already: change that one."),
    "portfolio_commitment_amount": _("An order has an amount above zero, and says of what."),
    "portfolio_commitment_days": _("It would be closed before it was ordered."),
    "portfolio_posting_voucher": _("This voucher is in the ledger already."),
    "portfolio_posting_year": _(
        "The budget line is for another year than that of the payment. Choose one of that year."
    ),
    "portfolio_posting_commitment": _("This was ordered for another project."),
    "portfolio_posting_grant": _("This grant is for another project."),
    "portfolio_posting_period": _(
        "It was paid outside the period of the grant, or that is not known: nothing of it is"
        " eligible."
    ),
    "portfolio_posting_eligible": _("No more can be eligible than was paid."),
    "portfolio_posting_financed": _(
        "Say by which line of the financing plan it is paid: otherwise nothing is eligible."
    ),
    "portfolio_posting_amount": _("An amount of nothing is no payment."),
    "portfolio_receipt_amount": _("An amount of nothing is no receipt."),
    "portfolio_funding_period": _(
        "Something eligible was paid outside this period. Take it back in the ledger first."
    ),
    "portfolio_funding_granted": _("Say first in which period what is paid counts."),
    "portfolio_funding_rate": _("Say which share of what is eligible is paid."),
    "portfolio_funding_days": _("It would end before it begins."),
    "portfolio_funding_programme_title": _("There is a programme that is called so already."),
    "portfolio_notice_amount": _(
        "A grant is above zero, a revocation below; write the number of the notice."
    ),
    "portfolio_financing_once": _("The plan has a line that is called so already."),
    "portfolio_obligation_met": _("Say how the obligation was met."),
    "portfolio_proof_once": _("There is such a proof for this day already."),
    "portfolio_proof_sums": _(
        "Something was written into the ledger meanwhile. Look at the figures again."
    ),
    "portfolio_entry_kept": _("This entry is closed: it stands as it is."),
    "portfolio_entry_score": _("A risk has a probability and an impact, 1 to 5 each."),
    "portfolio_entry_outcome": _("Say how it ended: whoever reads it later needs it."),
    "portfolio_entry_effect": _("Say what the change means for time, cost or scope."),
    "portfolio_report_one_open": _("Another report of this project is still open."),
    "portfolio_report_period": _("The period ends before it begins."),
    "portfolio_report_corrects": _("Only an approved report is corrected."),
    "corrects_id": _("This report was corrected already."),
    "portfolio_report_happened": _("Say what happened."),
    "portfolio_report_other": _("Somebody else than who wrote it approves a report."),
    "portfolio_report_sealed": _(
        "This report is sealed. What is wrong in it is corrected by the next one."
    ),
    "portfolio_override_reason": _("Say why the light shall be another one."),
}


class PortfolioRefused(Refusal):
    """The project cannot be changed this way."""


def refused() -> AbstractContextManager[None]:
    """Turn what the database refuses into a refusal; what it says nothing of stays an error."""
    return refused_by_database(_WORDS, PortfolioRefused)
