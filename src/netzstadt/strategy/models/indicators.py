"""Indicators: what they mean, where their values come from, and the values themselves."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.lib.ids import new_id
from netzstadt.strategy.models.editions import PLAIN_CODE, Visibility


class Direction(models.TextChoices):
    """Which way is better."""

    UP = "UP", _("More is better")
    DOWN = "DOWN", _("Less is better")
    TARGET = "TARGET", _("The nearer to the target, the better")


class ImpactLevel(models.TextChoices):
    """Where in the chain of effects an indicator measures (Difu/BBSR: Wirkungskette)."""

    INPUT = "INPUT", _("Input: what is spent")
    OUTPUT = "OUTPUT", _("Output: what is done")
    OUTCOME = "OUTCOME", _("Outcome: what it changes for people")
    IMPACT = "IMPACT", _("Impact: what it changes for the city")


class BindingKind(models.TextChoices):
    """Where values come from."""

    SERIES = "SERIES", _("Datastreams")
    FIGURE = "FIGURE", _("A figure of this platform")
    MANUAL = "MANUAL", _("Entered by hand")


class Aggregation(models.TextChoices):
    """What becomes of the numbers of a Datastream in a window."""

    MEAN = "MEAN", _("Mean")
    SUM = "SUM", _("Sum")
    MINIMUM = "MINIMUM", _("Least value")
    MAXIMUM = "MAXIMUM", _("Greatest value")
    COUNT = "COUNT", _("Number of values")


class Combination(models.TextChoices):
    """How several Datastreams become one number."""

    MEAN = "MEAN", _("Mean of all")
    SUM = "SUM", _("Sum of all")
    MINIMUM = "MINIMUM", _("Least of all")
    MAXIMUM = "MAXIMUM", _("Greatest of all")


class Window(models.TextChoices):
    """The stretches of the city's calendar that have a value each."""

    HOUR = "HOUR", _("Hour")
    DAY = "DAY", _("Day")
    WEEK = "WEEK", _("Week")
    MONTH = "MONTH", _("Month")
    QUARTER = "QUARTER", pgettext_lazy("three months", "Quarter")
    YEAR = "YEAR", _("Year")


class Indicator(models.Model):
    """Something that can be measured, through all its definitions."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    code = models.CharField(_("Code"), max_length=40, unique=True)
    visibility = models.CharField(
        _("Who may see it"),
        max_length=20,
        choices=Visibility.choices,
        default=Visibility.PUBLIC,
    )
    unit = models.ForeignKey("orgs.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    responsible = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    is_demo = models.BooleanField(_("Demo"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Indicator")
        verbose_name_plural = _("Indicators")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=PLAIN_CODE), name="strategy_indicator_code"
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="strategy_indicator_visibility"
            ),
        ]
        indexes = [models.Index(fields=["responsible"], name="strategy_indicator_responsible")]

    def __str__(self) -> str:
        return f"{self.code} ({self.id})"


class IndicatorDefinition(models.Model):
    """What an indicator means from a day on. A new one makes a break where it says so.

    ``measurement_unit`` is a UCUM code ("1" for plain numbers); ``method`` is the method sheet.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="definitions")
    number = models.PositiveIntegerField(_("Definition"))
    valid_from = models.DateField(_("Holds from"))
    title = models.CharField(_("Title"), max_length=200)
    title_en = models.CharField(_("Title in English"), max_length=200, default="")
    measurement_unit = models.CharField(_("Unit (UCUM)"), max_length=60, default="1")
    unit_text = models.CharField(_("Unit in words"), max_length=60, default="")
    direction = models.CharField(
        _("Direction"), max_length=8, choices=Direction.choices, default=Direction.UP
    )
    level = models.CharField(_("What it measures"), max_length=8, choices=ImpactLevel.choices)
    digits = models.PositiveSmallIntegerField(_("Digits after the comma"), default=0)
    method = models.TextField(_("Method sheet"), max_length=10_000, default="")
    is_break = models.BooleanField(_("Values before and after cannot be compared"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "strategy_indicator_definition"
        verbose_name = _("Definition of an indicator")
        verbose_name_plural = _("Definitions of indicators")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "number"], name="strategy_definition_once"
            ),
            models.UniqueConstraint(
                fields=["indicator", "valid_from"], name="strategy_definition_one_a_day"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="strategy_definition_title"),
            models.CheckConstraint(
                condition=~Q(measurement_unit=""), name="strategy_definition_unit"
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="strategy_definition_direction"
            ),
            models.CheckConstraint(
                condition=Q(level__in=ImpactLevel.values), name="strategy_definition_level"
            ),
            models.CheckConstraint(condition=Q(digits__lte=6), name="strategy_definition_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.id})"


class Binding(models.Model):
    """Where the values of an indicator come from, since when, and how they are worked out.

    ``minimum_coverage`` is the part of a window's hours that need values, 0 to 1;
    ``maximum_flagged`` the part of the values that may be doubtful. ``factor`` turns the unit of
    what is measured into that of the indicator. ``dirty_at`` says that closed windows have to be
    compared with the Datastreams again.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="bindings")
    kind = models.CharField(_("Values come from"), max_length=8, choices=BindingKind.choices)
    window = models.CharField(_("A value for each"), max_length=8, choices=Window.choices)
    aggregation = models.CharField(
        _("In a window"), max_length=8, choices=Aggregation.choices, default=Aggregation.MEAN
    )
    combination = models.CharField(
        _("Of several"), max_length=8, choices=Combination.choices, default=Combination.MEAN
    )
    # Of an area of Datastreams: all that observe a property, in an area where one is named.
    observed_property_id = models.UUIDField(null=True)
    area_id = models.UUIDField(null=True)
    figure = models.CharField(_("Figure"), max_length=100, default="")
    factor = models.FloatField(_("Factor"), default=1.0)
    minimum_coverage = models.FloatField(_("Least coverage"), default=0.75)
    maximum_flagged = models.FloatField(_("Most doubtful values"), default=0.25)
    first_day = models.DateField(_("Values from"), null=True)
    dirty_at = models.DateTimeField(null=True)
    # Closed windows are settled up to here; how many numbers there were, and their sum: if these
    # are others, old values were corrected.
    settled_until = models.DateTimeField(null=True)
    settled_count = models.BigIntegerField(default=0)
    settled_total = models.FloatField(default=0.0)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Binding")
        verbose_name_plural = _("Bindings")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator"],
                condition=Q(ended_at__isnull=True),
                name="strategy_binding_one_open",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=BindingKind.values)
                & Q(window__in=Window.values)
                & Q(aggregation__in=Aggregation.values)
                & Q(combination__in=Combination.values),
                name="strategy_binding_values",
            ),
            models.CheckConstraint(
                condition=Q(minimum_coverage__range=(0, 1)) & Q(maximum_flagged__range=(0, 1)),
                name="strategy_binding_parts",
            ),
            models.CheckConstraint(condition=~Q(factor=0), name="strategy_binding_factor"),
            models.CheckConstraint(
                condition=Q(kind=BindingKind.FIGURE) ^ Q(figure=""), name="strategy_binding_figure"
            ),
            models.CheckConstraint(
                condition=Q(area_id__isnull=True) | Q(observed_property_id__isnull=False),
                name="strategy_binding_area",
            ),
        ]
        indexes = [
            models.Index(
                fields=["dirty_at"],
                condition=Q(dirty_at__isnull=False, ended_at__isnull=True),
                name="strategy_binding_dirty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class BindingSeries(models.Model):
    """Which Datastreams a binding reads, by their number in the plane: chosen, or found there."""

    id = models.BigAutoField(primary_key=True)
    binding = models.ForeignKey(Binding, on_delete=models.CASCADE, related_name="series")
    series_id = models.BigIntegerField()

    class Meta:
        db_table = "strategy_binding_series"
        verbose_name = _("Datastream of a binding")
        verbose_name_plural = _("Datastreams of bindings")
        constraints = [
            models.UniqueConstraint(
                fields=["binding", "series_id"], name="strategy_binding_series_once"
            )
        ]
        indexes = [models.Index(fields=["series_id"], name="strategy_binding_of_series")]

    def __str__(self) -> str:
        return f"{self.binding_id} {self.series_id}"


class IndicatorValue(models.Model):
    """The value of an indicator for a window. It never changes; a correction supersedes it.

    ``lineage`` says what it was made of: for each Datastream how many numbers there were, their
    sum and range; for a value entered by hand where it was taken from.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="values")
    definition = models.ForeignKey(
        IndicatorDefinition, on_delete=models.PROTECT, related_name="values"
    )
    binding = models.ForeignKey(Binding, null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("From"))
    ends_at = models.DateTimeField(_("Until before"))
    value = models.FloatField(_("Value"), null=True)
    coverage = models.FloatField(_("Coverage"), null=True)
    is_usable = models.BooleanField(_("Good enough to count"), default=True)
    lineage = models.JSONField(default=dict)
    source = models.CharField(_("Source"), max_length=300, default="")
    note = models.CharField(_("Note"), max_length=500, default="")
    entered_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "strategy_indicator_value"
        verbose_name = _("Value of an indicator")
        verbose_name_plural = _("Values of indicators")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "starts_at", "ends_at"],
                condition=Q(superseded_at__isnull=True),
                name="strategy_value_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="strategy_value_period"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(is_usable=False), name="strategy_value_usable"
            ),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | Q(superseded_at__isnull=False),
                name="strategy_value_superseded",
            ),
        ]
        indexes = [
            models.Index(fields=["entered_by"], name="strategy_value_entered_by"),
            models.Index(fields=["superseded_by"], name="strategy_value_superseded"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.starts_at}: {self.value} ({self.id})"


class Running(models.Model):
    """The newest number of an indicator: of the window that runs, or of the last that closed."""

    indicator = models.OneToOneField(
        Indicator, primary_key=True, on_delete=models.CASCADE, related_name="running"
    )
    value = models.FloatField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    is_closed = models.BooleanField(default=True)
    is_usable = models.BooleanField(default=False)
    coverage = models.FloatField(null=True)
    newest_at = models.DateTimeField(null=True)
    lineage = models.JSONField(default=dict)
    reckoned_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Newest number")
        verbose_name_plural = _("Newest numbers")

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.value}"
