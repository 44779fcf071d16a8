"""Addresses of contents: valid for minutes, for one person alone."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core import signing

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

VALID_FOR = timedelta(minutes=5)
_SALT = "netzstadt.files.link"


@dataclass(frozen=True, slots=True)
class Link:
    """What a signed address says."""

    version_id: uuid.UUID
    person_id: uuid.UUID | None


def sign(version_id: uuid.UUID, *, to: "Person | None", at: datetime) -> str:
    """A token for this version and this person, from ``at`` on for some minutes."""
    said = [str(version_id), str(to.pk) if to else "", int((at + VALID_FOR).timestamp())]
    return signing.dumps(said, salt=_SALT)


def read(token: str, *, at: datetime) -> Link | None:
    """What a token says; None if it is not ours or has run out."""
    try:
        version_id, person_id, until = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    if at.timestamp() >= until:
        return None
    return Link(uuid.UUID(version_id), uuid.UUID(person_id) if person_id else None)
