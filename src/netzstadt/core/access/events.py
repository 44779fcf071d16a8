"""What happens to grants."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event):
    """A person was given a role."""

    name = "access.role.granted"
    object_model = "access.grant"
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})

    person_id: uuid.UUID
    role: str
    unit_id: uuid.UUID | None = None
    role_object_id: uuid.UUID | None = None
    role_object_model: str = ""
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RoleRevoked(Event):
    """A person's role was ended."""

    name = "access.role.revoked"
    object_model = "access.grant"

    person_id: uuid.UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class RightsElevated(Event):
    """An administrator took elevated rights for some hours, and said why."""

    name = "access.rights.elevated"
    object_model = "access.grant"
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})

    person_id: uuid.UUID
    until: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class ApiKeysRevoked(Event):
    """All API keys that acted for a person were revoked."""

    name = "access.api_keys.revoked"
    object_model = "orgs.person"

    api_key_ids: tuple[uuid.UUID, ...]
