"""What happens to keys and stations."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class ApiKeyIssued(Event):
    """A machine was given a key; the secret is known to nobody but its holder."""

    name: ClassVar[str] = "urbandata.api_key.issued"
    object_model: ClassVar[str] = "urbandata.api_key"
    personal: ClassVar[frozenset[str]] = frozenset({"holder_id"})

    holder_id: uuid.UUID
    prefix: str
    may_read: bool
    may_write: bool
    thing_ids: tuple[uuid.UUID, ...] | None
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ApiKeyExpiring(Event):
    """A key ends within two weeks; noted once, so that its holder can make another in time."""

    name: ClassVar[str] = "urbandata.api_key.expiring"
    object_model: ClassVar[str] = "urbandata.api_key"

    prefix: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(Event):
    """A key opens nothing any more."""

    name: ClassVar[str] = "urbandata.api_key.revoked"
    object_model: ClassVar[str] = "urbandata.api_key"

    prefix: str


@dataclass(frozen=True, kw_only=True)
class ThingVisibilityChanged(Event):
    """Another circle of people may see a station and its series."""

    name: ClassVar[str] = "urbandata.thing.visibility_changed"
    object_model: ClassVar[str] = "plane.thing"

    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class OutlineDrawn(Event):
    """A boundary that every map draws is new or was changed."""

    name: ClassVar[str] = "urbandata.outline.drawn"
    object_model: ClassVar[str] = "urbandata.outline"

    key: str
    attribution: str


@dataclass(frozen=True, kw_only=True)
class ThingOwnerChanged(Event):
    """A station belongs to another unit, or to none."""

    name: ClassVar[str] = "urbandata.thing.owner_changed"
    object_model: ClassVar[str] = "plane.thing"

    before: uuid.UUID | None
    after: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class ThingRetired(Event):
    """A station was taken out of service with its Datastreams; its values stay readable."""

    name: ClassVar[str] = "urbandata.thing.retired"
    object_model: ClassVar[str] = "plane.thing"

    reason: str


@dataclass(frozen=True, kw_only=True)
class ThingReturned(Event):
    """A retired station is in service again, with what was retired together with it."""

    name: ClassVar[str] = "urbandata.thing.returned"
    object_model: ClassVar[str] = "plane.thing"


@dataclass(frozen=True, kw_only=True)
class DatastreamRetired(Event):
    """A Datastream takes no more values; those it has stay readable."""

    name: ClassVar[str] = "urbandata.datastream.retired"
    object_model: ClassVar[str] = "plane.datastream"

    reason: str


@dataclass(frozen=True, kw_only=True)
class DatastreamReturned(Event):
    """A retired Datastream takes values again."""

    name: ClassVar[str] = "urbandata.datastream.returned"
    object_model: ClassVar[str] = "plane.datastream"


@dataclass(frozen=True, kw_only=True)
class QualityRulesSet(Event):
    """What is plausible for a Datastream was decided; it holds for values from now on."""

    name: ClassVar[str] = "urbandata.datastream.quality_rules_set"
    object_model: ClassVar[str] = "plane.datastream"

    before: dict[str, float]
    after: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class ValuesCorrected(Event):
    """Values of a Datastream were corrected by hand.

    ``values`` has each with its time and sequence, what it was (``before``) and what it became
    (``after``): result and flags of quality.
    """

    name: ClassVar[str] = "urbandata.datastream.values_corrected"
    object_model: ClassVar[str] = "plane.datastream"

    reason: str
    count: int
    values: tuple[dict[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class CorrectionUndone(Event):
    """A correction was taken back: its values are again what they were before it."""

    name: ClassVar[str] = "urbandata.datastream.correction_undone"
    object_model: ClassVar[str] = "plane.datastream"

    correction_id: uuid.UUID
    reason: str
    count: int
