"""Finding things: the one search over everything that the reader may see."""

import json
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import OperationalError, connection, transaction
from django.db.models import DateTimeField, F, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from netzstadt.core.access import queries as access
from netzstadt.core.rooms import ObjectKind, object_kinds
from netzstadt.core.search import deviations
from netzstadt.core.search.asked import Asked
from netzstadt.core.search.matching import Forms, Matching, Tier
from netzstadt.core.search.models import SearchEntry, SearchWaiting, SearchWord
from netzstadt.core.search.spelling import corrections
from netzstadt.core.search.unlogged import unlogged_cursor as unlogged_cursor  # rooms ask so, too
from netzstadt.lib.keyset import decode_place, encode_place

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

PAGE = 20
SUGGESTIONS = 8
# So many entries are looked at in one search; what fits more is told to be asked for more closely.
MOST = 5_000
_MOST_TITLES = 200
# Where less is found, words are tried that the typed ones may have been meant to be.
FEW = 3
SEARCH_MS = 3_000
SUGGEST_MS = 1_000
# What changed is in the index after so long.
SETTLE_S = 5.0
_NOBODY = uuid.UUID(int=0)
_LONG_AGO = "1970-01-01T00:00:00+00:00"

_PAGE = """
with found as materialized (({titles}) union ({matches})),
counted as (select coalesce(jsonb_object_agg(model, n), '{{}}') as counts
            from (select model, count(*) as n from found group by model) each)
select c.counts, p.model, p.object_id, p.tier, p.moment, e.title, e.words, e.url, e.changed_at
from counted c
left join (select model, object_id, tier, moment from found
           where (%s = '' or model = %s)
             and (tier > %s or tier = %s and (moment < %s or moment = %s
                  and (object_id, model) > (%s, %s)))
           order by tier, moment desc, object_id, model limit %s) p on true
left join search_searchentry e on e.model = p.model and e.object_id = p.object_id
order by p.tier, p.moment desc, p.object_id, p.model
"""
_FORMS = """
select w.word, ts_lexize('german_stem', w.word), ts_lexize('german_stem', w.written) = '{}'
from unnest(%s::text[], %s::text[]) w (word, written)
"""


class SearchTookTooLong(Exception):
    """The search did not end in its time; it asks for too much at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One object that was found."""

    model: str
    object_id: uuid.UUID
    tier: Tier
    title: str
    words: str
    url: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page of what was found. ``counts`` says how much of every kind, ``following`` leads on."""

    rows: list[Found]
    counts: Mapping[str, int]
    following: str = ""
    needles: tuple[str, ...] = ()
    # Words that were looked for in the place of typed ones.
    corrected: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """How much was found of all kinds."""
        return sum(self.counts.values())

    @property
    def is_cut_off(self) -> bool:
        """Whether there may be more than was looked at."""
        return self.total >= MOST


NOTHING = Results(rows=[], counts={})


def find(
    asked: Asked,
    *,
    to: "Person | None",
    kind: str = "",
    after: str = "",
    limit: int = PAGE,
    within_ms: int = SEARCH_MS,
) -> Results:
    """A page of what matches and ``to`` may see, the best first, the newest first among equals.

    Where hardly anything matches as it was typed, similar words are looked for, too.

    Raises SearchTookTooLong if the database does not answer within ``within_ms``.
    """
    if not asked:
        return NOTHING
    with _bounded(within_ms):
        entries = _seen(to)
        matching = Matching(asked, _forms_of(asked))
        results = _page(entries, matching, kind=kind, after=after, limit=limit)
        if results.total >= FEW:
            return results
        tried = Matching(asked, _without_hidden(corrections(matching), entries))
        if tried.forms == matching.forms:
            return results
        return _page(entries, tried, kind=kind, after=after, limit=limit)


def kinds_for(to: "Person | None") -> dict[str, ObjectKind]:
    """The kinds of things that ``to`` can find, by model."""
    roles = access.held(to)
    return {
        model: kind
        for model, kind in object_kinds().items()
        if kind.documents
        and (kind.permission is None or access.carrying(roles, kind.permission) is not None)
    }


def waiting_models() -> list[str]:
    """The models of which something waits to be looked at."""
    return list(SearchWaiting.objects.values_list("model", flat=True).distinct().order_by("model"))


def index_faults(progress: deviations.Progress = lambda _: None) -> list[deviations.Deviation]:
    """Every entry that is missing, stale or surplus, looked at twice some seconds apart.

    What a worker has yet to look at is no fault.
    """
    found = list(deviations.every_deviation(progress))
    if not found:
        return []
    time.sleep(SETTLE_S)
    awaited = deviations.awaited(found)
    return [
        one for one in deviations.still_there(found) if (one.model, one.object_id) not in awaited
    ]


def word_batches(*, size: int) -> Iterator[list[str]]:
    """All words that are known, in order, in batches."""
    last = ""
    while batch := list(
        SearchWord.objects.filter(word__gt=last)
        .order_by("word")
        .values_list("word", flat=True)[:size]
    ):
        yield batch
        last = batch[-1]


@contextmanager
def _bounded(milliseconds: int) -> Iterator[None]:
    """Statements inside end within this time, in a transaction of their own or the caller's."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "select current_setting('statement_timeout'),"
                " set_config('statement_timeout', %s, true)",
                (str(milliseconds),),
            )
            before = cursor.fetchone()
            yield
            if before is not None:
                cursor.execute("select set_config('statement_timeout', %s, true)", (before[0],))
    except psycopg.errors.QueryCanceled as error:
        raise SearchTookTooLong from error
    except OperationalError as error:
        if not isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise
        raise SearchTookTooLong from error


def _seen(to: "Person | None") -> "QuerySet[SearchEntry, Any]":
    """The entries that ``to`` may see, of the kinds that she may find."""
    entries = SearchEntry.objects.filter(model__in=list(kinds_for(to)))
    return access.visible(entries, to=to, key="object_id")


def _forms_of(asked: Asked) -> dict[str, Forms]:
    """The stems of every single word, and whether it says nothing ("und")."""
    terms = [term for term in (*asked.terms, *asked.without) if term.is_single]
    words = [word for term in terms for word in (term.word, *_shortened(term.word))]
    written = [text for term in terms for text in (term.written.lower(), *_shortened(term.word))]
    with unlogged_cursor() as cursor:
        cursor.execute(_FORMS, (words, written))
        stems = {word: (tuple(found or ()), is_stop) for word, found, is_stop in cursor.fetchall()}
    forms = {}
    for term in terms:
        further = [stem for short in _shortened(term.word) for stem in stems[short][0]]
        own, is_stop_word = stems[term.word]
        forms[term.word] = Forms(tuple(dict.fromkeys([*own, *further])), is_stop_word)
    return forms


def _without_hidden(
    forms: Mapping[str, Forms], entries: "QuerySet[SearchEntry, Any]"
) -> dict[str, Forms]:
    """The forms without corrections that stand in nothing that the reader may see.

    They would find nothing, but the page names them: a word alone can tell, such as a person's
    name.
    """
    words = sorted({word for one in forms.values() for word in one.corrections})
    looks = [
        entries.filter(parts__contains=word).order_by().values_list(Value(word))[:1]
        for word in words
    ]
    seen: set[str] = set()
    if looks:
        text, arguments = looks[0].union(*looks[1:], all=True).query.sql_with_params()
        with unlogged_cursor() as cursor:
            cursor.execute(text, arguments)
            seen = {word for (word,) in cursor.fetchall()}
    return {
        word: replace(one, corrections=tuple(each for each in one.corrections if each in seen))
        for word, one in forms.items()
    }


def _shortened(word: str) -> list[str]:
    """The singular that the stemmer does not find: "Steuern", "Regeln"."""
    return [word[:-1]] if len(word) > 5 and word.endswith(("ern", "eln")) else []


def _page(
    entries: "QuerySet[SearchEntry, Any]",
    matching: Matching,
    *,
    kind: str,
    after: str,
    limit: int,
) -> Results:
    matches = (
        entries.filter(matching.condition)
        .annotate(
            tier=matching.tier,
            moment=Coalesce(F("changed_at"), Cast(Value(_LONG_AGO), DateTimeField())),
        )
        .values_list("model", "object_id", "tier", "moment")
    )
    titles, title_arguments = matches.filter(matching.title_condition)[
        :_MOST_TITLES
    ].query.sql_with_params()
    text, arguments = matches[:MOST].query.sql_with_params()
    tier, moment, model, key = _place_behind(after)
    with unlogged_cursor() as cursor:
        cursor.execute(
            _PAGE.format(titles=titles, matches=text),
            (
                *title_arguments,
                *arguments,
                *(kind, kind),
                *(tier, tier, moment, moment, key, model),
                limit + 1,
            ),
        )
        rows = cursor.fetchall()
    return _results(rows, matching, limit=limit)


def _results(rows: list[tuple[Any, ...]], matching: Matching, *, limit: int) -> Results:
    found = [
        Found(
            model=row[1],
            object_id=row[2],
            tier=Tier(row[3]),
            title=row[5],
            words=row[6],
            url=row[7],
            changed_at=row[8],
        )
        for row in rows
        if row[5] is not None
    ]
    following = ""
    if len(found) > limit:
        _counts, model, key, tier, moment = rows[limit - 1][:5]
        following = encode_place(f"{tier} {moment.isoformat()} {model}", key)
        found = found[:limit]
    corrected: Iterable[str] = (word for one in matching.forms.values() for word in one.corrections)
    return Results(
        rows=found,
        counts=json.loads(rows[0][0]),
        following=following,
        needles=tuple(matching.needles),
        corrected=tuple(dict.fromkeys(corrected)),
    )


def _place_behind(after: str) -> tuple[int, str, str, uuid.UUID]:
    """Where a page goes on: tier, moment, model and key of the last row; before all for a first."""
    place = decode_place(after)
    parts = place[0].split(" ") if place else []
    if place is None or len(parts) != 3 or parts[0] not in {str(int(tier)) for tier in Tier}:
        return -1, _LONG_AGO, "", _NOBODY
    try:
        moment = datetime.fromisoformat(parts[1]).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return -1, _LONG_AGO, "", _NOBODY
    return int(parts[0]), moment, parts[2], place[1]
