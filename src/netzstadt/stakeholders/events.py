"""What happens to what is known of the council, and in the network."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from netzstadt.core.audit.events import Event


class _SourceEvent(Event):
    """Something about a council information system."""

    object_model: ClassVar[str] = "stakeholders.council_source"


@dataclass(frozen=True, kw_only=True)
class SourceAdded(_SourceEvent):
    """A council information system was connected."""

    name: ClassVar[str] = "stakeholders.council_source.added"

    address: str


@dataclass(frozen=True, kw_only=True)
class SourcePaused(_SourceEvent):
    """A council information system is not read any more, until it is resumed."""

    name: ClassVar[str] = "stakeholders.council_source.paused"


@dataclass(frozen=True, kw_only=True)
class SourceResumed(_SourceEvent):
    """A council information system is read again."""

    name: ClassVar[str] = "stakeholders.council_source.resumed"


@dataclass(frozen=True, kw_only=True)
class HarvestAsked(_SourceEvent):
    """Somebody had a council information system read beside its rhythm."""

    name: ClassVar[str] = "stakeholders.council_source.harvest_asked"


@dataclass(frozen=True, kw_only=True)
class HarvestFinished(_SourceEvent):
    """A council information system was read to the end; the account of all its objects."""

    name: ClassVar[str] = "stakeholders.council_source.harvested"

    harvest_id: uuid.UUID
    since: datetime | None
    pages: int
    objects_read: int
    objects_new: int
    objects_changed: int
    objects_unchanged: int
    objects_withdrawn: int
    objects_returned: int
    objects_left_out: int
    objects_dropped: int


@dataclass(frozen=True, kw_only=True)
class HarvestFailed(_SourceEvent):
    """A harvest could not go on; what was read until then is kept."""

    name: ClassVar[str] = "stakeholders.council_source.harvest_failed"

    harvest_id: uuid.UUID
    failure: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class MeetingEntered(Event):
    """A meeting was entered by hand."""

    name: ClassVar[str] = "stakeholders.meeting.entered"
    object_model: ClassVar[str] = "stakeholders.meeting"

    visibility: str


@dataclass(frozen=True, kw_only=True)
class MeetingCorrected(Event):
    """A meeting that was entered by hand was corrected."""

    name: ClassVar[str] = "stakeholders.meeting.corrected"
    object_model: ClassVar[str] = "stakeholders.meeting"

    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MeetingWithdrawn(Event):
    """A meeting that was entered by hand was withdrawn with its agenda."""

    name: ClassVar[str] = "stakeholders.meeting.withdrawn"
    object_model: ClassVar[str] = "stakeholders.meeting"

    item_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, kw_only=True)
class AgendaItemEntered(Event):
    """An agenda item was entered by hand."""

    name: ClassVar[str] = "stakeholders.resolution.entered"
    object_model: ClassVar[str] = "stakeholders.resolution"

    meeting_id: uuid.UUID
    result: str
    paper_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, kw_only=True)
class AgendaItemCorrected(Event):
    """An agenda item that was entered by hand was corrected."""

    name: ClassVar[str] = "stakeholders.resolution.corrected"
    object_model: ClassVar[str] = "stakeholders.resolution"

    changed: tuple[str, ...]
    result: str


@dataclass(frozen=True, kw_only=True)
class AgendaItemWithdrawn(Event):
    """An agenda item that was entered by hand was withdrawn."""

    name: ClassVar[str] = "stakeholders.resolution.withdrawn"
    object_model: ClassVar[str] = "stakeholders.resolution"


@dataclass(frozen=True, kw_only=True)
class PaperEntered(Event):
    """A paper was entered by hand."""

    name: ClassVar[str] = "stakeholders.paper.entered"
    object_model: ClassVar[str] = "stakeholders.paper"

    visibility: str


@dataclass(frozen=True, kw_only=True)
class PaperCorrected(Event):
    """A paper that was entered by hand was corrected."""

    name: ClassVar[str] = "stakeholders.paper.corrected"
    object_model: ClassVar[str] = "stakeholders.paper"

    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PaperWithdrawn(Event):
    """A paper that was entered by hand was withdrawn."""

    name: ClassVar[str] = "stakeholders.paper.withdrawn"
    object_model: ClassVar[str] = "stakeholders.paper"


class _PartyEvent(Event):
    """Something about a person or an organisation of the network. Names are not stored here: the
    trail would keep them after consent has ended."""

    object_model: ClassVar[str] = "stakeholders.party"


@dataclass(frozen=True, kw_only=True)
class PartyEntered(_PartyEvent):
    """A person or an organisation was taken into the network."""

    name: ClassVar[str] = "stakeholders.party.entered"

    party_kind: str
    sector: str
    visibility: str
    unit_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class PartyChanged(_PartyEvent):
    """What is said of a party was changed; only what it was, not the words."""

    name: ClassVar[str] = "stakeholders.party.changed"

    fields_changed: tuple[str, ...]
    visibility: str


@dataclass(frozen=True, kw_only=True)
class PartyRemoved(_PartyEvent):
    """A party was removed with all that was known of it."""

    name: ClassVar[str] = "stakeholders.party.removed"

    statements_kept: int


@dataclass(frozen=True, kw_only=True)
class RelationMade(_PartyEvent):
    """One party stands to another in a relation."""

    name: ClassVar[str] = "stakeholders.relation.made"

    party_relation: str
    other_party_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class RelationEnded(_PartyEvent):
    """A relation between two parties has ended."""

    name: ClassVar[str] = "stakeholders.relation.ended"

    party_relation: str
    other_party_id: uuid.UUID
    ended_on: date


@dataclass(frozen=True, kw_only=True)
class ConsentNoted(_PartyEvent):
    """A person consented to something."""

    name: ClassVar[str] = "stakeholders.consent.noted"

    purpose: str
    given_on: date
    consent_until: date | None


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(_PartyEvent):
    """A person withdrew a consent."""

    name: ClassVar[str] = "stakeholders.consent.withdrawn"

    purpose: str
    withdrawn_on: date


@dataclass(frozen=True, kw_only=True)
class ExpertiseNoted(_PartyEvent):
    """It was said what somebody knows, with the evidence; what was confirmed is open anew."""

    name: ClassVar[str] = "stakeholders.expertise.noted"

    expertise_id: uuid.UUID
    expertise_level: str


@dataclass(frozen=True, kw_only=True)
class ExpertiseConfirmed(_PartyEvent):
    """Somebody else confirmed what a person knows."""

    name: ClassVar[str] = "stakeholders.expertise.confirmed"

    expertise_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ExpertiseRemoved(_PartyEvent):
    """It is no longer said that somebody knows a topic."""

    name: ClassVar[str] = "stakeholders.expertise.removed"

    expertise_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class StakeholderAssessed(_PartyEvent):
    """It was written down how a party stands to an object; how, the analysis alone says."""

    name: ClassVar[str] = "stakeholders.stakeholding.assessed"

    about_model: str
    about_id: uuid.UUID
    assessed_on: date


@dataclass(frozen=True, kw_only=True)
class AssessmentRemoved(_PartyEvent):
    """An assessment of a party was removed."""

    name: ClassVar[str] = "stakeholders.stakeholding.removed"

    about_model: str
    about_id: uuid.UUID
    assessed_on: date


class _RequestEvent(Event):
    """Something about a request to an expert."""

    object_model: ClassVar[str] = "stakeholders.expert_request"


@dataclass(frozen=True, kw_only=True)
class ExpertAsked(_RequestEvent):
    """An expert was asked for a statement on an object."""

    name: ClassVar[str] = "stakeholders.expert_request.asked"

    party_id: uuid.UUID
    about_model: str
    about_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ExpertAccepted(_RequestEvent):
    """An expert will give a statement."""

    name: ClassVar[str] = "stakeholders.expert_request.accepted"


@dataclass(frozen=True, kw_only=True)
class ExpertDeclined(_RequestEvent):
    """An expert gives no statement; why stands there."""

    name: ClassVar[str] = "stakeholders.expert_request.declined"


@dataclass(frozen=True, kw_only=True)
class ExpertRequestWithdrawn(_RequestEvent):
    """No statement is needed any more."""

    name: ClassVar[str] = "stakeholders.expert_request.withdrawn"


@dataclass(frozen=True, kw_only=True)
class StatementGiven(_RequestEvent):
    """An expert gave her statement."""

    name: ClassVar[str] = "stakeholders.expert_request.stated"

    about_model: str
    about_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class EffectNoted(_RequestEvent):
    """It was written down what a statement did."""

    name: ClassVar[str] = "stakeholders.expert_request.effect_noted"

    statement_effect: str
    about_model: str
    about_id: uuid.UUID
