"""Programmes and portfolios: projects that are looked at together."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.ids import new_id
from netzstadt.portfolio.models.projects import Project, Visibility


class ProgrammeKind(models.TextChoices):
    """Why its projects stand together."""

    PROGRAMME = "PROGRAMME", _("Programme: its projects reach a purpose together")
    PORTFOLIO = "PORTFOLIO", _("Portfolio: its projects are chosen and steered together")


# A programme is a way to look at projects, each of which is seen by who may: it hides nothing.
PROGRAMME_VISIBILITIES = [Visibility.PUBLIC, Visibility.ADMINISTRATION]


class Programme(models.Model):
    """A programme or a portfolio: what for, and which unit keeps it."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    title = models.CharField(_("Title"), max_length=200)
    kind = models.CharField(
        _("Kind"), max_length=10, choices=ProgrammeKind.choices, default=ProgrammeKind.PROGRAMME
    )
    purpose = models.TextField(_("Purpose"), max_length=3_000)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    visibility = models.CharField(
        _("Who may see it"),
        max_length=20,
        choices=Visibility.choices,
        default=Visibility.ADMINISTRATION,
    )
    is_demo = models.BooleanField(_("Demo"), default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Programme")
        verbose_name_plural = _("Programmes")
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(purpose=""), name="portfolio_programme_words"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=ProgrammeKind.values,
                    visibility__in=[one.value for one in PROGRAMME_VISIBILITIES],
                ),
                name="portfolio_programme_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.id})"

    @property
    def kind_name(self) -> str:
        """What it is called before its title: the word alone."""
        return str(_("Portfolio") if self.kind == ProgrammeKind.PORTFOLIO else _("Programme"))


class ProgrammeProject(models.Model):
    """A project belongs to a programme or portfolio; of those that it belongs to one is the
    primary one, which answers for it in sums."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="members")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="programmes")
    is_primary = models.BooleanField(_("Primary"), default=False)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_programme_project"
        verbose_name = _("Project of a programme")
        verbose_name_plural = _("Projects of programmes")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "project"], name="portfolio_programme_project_once"
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(is_primary=True),
                name="portfolio_programme_one_primary",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} in {self.programme_id} ({self.id})"
