"""Which columns of the city and its feedback say something about a person."""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

_KEPT = _("closed messages for a year after their answer")

FIELDS = {
    "city_city": fields(
        # An imprint names whom the law asks it to name.
        personal="imprint_representative privacy_officer statement_contact conformity_by",
        other="id is_the_one changed_at name municipal_code language contact_address contact_phone "
        "contact_email accent logo logo_type logo_digest imprint_body imprint_address "
        "imprint_email imprint_phone imprint_vat_id imprint_authority imprint_text "
        "privacy_controller privacy_purposes privacy_recipients privacy_authority conformity "
        "conformity_method statement_made_on statement_reviewed_on barriers barriers_reasons "
        "barriers_alternatives enforcement_body enforcement_url",
        kept=_("until the page is written anew"),
    ),
    "city_setup": fields(
        personal="administrator_id",
        other="id is_the_one secret_digest issued_at expires_at finished_at",
        kept=_("as long as the installation"),
    ),
    "city_feedbackmessage": fields(
        personal="page text email",
        other="id kind category language state received_at answer_due_on answered_at",
        kept=_KEPT,
    ),
    "city_feedbackreply": fields(
        personal="text by_id", other="id message_id is_final was_mailed at", kept=_KEPT
    ),
    "city_feedbacktry": fields(personal="client_digest", other="id at", kept=_("for a day")),
}
