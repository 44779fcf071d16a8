"""What happens to what is known of the council."""

import uuid
from dataclasses import dataclass
from datetime import datetime
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
