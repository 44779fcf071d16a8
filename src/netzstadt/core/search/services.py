"""Everything that writes the index: what waits, what changed, all of it anew."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from netzstadt.core.rooms import ObjectKind, object_kinds, resolved
from netzstadt.core.search import queries
from netzstadt.core.search.deviations import (
    BATCH,
    Progress,
    batches,
    entry_batches,
    entry_models,
    searched_kinds,
)
from netzstadt.core.search.documents import Row, correctable_words, row_of
from netzstadt.core.search.models import SearchEntry, SearchWaiting, SearchWord

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent


_WRITE = """
insert into search_searchentry
    (model, object_id, title, words, names, url, visibility, unit_id, changed_at, title_key,
     parts, vector, digest, indexed_at)
select %s, d.object_id, d.title, d.words, d.names, d.url, d.visibility, d.unit_id, d.changed_at,
       d.title_key, d.parts,
       setweight(to_tsvector('search_exact', d.title_key), 'A')
       || setweight(to_tsvector('search_exact', d.names_key), 'B')
       || setweight(to_tsvector('search_exact', d.words_key), 'C')
       || setweight(to_tsvector('search_stems', d.title_key), 'A')
       || setweight(to_tsvector('search_stems', d.words_key), 'C'),
       d.digest, %s
from unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[],
            %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
     d (object_id, title, words, names, url, visibility, unit_id, changed_at, title_key,
        words_key, names_key, parts, digest)
on conflict (model, object_id) do update set
    title = excluded.title, words = excluded.words, names = excluded.names, url = excluded.url,
    visibility = excluded.visibility, unit_id = excluded.unit_id,
    changed_at = excluded.changed_at, title_key = excluded.title_key, parts = excluded.parts,
    vector = excluded.vector, digest = excluded.digest, indexed_at = excluded.indexed_at
"""
_FORGET_WORDS = """
delete from search_searchword w
where w.word = any(%s)
  and not exists (select from search_searchentry e
                  where e.vector @@ ('''' || w.word || '''')::tsquery)
"""


def note_changes(events: Iterable["AuditEvent"]) -> None:
    """Have the worker look at the objects of these events.

    Only noted: a room whose documents cannot be made would otherwise hold back everybody else who
    follows the trail.
    """
    known = _followed_models()
    objects = dict.fromkeys((event.object_model, event.object_id) for event in events)
    SearchWaiting.objects.bulk_create(
        SearchWaiting(model=model, object_id=key) for model, key in objects if model in known
    )


@transaction.atomic
def index_waiting(*, model: str, at: datetime, limit: int = BATCH) -> int:
    """Look at up to ``limit`` of the objects of ``model`` that wait; return how many were taken.

    What follows from them for other kinds waits in its turn.
    """
    _take_turn()
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from search_searchwaiting where id in (select id from search_searchwaiting"
            " where model = %s order by id limit %s) returning object_id",
            (model, limit),
        )
        taken = [row[0] for row in cursor.fetchall()]
    ids = list(dict.fromkeys(taken))
    for kind in searched_kinds():
        if ids and model in kind.names:
            _index(kind, ids, at=at)
        if ids and model in kind.follows:
            further = resolved(kind.follows[model])(ids)
            SearchWaiting.objects.bulk_create(
                (SearchWaiting(model=kind.model, object_id=key) for key in further),
                batch_size=5_000,
            )
    return len(taken)


@transaction.atomic
def index_objects(
    *, model: str, ids: Collection[uuid.UUID], at: datetime, anew: bool = False
) -> int:
    """Bring the entries of these objects up to date at once; return how many were written."""
    _take_turn()
    return _index(object_kinds()[model], ids, at=at, anew=anew)


@dataclass(slots=True)
class Repair:
    """What ``repair_index`` did."""

    objects: int = 0
    written: int = 0
    removed: int = 0


def repair_index(
    *, at: datetime, anew: bool = False, progress: Progress = lambda _: None
) -> Repair:
    """Bring every entry up to date, in batches of their own transactions, while others search.

    Only what differs is written; with ``anew`` every entry is. Entries whose object is no more are
    removed, and the words that only they had. Memory stays the same however many objects there are.
    """
    done = Repair()
    for kind in searched_kinds():
        for ids in batches(resolved(kind.every_id)()):
            done.written += index_objects(model=kind.model, ids=ids, at=at, anew=anew)
            done.objects += len(ids)
            progress(len(ids))
        for ids in entry_batches(kind.model):
            done.removed += _remove_surplus(kind, ids, at=at)
    for model in set(entry_models()) - {kind.model for kind in searched_kinds()}:
        done.removed += _remove_kind(model)
    forget_unused_words()
    return done


def forget_unused_words() -> int:
    """Remove the words that no entry has any more, in batches; return how many there were."""
    removed = 0
    for words in queries.word_batches(size=BATCH):
        with transaction.atomic(), connection.cursor() as cursor:
            _take_turn()
            cursor.execute(_FORGET_WORDS, (words,))
            removed += cursor.rowcount
    return removed


def _take_turn() -> None:
    """One writer at a time: of two, the one that read the older document could write last."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('netzstadt.search.index'))")


def _followed_models() -> frozenset[str]:
    """Every model whose events say something to the search."""
    return frozenset(model for kind in searched_kinds() for model in (*kind.names, *kind.follows))


def _index(
    kind: ObjectKind, ids: Collection[uuid.UUID], *, at: datetime, anew: bool = False
) -> int:
    documents = resolved(kind.documents)(ids)
    entries = SearchEntry.objects.filter(model=kind.model, object_id__in=ids)
    known = {
        key: (digest, parts)
        for key, digest, parts in entries.values_list("object_id", "digest", "parts")
    }
    rows = [row_of(document) for document in documents.values()]
    if not anew:
        rows = [row for row in rows if known.get(row.object_id, ("",))[0] != row.digest]
    gone = [key for key in known if key not in documents]
    if gone:
        entries.filter(object_id__in=gone).delete()
    if rows:
        _write(kind.model, rows, at=at)
    changed = {*gone, *(row.object_id for row in rows)} & known.keys()
    _change_words(
        before={word for key in changed for word in correctable_words(known[key][1])},
        after={word for row in rows for word in correctable_words(row.parts)},
    )
    return len(rows)


def _write(model: str, rows: list[Row], *, at: datetime) -> None:
    columns = [list(column) for column in zip(*(astuple(row) for row in rows), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, (model, at, *columns))


def _change_words(*, before: set[str], after: set[str]) -> None:
    new, old = sorted(after - before), sorted(before - after)
    if new:
        SearchWord.objects.bulk_create(
            (SearchWord(word=word) for word in new), ignore_conflicts=True
        )
    if old:
        with connection.cursor() as cursor:
            cursor.execute(_FORGET_WORDS, (old,))


@transaction.atomic
def _remove_surplus(kind: ObjectKind, ids: list[uuid.UUID], *, at: datetime) -> int:
    _take_turn()
    there = resolved(kind.documents)(ids)
    gone = [key for key in ids if key not in there]
    if gone:
        _index(kind, gone, at=at)
    return len(gone)


@transaction.atomic
def _remove_kind(model: str) -> int:
    """Remove the entries of a model that nobody declares any more."""
    _take_turn()
    return SearchEntry.objects.filter(model=model).delete()[0]
