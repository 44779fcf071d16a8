"""Who belongs where, who stands in for whom, and who is away."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from netzstadt.core.orgs.models.persons import Person
from netzstadt.core.orgs.models.units import Unit
from netzstadt.lib.ids import new_id


class Function(models.TextChoices):
    """What a person is in a unit. ``access_roles_of()`` says which roles it brings."""

    HEAD = "HEAD", _("Head")
    DEPUTY_HEAD = "DEPUTY_HEAD", _("Deputy head")
    MEMBER = "MEMBER", _("Member")


class Membership(models.Model):
    """A person belongs to a unit from a day on and before another."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    function = models.CharField(_("Function"), max_length=20, choices=Function.choices)
    title = models.CharField(_("Task"), max_length=200, blank=True)
    valid_from = models.DateField(_("From"))
    valid_to = models.DateField(_("Until before"), null=True, blank=True)

    class Meta:
        verbose_name = _("Membership")
        verbose_name_plural = _("Memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(function__in=Function.values), name="orgs_membership_function"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="orgs_membership_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.function} {self.unit_id}"


class Deputy(models.Model):
    """Somebody who stands in for a person: for good, or whenever she is away."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="represents")
    # Empty: in all she does; else only in this unit and what lies below it.
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    only_when_absent = models.BooleanField(_("Only while she is away"), default=True)
    valid_from = models.DateField(_("From"))
    valid_to = models.DateField(_("Until before"), null=True, blank=True)

    class Meta:
        verbose_name = _("Deputy")
        verbose_name_plural = _("Deputies")
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=F("deputy")), name="orgs_deputy_is_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="orgs_deputy_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.person_id}"


class Absence(models.Model):
    """When a person is away. Why is nobody's business here, so it is not asked (GDPR Art. 9)."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    valid_from = models.DateField(_("First day away"))
    valid_to = models.DateField(_("Back on"))

    class Meta:
        verbose_name = _("Absence")
        verbose_name_plural = _("Absences")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")), name="orgs_absence_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.valid_from}–{self.valid_to}"
