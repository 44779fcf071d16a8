"""The network: people and organisations, how they belong together, and what they consented to."""

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.lib.ids import new_id
from netzstadt.stakeholders.expressions import SortKey


class PartyKind(models.TextChoices):
    """What sort of party it is."""

    PERSON = "PERSON", pgettext_lazy("kind of party", "Person")
    ORGANISATION = "ORGANISATION", pgettext_lazy("kind of party", "Organisation")


class Sector(models.TextChoices):
    """The part of the city's life from which a party comes."""

    ADMINISTRATION = "ADMINISTRATION", pgettext_lazy("sector", "Administration")
    BUSINESS = "BUSINESS", pgettext_lazy("sector", "Business")
    SCIENCE = "SCIENCE", pgettext_lazy("sector", "Science")
    SOCIETY = "SOCIETY", pgettext_lazy("sector", "Society")
    REGION = "REGION", pgettext_lazy("sector", "Region")
    STATE = "STATE", pgettext_lazy("sector", "State and federation")


class PartyVisibility(models.TextChoices):
    """Who may see a party. A person is public only for as long as she consents to it."""

    PUBLIC = "PUBLIC", _("Public")
    ADMINISTRATION = "ADMINISTRATION", _("Administration")
    UNIT = "UNIT", _("Owning unit")


class Party(models.Model):
    """A person or an organisation that the city works with (Akteur).

    ``person`` is her account, where she has one here; ``organisation`` is where she works or for
    whom she speaks. ``unit`` keeps the entry. ``email``, ``phone`` and the ``note`` stay inside the
    administration whatever the visibility.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    kind = models.CharField(_("Kind"), max_length=12, choices=PartyKind.choices)
    name = models.CharField(_("Name"), max_length=200)
    sector = models.CharField(_("Sector"), max_length=15, choices=Sector.choices)
    role = models.CharField(_("Task or field"), max_length=200, default="")
    organisation = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="people"
    )
    person = models.OneToOneField(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    email = models.EmailField(_("E-mail address"), default="")
    phone = models.CharField(_("Telephone"), max_length=50, default="")
    web = models.URLField(_("Website"), default="")
    note = models.TextField(_("Note"), max_length=3_000, default="")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    visibility = models.CharField(
        _("Who may see it"),
        max_length=20,
        choices=PartyVisibility.choices,
        default=PartyVisibility.ADMINISTRATION,
    )
    is_demo = models.BooleanField(_("Demo"), default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # The name first, so that it is the order of lists as well.
    words_key = models.GeneratedField(
        expression=SortKey(
            Concat(F("name"), Value(" "), F("role"), output_field=models.TextField())
        ),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("Party")
        verbose_name_plural = _("Parties")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="stakeholders_party_name"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=PartyKind.values,
                    sector__in=Sector.values,
                    visibility__in=PartyVisibility.values,
                ),
                name="stakeholders_party_values",
            ),
            # Organisations neither sign in nor work for one another: that is a relation.
            models.CheckConstraint(
                condition=Q(kind="PERSON") | Q(person__isnull=True, organisation__isnull=True),
                name="stakeholders_party_person",
            ),
        ]
        indexes = [
            models.Index(fields=["words_key", "id"], name="stakeholders_party_order"),
            GinIndex(
                fields=["words_key"], name="stakeholders_party_words", opclasses=["gin_trgm_ops"]
            ),
            models.Index(fields=["sector"], name="stakeholders_party_sector"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    @property
    def is_person(self) -> bool:
        """Whether it is a person: consent is hers to give."""
        return self.kind == PartyKind.PERSON


class RelationKind(models.TextChoices):
    """How one party stands to another."""

    WORKS_FOR = "WORKS_FOR", pgettext_lazy("relation of parties", "works for")
    MEMBER_OF = "MEMBER_OF", pgettext_lazy("relation of parties", "is a member of")
    SPEAKS_FOR = "SPEAKS_FOR", pgettext_lazy("relation of parties", "speaks for")
    PARTNER_OF = "PARTNER_OF", pgettext_lazy("relation of parties", "is a partner of")
    FUNDS = "FUNDS", pgettext_lazy("relation of parties", "funds")
    SUPPLIES = "SUPPLIES", pgettext_lazy("relation of parties", "supplies")


class PartyRelation(models.Model):
    """One party stands to another in a relation, from a day on and until another, with evidence."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    source = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="relations")
    kind = models.CharField(_("Relation"), max_length=12, choices=RelationKind.choices)
    target = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="related")
    since = models.DateField(_("Since"), null=True)
    until = models.DateField(_("Until"), null=True)
    evidence = models.CharField(_("Where one can read of it"), max_length=500, default="")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "stakeholders_party_relation"
        verbose_name = _("Relation of parties")
        verbose_name_plural = _("Relations of parties")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=RelationKind.values), name="stakeholders_relation_kind"
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="stakeholders_relation_other"
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="stakeholders_relation_period",
            ),
            models.UniqueConstraint(
                fields=["source", "kind", "target"],
                condition=Q(until__isnull=True),
                name="stakeholders_relation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id} ({self.id})"


class Purpose(models.TextChoices):
    """What a person consents to."""

    SHOW = "SHOW", pgettext_lazy("consent to", "Be shown outside the administration")
    WRITE = "WRITE", pgettext_lazy("consent to", "Be invited and written to")


class Consent(models.Model):
    """What a person consented to, how that is known, and until when it holds.

    It is never changed: a withdrawal is written down once, another consent is another row.
    ``until`` is its last day; without one it holds until it is withdrawn.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(_("Consents to"), max_length=10, choices=Purpose.choices)
    basis = models.CharField(_("How we know"), max_length=300)
    given_on = models.DateField(_("Given on"))
    until = models.DateField(_("Last day"), null=True)
    withdrawn_on = models.DateField(_("Withdrawn on"), null=True)
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Consent")
        verbose_name_plural = _("Consents")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values), name="stakeholders_consent_purpose"
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="stakeholders_consent_basis"),
            models.CheckConstraint(
                condition=(Q(until__isnull=True) | Q(until__gte=F("given_on")))
                & (Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on"))),
                name="stakeholders_consent_period",
            ),
        ]
        indexes = [
            models.Index(fields=["until"], name="stakeholders_consent_until"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.purpose} {self.given_on} ({self.id})"
