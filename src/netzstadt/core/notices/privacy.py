"""Which columns of the notices say something about a person."""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

FIELDS = {
    "notices_notice": fields(
        personal="person_id actor_id for_person_id event_id read_at mailed_at",
        other="id sequence event_name object_model object_id topic created_at mail",
        kept=_("90 days after reading, a year unread, and no longer than the account"),
    ),
    "notices_topic_choice": fields(
        personal="person_id topic channel", other="id", kept=_("as long as the account")
    ),
    "notices_digest_plan": fields(
        personal="person_id rhythm hour weekday due_at", kept=_("as long as the account")
    ),
    "notices_calendar_address": fields(
        personal="person_id token_digest made_at content_digest content_changed_at",
        kept=_("until the calendar is switched off, and no longer than the account"),
    ),
}
