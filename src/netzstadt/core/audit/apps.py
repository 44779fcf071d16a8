"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import READ_AUDIT_TRAIL
from netzstadt.core.rooms import NavigationGroup, NavigationItem, PersonalData, RoomConfig


class AuditConfig(RoomConfig):
    name = "netzstadt.core.audit"
    label = "audit"
    verbose_name = _("Audit trail")
    purpose = _("What happened: every change as an event, sealed into a chain.")
    permissions = (READ_AUDIT_TRAIL,)
    event_titles = MappingProxyType(
        {
            "audit.chain.check_asked": _("Check of the chain asked for"),
            "audit.trail.exported": _("Part of the trail exported"),
        }
    )
    fact_titles = MappingProxyType({"filters": _("Filter")})
    personal_data = PersonalData(
        export="netzstadt.core.audit.services.export_events",
        erase="netzstadt.core.audit.services.erase_events",
        titles=MappingProxyType(
            {
                "about": _("What happened to the account"),
                "done": _("What was done with the account"),
            }
        ),
    )
    navigation = (
        NavigationItem(
            title=_("Audit trail"),
            url_name="audit:trail",
            group=NavigationGroup.INSTALLATION,
            permission=READ_AUDIT_TRAIL,
            order=912,
        ),
    )
