"""Stakeholder analysis (Akteursanalyse): how a party stands to a project or a goal, by day."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.lib.ids import new_id
from netzstadt.stakeholders.models.network import Party


class Attitude(models.TextChoices):
    """How a party stands to something."""

    DRIVES = "DRIVES", pgettext_lazy("attitude of a party", "drives it")
    SUPPORTS = "SUPPORTS", pgettext_lazy("attitude of a party", "supports it")
    NEUTRAL = "NEUTRAL", pgettext_lazy("attitude of a party", "is neutral")
    SCEPTICAL = "SCEPTICAL", pgettext_lazy("attitude of a party", "is sceptical")
    OPPOSES = "OPPOSES", pgettext_lazy("attitude of a party", "opposes it")
    UNKNOWN = "UNKNOWN", pgettext_lazy("attitude of a party", "is not known")


class Stakeholding(models.Model):
    """How a party was seen on a day: its influence and interest (1 little, 5 much), its attitude,
    what it needs. The last day counts; earlier ones stay, to see how it moved.

    ``about_model`` and ``about_id`` name the object as the trail does.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="stakeholdings")
    about_model = models.CharField(max_length=100)
    about_id = models.UUIDField()
    on = models.DateField(pgettext_lazy("of an assessment", "Day"))
    influence = models.PositiveSmallIntegerField(_("Influence"))
    interest = models.PositiveSmallIntegerField(_("Interest"))
    attitude = models.CharField(_("Attitude"), max_length=10, choices=Attitude.choices)
    need = models.CharField(_("What it needs"), max_length=1_000, default="")
    noted_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Assessment of a stakeholder")
        verbose_name_plural = _("Assessments of stakeholders")
        constraints = [
            models.CheckConstraint(
                condition=Q(influence__range=(1, 5), interest__range=(1, 5)),
                name="stakeholders_stakeholding_scale",
            ),
            models.CheckConstraint(
                condition=Q(attitude__in=Attitude.values),
                name="stakeholders_stakeholding_attitude",
            ),
            models.UniqueConstraint(
                fields=["about_id", "about_model", "party", "on"],
                name="stakeholders_stakeholding_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.about_model} {self.about_id} {self.on} ({self.id})"
