"""Gates of projects: what is asked at them, who decides, and what was decided."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.lib.ids import new_id
from netzstadt.portfolio import methods
from netzstadt.portfolio.methods import Stage
from netzstadt.portfolio.models.projects import Project, Status


class Answer(models.TextChoices):
    """Whether a criterion is met."""

    OPEN = "OPEN", pgettext_lazy("a criterion", "Not looked at yet")
    MET = "MET", pgettext_lazy("a criterion", "Met")
    NOT_MET = "NOT_MET", pgettext_lazy("a criterion", "Not met")
    NOT_NEEDED = "NOT_NEEDED", pgettext_lazy("a criterion", "Does not matter here")


class Outcome(models.TextChoices):
    """What is decided at a gate."""

    GO = "GO", pgettext_lazy("decided at a gate", "Go on to the next stage")
    HOLD = "HOLD", pgettext_lazy("decided at a gate", "Put it on hold")
    RESUME = "RESUME", pgettext_lazy("decided at a gate", "Resume it in its stage")
    BACK = "BACK", pgettext_lazy("decided at a gate", "Go back one stage")
    STOP = "STOP", pgettext_lazy("decided at a gate", "Cancel the project")


class Gate(models.Model):
    """A gate of a project, made from its method; ``key`` names it there.

    ``asked_at`` is when those who decide were asked to.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="gates")
    number = models.PositiveSmallIntegerField(_("Gate"))
    key = models.CharField(max_length=40)
    source = models.CharField(_("From"), max_length=12, choices=Stage.choices)
    target = models.CharField(_("To"), max_length=12, choices=Stage.choices)
    due_on = models.DateField(_("To be decided by"), null=True)
    asked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Gate")
        verbose_name_plural = _("Gates")
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="portfolio_gate_number"),
            models.UniqueConstraint(fields=["project", "source"], name="portfolio_gate_source"),
            models.CheckConstraint(
                condition=Q(source__in=Stage.values, target__in=Stage.values),
                name="portfolio_gate_stages",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.key} ({self.id})"

    @property
    def title(self) -> str:
        """What it is called, in the reader's language."""
        return str(methods.gate_of(self.project.method, self.key).title)

    @property
    def is_here(self) -> bool:
        """Whether the project is at this gate now."""
        return self.project.stage == self.source and not self.project.is_over

    @property
    def is_passed(self) -> bool:
        """Whether it is behind its project."""
        return self.is_behind(self.project)

    def is_behind(self, project: Project) -> bool:
        """Whether ``project``, whose gate it is, has passed it."""
        order = Stage.values
        return order.index(self.source) < order.index(project.stage)


class Decider(models.Model):
    """A person who may decide at a gate. Each of those named may; the decision says who did."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="deciders")
    person = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "portfolio_gate_decider"
        verbose_name = _("Who decides at a gate")
        verbose_name_plural = _("Who decides at gates")
        constraints = [
            models.UniqueConstraint(fields=["gate", "person"], name="portfolio_decider_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.gate_id} ({self.id})"


class Criterion(models.Model):
    """What is asked at a gate: one of the method (``key``), or the project's own (``text``)."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40, default="")
    text = models.CharField(_("Criterion"), max_length=300, default="")
    answer = models.CharField(
        _("Answer"), max_length=10, choices=Answer.choices, default=Answer.OPEN
    )
    note = models.CharField(_("Note"), max_length=1_000, default="")
    answered_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Criterion")
        verbose_name_plural = _("Criteria")
        constraints = [
            models.UniqueConstraint(fields=["gate", "position"], name="portfolio_criterion_place"),
            models.CheckConstraint(
                condition=(Q(key="") & ~Q(text="")) | (~Q(key="") & Q(text="")),
                name="portfolio_criterion_text",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=Answer.values)
                & (Q(answer="OPEN", answered_at__isnull=True) | ~Q(answer="OPEN")),
                name="portfolio_criterion_answer",
            ),
            # Who says that something is not met, or does not matter, says why.
            models.CheckConstraint(
                condition=Q(answer__in=["OPEN", "MET"]) | ~Q(note=""),
                name="portfolio_criterion_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key or self.text} ({self.id})"

    @property
    def title(self) -> str:
        """What is asked, in the reader's language."""
        return self.text or criterion_title(self.gate, self.key)


def criterion_title(gate: Gate, key: str) -> str:
    """What a criterion of a method asks, in the reader's language."""
    return str(methods.gate_of(gate.project.method, gate.key).criteria[key])


class GateDecision(models.Model):
    """What was decided at a gate: it is never changed. With it the project's stage changes.

    ``decided_by`` is one of those named for the gate, at the moment of the decision; it is emptied
    when the account is erased. Triggers of the migration hold all of this.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="decisions")
    # The decision on the project before this one: each follows exactly one.
    follows = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    outcome = models.CharField(_("Decision"), max_length=6, choices=Outcome.choices)
    reason = models.TextField(_("Reason"), max_length=3_000)
    stage = models.CharField(max_length=12, choices=Stage.choices)
    status = models.CharField(max_length=10, choices=Status.choices)
    decided_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField(_("Decided on"))
    recorded_at = models.DateTimeField()
    # How the criteria stood then: [{"key", "text", "answer", "note"}], as in Criterion.
    criteria: "models.JSONField[list[dict[str, str]], list[dict[str, str]]]" = models.JSONField(
        default=list
    )

    class Meta:
        db_table = "portfolio_gate_decision"
        verbose_name = _("Decision at a gate")
        verbose_name_plural = _("Decisions at gates")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    outcome__in=Outcome.values, stage__in=Stage.values, status__in=Status.values
                ),
                name="portfolio_decision_outcome",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="portfolio_decision_reason"),
        ]
        indexes = [models.Index(fields=["gate", "recorded_at"], name="portfolio_decision_gate")]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.gate_id} ({self.id})"

    @property
    def answers(self) -> list[dict[str, str]]:
        """How the criteria stood then, in the reader's language: title, answer, label, note."""
        return [
            {
                "title": one["text"] or criterion_title(self.gate, one["key"]),
                "answer": one["answer"],
                "label": str(Answer(one["answer"]).label),
                "note": one["note"],
            }
            for one in self.criteria
        ]


class Condition(models.Model):
    """What a decision asks for (Auflage): by when, of whom; and when it was met."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    decision = models.ForeignKey(GateDecision, on_delete=models.PROTECT, related_name="conditions")
    text = models.CharField(_("Condition"), max_length=500)
    due_on = models.DateField(_("Due on"))
    responsible = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    met_on = models.DateField(_("Met on"), null=True)
    note = models.CharField(_("How it was met"), max_length=1_000, default="")

    class Meta:
        verbose_name = _("Condition of a decision")
        verbose_name_plural = _("Conditions of decisions")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="portfolio_condition_text"),
            models.CheckConstraint(
                condition=Q(met_on__isnull=True) | ~Q(note=""), name="portfolio_condition_met"
            ),
        ]
        indexes = [
            models.Index(
                fields=["responsible", "due_on"],
                condition=Q(met_on__isnull=True),
                name="portfolio_condition_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.id})"
