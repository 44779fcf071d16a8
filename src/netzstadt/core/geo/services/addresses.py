"""Importing addresses: each once, some thousands at a time, with what became of every row."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.geo.account import Account, Reject
from netzstadt.core.geo.address_files import AddressRow
from netzstadt.core.geo.events import AddressesImported
from netzstadt.core.geo.models import Address
from netzstadt.core.geo.services import Source, take_turn
from netzstadt.core.geo.services.assigning import Assigner
from netzstadt.lib.ids import new_id

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

CHUNK = 2_000
_FIELDS = ("key", "street", "street_key", "number", "addition", "postcode", "city", "point")
_CHANGED = [*_FIELDS, "area", "source", "changed_at"]
Natural = tuple[str, int, str, str, str]


@transaction.atomic
def import_addresses(
    *,
    rows: Iterable[AddressRow | Reject],
    source: Source,
    file_name: str,
    by: "Person | None",
    at: datetime,
    is_preview: bool = False,
) -> Account:
    """Store the addresses of a file; those that are there already are changed or left.

    An address is known by the key of its publisher, else by street, number and city. It is all
    stored or, after a mistake that ends the import, nothing. A preview takes back what it did.
    """
    take_turn()
    account = Account(is_preview=is_preview)
    taking = _Taking(source, at)
    for chunk in _chunks(rows):
        taking.take(chunk, account)
    if is_preview:
        transaction.set_rollback(True)
        return account
    audit.record(
        AddressesImported(
            object_id=new_id(),
            file_name=file_name,
            source=source.title,
            **account.figures,
        ),
        by=by,
    )
    return account


def _chunks(rows: Iterable[AddressRow | Reject]) -> Iterator[list[AddressRow | Reject]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _natural(one: Any) -> Natural:
    return one.street_key, one.number, one.addition, one.postcode, one.city


class _Taking:
    """One import at work. Of rows seen before only a hash is kept, so that memory stays small."""

    def __init__(self, source: Source, at: datetime) -> None:
        self._source, self._at = source, at
        self._assigner = Assigner()
        self._seen: set[int] = set()

    def take(self, chunk: list[AddressRow | Reject], account: Account) -> None:
        """Store some rows and count what became of them."""
        fresh: list[AddressRow] = []
        for row in chunk:
            if isinstance(row, Reject):
                account.reject(row.place, row.reason)
            elif self._is_twice(row):
                account.reject(row.place, _("This address is twice in the file."))
            else:
                fresh.append(row)
        by_key, by_nature = _known(fresh)
        areas = self._assigner.areas_of([row.point for row in fresh])
        new, changed = [], []
        for row, area_id in zip(fresh, areas, strict=True):
            known, same = by_key.get(row.key), by_nature.get(_natural(row))
            if known is not None and same is not None and known.pk != same.pk:
                account.reject(row.place, _("This address is stored under another key."))
                continue
            found = known or same
            if found is None:
                new.append(self._filled(Address(), row, area_id))
            elif _is_same(found, row):
                account.unchanged += 1
            else:
                changed.append(self._filled(found, row, area_id))
        Address.objects.bulk_create(new)
        Address.objects.bulk_update(changed, _CHANGED, batch_size=500)
        account.new += len(new)
        account.changed += len(changed)

    def _is_twice(self, row: AddressRow) -> bool:
        marks = {hash(_natural(row)), *([hash(row.key)] if row.key else [])}
        is_twice = not marks.isdisjoint(self._seen)
        self._seen |= marks
        return is_twice

    def _filled(self, address: Address, row: AddressRow, area_id: Any) -> Address:
        for name in _FIELDS:
            setattr(address, name, getattr(row, name))
        address.area_id = area_id
        address.source = self._source.title
        address.changed_at = self._at
        return address


def _known(rows: list[AddressRow]) -> tuple[dict[str, Address], dict[Natural, Address]]:
    """What is stored of these rows: by the publisher's key, and by street, number and city."""
    keys = {row.key for row in rows if row.key}
    by_key = {one.key: one for one in Address.objects.filter(key__in=keys)} if keys else {}
    streets = {row.street_key for row in rows}
    numbers = {row.number for row in rows}
    alike = Address.objects.filter(street_key__in=streets, number__in=numbers)
    return by_key, {_natural(one): one for one in alike.iterator()}


def _is_same(known: Address, row: AddressRow) -> bool:
    # A file without keys does not take away those that another one brought.
    fields = _FIELDS if row.key else _FIELDS[1:]
    return all(getattr(known, name) == getattr(row, name) for name in fields)
