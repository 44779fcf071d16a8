"""Which columns of this room say something about a person.

People of a council (OParl: Person, Membership) are not read. Yet a subject or a text that a council
publishes may name somebody; it is kept as the council's system publishes it, and no longer.
"""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

_ALL = "id origin source_id oparl_id oparl_modified web created_at changed_at deleted_at"
_READABLE = f"{_ALL} visibility unit_id"
_CONSENTED = _(
    "until 180 days after the last consent ended, or the entry is removed; no longer than her"
    " account"
)
_STATED = _("with the object it is about, as its record; without her name once she was removed")
_KEPT = _("as the council publishes it: emptied with the first harvest after it was withdrawn")

FIELDS = {
    "stakeholders_councilsource": fields(
        other="id address title body_id lists paused_at created_at"
    ),
    "stakeholders_harvest": fields(
        other="id source_id state since started_at touched_at finished_at kind next_address pages"
        " list_read list_total read new changed unchanged withdrawn returned left_out dropped"
        " left_out_places failure failure_detail"
    ),
    "stakeholders_councilorganisation": fields(
        other=f"{_ALL} name short_name classification start_on end_on"
    ),
    "stakeholders_meeting": fields(
        personal="name files words_key",
        other=f"{_READABLE} start_at end_at place is_cancelled organisation_id"
        " organisation_oparl_id",
        kept=_KEPT,
    ),
    "stakeholders_agendaitem": fields(
        personal="name result_text resolution_text words_key",
        other=f"{_READABLE} meeting_id is_inside number order is_public result_code",
        kept=_KEPT,
    ),
    "stakeholders_paper": fields(
        personal="name files words_key", other=f"{_READABLE} reference on kind", kept=_KEPT
    ),
    "stakeholders_consultation": fields(
        other=f"{_ALL} paper_id agenda_item_id organisation_id paper_oparl_id item_oparl_id"
        " organisation_oparl_id is_inside role is_authoritative"
    ),
    "stakeholders_party": fields(
        personal="name role person_id email phone web note words_key",
        other="id kind sector organisation_id unit_id visibility is_demo created_at changed_at",
        kept=_CONSENTED,
    ),
    "stakeholders_party_relation": fields(
        personal="source_id target_id evidence",
        other="id kind since until made_at",
        kept=_CONSENTED,
    ),
    "stakeholders_consent": fields(
        personal="party_id basis",
        other="id purpose given_on until withdrawn_on noted_at",
        kept=_CONSENTED,
    ),
    "stakeholders_expertise": fields(
        personal="party_id topic evidence evidence_url confirmed_by_id",
        other="id level evidence_kind last_used_on confirmed_at changed_at",
        kept=_CONSENTED,
    ),
    "stakeholders_expert_word": fields(personal="party_id word", other="weight", kept=_CONSENTED),
    "stakeholders_stakeholding": fields(
        personal="party_id influence interest attitude need noted_by_id",
        other="id about_model about_id on changed_at",
        kept=_CONSENTED,
    ),
    "stakeholders_expert_request": fields(
        personal="party_id asked_by_id",
        other="id about_model about_id question state asked_at accepted_at statement stated_at"
        " declined_because effect effect_note effect_at changed_at",
        kept=_STATED,
    ),
}
