"""Who is planned for how much of a project, month by month."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.ids import new_id
from netzstadt.portfolio.models.projects import Project


class Assignment(models.Model):
    """Somebody is planned for a project in a month: ``percent`` of her full working time.

    ``month`` is its first day. Who is empty once her account is erased: how much work was planned
    stays with the project.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey("orgs.Person", null=True, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(_("Month"))
    percent = models.PositiveSmallIntegerField(_("Percent of full time"))
    role = models.CharField(_("Role in the project"), max_length=100, default="")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Assignment")
        verbose_name_plural = _("Assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "person", "month"], name="portfolio_assignment_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="portfolio_assignment_month"),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100), name="portfolio_assignment_percent"
            ),
        ]
        indexes = [models.Index(fields=["person", "month"], name="portfolio_assignment_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.month} {self.percent} % ({self.id})"
