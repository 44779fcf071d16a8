"""Everything that changes the tree of units.

What a unit is called and where it stands is written as versions by day, so that a re-organisation
can be entered before it begins and the past stays readable.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.days import today
from netzstadt.core.orgs.events import (
    UnitChangeWithdrawn,
    UnitContactChanged,
    UnitCreated,
    UnitDissolved,
    UnitReorganised,
)
from netzstadt.core.orgs.models.persons import Person
from netzstadt.core.orgs.models.units import Unit, UnitVersion
from netzstadt.core.orgs.queries import units as queries
from netzstadt.core.refusal import Refusal

CONTACT = ("email", "phone", "address", "website", "task")
PLACE = ("name", "short_name", "kind", "parent_id")


class UnitRefused(Refusal):
    """The tree of units cannot be changed this way."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitFacts:
    """What a unit is called and where it stands."""

    name: str
    kind: str
    parent: Unit | None
    short_name: str = ""

    def differences(self, version: UnitVersion) -> dict[str, tuple[str | None, str | None]]:
        """Old and new of what would change in ``version``."""
        new = {
            "name": self.name,
            "short_name": self.short_name,
            "kind": str(self.kind),
            "parent_id": self.parent.pk if self.parent else None,
        }
        pairs = {name: (_text(getattr(version, name)), _text(new[name])) for name in PLACE}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@transaction.atomic
def create_unit(
    *,
    key: str,
    facts: UnitFacts,
    valid_from: date,
    by: Person | None,
    at: datetime,
    is_demo: bool = False,
) -> Unit:
    """Found a unit that exists from ``valid_from`` on.

    Raises UnitRefused if the key is in use or cannot be one, or if the unit it lies in does not
    exist on that day.
    """
    unit = Unit(key=key.strip(), created_at=at, is_demo=is_demo)
    try:
        unit.clean_fields()
    except ValidationError as error:
        raise UnitRefused(" ".join(error.messages)) from error
    _check_parent(facts.parent, valid_from)
    try:
        with transaction.atomic():
            unit.save(force_insert=True)
    except IntegrityError as error:
        raise UnitRefused(_("There is a unit with the key %(key)s.") % {"key": unit.key}) from error
    _add_version(unit, facts, valid_from, None)
    audit.record(
        UnitCreated(
            object_id=unit.pk,
            key=unit.key,
            unit_name=facts.name,
            kind=facts.kind,
            parent_id=facts.parent.pk if facts.parent else None,
            valid_from=valid_from,
        ),
        by=by,
    )
    return unit


@transaction.atomic
def reorganise_unit(
    *, unit: Unit, facts: UnitFacts, valid_from: date, by: Person | None, at: datetime
) -> UnitVersion:
    """Let a unit be called otherwise or stand elsewhere from ``valid_from`` on.

    A day in the future is a re-organisation that is decided; it takes effect by itself. A change
    on the very day on which the present version began corrects that version. What was decided for
    later days stays as it is.

    Raises UnitRefused if the unit does not exist on that day, nothing would change, or it would
    lie below itself.
    """
    Unit.objects.select_for_update().get(pk=unit.pk)
    current = UnitVersion.objects.filter(unit=unit, valid_from__lte=valid_from).order_by(
        "-valid_from"
    )
    version = current.first()
    if version is None or (version.valid_to is not None and version.valid_to <= valid_from):
        raise UnitRefused(_("The unit does not exist on that day."))
    changed = facts.differences(version)
    if not changed:
        raise UnitRefused(_("Nothing would change."))
    _check_parent(facts.parent, valid_from)
    until = version.valid_to
    if version.valid_from == valid_from:
        for name, value in _columns(facts).items():
            setattr(version, name, value)
        _write(version, list(_columns(facts)))
    else:
        version.valid_to = valid_from
        _write(version, ["valid_to"])
        version = _add_version(unit, facts, valid_from, until)
    audit.record(UnitReorganised(object_id=unit.pk, valid_from=valid_from, changed=changed), by=by)
    return version


@transaction.atomic
def withdraw_change(*, version: UnitVersion, by: Person | None, at: datetime) -> None:
    """Take back a re-organisation that has not begun: what held before goes on to hold.

    Raises UnitRefused if it has begun, or if the unit itself begins with it.
    """
    locked = UnitVersion.objects.select_for_update().get(pk=version.pk)
    if locked.valid_from <= today():
        raise UnitRefused(_("This change has begun already; enter a new one instead."))
    before = (
        UnitVersion.objects.select_for_update()
        .filter(unit_id=locked.unit_id, valid_to=locked.valid_from)
        .first()
    )
    if before is None:
        raise UnitRefused(_("The unit begins on that day; dissolve it instead."))
    UnitVersion.objects.filter(pk=locked.pk).delete()
    before.valid_to = locked.valid_to
    _write(before, ["valid_to"])
    audit.record(
        UnitChangeWithdrawn(
            object_id=locked.unit_id, valid_from=locked.valid_from, unit_name=locked.name
        ),
        by=by,
    )


@transaction.atomic
def dissolve_unit(*, unit: Unit, valid_to: date, by: Person | None, at: datetime) -> None:
    """End a unit: it exists no more from ``valid_to`` on. Its history stays readable.

    Raises UnitRefused if it does not exist before then or has ended by then, people still belong
    to it or units lie below it.
    """
    Unit.objects.select_for_update().get(pk=unit.pk)
    before = UnitVersion.objects.filter(unit=unit, valid_from__lt=valid_to).order_by("-valid_from")
    version = before.first()
    if version is None:
        raise UnitRefused(_("The unit does not exist on that day."))
    if version.valid_to is not None and version.valid_to <= valid_to:
        raise UnitRefused(_("The unit has ended by that day already."))
    if not queries.is_empty(unit.pk, on=valid_to):
        raise UnitRefused(
            _("People belong to the unit or units lie below it on that day: move them first.")
        )
    UnitVersion.objects.filter(unit=unit, valid_from__gte=valid_to).delete()
    version.valid_to = valid_to
    _write(version, ["valid_to"])
    audit.record(UnitDissolved(object_id=unit.pk, valid_to=valid_to), by=by)


@transaction.atomic
def change_contact(*, unit: Unit, contact: dict[str, str], by: Person | None, at: datetime) -> None:
    """Say how a unit is reached and what it does (``email``, ``phone``, ``address``, …).

    Raises UnitRefused if an address cannot be one.
    """
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    given = {name: value.strip() for name, value in contact.items() if name in CONTACT}
    changed: dict[str, tuple[str | None, str | None]] = {
        name: (getattr(locked, name), value)
        for name, value in given.items()
        if getattr(locked, name) != value
    }
    if not changed:
        return
    for name, (_old, new) in changed.items():
        setattr(locked, name, new)
    try:
        locked.clean_fields()
    except ValidationError as error:
        raise UnitRefused(" ".join(error.messages)) from error
    locked.save(update_fields=list(changed))
    audit.record(UnitContactChanged(object_id=locked.pk, changed=changed), by=by)


def _check_parent(parent: Unit | None, on: date) -> None:
    if parent is not None and not queries.units(on=on).filter(unit=parent).exists():
        raise UnitRefused(_("The unit above does not exist on that day."))


def _columns(facts: UnitFacts) -> dict[str, Any]:
    return {
        "name": facts.name.strip(),
        "short_name": facts.short_name.strip(),
        "kind": facts.kind,
        "parent": facts.parent,
    }


def _add_version(
    unit: Unit, facts: UnitFacts, valid_from: date, valid_to: date | None
) -> UnitVersion:
    version = UnitVersion(unit=unit, valid_from=valid_from, valid_to=valid_to, **_columns(facts))
    _write(version, None)
    return version


def _write(version: UnitVersion, fields: list[str] | None) -> None:
    """Save a version; what the database forbids becomes a sentence."""
    try:
        version.clean_fields(exclude=["valid_to"])
        with transaction.atomic():
            version.save(update_fields=fields, force_insert=fields is None)
    except ValidationError as error:
        raise UnitRefused(" ".join(error.messages)) from error
    except IntegrityError as error:
        if "circle" in str(error) or "below" in str(error):
            raise UnitRefused(_("A unit cannot lie below itself.")) from error
        raise UnitRefused(_("A change is decided for that time already.")) from error


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)
