"""What happens to persons, units and those who belong to them."""

import uuid
from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True, kw_only=True)
class UnitCreated(Event):
    """A unit was founded; it exists from a day on."""

    name = "orgs.unit.created"
    object_model = "orgs.unit"

    key: str
    unit_name: str
    kind: str
    parent_id: uuid.UUID | None
    valid_from: date


@dataclass(frozen=True, kw_only=True)
class UnitReorganised(Event):
    """A unit is called otherwise or stands elsewhere from a day on; old and new of each fact."""

    name = "orgs.unit.reorganised"
    object_model = "orgs.unit"

    valid_from: date
    changed: dict[str, tuple[str | None, str | None]]


@dataclass(frozen=True, kw_only=True)
class UnitChangeWithdrawn(Event):
    """A re-organisation that had not begun was taken back."""

    name = "orgs.unit.change_withdrawn"
    object_model = "orgs.unit"

    valid_from: date
    unit_name: str


@dataclass(frozen=True, kw_only=True)
class UnitDissolved(Event):
    """A unit ends on a day; what it was stays readable."""

    name = "orgs.unit.dissolved"
    object_model = "orgs.unit"

    valid_to: date


@dataclass(frozen=True, kw_only=True)
class UnitContactChanged(Event):
    """How a unit is reached, or what it does, was changed; old and new of each fact."""

    name = "orgs.unit.contact_changed"
    object_model = "orgs.unit"

    changed: dict[str, tuple[str | None, str | None]]


@dataclass(frozen=True, kw_only=True)
class UnitsImported(Event):
    """A tree of units was imported from a file."""

    name = "orgs.units.imported"
    object_model = "orgs.import"

    file_name: str
    created: int
    reorganised: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class MembershipBegun(Event):
    """A person belongs to a unit from a day on."""

    name = "orgs.membership.begun"
    object_model = "orgs.person"
    personal: ClassVar[frozenset[str]] = frozenset({"title"})

    unit_id: uuid.UUID
    function: str
    title: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(Event):
    """A person belongs to a unit no longer."""

    name = "orgs.membership.ended"
    object_model = "orgs.person"

    unit_id: uuid.UUID
    valid_to: date


@dataclass(frozen=True, kw_only=True)
class DeputyNamed(Event):
    """Somebody stands in for a person: always, or while she is away."""

    name = "orgs.deputy.named"
    object_model = "orgs.person"

    deputy_id: uuid.UUID
    unit_id: uuid.UUID | None
    only_when_absent: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, kw_only=True)
class DeputyEnded(Event):
    """Somebody no longer stands in for a person."""

    name = "orgs.deputy.ended"
    object_model = "orgs.person"

    deputy_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class AbsenceNoted(Event):
    """A person is away for some days; her deputies stand in."""

    name = "orgs.absence.noted"
    object_model = "orgs.person"
    personal: ClassVar[frozenset[str]] = frozenset({"first_day", "back_on"})

    first_day: date
    back_on: date


@dataclass(frozen=True, kw_only=True)
class AbsenceEnded(Event):
    """A person is back earlier than noted, or is not away after all."""

    name = "orgs.absence.ended"
    object_model = "orgs.person"
    personal: ClassVar[frozenset[str]] = frozenset({"back_on"})

    back_on: date


@dataclass(frozen=True, kw_only=True)
class ContactSaved(Event):
    """A contact point was made or changed."""

    name = "orgs.contact.saved"
    object_model = "orgs.contact"

    topic: str
    unit_id: uuid.UUID
    is_public: bool


@dataclass(frozen=True, kw_only=True)
class ContactRemoved(Event):
    """A contact point was removed."""

    name = "orgs.contact.removed"
    object_model = "orgs.contact"

    topic: str
    unit_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class TopicSaved(Event):
    """A topic of contact points was made or changed."""

    name = "orgs.topic.saved"
    object_model = "orgs.topic"

    title: str


@dataclass(frozen=True, kw_only=True)
class TopicRemoved(Event):
    """A topic without contact points was removed."""

    name = "orgs.topic.removed"
    object_model = "orgs.topic"

    title: str
