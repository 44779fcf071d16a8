"""Which columns of mail say something about a person."""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

FIELDS = {
    "mail_mailserver": fields(
        other="id is_the_one host port security user password_encrypted sender_name "
        "sender_address changed_at silent_until",
    ),
    "mail_outgoingmail": fields(
        personal="person_id address subject text html answer unsubscribe_url",
        other="id text_removed_at language state tries created_at due_at sent_at",
        kept=_("texts for 30 days, the rest for a year"),
    ),
}
