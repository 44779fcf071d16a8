"""Grants: which person has which role, and where."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Role


class Grant(models.Model):
    """A person has a role everywhere, in a unit or for one object.

    The plane's migrations make the table.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(primary_key=True)
    person = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="grants")
    role = models.TextField(_("Role"), choices=Role.choices)
    unit_id = models.UUIDField(null=True)
    object_id = models.UUIDField(null=True)
    object_model = models.TextField(default="")
    valid_from = models.DateTimeField(_("From"))
    valid_to = models.DateTimeField(_("Until"), null=True)
    reason = models.TextField(_("Reason"), default="")

    class Meta:
        managed = False
        db_table = "access_grant"

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.id}"

    @property
    def is_everywhere(self) -> bool:
        """Whether the role holds in the whole house."""
        return self.unit_id is None and self.object_id is None
