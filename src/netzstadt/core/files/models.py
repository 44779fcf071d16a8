"""Attachments of any object, and their numbered versions that never change."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.ids import new_id


class ScanState(models.TextChoices):
    """What the virus scanner said of a version."""

    NOT_SCANNED = "NOT_SCANNED", _("not scanned for viruses")
    CLEAN = "CLEAN", _("scanned, nothing found")
    INFECTED = "INFECTED", _("infected, in quarantine")
    ERROR = "ERROR", _("scan failed, it is tried again")


class Attachment(models.Model):
    """A file on an object of any room. Whoever may see the object may see the file.

    A removed one can be restored until it is purged.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    model = models.CharField(max_length=100)
    object_id = models.UUIDField()
    title = models.CharField(_("Title"), max_length=200)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("File")
        verbose_name_plural = _("Files")
        constraints = [
            models.CheckConstraint(
                condition=Q(model__regex=r"^[a-z_]+\.[a-z_]+$"), name="files_attachment_model"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="files_attachment_title"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=False) | Q(removed_by__isnull=True),
                name="files_attachment_removed",
            ),
        ]
        indexes = [
            models.Index(fields=["model", "object_id"], name="files_attachment_object"),
            models.Index(
                fields=["removed_at"],
                condition=Q(removed_at__isnull=False),
                name="files_attachment_removed_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.id})"


class FileVersion(models.Model):
    """One state of an attachment. Its content is named by its hash and never changes.

    A trigger of the database refuses to change anything but what the scanner said.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("Version"))
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(_("Size"))
    media_type = models.CharField(_("Kind"), max_length=100)
    original_name = models.CharField(_("Name of the file"), max_length=200)
    uploaded_at = models.DateTimeField(_("Uploaded at"))
    uploaded_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    scan_state = models.CharField(
        _("Virus scan"), max_length=12, choices=ScanState.choices, default=ScanState.NOT_SCANNED
    )
    scanned_at = models.DateTimeField(null=True)
    # The signature that was found, or what kept the scanner from judging.
    scan_note = models.CharField(max_length=200, default="")

    class Meta:
        verbose_name = _("Version")
        verbose_name_plural = _("Versions")
        constraints = [
            models.UniqueConstraint(
                fields=["attachment", "number"], name="files_version_number_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="files_version_number"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="files_version_sha256"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="files_version_size"),
            models.CheckConstraint(condition=~Q(original_name=""), name="files_version_name"),
            models.CheckConstraint(
                condition=Q(scan_state__in=ScanState.values), name="files_version_scan_state"
            ),
            models.CheckConstraint(
                condition=Q(scan_state=ScanState.NOT_SCANNED, scanned_at__isnull=True)
                | ~Q(scan_state=ScanState.NOT_SCANNED)
                & Q(scanned_at__isnull=False, scanned_at__gte=F("uploaded_at")),
                name="files_version_scanned_at",
            ),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="files_version_by_content"),
            models.Index(
                fields=["uploaded_at"],
                condition=Q(scan_state__in=[ScanState.NOT_SCANNED, ScanState.ERROR]),
                name="files_version_to_scan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.original_name}, {self.number} ({self.id})"

    @property
    def is_infected(self) -> bool:
        """Whether it lies in quarantine and is never handed out."""
        return self.scan_state == ScanState.INFECTED
