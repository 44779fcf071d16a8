"""The backups that were taken."""

import uuid

from django.db import models
from django.db.models import Q

from netzstadt.lib.ids import new_id


class Backup(models.Model):
    """A backup that was whole when it was taken; where it lies is not the database's to know."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    at = models.DateTimeField(db_index=True)
    name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    rows = models.BigIntegerField()
    seconds = models.FloatField()
    head = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(size_bytes__gte=0) & Q(rows__gte=0) & Q(seconds__gte=0),
                name="operation_backup_measures",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="operation_backup_named"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.at:%Y-%m-%d %H:%M}"
