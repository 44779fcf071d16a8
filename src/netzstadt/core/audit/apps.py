"""Declares the room to the core."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import READ_AUDIT_TRAIL
from netzstadt.core.rooms import NavigationItem, RoomConfig


class AuditConfig(RoomConfig):
    name = "netzstadt.core.audit"
    label = "audit"
    purpose = _("What happened: every change as an event, sealed into a chain.")
    permissions = (READ_AUDIT_TRAIL,)
    navigation = (
        NavigationItem(
            title=_("Audit trail"), url_name="audit:trail", permission=READ_AUDIT_TRAIL, order=910
        ),
    )
