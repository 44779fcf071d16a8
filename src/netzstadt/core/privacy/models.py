"""Requests of people about their data, erasures, and what the periods removed."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.ids import new_id


class RequestState(models.TextChoices):
    """Where a request stands."""

    OPEN = "OPEN", _("open")
    DONE = "DONE", _("done")
    REFUSED = "REFUSED", _("refused")


class ErasureRequest(models.Model):
    """Somebody asks that what is known of her be erased (Art. 17 GDPR).

    It is answered within a month (Art. 12 Para. 3 GDPR). Her own data she can take without asking.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("Reason"), max_length=2000, blank=True)
    state = models.CharField(
        _("State"), max_length=10, choices=RequestState.choices, default=RequestState.OPEN
    )
    asked_at = models.DateTimeField(_("Asked"))
    due_on = models.DateField(_("To be answered by"))
    answered_at = models.DateTimeField(_("Answered"), null=True)
    answer = models.TextField(_("Answer"), max_length=2000, blank=True)

    class Meta:
        db_table = "privacy_erasure_request"
        verbose_name = _("Request for erasure")
        verbose_name_plural = _("Requests for erasure")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RequestState.OPEN, answered_at__isnull=True)
                | Q(
                    state__in=[RequestState.DONE, RequestState.REFUSED],
                    answered_at__gte=F("asked_at"),
                ),
                name="privacy_request_answered",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.REFUSED) | ~Q(answer=""),
                name="privacy_request_refused_with_answer",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="OPEN"), name="privacy_request_open_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="privacy_request_due")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.state}"


class Removal(models.Model):
    """A period was over and something was removed: how much of what, never whose."""

    id = models.BigAutoField(primary_key=True)
    rule = models.CharField(max_length=100)
    at = models.DateTimeField()
    before = models.DateTimeField()
    removed = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("Removal")
        verbose_name_plural = _("Removals")
        constraints = [
            models.CheckConstraint(condition=Q(removed__gt=0), name="privacy_removal_of_something")
        ]
        indexes = [models.Index(fields=["-at"], name="privacy_removal_newest")]

    def __str__(self) -> str:
        return f"{self.rule} {self.removed}"
