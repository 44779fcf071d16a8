"""The hash chain of the audit trail: what is hashed, in which form. Pure: no database.

A link is SHA-256 over the previous link's 32 bytes and the event in its canonical form: its
fields as text, one a line, in the order below. Line breaks cannot occur inside a field (JSON
escapes them, names and ids have none), so no two events share a form. Personal facts are covered
by their salted digest alone: erasing them leaves the chain verifiable.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

START = bytes(32)
COLUMNS = (
    "e.id, e.sequence, e.at, e.person_id, e.api_key_id, e.acting_for_id, e.name, e.object_model,"
    " e.object_id, e.data::text, e.personal_digest"
)


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """The facts of an event that its seal covers, in the order of ``COLUMNS``."""

    id: uuid.UUID
    sequence: int
    at: datetime
    person_id: uuid.UUID | None
    api_key_id: uuid.UUID | None
    acting_for_id: uuid.UUID | None
    name: str
    object_model: str
    object_id: uuid.UUID
    data: str
    personal_digest: bytes | None

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> "SealedEvent":
        """Make one from a row whose first columns are ``COLUMNS``."""
        digest = bytes(row[10]) if row[10] is not None else None
        return cls(
            row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], digest
        )

    def canonical(self) -> bytes:
        """The event as the bytes that are hashed."""
        return "\n".join(
            (
                str(self.id),
                str(self.sequence),
                self.at.astimezone(UTC).isoformat(timespec="microseconds"),
                str(self.person_id or ""),
                str(self.api_key_id or ""),
                str(self.acting_for_id or ""),
                self.name,
                self.object_model,
                str(self.object_id),
                self.data,
                self.personal_digest.hex() if self.personal_digest is not None else "",
            )
        ).encode()


def link(previous: bytes, event: SealedEvent) -> bytes:
    """The hash that seals ``event`` behind ``previous``."""
    return hashlib.sha256(previous + event.canonical()).digest()


def personal_digest(salt: uuid.UUID, personal: str) -> bytes:
    """The digest of personal facts (their JSON text), as ``audit_append()`` makes it."""
    return hashlib.sha256(f"{salt}{personal}".encode()).digest()
