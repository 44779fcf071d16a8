"""What people of the network know (expertise with evidence), and what they are asked."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.lib.ids import new_id
from netzstadt.stakeholders.models.network import Party


class Level(models.IntegerChoices):
    """How well somebody knows a topic."""

    KNOWS = 1, pgettext_lazy("level of expertise", "knows it")
    WORKS = 2, pgettext_lazy("level of expertise", "works with it")
    LEADS = 3, pgettext_lazy("level of expertise", "is asked by others")


class EvidenceKind(models.TextChoices):
    """Where one sees that somebody knows a topic."""

    PROJECT = "PROJECT", pgettext_lazy("evidence of expertise", "Project")
    EXPERIMENT = "EXPERIMENT", pgettext_lazy("evidence of expertise", "Experiment")
    PAPER = "PAPER", pgettext_lazy("evidence of expertise", "Publication")
    ROLE = "ROLE", pgettext_lazy("evidence of expertise", "Task")


class Expertise(models.Model):
    """A topic that a party knows, with the evidence: what was done, and when it was last used."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="expertise")
    topic = models.CharField(_("Topic"), max_length=200)
    level = models.PositiveSmallIntegerField(_("Level"), choices=Level.choices)
    evidence_kind = models.CharField(
        _("Evidence"), max_length=12, choices=EvidenceKind.choices, default=EvidenceKind.PROJECT
    )
    evidence = models.TextField(_("What was done"), max_length=2_000)
    evidence_url = models.URLField(_("Address of the evidence"), default="")
    last_used_on = models.DateField(_("Last used"), null=True)
    confirmed_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("Confirmed"), null=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Expertise")
        verbose_name_plural = _("Expertise")
        constraints = [
            models.CheckConstraint(
                condition=~Q(topic="") & ~Q(evidence=""), name="stakeholders_expertise_evidence"
            ),
            models.CheckConstraint(
                condition=Q(level__range=(1, 3), evidence_kind__in=EvidenceKind.values),
                name="stakeholders_expertise_level",
            ),
            # An erased account takes its name along; that it was confirmed stays.
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | Q(confirmed_at__isnull=False),
                name="stakeholders_expertise_confirmed",
            ),
            models.UniqueConstraint(fields=["party", "topic"], name="stakeholders_expertise_once"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.level} ({self.id})"


class ExpertWord(models.Model):
    """The inverted index of the search for experts: a group of letters (a short word is one), in
    whose profile it stands, and how much it counts there. ``services/expert_words.py`` writes it.
    """

    # Stands once in every profile: how often it does is how many experts there are.
    MARK: ClassVar[str] = ""

    pk = models.CompositePrimaryKey("word", "party_id")
    word = models.TextField(db_collation="C")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    weight = models.FloatField()

    class Meta:
        db_table = "stakeholders_expert_word"
        verbose_name = _("Word of an expert")
        verbose_name_plural = _("Words of experts")

    def __str__(self) -> str:
        return f"{self.word} {self.party_id}"


class RequestState(models.TextChoices):
    """How far a request to an expert has come."""

    ASKED = "ASKED", pgettext_lazy("state of a request to an expert", "Asked")
    ACCEPTED = "ACCEPTED", pgettext_lazy("state of a request to an expert", "Accepted")
    STATED = "STATED", pgettext_lazy("state of a request to an expert", "Statement given")
    DECLINED = "DECLINED", pgettext_lazy("state of a request to an expert", "Declined")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("state of a request to an expert", "Withdrawn")


OPEN_REQUESTS = (RequestState.ASKED, RequestState.ACCEPTED)


class Effect(models.TextChoices):
    """What a statement did."""

    FOLLOWED = "FOLLOWED", pgettext_lazy("effect of a statement", "Followed")
    PARTLY = "PARTLY", pgettext_lazy("effect of a statement", "Followed in part")
    NOT_FOLLOWED = "NOT_FOLLOWED", pgettext_lazy("effect of a statement", "Not followed")


class ExpertRequest(models.Model):
    """A question to an expert about an object (a project, a goal), her statement, its effect.

    ``about_model`` and ``about_id`` name the object as the trail does. ``party`` is empty once the
    expert was erased; the statement stays as the record of what was advised.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="requests")
    about_model = models.CharField(max_length=100)
    about_id = models.UUIDField()
    question = models.TextField(_("Question"), max_length=3_000)
    state = models.CharField(
        _("State"), max_length=10, choices=RequestState.choices, default=RequestState.ASKED
    )
    asked_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("Asked"))
    accepted_at = models.DateTimeField(_("Accepted"), null=True)
    statement = models.TextField(_("Statement"), max_length=10_000, default="")
    stated_at = models.DateTimeField(_("Statement given"), null=True)
    declined_because = models.CharField(_("Reason"), max_length=1_000, default="")
    effect = models.CharField(_("Effect"), max_length=12, choices=Effect.choices, default="")
    effect_note = models.CharField(_("What came of it"), max_length=1_000, default="")
    effect_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "stakeholders_expert_request"
        verbose_name = _("Request to an expert")
        verbose_name_plural = _("Requests to experts")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values)
                & (Q(effect="") | Q(effect__in=Effect.values)),
                name="stakeholders_request_values",
            ),
            models.CheckConstraint(condition=~Q(question=""), name="stakeholders_request_question"),
            models.CheckConstraint(
                condition=~Q(state="ACCEPTED") | Q(accepted_at__isnull=False),
                name="stakeholders_request_accepted",
            ),
            models.CheckConstraint(
                condition=Q(state="STATED", stated_at__isnull=False) & ~Q(statement="")
                | ~Q(state="STATED") & Q(stated_at__isnull=True, statement=""),
                name="stakeholders_request_stated",
            ),
            models.CheckConstraint(
                condition=~Q(state="DECLINED") | ~Q(declined_because=""),
                name="stakeholders_request_declined",
            ),
            models.CheckConstraint(
                condition=Q(effect="", effect_note="", effect_at__isnull=True)
                | (~Q(effect="") & ~Q(effect_note="") & Q(state="STATED", effect_at__isnull=False)),
                name="stakeholders_request_effect",
            ),
        ]
        indexes = [
            models.Index(fields=["about_id", "about_model"], name="stakeholders_request_about"),
        ]

    def __str__(self) -> str:
        return f"{self.about_model} {self.about_id} {self.state} ({self.id})"

    @property
    def is_open(self) -> bool:
        """Whether the expert has yet to say something."""
        return self.state in OPEN_REQUESTS
