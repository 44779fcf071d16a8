"""Which columns of the portfolio say something about a person, and what becomes of them."""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

_ROLE = _("until somebody else has this part, and no longer than the account")
_RECORD = _(
    "with the project, as the record of what was decided (Art. 17 (3) (b) GDPR); without her name"
    " once her account is erased"
)
_VOUCHER = _(
    "ten years, as vouchers of the city and of its grants (KomHVO NRW, notices of grants); without"
    " her name once her account is erased"
)
_ADVICE = _("with the advice, as its record; without her name once her account is erased")

FIELDS = {
    "portfolio_project": fields(
        personal="lead_id sponsor_id",
        other="id key title summary story benefit kind method direction stage status decision_id"
        " visibility unit_id starts_on ends_on expected_end_on source source_url is_demo"
        " created_at changed_at",
        kept=_ROLE,
    ),
    "portfolio_milestone": fields(
        other="id project_id title planned_on expected_on reached_on created_at changed_at"
    ),
    "portfolio_deliverable": fields(
        personal="accepted_by_id",
        other="id project_id title due_on accepted_on note created_at changed_at",
        kept=_RECORD,
    ),
    "portfolio_task": fields(
        personal="responsible_id",
        other="id project_id deliverable_id title starts_on ends_on percent done_on effort_hours"
        " created_at changed_at",
        kept=_ROLE,
    ),
    "portfolio_dependency": fields(
        other="id project_id predecessor_task_id predecessor_milestone_id successor_task_id"
        " successor_milestone_id kind lag_days created_at"
    ),
    "portfolio_assignment": fields(
        personal="person_id role",
        other="id project_id month percent changed_at",
        kept=_("with the plan of the project; without her name once her account is erased"),
    ),
    "portfolio_programme": fields(
        other="id title kind purpose unit_id visibility is_demo created_at changed_at"
    ),
    "portfolio_programme_project": fields(other="id programme_id project_id is_primary added_at"),
    "portfolio_gate": fields(other="id project_id number key source target due_on asked_at"),
    "portfolio_gate_decider": fields(personal="person_id", other="id gate_id", kept=_ROLE),
    "portfolio_criterion": fields(
        personal="answered_by_id",
        other="id gate_id position key text answer note answered_at",
        kept=_RECORD,
    ),
    "portfolio_gate_decision": fields(
        personal="decided_by_id",
        other="id gate_id follows_id outcome reason stage status decided_on recorded_at criteria",
        kept=_RECORD,
    ),
    "portfolio_condition": fields(
        personal="responsible_id",
        other="id decision_id text due_on met_on note",
        kept=_RECORD,
    ),
    "portfolio_budget_line": fields(
        other="id project_id year cost_type title planned_cents expected_cents created_at"
        " changed_at"
    ),
    # Payees are firms as a rule; a name that stands there is part of the voucher.
    "portfolio_commitment": fields(
        other="id line_id title payee amount_cents ordered_on closed_on created_at changed_at"
    ),
    "portfolio_posting": fields(
        personal="recorded_by_id",
        other="id project_id line_id commitment_id amount_cents paid_on payee text reference"
        " invoice_number financing_line_id eligible_cents reverses_id recorded_at",
        kept=_VOUCHER,
    ),
    "portfolio_funding_programme": fields(
        other="id title level authority legal_basis terms proof_months source_url is_demo"
        " changed_at"
    ),
    "portfolio_funding": fields(
        other="id project_id programme_id state financing rate eligible_cents own_cents"
        " third_cents public_cents granted_from granted_to works_from works_to early_start_on"
        " early_start_reference bound_until keep_until created_at changed_at"
    ),
    "portfolio_funding_notice": fields(
        other="id funding_id kind issued_on reference amount_cents recorded_at"
    ),
    "portfolio_financing_line": fields(
        other="id funding_id title cost_type planned_cents tolerance changed_at"
    ),
    "portfolio_funding_receipt": fields(
        personal="recorded_by_id",
        other="id funding_id source amount_cents paid_on text reference reverses_id recorded_at",
        kept=_VOUCHER,
    ),
    "portfolio_obligation": fields(
        personal="responsible_id",
        other="id funding_id kind text due_on met_on evidence reminded_days changed_at",
        kept=_ROLE,
    ),
    "portfolio_funding_proof": fields(
        personal="sealed_by_id",
        other="id funding_id kind until measure course staff success deviations sealed_at"
        " spent_cents proven_cents received_cents figures seal created_at changed_at",
        kept=_VOUCHER,
    ),
    "portfolio_register_entry": fields(
        personal="owner_id decided_by_id",
        other="id project_id kind title probability impact response effect_time effect_cost"
        " effect_scope due_on closed_on outcome is_accepted body created_at changed_at",
        kept=_RECORD,
    ),
    "portfolio_light_override": fields(
        personal="set_by_id",
        other="id project_id aspect light reason last_day set_at ended_at",
        kept=_RECORD,
    ),
    "portfolio_status_report": fields(
        personal="written_by_id approved_by_id",
        other="id project_id number first_day last_day state happened ahead needed corrects_id"
        " light payload digest returned_because created_at changed_at submitted_at approved_at"
        " published_at",
        kept=_RECORD,
    ),
    "portfolio_advice": fields(
        personal="asked_by_id adviser_id",
        other="id key title need topic state visibility unit_id asked_at waits_since wanted_on"
        " accepted_at answered_at closed_at declined_because result rating rated_at is_demo"
        " changed_at",
        kept=_ADVICE,
    ),
    "portfolio_advice_message": fields(
        personal="author_id", other="id advice_id written_at text is_answer", kept=_ADVICE
    ),
    "portfolio_advice_effort": fields(
        personal="person_id", other="id advice_id on minutes", kept=_ADVICE
    ),
}
