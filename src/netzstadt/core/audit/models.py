"""The audit trail as Django reads it; the plane's migrations made the tables."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One event. Never changed: the database refuses it."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(primary_key=True)
    sequence = models.BigIntegerField(unique=True)
    at = models.DateTimeField(_("When"))
    person = models.ForeignKey(
        "orgs.Person",
        verbose_name=_("Who"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,  # the trail outlives the person
        related_name="+",
    )
    api_key_id = models.UUIDField(null=True)
    acting_for = models.ForeignKey(
        "orgs.Person",
        verbose_name=_("Standing in for"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    name = models.TextField(_("What happened"))
    object_model = models.TextField(_("Object"))
    object_id = models.UUIDField()
    data = models.JSONField()
    personal = models.JSONField(null=True)
    personal_salt = models.UUIDField(null=True)
    personal_digest = models.BinaryField(null=True)

    class Meta:
        managed = False
        db_table = "audit_event"

    def __str__(self) -> str:
        return f"{self.name} {self.object_id} ({self.sequence})"


class AuditCheck(models.Model):
    """One check of the whole chain."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(primary_key=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    verified = models.BigIntegerField()
    erased = models.BigIntegerField()
    waiting = models.BigIntegerField()
    head = models.TextField()
    faults = models.JSONField(default=list)
    fault_count = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "audit_check"

    def __str__(self) -> str:
        return f"{self.started_at} {self.fault_count}"

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return self.fault_count == 0


class AuditSeal(models.Model):
    """The link of the hash chain that seals one event."""

    position = models.BigIntegerField(primary_key=True)
    event = models.ForeignKey(AuditEvent, on_delete=models.DO_NOTHING, related_name="+")
    sealed_at = models.DateTimeField()
    hash = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_seal"

    def __str__(self) -> str:
        return f"{self.position}"
