"""Which columns of links say something about a person, and what becomes of them."""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

FIELDS = {
    "links_link": fields(
        personal="source_id target_id note made_by_id ended_by_id",
        other="id source_model relation target_model made_at ended_at",
        kept=_("as long as the linked objects; links of a person end with her erasure"),
    ),
}
