"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Role
from netzstadt.core.rooms import RoomConfig


class AccessConfig(RoomConfig):
    name = "netzstadt.core.access"
    label = "access"
    purpose = "Who may do and see what: roles, grants, the one rule."
    event_titles = MappingProxyType(
        {
            "access.role.granted": _("Role given"),
            "access.role.revoked": _("Role ended"),
            "access.api_keys.revoked": _("All API keys of a person revoked"),
        }
    )
    fact_titles = MappingProxyType(
        {
            "person_id": _("Person"),
            "role": _("Role"),
            "unit_id": _("Unit"),
            "role_object_id": _("Object"),
            "api_key_ids": _("API keys"),
        }
    )
    fact_values = MappingProxyType({"role": MappingProxyType(dict(Role.choices))})
