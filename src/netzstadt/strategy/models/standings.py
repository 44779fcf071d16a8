"""Where goals stand: target paths, lights, what overrides them."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.lib.ids import new_id
from netzstadt.strategy.models.editions import Element
from netzstadt.strategy.models.indicators import Indicator


class Light(models.TextChoices):
    """How something stands. Grey: nobody knows."""

    GREEN = "GREEN", _("on course")
    AMBER = "AMBER", _("needs attention")
    RED = "RED", _("off course")
    GREY = "GREY", _("not known")


class TargetPath(models.Model):
    """What an indicator shall come to for a goal, by which day, and how far it may stray.

    ``amber_at`` and ``red_at`` are deviations to the bad side, in the unit of the indicator, from
    which on the light is amber or red. ``fresh_days`` is how old the newest value may be.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="paths")
    goal = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="paths")
    weight = models.FloatField(_("Weight"), default=1.0)
    amber_at = models.FloatField(_("Amber from a deviation of"))
    red_at = models.FloatField(_("Red from a deviation of"))
    fresh_days = models.PositiveIntegerField(_("A value may be so many days old"), default=400)
    light = models.CharField(max_length=5, choices=Light.choices, default=Light.GREY)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "strategy_target_path"
        verbose_name = _("Target path")
        verbose_name_plural = _("Target paths")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "goal"],
                condition=Q(ended_at__isnull=True),
                name="strategy_path_once",
            ),
            models.CheckConstraint(
                condition=Q(amber_at__gte=0) & Q(red_at__gte=F("amber_at")),
                name="strategy_path_corridor",
            ),
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=1000), name="strategy_path_weight"
            ),
            models.CheckConstraint(condition=Q(light__in=Light.values), name="strategy_path_light"),
        ]
        indexes = [models.Index(fields=["goal"], name="strategy_path_goal")]

    def __str__(self) -> str:
        return f"{self.indicator_id} for {self.goal_id} ({self.id})"


class TargetPoint(models.Model):
    """A day of a target path and the value for it; the first one is the baseline."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    path = models.ForeignKey(TargetPath, on_delete=models.CASCADE, related_name="points")
    day = models.DateField(_("Day"))
    value = models.FloatField(_("Value"))

    class Meta:
        db_table = "strategy_target_point"
        verbose_name = _("Point of a target path")
        verbose_name_plural = _("Points of target paths")
        constraints = [models.UniqueConstraint(fields=["path", "day"], name="strategy_point_once")]

    def __str__(self) -> str:
        return f"{self.day}: {self.value} ({self.id})"


class TypedProgress(models.Model):
    """How far an element has come as somebody says, where no rule works it out (0 to 1)."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+")
    progress = models.FloatField(_("Progress"))
    note = models.CharField(_("Why"), max_length=500, default="")
    typed_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    typed_at = models.DateTimeField()

    class Meta:
        db_table = "strategy_typed_progress"
        verbose_name = _("Progress by hand")
        verbose_name_plural = _("Progress by hand")
        constraints = [
            models.CheckConstraint(condition=Q(progress__range=(0, 1)), name="strategy_typed_range")
        ]
        indexes = [
            models.Index(fields=["element", "-typed_at"], name="strategy_typed_newest"),
            models.Index(fields=["typed_by"], name="strategy_typed_by"),
        ]

    def __str__(self) -> str:
        return f"{self.element_id}: {self.progress} ({self.id})"


class Override(models.Model):
    """A light that somebody set by hand, with a reason, until a day."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+")
    light = models.CharField(
        pgettext_lazy("a traffic light", "Light"), max_length=5, choices=Light.choices
    )
    reason = models.CharField(_("Reason"), max_length=500)
    last_day = models.DateField(_("Last day"))
    set_by = models.ForeignKey("orgs.Person", null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Override")
        verbose_name_plural = _("Overrides")
        constraints = [
            models.UniqueConstraint(
                fields=["element"],
                condition=Q(ended_at__isnull=True),
                name="strategy_override_one_open",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="strategy_override_reason"),
            models.CheckConstraint(
                condition=Q(light__in=Light.values), name="strategy_override_light"
            ),
        ]
        indexes = [models.Index(fields=["set_by"], name="strategy_override_by")]

    def __str__(self) -> str:
        return f"{self.element_id}: {self.light} ({self.id})"


class Standing(models.Model):
    """Where an element stands: its progress and light as last worked out, and why.

    ``parts`` is what it was worked out from, for the sentence that explains it; ``light`` is what
    is shown, an override included, ``reckoned_light`` what the rules say.
    """

    element = models.OneToOneField(
        Element, primary_key=True, on_delete=models.CASCADE, related_name="standing"
    )
    progress = models.FloatField(null=True)
    is_typed = models.BooleanField(default=False)
    light = models.CharField(max_length=5, choices=Light.choices, default=Light.GREY)
    reckoned_light = models.CharField(max_length=5, choices=Light.choices, default=Light.GREY)
    parts = models.JSONField(default=list)
    since = models.DateTimeField()
    reckoned_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Standing")
        verbose_name_plural = _("Standings")
        constraints = [
            models.CheckConstraint(
                condition=Q(progress__isnull=True) | Q(progress__range=(0, 1)),
                name="strategy_standing_range",
            ),
            models.CheckConstraint(
                condition=Q(light__in=Light.values) & Q(reckoned_light__in=Light.values),
                name="strategy_standing_light",
            ),
        ]
        indexes = [models.Index(fields=["light"], name="strategy_standing_by_light")]

    def __str__(self) -> str:
        return f"{self.element_id}: {self.light}"
