"""Rows of a council's system merged into what is known of it, a page at a time, in bulk.

Every object is known by its id at its source. What is the same is left alone; what is deleted
stays as an empty tombstone; what is back is taken back.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

from netzstadt.stakeholders.models.council import CouncilObject
from netzstadt.stakeholders.models.harvests import CouncilSource

M = TypeVar("M", bound=CouncilObject)
Key = tuple[str, ...]

_COMMON = ("oparl_modified", "web")
_BATCH = 1_000


@dataclass(slots=True)
class Counts:
    """What became of what was read; ``dropped`` are others, that are not named any more."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    returned: int = 0
    left_out: int = 0
    dropped: int = 0

    @property
    def read(self) -> int:
        """All that was read."""
        return (
            self.new
            + self.changed
            + self.unchanged
            + self.withdrawn
            + self.returned
            + self.left_out
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Table(Generic[M]):
    """How objects of one kind are kept.

    ``columns`` are compared and written; ``ties`` lead to other objects and stay in a tombstone, in
    which all other columns are empty. ``key`` tells the objects of a source from one another.
    """

    model: type[M]
    columns: tuple[str, ...]
    ties: tuple[str, ...] = ()
    key: Callable[[M], Key] = lambda row: (row.oparl_id or "",)

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Everything that is compared."""
        return (*_COMMON, *self.columns, *self.ties)


@dataclass(slots=True)
class _Sorted(Generic[M]):
    new: list[M] = field(default_factory=list)
    changed: list[M] = field(default_factory=list)
    ids: dict[Key, uuid.UUID] = field(default_factory=dict)


def merge(
    table: Table[M], rows: Sequence[M], *, source: CouncilSource, at: datetime, counts: Counts
) -> dict[Key, uuid.UUID]:
    """Write what is new or different among ``rows``; return the id of each by its key.

    Three statements for any number of rows. Of two rows with one key the last one counts.
    """
    wanted = {table.key(row): row for row in rows}
    ids = [row.oparl_id for row in wanted.values()]
    present: QuerySet[M] = table.model._default_manager.filter(source=source, oparl_id__in=ids)
    known = {table.key(row): row for row in present}
    done: _Sorted[M] = _Sorted()
    for key, row in wanted.items():
        _sort(table, row, known.get(key), done, counts, at)
        done.ids[key] = row.pk
    table.model._default_manager.bulk_create(done.new, batch_size=_BATCH)
    if done.changed:
        table.model._default_manager.bulk_create(
            done.changed,
            batch_size=_BATCH,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[*table.all_columns, "deleted_at", "changed_at"],
        )
    return done.ids


def _sort(
    table: Table[M], row: M, known: M | None, done: _Sorted[M], counts: Counts, at: datetime
) -> None:
    """Find out what a row is to what is known, and count it."""
    row.created_at = row.changed_at = at
    if known is None:
        counts.new += 1
        done.new.append(row)
        return
    row.pk, row.created_at = known.pk, known.created_at
    if row.deleted_at is not None:
        for name in table.ties:
            setattr(row, _attribute(table.model, name), _value(known, name))
        if known.deleted_at is not None:
            row.deleted_at = known.deleted_at
    was_deleted, is_deleted = known.deleted_at is not None, row.deleted_at is not None
    is_same = all(_value(row, name) == _value(known, name) for name in table.all_columns)
    if was_deleted == is_deleted and is_same:
        counts.unchanged += 1
        return
    done.changed.append(row)
    if is_deleted and not was_deleted:
        counts.withdrawn += 1
    elif was_deleted and not is_deleted:
        counts.returned += 1
    else:
        counts.changed += 1


def _attribute(model: type[CouncilObject], name: str) -> str:
    """The attribute that holds a column's value: of a tie, the id alone."""
    return str(model._meta.get_field(name).attname)  # type: ignore[union-attr]


def _value(row: CouncilObject, name: str) -> Any:
    return getattr(row, _attribute(type(row), name))


def drop(found: "QuerySet[M, Any]", table: Table[M], *, at: datetime, counts: Counts) -> None:
    """Withdraw what its meeting or paper does not name any more: such an object is simply not
    there, without a stub (OParl 1.1, 2.8)."""
    blank = {
        name: table.model._meta.get_field(name).get_default()  # type: ignore[union-attr]
        for name in ("web", *table.columns)
    }
    counts.dropped += found.filter(deleted_at__isnull=True).update(
        **blank, deleted_at=at, changed_at=at
    )


def ids_by_oparl_id(
    model: type[CouncilObject], oparl_ids: set[str], *, source: CouncilSource
) -> dict[str, uuid.UUID]:
    """The ids of those that are known already, by their ids at the source."""
    found = model._default_manager.filter(source=source, oparl_id__in=oparl_ids - {""})
    return {oparl_id or "": key for oparl_id, key in found.values_list("oparl_id", "pk")}
