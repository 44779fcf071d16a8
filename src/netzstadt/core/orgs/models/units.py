"""Units: what they are called and where they stand in the tree, from day to day."""

import uuid
from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.ids import new_id

PLAIN_KEY = r"^[A-Za-z0-9ÄÖÜäöüß][A-Za-z0-9ÄÖÜäöüß ._/-]*$"


class UnitKind(models.TextChoices):
    """What a unit is. The names in brackets are how North Rhine-Westphalia's law calls them."""

    AREA = "AREA", _("Area")
    TEAM = "TEAM", _("Team")
    DEPARTMENT = "DEPARTMENT", _("Department")
    CROSS_SECTION = "CROSS_SECTION", _("Cross-section unit")
    MUNICIPAL_ENTERPRISE = "MUNICIPAL_ENTERPRISE", _("Municipal enterprise")
    COMPANY = "COMPANY", _("Municipal company")
    IT_PROVIDER = "IT_PROVIDER", _("IT provider")
    POLITICAL_BODY = "POLITICAL_BODY", _("Political body")
    EXTERNAL_PARTNER = "EXTERNAL_PARTNER", _("External partner")


class Unit(models.Model):
    """A unit for as long as it lives; its name and place at a time are a ``UnitVersion``."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    # What files and other systems call it, e.g. "R-VS-2"; an import finds the unit again by it.
    key = models.CharField(
        _("Unit key"), max_length=60, unique=True, validators=[RegexValidator(PLAIN_KEY)]
    )
    email = models.EmailField(_("E-mail address"), blank=True)
    phone = models.CharField(_("Telephone"), max_length=60, blank=True)
    address = models.CharField(_("Address"), max_length=200, blank=True)
    website = models.URLField(_("Website"), blank=True)
    task = models.TextField(_("What it does"), max_length=2000, blank=True)
    is_demo = models.BooleanField(_("Demo"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Unit")
        verbose_name_plural = _("Units")
        constraints = [
            models.CheckConstraint(
                condition=Q(key__regex=PLAIN_KEY),
                name="orgs_unit_key_is_plain",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def unit_id(self) -> uuid.UUID:
        """The unit whose roles count for it: a unit belongs to itself."""
        return self.pk


class UnitVersion(models.Model):
    """What a unit is called and where it stands, from a day on and before another.

    A re-organisation is a version that begins in the future. The migration adds that the versions
    of a unit do not overlap, and keeps ``UnitAncestor``.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="versions")
    parent = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(_("Kind"), max_length=30, choices=UnitKind.choices)
    name = models.CharField(_("Name"), max_length=200)
    short_name = models.CharField(_("Short name"), max_length=40, blank=True)
    valid_from = models.DateField(_("From"))
    valid_to = models.DateField(_("Until before"), null=True, blank=True)

    class Meta:
        db_table = "orgs_unit_version"
        verbose_name = _("Version of a unit")
        verbose_name_plural = _("Versions of units")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=UnitKind.values), name="orgs_unit_version_kind"
            ),
            models.CheckConstraint(
                condition=~Q(unit=F("parent")), name="orgs_unit_version_not_below_itself"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="orgs_unit_version_period",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="orgs_unit_version_has_a_name"),
        ]
        indexes = [models.Index(fields=["parent", "valid_from"], name="orgs_unit_version_parent")]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from}–{self.valid_to or '…'})"

    def holds_on(self, day: date) -> bool:
        """Whether the unit is called so on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def label(self) -> str:
        """The short name with the name; the name alone where there is none."""
        return f"{self.short_name} {self.name}" if self.short_name else self.name


class UnitAncestor(models.Model):
    """Which unit lies in which (each in itself, too), and when. Kept by the database alone."""

    pk = models.CompositePrimaryKey("unit_id", "ancestor_id", "valid_from")
    unit = models.ForeignKey(Unit, on_delete=models.DO_NOTHING, related_name="+")
    ancestor = models.ForeignKey(Unit, on_delete=models.DO_NOTHING, related_name="+")
    depth = models.SmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "orgs_unit_ancestor"

    def __str__(self) -> str:
        return f"{self.unit_id} in {self.ancestor_id}"
