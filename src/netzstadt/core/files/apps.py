"""Declares the room to the core."""

from datetime import timedelta
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.files.permissions import ATTACH_FILES
from netzstadt.core.rooms import (
    KitPart,
    NoticeRule,
    ObjectKind,
    PersonalData,
    Retention,
    RoomConfig,
)


class FilesConfig(RoomConfig):
    name = "netzstadt.core.files"
    label = "files"
    verbose_name = _("Files")
    purpose = _("Files: attachments with versions, checked and handed out signed.")
    permissions = (ATTACH_FILES,)
    event_titles = MappingProxyType(
        {
            "files.attachment.attached": _("File attached"),
            "files.attachment.purged": _("File deleted for good"),
            "files.attachment.removed": _("File removed"),
            "files.attachment.renamed": _("File renamed"),
            "files.attachment.restored": _("File restored"),
            "files.personal_data.erased": _("Files about a person erased"),
            "files.version.added": _("New version of a file"),
            "files.version.infected": _("File found infected"),
        }
    )
    fact_titles = MappingProxyType(
        {
            "attachment_count": _("Files"),
            "number": _("Version"),
            "of_id": _("Object"),
            "of_model": _("Kind of object"),
            "original_name": _("Name of the file"),
            "sha256": _("SHA-256"),
            "signature": _("Signature found"),
            "size": _("Size in bytes"),
            "title": _("Title"),
            "upload_count": _("Uploads"),
            "version_count": _("Versions"),
            "version_id": _("Key of the version"),
        }
    )
    fact_objects = MappingProxyType({"of_id": "of_model"})
    objects = (
        ObjectKind(
            model="files.attachment",
            title=_("File"),
            cards="netzstadt.core.files.queries.attachment_cards",
            order=300,
        ),
    )
    notice_topics = MappingProxyType({"files": _("Infected files")})
    notice_rules = (
        NoticeRule(
            event="files.version.infected",
            topic="files",
            persons="netzstadt.core.files.queries.persons_to_warn",
            is_urgent=True,
        ),
    )
    personal_data = PersonalData(
        export="netzstadt.core.files.queries.personal_data",
        erase="netzstadt.core.files.services.erase_person",
        titles=MappingProxyType(
            {
                "uploaded_at": _("Uploaded"),
                "version": _("Version"),
            }
        ),
    )
    retention = (
        Retention(
            key="files.removed",
            title=_("Removed files"),
            keep=timedelta(days=30),
            basis=_("Time to undo a removal; then GDPR Art. 5 (1) e"),
            remove="netzstadt.core.files.services.purge_removed",
        ),
    )
    kit_parts = (
        KitPart(template="files/_kit.html", examples="netzstadt.core.files.gallery.examples"),
    )
