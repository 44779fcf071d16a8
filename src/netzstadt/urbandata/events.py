"""What happens to keys and stations."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

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
class ApiKeyRevoked(Event):
    """A key opens nothing any more."""

    name: ClassVar[str] = "urbandata.api_key.revoked"
    object_model: ClassVar[str] = "urbandata.api_key"

    prefix: str


@dataclass(frozen=True, kw_only=True)
class ThingVisibilityChanged(Event):
    """Another circle of people may see a station and its series."""

    name: ClassVar[str] = "urbandata.thing.visibility_changed"
    object_model: ClassVar[str] = "urbandata.thing"

    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class OutlineDrawn(Event):
    """A boundary that every map draws is new or was changed."""

    name: ClassVar[str] = "urbandata.outline.drawn"
    object_model: ClassVar[str] = "urbandata.outline"

    key: str
    attribution: str
