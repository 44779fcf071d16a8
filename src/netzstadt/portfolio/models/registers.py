"""The registers of a project: risks, issues, changes, and decisions outside of gates."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.lib.ids import new_id
from netzstadt.portfolio.models.projects import Project


class Register(models.TextChoices):
    """What is written down about a project as it goes on."""

    RISK = "RISK", pgettext_lazy("register", "Risk")
    ISSUE = "ISSUE", pgettext_lazy("register", "Issue")
    CHANGE = "CHANGE", pgettext_lazy("register", "Change")
    DECISION = "DECISION", pgettext_lazy("register", "Decision")


class RegisterEntry(models.Model):
    """A risk, an issue, a change or a decision of a project. What is closed stands as it was.

    A risk has probability and impact, 1 to 5 each, and a response; a change says what it means for
    time, cost and scope, and is accepted or not by ``decided_by``; a decision was made by a
    ``body`` on the day ``closed_on``. ``outcome`` is how a risk ended or an issue was solved, or
    the reason of a decision.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="register")
    kind = models.CharField(max_length=8, choices=Register.choices)
    title = models.CharField(_("What it is"), max_length=300)
    probability = models.PositiveSmallIntegerField(_("Probability"), null=True)
    impact = models.PositiveSmallIntegerField(_("Impact"), null=True)
    response = models.CharField(_("Response"), max_length=1_000, default="")
    effect_time = models.CharField(_("Effect on time"), max_length=200, default="")
    effect_cost = models.CharField(_("Effect on cost"), max_length=200, default="")
    effect_scope = models.CharField(_("Effect on scope"), max_length=200, default="")
    owner = models.ForeignKey("orgs.Person", null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("Due on"), null=True)
    closed_on = models.DateField(_("Closed on"), null=True)
    outcome = models.CharField(_("Outcome"), max_length=1_000, default="")
    is_accepted = models.BooleanField(_("Accepted"), null=True)
    decided_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.CharField(_("Decided by"), max_length=200, default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_register_entry"
        verbose_name = _("Entry of a register")
        verbose_name_plural = _("Entries of registers")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Register.values) & ~Q(title=""), name="portfolio_entry_kind"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="RISK",
                    probability__isnull=False,
                    probability__range=(1, 5),
                    impact__isnull=False,
                    impact__range=(1, 5),
                )
                | ~Q(kind="RISK") & Q(probability__isnull=True, impact__isnull=True),
                name="portfolio_entry_score",
            ),
            # What is over says how it ended, and what goes on does not.
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, outcome="")
                | Q(closed_on__isnull=False) & ~Q(outcome=""),
                name="portfolio_entry_outcome",
            ),
            models.CheckConstraint(
                condition=Q(kind="CHANGE", closed_on__isnull=False, is_accepted__isnull=False)
                | ~Q(kind="CHANGE", closed_on__isnull=False) & Q(is_accepted__isnull=True),
                name="portfolio_entry_accepted",
            ),
            models.CheckConstraint(
                condition=Q(kind="DECISION", closed_on__isnull=False) & ~Q(body="")
                | ~Q(kind="DECISION") & Q(body=""),
                name="portfolio_entry_decision",
            ),
            models.CheckConstraint(
                condition=~Q(kind="CHANGE")
                | ~Q(effect_time="")
                | ~Q(effect_cost="")
                | ~Q(effect_scope=""),
                name="portfolio_entry_effect",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "kind"], name="portfolio_entry_project"),
            models.Index(
                fields=["owner", "due_on"],
                condition=Q(closed_on__isnull=True),
                name="portfolio_entry_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.title} ({self.id})"

    @property
    def score(self) -> int:
        """Probability times impact of a risk."""
        return (self.probability or 0) * (self.impact or 0)

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.closed_on is None


NEWEST_FIRST = (F("closed_on").desc(nulls_first=True), "-id")
