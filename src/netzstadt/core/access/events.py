"""What happens to grants."""

import uuid
from dataclasses import dataclass

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event):
    """A person was given a role."""

    name = "access.role.granted"
    object_model = "access.grant"

    person_id: uuid.UUID
    role: str
    unit_id: uuid.UUID | None = None
    role_object_id: uuid.UUID | None = None


@dataclass(frozen=True, kw_only=True)
class RoleRevoked(Event):
    """A person's role was ended."""

    name = "access.role.revoked"
    object_model = "access.grant"

    person_id: uuid.UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class ApiKeysRevoked(Event):
    """All API keys that acted for a person were revoked."""

    name = "access.api_keys.revoked"
    object_model = "orgs.person"

    api_key_ids: tuple[uuid.UUID, ...]
