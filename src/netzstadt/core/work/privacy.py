"""Which columns of the start pages say something about a person."""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

FIELDS = {
    "work_tile_place": fields(
        personal="person_id tile position is_hidden",
        other="id",
        kept=_("until she resets her start page, and no longer than the account"),
    ),
}
