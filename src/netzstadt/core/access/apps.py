"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

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
