"""Bringing a whole tree of units in from a file, and again without making anything twice."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.orgs.events import UnitCreated, UnitsImported
from netzstadt.core.orgs.models.persons import Person
from netzstadt.core.orgs.models.units import Unit, UnitVersion
from netzstadt.core.orgs.queries import units as queries
from netzstadt.core.orgs.services import units as services
from netzstadt.core.orgs.unit_files import UnitFile, UnitRow
from netzstadt.lib.ids import new_id
from netzstadt.lib.tables import Mistake

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class ImportRefused(services.UnitRefused):
    """The file cannot be imported as it is."""


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A unit of the file that is called otherwise or stands elsewhere than in the tree."""

    row: UnitRow
    unit: Unit
    # Old and new of each fact; units by their keys.
    changed: dict[str, tuple[str, str]]


@dataclass(slots=True)
class ImportPlan:
    """What an import would do: shown before it is done."""

    valid_from: date
    new: list[UnitRow] = field(default_factory=list)
    changed: list[PlannedChange] = field(default_factory=list)
    unchanged: int = 0
    mistakes: list[Mistake] = field(default_factory=list)
    # Units of the tree that the file does not name; they stay as they are.
    not_in_file: int = 0

    @property
    def does_something(self) -> bool:
        """Whether there is anything to import."""
        return bool(self.new or self.changed) and not self.mistakes


def plan_import(file: UnitFile, *, valid_from: date) -> ImportPlan:
    """Compare a file with the tree as it is on ``valid_from``. Changes nothing."""
    plan = ImportPlan(valid_from=valid_from, mistakes=list(file.mistakes))
    present = {version.unit.key: version for version in queries.units(on=valid_from)}
    known = {row.key for row in file.rows}
    keys = {version.unit_id: version.unit.key for version in present.values()}
    gone = set(queries.units_by_key(known)) - present.keys()
    for row in file.rows:
        if row.key in gone:
            text = _("The unit %(key)s exists, but not on that day.") % {"key": row.key}
            plan.mistakes.append(Mistake(row.line, text))
        elif row.parent and row.parent not in known and row.parent not in present:
            text = _("There is no unit %(key)s to lie in.") % {"key": row.parent}
            plan.mistakes.append(Mistake(row.line, text))
        elif text := _unusable(row):
            plan.mistakes.append(Mistake(row.line, text))
        elif row.key not in present:
            plan.new.append(row)
        elif changed := _changes(row, present[row.key], keys):
            plan.changed.append(PlannedChange(row, present[row.key].unit, changed))
        else:
            plan.unchanged += 1
    plan.mistakes += _circles(file.rows)
    # Parents first where both move: on the way no unit may lie below itself.
    parents = {row.key: row.parent for row in file.rows}
    if not plan.mistakes:
        plan.changed.sort(key=lambda change: _depth(change.row.key, parents))
    plan.not_in_file = len(present.keys() - known)
    return plan


@transaction.atomic
def import_units(
    *, file: UnitFile, file_name: str, valid_from: date, by: Person | None, at: datetime
) -> ImportPlan:
    """Found the units that are new and reorganise those that changed, all or nothing.

    Raises ImportRefused if the file has a mistake or there is nothing to do.
    """
    plan = plan_import(file, valid_from=valid_from)
    if plan.mistakes:
        first = plan.mistakes[0]
        raise ImportRefused(_("Line %(line)d: %(text)s") % {"line": first.line, "text": first.text})
    if not plan.does_something:
        raise ImportRefused(_("All units of the file are there already; nothing would change."))
    _found(plan, by=by, at=at)
    units = queries.units_by_key([row.key for row in file.rows] + [r.parent for r in file.rows])
    for change in plan.changed:
        _reorganise(change, units, valid_from, by=by, at=at)
    audit.record(
        UnitsImported(
            object_id=new_id(),
            file_name=file_name[:200],
            created=len(plan.new),
            reorganised=len(plan.changed),
            unchanged=plan.unchanged,
        ),
        by=by,
    )
    return plan


def _found(plan: ImportPlan, *, by: Person | None, at: datetime) -> None:
    """Make the new units in two statements: the tree is worked out once, not for each."""
    made = [Unit(key=row.key, created_at=at, **row.contact) for row in plan.new]
    Unit.objects.bulk_create(made, batch_size=1_000)
    keys = [row.parent for row in plan.new if row.parent]
    parents: dict[str, uuid.UUID] = {
        key: unit.pk for key, unit in queries.units_by_key(keys).items()
    }
    try:
        with transaction.atomic():
            UnitVersion.objects.bulk_create(
                [
                    UnitVersion(
                        unit=unit,
                        parent_id=parents.get(row.parent),
                        kind=row.kind,
                        name=row.name,
                        short_name=row.short_name,
                        valid_from=plan.valid_from,
                    )
                    for unit, row in zip(made, plan.new, strict=True)
                ]
            )
    except IntegrityError as error:
        raise ImportRefused(_("A unit cannot lie below itself.")) from error
    for unit, row in zip(made, plan.new, strict=True):
        audit.record(
            UnitCreated(
                object_id=unit.pk,
                key=unit.key,
                unit_name=row.name,
                kind=row.kind.value,
                parent_id=parents.get(row.parent),
                valid_from=plan.valid_from,
            ),
            by=by,
        )


def _reorganise(
    change: PlannedChange,
    units: dict[str, Unit],
    valid_from: date,
    *,
    by: Person | None,
    at: datetime,
) -> None:
    row = change.row
    if change.changed.keys() & {"name", "short_name", "kind", "parent"}:
        facts = services.UnitFacts(
            name=row.name,
            kind=row.kind,
            short_name=row.short_name,
            parent=units[row.parent] if row.parent else None,
        )
        services.reorganise_unit(unit=change.unit, facts=facts, valid_from=valid_from, by=by, at=at)
    services.change_contact(unit=change.unit, contact=row.contact, by=by, at=at)


def _changes(
    row: UnitRow, version: UnitVersion, keys: dict[uuid.UUID, str]
) -> dict[str, tuple[str, str]]:
    parent = keys.get(version.parent_id, "") if version.parent_id else ""
    pairs = {
        "name": (version.name, row.name),
        "short_name": (version.short_name, row.short_name),
        "kind": (version.get_kind_display(), str(row.kind.label)),
        "parent": (parent, row.parent),
        **{name: (getattr(version.unit, name), value) for name, value in row.contact.items()},
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _unusable(row: UnitRow) -> str:
    """What the database would not take, such as an address that is none; empty if all is well."""
    try:
        Unit(key=row.key, created_at=_ANY_TIME, **row.contact).clean_fields()
    except ValidationError as error:
        return " ".join(f"{name}: {texts[0]}" for name, texts in error.message_dict.items())
    return ""


def _depth(key: str, parents: dict[str, str]) -> int:
    depth = 0
    while key in parents:
        key = parents[key]
        depth += 1
    return depth


def _circles(rows: list[UnitRow]) -> list[Mistake]:
    """A mistake for each unit of the file that lies below itself."""
    parents = {row.key: row.parent for row in rows}
    state: dict[str, int] = defaultdict(int)  # 0 not seen, 1 on the way, 2 done
    found = []
    for row in rows:
        way = []
        key = row.key
        while key in parents and state[key] == 0:
            state[key] = 1
            way.append(key)
            key = parents[key]
        if key in parents and state[key] == 1:
            text = _("The unit %(key)s would lie below itself.") % {"key": key}
            found.append(Mistake(next(r.line for r in rows if r.key == key), text))
        for done in way:
            state[done] = 2
    return found
