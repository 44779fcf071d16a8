"""Tables of the room, one noun a module."""

from netzstadt.stakeholders.models.council import (
    AgendaItem,
    Consultation,
    CouncilOrganisation,
    Meeting,
    Paper,
)
from netzstadt.stakeholders.models.experts import (
    Effect,
    EvidenceKind,
    Expertise,
    ExpertRequest,
    ExpertWord,
    Level,
    RequestState,
)
from netzstadt.stakeholders.models.harvests import CouncilSource, Harvest
from netzstadt.stakeholders.models.network import (
    Consent,
    Party,
    PartyKind,
    PartyRelation,
    PartyVisibility,
    Purpose,
    RelationKind,
    Sector,
)
from netzstadt.stakeholders.models.stakeholdings import Attitude, Stakeholding

__all__ = [
    "AgendaItem",
    "Attitude",
    "Consent",
    "Consultation",
    "CouncilOrganisation",
    "CouncilSource",
    "Effect",
    "EvidenceKind",
    "ExpertRequest",
    "ExpertWord",
    "Expertise",
    "Harvest",
    "Level",
    "Meeting",
    "Paper",
    "Party",
    "PartyKind",
    "PartyRelation",
    "PartyVisibility",
    "Purpose",
    "RelationKind",
    "RequestState",
    "Sector",
    "Stakeholding",
]
