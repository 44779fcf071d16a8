"""What every event has in common; a room's own events stand in its ``events.py``."""

import uuid
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to one object. Subclasses are frozen, keyword-only, past tense.

    ``name`` is ``room.object.verb`` in the past tense, ``object_model`` is ``room.model``; the
    subclass's other fields are plain values (text, numbers, dates, ids and lists of these).
    Fields named in ``personal`` say something about a person: they are kept apart, so that they
    can be erased without breaking the sealed chain.
    """

    name: ClassVar[str]
    object_model: ClassVar[str]
    personal: ClassVar[frozenset[str]] = frozenset()

    object_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ChainCheckAsked(Event):
    """Somebody had the whole chain checked."""

    name = "audit.chain.check_asked"
    object_model = "audit.check"


@dataclass(frozen=True, kw_only=True)
class TrailExported(Event):
    """Somebody took a part of the trail out of the house."""

    name = "audit.trail.exported"
    object_model = "audit.export"

    filters: dict[str, str]
