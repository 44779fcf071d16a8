"""Which columns about people's requests say something about a person."""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

FIELDS = {
    "privacy_erasure_request": fields(
        personal="person_id reason answer",
        other="id state asked_at due_on answered_at",
        kept=_("as proof that it was answered; its words go with the person"),
    ),
    "privacy_removal": fields(other="id rule at before removed"),
}
