"""Which columns of files say something about a person."""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

FIELDS = {
    "files_attachment": fields(
        personal="title created_by_id removed_by_id",
        other="id model object_id created_at removed_at",
        kept=_("as long as its object has it, and thirty days after it was removed"),
    ),
    "files_fileversion": fields(
        personal="original_name sha256 uploaded_by_id",
        other="id attachment_id number size media_type uploaded_at scan_state scanned_at scan_note",
        kept=_("as long as the attachment"),
    ),
}
