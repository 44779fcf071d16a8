"""Importing areas: each once by kind and key, with what became of every row."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.days import today
from netzstadt.core.geo import queries
from netzstadt.core.geo.account import Account, Reject
from netzstadt.core.geo.area_files import AreaRow
from netzstadt.core.geo.events import AreasImported
from netzstadt.core.geo.models import Address, Area, AreaKind, Place
from netzstadt.core.geo.services import Source, take_turn
from netzstadt.core.geo.services.assigning import Assigner
from netzstadt.core.geo.spelling import name_key
from netzstadt.lib.ids import new_id

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

CHUNK = 5_000


@transaction.atomic
def import_areas(
    *,
    rows: Iterable[AreaRow | Reject],
    kind: AreaKind,
    source: Source,
    file_name: str,
    by: "Person | None",
    at: datetime,
    is_preview: bool = False,
) -> Account:
    """Store the areas of a file; those that are there already are changed or left as they are.

    An area lies in the one that its row names, else in the one that its middle lies in. Where the
    source says from when its areas hold and one was bounded otherwise before, the old boundary
    ends on that day and stays. A preview does all that and takes it back, so that its account is
    the one of the import.
    """
    take_turn()
    account = Account(is_preview=is_preview)
    taking = _Taking(kind, source, at)
    for row in rows:
        if isinstance(row, Reject):
            account.reject(row.place, row.reason)
        else:
            taking.take(row, account)
    if account.new or account.changed:
        _assign_addresses()
    if is_preview:
        transaction.set_rollback(True)
        return account
    audit.record(
        AreasImported(
            object_id=new_id(),
            file_name=file_name,
            source=source.title,
            area_kind=kind.value,
            **account.figures,
        ),
        by=by,
    )
    return account


class _Taking:
    """One import at work: what is there, what was seen in the file."""

    def __init__(self, kind: AreaKind, source: Source, at: datetime) -> None:
        self._kind, self._source, self._at = kind, source, at
        self._day: date = source.valid_from or today()
        self._known = {one.key: one for one in queries.areas(kind=kind, on=self._day)}
        self._above = {
            one.key: one
            for one in queries.areas(on=self._day)
            if queries.RANKS[one.kind] < queries.RANKS[kind]
        }
        self._seen: set[str] = set()

    def take(self, row: AreaRow, account: Account) -> None:
        """Store one row and count what became of it."""
        if row.key in self._seen:
            account.reject(row.place, _("The key %(key)s is twice in the file.") % {"key": row.key})
            return
        if row.parent_key and row.parent_key not in self._above:
            account.reject(
                row.place,
                _("There is no larger area with the key %(key)s; import that one first.")
                % {"key": row.parent_key},
            )
            return
        self._seen.add(row.key)
        values = self._values(row)
        known = self._known.get(row.key)
        if known is None:
            Area.objects.create(kind=self._kind, key=row.key, changed_at=self._at, **values)
            account.new += 1
        elif all(_plain(getattr(known, name)) == value for name, value in values.items()):
            account.unchanged += 1
        else:
            self._change(known, values)
            account.changed += 1

    def _values(self, row: AreaRow) -> dict[str, Any]:
        parent = self._above.get(row.parent_key) or self._around(row)
        return {
            "name": row.name,
            "name_key": name_key(row.name),
            "parent_id": parent.pk if parent else None,
            "geometry": row.wkb,
            "bounds": row.bounds,
            "centre": row.centre,
            "source": self._source.title,
            "source_url": self._source.url,
            "licence": self._source.licence,
            "note": self._source.note,
        } | ({"valid_from": self._source.valid_from} if self._source.valid_from else {})

    def _around(self, row: AreaRow) -> Area | None:
        """The smallest of the larger areas in which the middle of this one lies."""
        around = queries.areas_at(row.centre, on=self._day)
        return next((one for one in reversed(around) if one.key in self._above), None)

    def _change(self, known: Area, values: dict[str, Any]) -> None:
        begins = self._source.valid_from
        if begins is not None and (known.valid_from is None or known.valid_from < begins):
            self._succeed(known, values, begins)
            return
        Area.objects.filter(pk=known.pk).update(**values, changed_at=self._at)

    def _succeed(self, old: Area, values: dict[str, Any], begins: date) -> None:
        """End the area as it was bounded, and begin it anew; what lay in it lies in the new one."""
        Area.objects.filter(pk=old.pk).update(valid_to=begins, changed_at=self._at)
        new = Area.objects.create(kind=old.kind, key=old.key, changed_at=self._at, **values)
        Area.objects.filter(parent=old, valid_to__isnull=True).update(parent=new)
        Address.objects.filter(area=old).update(area=new)
        Place.objects.filter(area=old).update(area=new)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _assign_addresses() -> None:
    """Say anew in which area each address lies, some thousands at a time."""
    assigner = Assigner()
    last = None
    while True:
        found = Address.objects.order_by("pk").only("pk", "point", "area")
        chunk = list(found.filter(pk__gt=last)[:CHUNK] if last else found[:CHUNK])
        if not chunk:
            return
        last = chunk[-1].pk
        moved = []
        for one, area_id in zip(chunk, assigner.areas_of([a.point for a in chunk]), strict=True):
            if one.area_id != area_id:
                one.area_id = area_id
                moved.append(one)
        Address.objects.bulk_update(moved, ["area"], batch_size=1_000)
