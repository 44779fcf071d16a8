"""Contributions (Wirkungsbeiträge): what brings a goal forward, and how it counts."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.ids import new_id
from netzstadt.strategy.models.editions import Edition, Element


class Rule(models.TextChoices):
    """How the progress of one element counts for the one that it serves."""

    NONE = "NONE", _("does not count, only named")
    PERCENT = "PERCENT", _("counts with its progress")
    COUNT = "COUNT", _("counts once it is done")
    VALUE = "VALUE", _("counts with the effect it has had")


class Contribution(models.Model):
    """An element serves another one in an edition, and counts for its progress by a rule.

    For ``VALUE``, ``expected`` and ``achieved`` are the effect in one unit (``unit_text``). The
    migration adds that both stand in the edition and that contributions make no circle.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="contributions")
    source = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(
        _("How it counts"), max_length=8, choices=Rule.choices, default=Rule.PERCENT
    )
    weight = models.FloatField(_("Weight"), default=1.0)
    expected = models.FloatField(_("Expected effect"), null=True)
    achieved = models.FloatField(_("Effect so far"), null=True)
    unit_text = models.CharField(_("Unit of the effect"), max_length=60, default="")
    rationale = models.CharField(_("Why it serves the goal"), max_length=500, default="")

    class Meta:
        verbose_name = _("Contribution")
        verbose_name_plural = _("Contributions")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "source", "target"], name="strategy_contribution_once"
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="strategy_contribution_not_to_itself"
            ),
            models.CheckConstraint(
                condition=Q(rule__in=Rule.values), name="strategy_contribution_rule"
            ),
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=1000), name="strategy_contribution_weight"
            ),
            models.CheckConstraint(
                condition=~Q(rule=Rule.VALUE) | Q(expected__gt=0),
                name="strategy_contribution_expected",
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "target"], name="strategy_contribution_target"),
            models.Index(fields=["source"], name="strategy_contribution_source"),
            models.Index(fields=["target"], name="strategy_contribution_to"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id} ({self.id})"
