"""Which columns of the portfolio say something about a person, and what becomes of them."""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

_ROLE = _("until somebody else has this part, and no longer than the account")
_RECORD = _(
    "with the project, as the record of what was decided (Art. 17 (3) (b) GDPR); without her name"
    " once her account is erased"
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
