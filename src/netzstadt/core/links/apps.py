"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.links.permissions import KEEP_LINKS
from netzstadt.core.links.relations import RELATIONS
from netzstadt.core.rooms import KitPart, PersonalData, RoomConfig


class LinksConfig(RoomConfig):
    name = "netzstadt.core.links"
    label = "links"
    verbose_name = _("Links")
    purpose = _("Typed links between any two objects, and the trace over them.")
    permissions = (KEEP_LINKS,)
    event_titles = MappingProxyType(
        {
            "links.link.made": _("Linked with another object"),
            "links.link.ended": _("Link with another object ended"),
        }
    )
    fact_titles = MappingProxyType(
        {
            "link_id": _("Link"),
            "relation": _("Relation"),
            "is_source": _("Read from here"),
            "other_model": _("Kind of the other object"),
            "other_id": _("The other object"),
        }
    )
    fact_values = MappingProxyType(
        {"relation": {one.name: one.title for one in RELATIONS.values()}}
    )
    fact_objects = MappingProxyType({"other_id": "other_model"})
    personal_data = PersonalData(
        export="netzstadt.core.links.queries.what_is_known_of",
        erase="netzstadt.core.links.services.forget_person",
        titles=MappingProxyType(
            {
                "links": _("Links"),
                "source_id": _("Starts at"),
                "source_model": _("Kind of what it starts at"),
                "target_id": _("Leads to"),
                "target_model": _("Kind of what it leads to"),
                "note": _("Note"),
            }
        ),
    )
    kit_parts = (
        KitPart(template="links/_kit.html", examples="netzstadt.core.links.gallery.examples"),
    )
