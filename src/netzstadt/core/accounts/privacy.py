"""Which columns about accounts say something about a person."""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

_ACCOUNT = _("as long as the account")

FIELDS = {
    "accounts_account": fields(
        personal="person_id language wrong_codes codes_paused_until pause_told_at", kept=_ACCOUNT
    ),
    "accounts_codegenerator": fields(
        personal="person_id encrypted_key last_step added_at used_at",
        kept=_("until the person removes it"),
    ),
    "accounts_passkey": fields(
        personal="person_id name credential_id credential_data sign_count added_at used_at",
        other="id",
        kept=_("until the person removes it"),
    ),
    "accounts_recoverycode": fields(
        personal="person_id digest made_at used_at",
        other="id",
        kept=_("until the person makes new ones"),
    ),
    "accounts_signedinsession": fields(
        personal="person_id session_id device place factor begun_at seen_at",
        other="id",
        kept=_("until the session ends, twelve hours at most"),
    ),
    "accounts_invitation": fields(
        personal="email name roles unit_id language invited_by_id person_id used_at",
        other="id invited_at token_digest sent_at expires_at withdrawn_at",
        kept=_("thirty days after it was used, withdrawn or has expired"),
    ),
    "accounts_passwordreset": fields(
        personal="account language person_id password_digest asked_at",
        other="id token_digest expires_at ended_at",
        kept=_("one day"),
    ),
    "accounts_externalidentity": fields(
        personal="person_id issuer subject linked_at used_at", other="id", kept=_ACCOUNT
    ),
}
