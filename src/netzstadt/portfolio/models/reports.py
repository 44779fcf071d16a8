"""Status reports of projects, and lights that are set by hand."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.lib.ids import new_id
from netzstadt.portfolio.lights import Aspect, Light
from netzstadt.portfolio.models.projects import Project


class ReportState(models.TextChoices):
    """How far a status report has come."""

    DRAFT = "DRAFT", pgettext_lazy("state of a report", "Draft")
    SUBMITTED = "SUBMITTED", pgettext_lazy("state of a report", "Waits for approval")
    APPROVED = "APPROVED", pgettext_lazy("state of a report", "Approved")
    PUBLISHED = "PUBLISHED", pgettext_lazy("state of a report", "Published")


SEALED = (ReportState.APPROVED, ReportState.PUBLISHED)


class LightOverride(models.Model):
    """A light of a project that somebody set by hand, with a reason, until a day."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    aspect = models.CharField(max_length=7, choices=Aspect.choices)
    light = models.CharField(
        pgettext_lazy("a traffic light", "Light"), max_length=5, choices=Light.choices
    )
    reason = models.CharField(_("Reason"), max_length=500)
    last_day = models.DateField(_("Last day"))
    set_by = models.ForeignKey("orgs.Person", null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "portfolio_light_override"
        verbose_name = _("Light set by hand")
        verbose_name_plural = _("Lights set by hand")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "aspect"],
                condition=Q(ended_at__isnull=True),
                name="portfolio_override_one_open",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="portfolio_override_reason"),
            models.CheckConstraint(
                condition=Q(light__in=["GREEN", "AMBER", "RED"], aspect__in=Aspect.values),
                name="portfolio_override_light",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.aspect} of {self.project_id}: {self.light} ({self.id})"


class StatusReport(models.Model):
    """What is said of a project for a period. When it is submitted, what it says is frozen in
    ``payload``; when it is approved, the database seals that with ``digest``, and nothing of it
    changes any more: a correction is another report. Triggers of the migration hold all of this.

    ``payload`` is canonical JSON as text (``status_files.py`` says of what), ``digest`` its
    SHA-256 in hexadecimal digits, ``light`` the overall light in it. It names no person.
    ``corrects`` is the report that it takes the place of.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveIntegerField(_("Number"))
    first_day = models.DateField(_("From"))
    last_day = models.DateField(_("Until"))
    state = models.CharField(
        _("State"), max_length=9, choices=ReportState.choices, default=ReportState.DRAFT
    )
    happened = models.TextField(_("What happened"), max_length=3_000, default="")
    ahead = models.TextField(_("What comes next"), max_length=3_000, default="")
    needed = models.TextField(_("What is needed, and from whom"), max_length=3_000, default="")
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    light = models.CharField(max_length=5, choices=Light.choices, default=Light.GREY)
    payload = models.TextField(default="")
    digest = models.CharField(max_length=64, default="")
    written_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    returned_because = models.CharField(max_length=1_000, default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "portfolio_status_report"
        verbose_name = _("Status report")
        verbose_name_plural = _("Status reports")
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="portfolio_report_number"),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=["DRAFT", "SUBMITTED"]),
                name="portfolio_report_one_open",
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="portfolio_report_period"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReportState.values, light__in=Light.values),
                name="portfolio_report_values",
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT", payload="") | ~Q(state="DRAFT") & ~Q(payload=""),
                name="portfolio_report_frozen",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "SUBMITTED"], digest="", approved_at__isnull=True)
                | Q(state__in=["APPROVED", "PUBLISHED"], approved_at__isnull=False) & ~Q(digest=""),
                name="portfolio_report_digest",
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT") | ~Q(happened=""), name="portfolio_report_happened"
            ),
            models.CheckConstraint(
                condition=Q(state="PUBLISHED", published_at__isnull=False)
                | ~Q(state="PUBLISHED") & Q(published_at__isnull=True),
                name="portfolio_report_published",
            ),
        ]
        indexes = [
            # The newest sealed report of each project, for lists.
            models.Index(
                fields=["project", "-number"],
                condition=Q(state__in=["APPROVED", "PUBLISHED"]),
                name="portfolio_report_sealed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.project_id} ({self.id})"

    @property
    def is_sealed(self) -> bool:
        """Whether it was approved, so that nothing of it changes any more."""
        return self.state in SEALED
