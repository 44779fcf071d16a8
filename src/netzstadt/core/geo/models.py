"""Areas, addresses, and the places of objects."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from netzstadt.core.geo.columns import BoxColumn, PointColumn
from netzstadt.lib.ids import new_id


class AreaKind(models.TextChoices):
    """Kinds of areas, each lying in one of a kind before it; statistical ones lie anywhere."""

    CITY = "CITY", _("City")
    DISTRICT = "DISTRICT", _("City district")
    SUBURB = "SUBURB", _("Part of the city")
    QUARTER = "QUARTER", _("Quarter")
    STATISTICAL = "STATISTICAL", _("Statistical district")


class Period(Func):
    """The days from one on until before another; an empty end is open."""

    function = "daterange"
    output_field = DateRangeField()


class Area(models.Model):
    """A part of the city, or the city itself, as it is bounded from one day until another.

    ``key`` is what its publisher calls it (AGS, ARS, a number of the city's own). Geometry is WKB
    in EPSG:4326, longitude first; ``bounds`` finds candidates, Shapely judges.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    kind = models.CharField(_("Kind"), max_length=12, choices=AreaKind.choices)
    key = models.CharField(_("Key"), max_length=40)
    name = models.CharField(_("Name"), max_length=200)
    name_key = models.CharField(max_length=250)
    parent = models.ForeignKey(
        "self", verbose_name=_("Lies in"), null=True, on_delete=models.PROTECT, related_name="parts"
    )
    geometry = models.BinaryField(null=True)
    bounds = BoxColumn(null=True)
    centre = PointColumn(null=True)
    source = models.CharField(_("Source"), max_length=300, default="")
    source_url = models.URLField(_("Address of the source"), default="")
    licence = models.CharField(_("Licence"), max_length=200, default="")
    note = models.CharField(_("Note"), max_length=300, default="")
    valid_from = models.DateField(_("Valid from"), null=True)
    valid_to = models.DateField(_("Valid until before"), null=True)
    changed_at = models.DateTimeField(_("Changed at"))

    class Meta:
        verbose_name = _("Area")
        verbose_name_plural = _("Areas")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AreaKind.values), name="geo_area_kind"),
            models.CheckConstraint(
                condition=~Q(key="") & ~Q(name="") & ~Q(name_key=""), name="geo_area_named"
            ),
            models.CheckConstraint(
                condition=Q(geometry__isnull=True, bounds__isnull=True, centre__isnull=True)
                | Q(geometry__isnull=False, bounds__isnull=False, centre__isnull=False),
                name="geo_area_geometry_with_bounds",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
                name="geo_area_period",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="geo_area_not_in_itself"),
            ExclusionConstraint(
                name="geo_area_once_a_day",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("key", RangeOperators.EQUAL),
                    (Period("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            GistIndex(fields=["bounds"], name="geo_area_bounds"),
            GinIndex(fields=["name_key"], opclasses=["gin_trgm_ops"], name="geo_area_words"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_kind_display()}, {self.id})"


class Address(models.Model):
    """A house number with its place. ``key`` is the publisher's, where there is one."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    key = models.CharField(max_length=60, default="")
    street = models.CharField(_("Street"), max_length=200)
    street_key = models.CharField(max_length=250)
    number = models.PositiveIntegerField(_("House number"))
    addition = models.CharField(_("Addition"), max_length=10, default="")
    postcode = models.CharField(_("Postcode"), max_length=5, default="")
    city = models.CharField(_("City"), max_length=100, default="")
    area = models.ForeignKey(
        Area, verbose_name=_("Area"), null=True, on_delete=models.PROTECT, related_name="addresses"
    )
    point = PointColumn()
    source = models.CharField(_("Source"), max_length=300, default="")
    changed_at = models.DateTimeField(_("Changed at"))

    class Meta:
        verbose_name = _("Address")
        verbose_name_plural = _("Addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["street_key", "number", "addition", "postcode", "city"],
                name="geo_address_once",
            ),
            models.UniqueConstraint(
                fields=["key"], condition=~Q(key=""), name="geo_address_key_once"
            ),
            models.CheckConstraint(
                condition=~Q(street="") & ~Q(street_key="") & Q(number__gte=1),
                name="geo_address_street_and_number",
            ),
            models.CheckConstraint(
                condition=Q(postcode__regex=r"^(\d{5})?$"), name="geo_address_postcode"
            ),
        ]
        indexes = [
            GistIndex(fields=["point"], name="geo_address_point"),
            GinIndex(fields=["street_key"], opclasses=["gin_trgm_ops"], name="geo_address_words"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.id})"

    @property
    def house_number(self) -> str:
        """Number and addition as they are written."""
        return f"{self.number}{self.addition}"

    @property
    def label(self) -> str:
        """The address on one line."""
        place = f"{self.postcode} {self.city}".strip()
        return f"{self.street} {self.house_number}{', ' if place else ''}{place}"


class Place(models.Model):
    """Where an object of any room is: a point, an address, an area; the most precise counts."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    object_model = models.CharField(max_length=100)
    object_id = models.UUIDField()
    area = models.ForeignKey(
        Area, verbose_name=_("Area"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.ForeignKey(
        Address, verbose_name=_("Address"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    point = PointColumn(_("Point"), null=True)
    set_at = models.DateTimeField(_("Set at"))

    class Meta:
        verbose_name = _("Place")
        verbose_name_plural = _("Places")
        constraints = [
            models.UniqueConstraint(fields=["object_model", "object_id"], name="geo_place_once"),
            models.CheckConstraint(
                condition=Q(object_model__regex=r"^[a-z_]+\.[a-z_]+$"), name="geo_place_model"
            ),
            models.CheckConstraint(
                condition=Q(area__isnull=False) | Q(address__isnull=False) | Q(point__isnull=False),
                name="geo_place_somewhere",
            ),
        ]
        indexes = [GistIndex(fields=["point"], name="geo_place_point")]

    def __str__(self) -> str:
        return f"{self.object_model} {self.object_id} ({self.id})"
