"""Tables of the room, one noun a module."""

from netzstadt.stakeholders.models.council import (
    AgendaItem,
    Consultation,
    CouncilOrganisation,
    Meeting,
    Paper,
)
from netzstadt.stakeholders.models.harvests import CouncilSource, Harvest

__all__ = [
    "AgendaItem",
    "Consultation",
    "CouncilOrganisation",
    "CouncilSource",
    "Harvest",
    "Meeting",
    "Paper",
]
