"""The plan of a project: deliverables, tasks, and what has to wait for what."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.ids import new_id
from netzstadt.portfolio.models.projects import Milestone, Project
from netzstadt.portfolio.scheduling import Kind as TieKind

LONGEST_LAG = 730


class DependencyKind(models.TextChoices):
    """Which end of the one waits for which end of the other (PMBOK, precedence diagram)."""

    FS = TieKind.FS.value, _("Finish to start: it begins when the other is finished")
    SS = TieKind.SS.value, _("Start to start: it begins when the other has begun")
    FF = TieKind.FF.value, _("Finish to finish: it is finished when the other is")
    SF = TieKind.SF.value, _("Start to finish: it is finished when the other has begun")


class Deliverable(models.Model):
    """Something that the project hands over, by a day; accepted by somebody, or not yet."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="deliverables")
    title = models.CharField(_("Deliverable"), max_length=200)
    due_on = models.DateField(_("Due on"))
    accepted_on = models.DateField(_("Accepted on"), null=True)
    accepted_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(_("What was said at the acceptance"), max_length=1_000, default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Deliverable")
        verbose_name_plural = _("Deliverables")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="portfolio_deliverable_title"),
            # Accepted by whom is emptied when her account is erased; the day stays.
            models.CheckConstraint(
                condition=Q(accepted_on__isnull=False) | Q(accepted_by__isnull=True, note=""),
                name="portfolio_deliverable_accepted",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "due_on"], name="portfolio_deliverable_project"),
            models.Index(fields=["accepted_by"], name="portfolio_deliverable_by"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.id})"


class Task(models.Model):
    """Something that is done from a day to another one, both of them included.

    ``percent`` is what somebody says is done; with 100 there is the day on which it was done.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="tasks")
    deliverable = models.ForeignKey(
        Deliverable, null=True, on_delete=models.PROTECT, related_name="tasks"
    )
    title = models.CharField(_("Task"), max_length=200)
    starts_on = models.DateField(_("Begins"))
    ends_on = models.DateField(_("Ends"))
    percent = models.PositiveSmallIntegerField(_("Done in percent"), default=0)
    done_on = models.DateField(_("Done on"), null=True)
    responsible = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    effort_hours = models.PositiveIntegerField(_("Effort in hours"), null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Task")
        verbose_name_plural = _("Tasks")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="portfolio_task_title"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="portfolio_task_period"
            ),
            models.CheckConstraint(
                condition=Q(percent__lt=100, done_on__isnull=True)
                | Q(percent=100, done_on__isnull=False),
                name="portfolio_task_done",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "starts_on"], name="portfolio_task_project"),
            models.Index(
                fields=["responsible", "ends_on"],
                condition=Q(done_on__isnull=True),
                name="portfolio_task_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.id})"

    def is_late(self, today: date) -> bool:
        """Whether it should be done by now."""
        return self.done_on is None and self.ends_on < today


class Dependency(models.Model):
    """A task or milestone waits for another one of the same project, ``lag_days`` longer or, where
    they are negative, less long. It goes with either of its ends.

    There is no circle: a trigger of the migration holds it, also against two writers at once.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="dependencies")
    predecessor_task = models.ForeignKey(
        Task, null=True, on_delete=models.CASCADE, related_name="+"
    )
    predecessor_milestone = models.ForeignKey(
        Milestone, null=True, on_delete=models.CASCADE, related_name="+"
    )
    successor_task = models.ForeignKey(Task, null=True, on_delete=models.CASCADE, related_name="+")
    successor_milestone = models.ForeignKey(
        Milestone, null=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(
        _("How"), max_length=2, choices=DependencyKind.choices, default=DependencyKind.FS
    )
    lag_days = models.SmallIntegerField(_("Lag in days"), default=0)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Dependency")
        verbose_name_plural = _("Dependencies")
        constraints = [
            models.CheckConstraint(
                condition=(Q(predecessor_task__isnull=True) ^ Q(predecessor_milestone__isnull=True))
                & (Q(successor_task__isnull=True) ^ Q(successor_milestone__isnull=True)),
                name="portfolio_dependency_ends",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DependencyKind.values), name="portfolio_dependency_kind"
            ),
            models.CheckConstraint(
                condition=Q(lag_days__gte=-LONGEST_LAG, lag_days__lte=LONGEST_LAG),
                name="portfolio_dependency_lag",
            ),
            models.UniqueConstraint(
                fields=[
                    *("predecessor_task", "predecessor_milestone"),
                    *("successor_task", "successor_milestone"),
                ],
                nulls_distinct=False,
                name="portfolio_dependency_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} {self.kind} {self.successor_id} ({self.id})"

    @property
    def predecessor_id(self) -> uuid.UUID:
        """The task or milestone that comes first."""
        return self.predecessor_task_id or self.predecessor_milestone_id  # type: ignore[return-value]

    @property
    def successor_id(self) -> uuid.UUID:
        """The task or milestone that waits for it."""
        return self.successor_task_id or self.successor_milestone_id  # type: ignore[return-value]
