"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.geo.permissions import IMPORT_PLACES, KEEP_PLACES
from netzstadt.core.rooms import (
    KitPart,
    NavigationGroup,
    NavigationItem,
    ObjectKind,
    Reference,
    RoomConfig,
)


class GeoConfig(RoomConfig):
    name = "netzstadt.core.geo"
    label = "geo"
    purpose = _("Places: areas, addresses, points.")
    permissions = (KEEP_PLACES, IMPORT_PLACES)
    event_titles = MappingProxyType(
        {
            "geo.areas.imported": _("Areas imported"),
            "geo.addresses.imported": _("Addresses imported"),
            "geo.place.set": _("Place said"),
            "geo.place.removed": _("Place taken back"),
        }
    )
    fact_titles = MappingProxyType(
        {
            "file_name": _("File"),
            "source": _("Source"),
            "area_kind": _("Kind"),
            "rows_read": _("Rows read"),
            "rows_new": _("New"),
            "rows_changed": _("Changed"),
            "rows_unchanged": _("Unchanged"),
            "rows_rejected": _("Rejected"),
            "area_id": _("Area"),
            "address_id": _("Address"),
            "longitude": _("Longitude"),
            "latitude": _("Latitude"),
        }
    )
    fact_values = MappingProxyType({"area_kind": "netzstadt.core.geo.models.AreaKind"})
    fact_objects = MappingProxyType({"area_id": "geo.area"})
    navigation = (
        NavigationItem(title=_("Areas"), url_name="geo:areas", order=40),
        NavigationItem(
            title=_("Import places"),
            url_name="geo:import",
            group=NavigationGroup.DATA,
            permission=IMPORT_PLACES,
            order=140,
        ),
    )
    objects = (
        ObjectKind(
            model="geo.area",
            title=_("Area"),
            cards="netzstadt.core.geo.cards.area_cards",
            documents="netzstadt.core.geo.cards.area_documents",
            every_id="netzstadt.core.geo.cards.every_area_id",
            follows={"geo.import": "netzstadt.core.geo.cards.areas_after_imports"},
            find="netzstadt.core.geo.cards.find_areas",
            order=800,
        ),
    )
    references = (
        Reference(
            source="geo.area",
            relation="part_of",
            target="geo.area",
            table="geo_area",
            source_column="id",
            target_column="parent_id",
        ),
    )
    kit_parts = (KitPart(template="geo/_kit.html", examples="netzstadt.core.geo.gallery.examples"),)
