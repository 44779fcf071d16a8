"""Declares the room to the core."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.rooms import RoomConfig
from netzstadt.stakeholders.permissions import KEEP_COUNCIL


class StakeholdersConfig(RoomConfig):
    name = "netzstadt.stakeholders"
    label = "stakeholders"
    verbose_name = _("Stakeholders")
    purpose = "Whom the office works with; the council: its meetings, papers and resolutions."
    permissions = (KEEP_COUNCIL,)
