"""Whom to ask about what: topics, and the contact points of the house."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from netzstadt.core.orgs.models.persons import Person
from netzstadt.core.orgs.models.units import Unit
from netzstadt.lib.ids import new_id


class ContactTopic(models.Model):
    """Something that people come with: "Sensors and LoRaWAN", "Open data"."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    title = models.CharField(_("Topic"), max_length=120, unique=True)
    title_en = models.CharField(_("Topic in English"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(_("Place in the list"), default=100)

    class Meta:
        db_table = "orgs_contact_topic"
        verbose_name = _("Topic")
        verbose_name_plural = _("Topics")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="orgs_contact_topic_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title


class Contact(models.Model):
    """A contact point for a topic: a unit, and where it wants so a person in it.

    The public page names the person only if she agreed (``names_person``); else her function.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    topic = models.ForeignKey(ContactTopic, on_delete=models.PROTECT, related_name="contacts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="contacts")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    names_person = models.BooleanField(_("She agrees to be named in public"), default=False)
    function = models.CharField(_("Function"), max_length=120, blank=True)
    email = models.EmailField(_("E-mail address"), blank=True)
    phone = models.CharField(_("Telephone"), max_length=60, blank=True)
    note = models.CharField(_("Good to know"), max_length=300, blank=True)
    is_public = models.BooleanField(_("On the public page"), default=True)

    class Meta:
        verbose_name = _("Contact")
        verbose_name_plural = _("Contacts")
        constraints = [
            models.CheckConstraint(
                condition=~(Q(email="") & Q(phone="")),
                name="orgs_contact_can_be_reached",
                violation_error_message=_("Give an e-mail address or a telephone number."),
            ),
            models.CheckConstraint(
                condition=Q(names_person=False) | Q(person__isnull=False),
                name="orgs_contact_names_somebody",
                violation_error_message=_("Say who agrees to be named."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id}: {self.unit_id}"
