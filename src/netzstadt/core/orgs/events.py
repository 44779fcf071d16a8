"""What happens to persons."""

from dataclasses import dataclass
from typing import ClassVar

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonCreated(Event):
    """Somebody was given an account."""

    name = "orgs.person.created"
    object_model = "orgs.person"
    personal: ClassVar[frozenset[str]] = frozenset({"person_name", "email"})

    person_name: str
    email: str
    is_demo: bool


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """A person's password was changed; all her other sessions ended with it."""

    name = "orgs.password.changed"
    object_model = "orgs.person"


@dataclass(frozen=True, kw_only=True)
class PersonDeactivated(Event):
    """Somebody may no longer sign in."""

    name = "orgs.person.deactivated"
    object_model = "orgs.person"


@dataclass(frozen=True, kw_only=True)
class PersonReactivated(Event):
    """Somebody may sign in again."""

    name = "orgs.person.reactivated"
    object_model = "orgs.person"


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    """Somebody signed in."""

    name = "orgs.person.signed_in"
    object_model = "orgs.person"
