"""Projects (Vorhaben): what they are for, how far they have come, and their milestones."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.lib.ids import new_id
from netzstadt.portfolio.methods import METHODS, Stage

KEY = r"^V-[0-9]{4}-[0-9]{3,6}$"


class Visibility(models.TextChoices):
    """Who may see a project (``access_sees`` in the database is the one rule)."""

    PUBLIC = "PUBLIC", _("Public")
    ADMINISTRATION = "ADMINISTRATION", _("Administration")
    UNIT = "UNIT", _("Owning unit")
    RESTRICTED = "RESTRICTED", _("Restricted")


class Kind(models.TextChoices):
    """What sort of project it is."""

    PROJECT = "PROJECT", _("Project")
    PILOT = "PILOT", _("Pilot")
    INTRODUCTION = "INTRODUCTION", _("Introduction of a system")
    RESEARCH = "RESEARCH", _("Research project")


class Direction(models.TextChoices):
    """Whom it digitalises something for."""

    OUTWARD = "OUTWARD", _("Outward: for citizens and business")
    INWARD = "INWARD", _("Inward: for the administration itself")
    BOTH = "BOTH", _("Inward and outward")


class Status(models.TextChoices):
    """Whether it goes on in its stage."""

    ACTIVE = "ACTIVE", pgettext_lazy("status of a project", "Goes on")
    ON_HOLD = "ON_HOLD", pgettext_lazy("status of a project", "On hold")
    CANCELLED = "CANCELLED", pgettext_lazy("status of a project", "Cancelled")


class Project(models.Model):
    """A project of the city. ``stage`` and ``status`` follow from its last gate decision: a trigger
    of the migration refuses any other change of them.

    ``decision`` is that last decision; ``unit`` answers for it, ``lead`` leads it, ``sponsor`` is
    who wants it and stands for it (Auftraggebende).
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    key = models.CharField(_("Number"), max_length=13, unique=True)
    title = models.CharField(_("Title"), max_length=200)
    summary = models.CharField(_("In one or two sentences"), max_length=500, default="")
    story = models.TextField(_("Story"), max_length=10_000, default="")
    benefit = models.TextField(_("Benefit"), max_length=3_000, default="")
    kind = models.CharField(_("Kind"), max_length=15, choices=Kind.choices, default=Kind.PROJECT)
    method = models.CharField(_("Method"), max_length=10)
    direction = models.CharField(
        _("For whom"), max_length=10, choices=Direction.choices, default=Direction.OUTWARD
    )
    stage = models.CharField(
        _("Stage"), max_length=12, choices=Stage.choices, default=Stage.REQUEST
    )
    status = models.CharField(
        _("Status"), max_length=10, choices=Status.choices, default=Status.ACTIVE
    )
    decision = models.ForeignKey(
        "portfolio.GateDecision", null=True, on_delete=models.PROTECT, related_name="+"
    )
    visibility = models.CharField(
        _("Who may see it"),
        max_length=20,
        choices=Visibility.choices,
        default=Visibility.ADMINISTRATION,
    )
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey("orgs.Person", null=True, on_delete=models.PROTECT, related_name="+")
    sponsor = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField(_("Begins"), null=True)
    ends_on = models.DateField(_("Ends as planned"), null=True)
    expected_end_on = models.DateField(_("Ends as expected now"), null=True)
    source = models.CharField(_("Source"), max_length=300, default="")
    source_url = models.URLField(_("Address of the source"), default="")
    is_demo = models.BooleanField(_("Demo"), default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Project")
        verbose_name_plural = _("Projects")
        constraints = [
            models.CheckConstraint(condition=Q(key__regex=KEY), name="portfolio_project_key"),
            models.CheckConstraint(condition=~Q(title=""), name="portfolio_project_title"),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values, direction__in=Direction.values),
                name="portfolio_project_kind",
            ),
            models.CheckConstraint(
                condition=Q(method__in=list(METHODS)), name="portfolio_project_method"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values, status__in=Status.values),
                name="portfolio_project_stage",
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="portfolio_project_visibility"
            ),
            models.CheckConstraint(
                condition=~Q(visibility="PUBLIC") | ~Q(summary=""),
                name="portfolio_project_public",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | (
                    (Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")))
                    & (Q(expected_end_on__isnull=True) | Q(expected_end_on__gte=F("starts_on")))
                ),
                name="portfolio_project_period",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "key"], name="portfolio_project_unit"),
            models.Index(fields=["stage", "status"], name="portfolio_project_stages"),
            models.Index(fields=["lead"], name="portfolio_project_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title} ({self.id})"

    @property
    def is_over(self) -> bool:
        """Whether it was closed or cancelled."""
        return self.stage == Stage.CLOSED or self.status == Status.CANCELLED

    @property
    def standing(self) -> str:
        """Its stage, or that it rests or was cancelled, as people read it."""
        if self.status == Status.ACTIVE:
            return str(Stage(self.stage).label)
        return f"{Stage(self.stage).label} – {Status(self.status).label}"

    @property
    def method_title(self) -> str:
        """What its method is called."""
        return str(METHODS[self.method].title)


class Milestone(models.Model):
    """A day by which something is there: as it was planned, as it is expected now, as it was."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="milestones")
    title = models.CharField(_("Milestone"), max_length=200)
    planned_on = models.DateField(_("Planned for"))
    expected_on = models.DateField(_("Expected on"), null=True)
    reached_on = models.DateField(_("Reached on"), null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Milestone")
        verbose_name_plural = _("Milestones")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="portfolio_milestone_title"),
        ]
        indexes = [
            models.Index(fields=["project", "planned_on"], name="portfolio_milestone_project")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.id})"

    @property
    def due_on(self) -> date:
        """The day on which it is expected now."""
        return self.expected_on or self.planned_on
