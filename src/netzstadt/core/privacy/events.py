"""What happens with people's data."""

import uuid
from dataclasses import dataclass

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class DataExported(Event):
    """What is known of a person was taken out as a file: by herself, or for her."""

    name = "privacy.data.exported"
    object_model = "orgs.person"


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(Event):
    """Somebody asked to be erased."""

    name = "privacy.erasure.asked"
    object_model = "orgs.person"

    request_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ErasureRefused(Event):
    """A request for erasure was refused; she was told why."""

    name = "privacy.erasure.refused"
    object_model = "orgs.person"

    request_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """What was known of a person was erased; what had to stay is named, without saying whose."""

    name = "privacy.person.erased"
    object_model = "orgs.person"

    erased: dict[str, int]
    stays: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class PeriodEnded(Event):
    """Records whose period was over were removed."""

    name = "privacy.period.ended"
    object_model = "privacy.removal"

    rule: str
    removed: int
