"""Links: one object stands in a relation to another one, since when and until when."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from netzstadt.core.links.relations import RELATIONS
from netzstadt.lib.ids import new_id

_KIND = r"^[a-z_]+\.[a-z_]+$"
_OPEN = Q(ended_at__isnull=True)


class Link(models.Model):
    """From a source to a target, both any objects of the house. It holds until it is ended.

    That relations without cycles have none, and that a symmetric one is stored one way round, is
    said by the migration: a trigger and a constraint on rows.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    source_model = models.CharField(max_length=100)
    source_id = models.UUIDField()
    relation = models.CharField(_("Relation"), max_length=40)
    target_model = models.CharField(max_length=100)
    target_id = models.UUIDField()
    note = models.CharField(_("Note"), max_length=500, blank=True, default="")
    made_at = models.DateTimeField(_("Linked at"))
    made_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(_("Ended at"), null=True)
    ended_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("Link")
        verbose_name_plural = _("Links")
        constraints = [
            models.UniqueConstraint(
                fields=["source_model", "source_id", "relation", "target_model", "target_id"],
                condition=_OPEN,
                name="links_link_once",
            ),
            models.CheckConstraint(
                condition=Q(relation__in=sorted(RELATIONS)), name="links_link_relation_known"
            ),
            models.CheckConstraint(
                condition=Q(source_model__regex=_KIND) & Q(target_model__regex=_KIND),
                name="links_link_kinds",
            ),
            models.CheckConstraint(
                condition=~(Q(source_model=F("target_model")) & Q(source_id=F("target_id"))),
                name="links_link_not_to_itself",
            ),
            models.CheckConstraint(
                condition=(_OPEN & Q(ended_by__isnull=True)) | Q(ended_at__gte=F("made_at")),
                name="links_link_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["source_model", "source_id", "id"], condition=_OPEN, name="links_from"
            ),
            models.Index(
                fields=["target_model", "target_id", "id"], condition=_OPEN, name="links_to"
            ),
            models.Index(fields=["made_by"], name="links_made_by"),
        ]

    def __str__(self) -> str:
        return (
            f"{self.source_model} {self.source_id} {self.relation} "
            f"{self.target_model} {self.target_id} ({self.id})"
        )
