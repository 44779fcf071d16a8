"""Where the index does not say what the rooms say: missing, stale and surplus entries."""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import chain, islice

from netzstadt.core.audit import queries as audit
from netzstadt.core.rooms import ObjectKind, object_kinds, resolved
from netzstadt.core.search.documents import row_of
from netzstadt.core.search.models import SearchEntry, SearchWaiting

BATCH = 500
# Told how many objects were looked at since it was told before.
Progress = Callable[[int], None]


class Fault(Enum):
    """How an entry can deviate."""

    MISSING = "missing"
    STALE = "stale"
    SURPLUS = "surplus"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One object whose entry is not what it should be."""

    fault: Fault
    model: str
    object_id: uuid.UUID


def searched_kinds() -> list[ObjectKind]:
    """The kinds that have documents."""
    return [kind for kind in object_kinds().values() if kind.documents]


def batches(ids: Iterable[uuid.UUID], *, size: int = BATCH) -> Iterator[list[uuid.UUID]]:
    """The ids in lists of at most ``size``."""
    iterator = iter(ids)
    while batch := list(islice(iterator, size)):
        yield batch


def entry_batches(model: str) -> Iterator[list[uuid.UUID]]:
    """The objects of a model that have entries, in order, in batches."""
    last = None
    while True:
        entries = SearchEntry.objects.filter(model=model).order_by("object_id")
        if last is not None:
            entries = entries.filter(object_id__gt=last)
        batch = list(entries.values_list("object_id", flat=True)[:BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1]


def entry_models() -> list[str]:
    """The models that have entries, also of rooms that are no more."""
    models: list[str] = []
    while True:
        beyond = SearchEntry.objects.filter(model__gt=models[-1] if models else "")
        following = beyond.order_by("model").values_list("model", flat=True).first()
        if following is None:
            return models
        models.append(following)


def every_deviation(progress: Progress = lambda _: None) -> Iterator[Deviation]:
    """Compare every object with its entry, and every entry with its object, in batches."""
    kinds = {kind.model: kind for kind in searched_kinds()}
    for kind in kinds.values():
        for ids in batches(resolved(kind.every_id)()):
            yield from of_kind(kind, ids)
            progress(len(ids))
    for model in entry_models():
        for ids in entry_batches(model):
            if model in kinds:
                gone = (one for one in of_kind(kinds[model], ids) if one.fault is Fault.SURPLUS)
                yield from gone
            else:
                yield from (Deviation(Fault.SURPLUS, model, key) for key in ids)


def still_there(found: Collection[Deviation]) -> Iterator[Deviation]:
    """Of these deviations those that are there at a second look."""
    kinds = {kind.model: kind for kind in searched_kinds()}
    for model in dict.fromkeys(one.model for one in found):
        ids = [one.object_id for one in found if one.model == model]
        for some in batches(ids):
            if model in kinds:
                yield from of_kind(kinds[model], some)
            else:
                left = SearchEntry.objects.filter(model=model, object_id__in=some)
                for key in left.values_list("object_id", flat=True):
                    yield Deviation(Fault.SURPLUS, model, key)


def awaited(found: Collection[Deviation]) -> set[tuple[str, uuid.UUID]]:
    """Of these deviations the objects (model, id) that the worker has yet to look at.

    They changed a moment ago, or while no worker ran, or something changed that they follow.
    """
    asked = {(one.model, one.object_id) for one in found}
    waiting: set[tuple[str, uuid.UUID]] = set()
    for objects in chain(audit.unfollowed_objects(size=BATCH), _waiting_objects()):
        for model in {model for model, _ in objects}:
            _note_awaited(model, [key for name, key in objects if name == model], asked, waiting)
    return waiting


def _waiting_objects() -> Iterator[list[tuple[str, uuid.UUID]]]:
    last = 0
    while True:
        waiting = SearchWaiting.objects.filter(pk__gt=last).order_by("pk")
        rows = list(waiting.values_list("model", "object_id", "pk")[:BATCH])
        if not rows:
            return
        yield [(model, key) for model, key, _ in rows]
        last = rows[-1][2]


def _note_awaited(
    model: str,
    ids: Collection[uuid.UUID],
    asked: set[tuple[str, uuid.UUID]],
    waiting: set[tuple[str, uuid.UUID]],
) -> None:
    for kind in searched_kinds():
        if model in kind.names:
            waiting |= asked & {(kind.model, key) for key in ids}
        if model in kind.follows:
            for further in batches(resolved(kind.follows[model])(ids)):
                _note_awaited(kind.model, further, asked, waiting)


def of_kind(kind: ObjectKind, ids: Collection[uuid.UUID]) -> Iterator[Deviation]:
    """The deviations of these objects of one kind."""
    documents = resolved(kind.documents)(ids)
    entries = SearchEntry.objects.filter(model=kind.model, object_id__in=ids)
    digests = dict(entries.values_list("object_id", "digest"))
    for key in ids:
        document, digest = documents.get(key), digests.get(key)
        if document is None and digest is not None:
            yield Deviation(Fault.SURPLUS, kind.model, key)
        elif document is not None and digest is None:
            yield Deviation(Fault.MISSING, kind.model, key)
        elif document is not None and row_of(document).digest != digest:
            yield Deviation(Fault.STALE, kind.model, key)
