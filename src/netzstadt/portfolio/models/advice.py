"""Advice (Beratung): what departments ask the office in their words, and what came of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.lib.ids import new_id

ADVICE_KEY = r"^B-[0-9]{4}-[0-9]{3,6}$"


class Topic(models.TextChoices):
    """What a department needs advice on."""

    SERVICE = "SERVICE", _("Online service or form")
    PROCESS = "PROCESS", _("Process")
    DATA = "DATA", _("Data and sensors")
    FUNDING = "FUNDING", _("Funding")
    TECHNOLOGY = "TECHNOLOGY", _("System or technology")
    PARTICIPATION = "PARTICIPATION", _("Participation")
    OTHER = "OTHER", _("Something else")


class AdviceState(models.TextChoices):
    """How far a request for advice has come."""

    ASKED = "ASKED", pgettext_lazy("state of advice", "Waits to be taken up")
    ACCEPTED = "ACCEPTED", pgettext_lazy("state of advice", "Is advised on")
    ANSWERED = "ANSWERED", pgettext_lazy("state of advice", "Answered")
    CLOSED = "CLOSED", pgettext_lazy("state of advice", "Closed")
    DECLINED = "DECLINED", pgettext_lazy("state of advice", "Declined")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("state of advice", "Withdrawn")


OPEN = (AdviceState.ASKED, AdviceState.ACCEPTED)


class Result(models.TextChoices):
    """What came of advice."""

    SETTLED = "SETTLED", pgettext_lazy("result of advice", "The answer was enough")
    PROJECT = "PROJECT", pgettext_lazy("result of advice", "It became a project")
    REFERRED = "REFERRED", pgettext_lazy("result of advice", "Somebody else goes on with it")
    DROPPED = "DROPPED", pgettext_lazy("result of advice", "It is not pursued")


class Advice(models.Model):
    """A request for advice, with who asks, who advises, and what came of it.

    ``unit`` is the unit that asks. ``declined_because`` also holds why somebody withdrew it.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    key = models.CharField(_("Number"), max_length=13, unique=True)
    title = models.CharField(_("In a few words"), max_length=200)
    need = models.TextField(_("What is needed"), max_length=5_000)
    topic = models.CharField(_("Topic"), max_length=15, choices=Topic.choices)
    state = models.CharField(
        _("State"), max_length=10, choices=AdviceState.choices, default=AdviceState.ASKED
    )
    # The one rule of visibility reads it: what departments ask, the administration may read.
    visibility = models.CharField(max_length=20, default="ADMINISTRATION")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("Asked"))
    # Since when the office owes an answer: since it was asked, or asked on after an answer.
    waits_since = models.DateTimeField()
    wanted_on = models.DateField(_("Needed by"), null=True)
    adviser = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(_("Taken up"), null=True)
    answered_at = models.DateTimeField(_("First answered"), null=True)
    closed_at = models.DateTimeField(_("Closed"), null=True)
    declined_because = models.CharField(_("Reason"), max_length=1_000, default="")
    result = models.CharField(_("Result"), max_length=10, choices=Result.choices, default="")
    rating = models.PositiveSmallIntegerField(_("Satisfaction"), null=True)
    rated_at = models.DateTimeField(null=True)
    is_demo = models.BooleanField(_("Demo"), default=False)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Request for advice")
        verbose_name_plural = _("Requests for advice")
        constraints = [
            models.CheckConstraint(condition=Q(key__regex=ADVICE_KEY), name="portfolio_advice_key"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(need=""), name="portfolio_advice_words"
            ),
            models.CheckConstraint(
                condition=Q(topic__in=Topic.values, state__in=AdviceState.values)
                & (Q(result="") | Q(result__in=Result.values)),
                name="portfolio_advice_values",
            ),
            models.CheckConstraint(
                condition=Q(visibility="ADMINISTRATION"), name="portfolio_advice_visibility"
            ),
            models.CheckConstraint(
                condition=~Q(state="ACCEPTED") | Q(accepted_at__isnull=False),
                name="portfolio_advice_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ANSWERED", "CLOSED"]) | Q(answered_at__isnull=False),
                name="portfolio_advice_answered",
            ),
            models.CheckConstraint(
                condition=Q(state="CLOSED", closed_at__isnull=False) & ~Q(result="")
                | ~Q(state="CLOSED") & Q(closed_at__isnull=True, result=""),
                name="portfolio_advice_closed",
            ),
            models.CheckConstraint(
                condition=~Q(state="DECLINED") | ~Q(declined_because=""),
                name="portfolio_advice_declined",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True, rated_at__isnull=True)
                | Q(rating__range=(1, 5), rated_at__isnull=False, answered_at__isnull=False),
                name="portfolio_advice_rating",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "waits_since"], name="portfolio_advice_state"),
            models.Index(fields=["asked_at"], name="portfolio_advice_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title} ({self.id})"

    @property
    def is_open(self) -> bool:
        """Whether the office owes an answer."""
        return self.state in OPEN


class AdviceMessage(models.Model):
    """What is written on a request: by who asks, or by who advises; answers are marked."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    advice = models.ForeignKey(Advice, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey("orgs.Person", null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    text = models.TextField(_("Message"), max_length=5_000)
    is_answer = models.BooleanField(default=False)

    class Meta:
        db_table = "portfolio_advice_message"
        verbose_name = _("Message on advice")
        verbose_name_plural = _("Messages on advice")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="portfolio_message_text"),
        ]
        indexes = [models.Index(fields=["advice", "written_at"], name="portfolio_message_order")]

    def __str__(self) -> str:
        return f"{self.advice_id} ({self.id})"


class AdviceEffort(models.Model):
    """Time that somebody spent on advice, in minutes, on a day."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    advice = models.ForeignKey(Advice, on_delete=models.PROTECT, related_name="efforts")
    person = models.ForeignKey("orgs.Person", null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("Day"))
    minutes = models.PositiveIntegerField(_("Minutes"))

    class Meta:
        db_table = "portfolio_advice_effort"
        verbose_name = _("Effort of advice")
        verbose_name_plural = _("Efforts of advice")
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=1440), name="portfolio_effort_minutes"
            ),
        ]
        indexes = [models.Index(fields=["on"], name="portfolio_effort_day")]

    def __str__(self) -> str:
        return f"{self.minutes} min on {self.on} ({self.id})"
