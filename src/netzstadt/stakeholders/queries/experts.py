"""Who can help? People who know what a question asks for, each with the reasons why she is shown.

Rankings are fused by rank (reciprocal rank fusion, Cormack, Clarke and Buettcher, SIGIR 2009): how
well a profile fits the question, how close she is to the object that is asked about, and how fresh
the evidence is; who has much to answer already stands a little further down. Where the question and
a profile have too little in common, nobody is shown: an honest "nobody fits".
"""

import math
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from netzstadt.core.days import today
from netzstadt.core.search.queries import unlogged_cursor
from netzstadt.stakeholders.models import Expertise, ExpertWord, Party
from netzstadt.stakeholders.queries import closeness, network
from netzstadt.stakeholders.queries.closeness import Close, Ref
from netzstadt.stakeholders.question_words import asked_words, content_words, grams, related_words

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

SHOWN = 5
_CANDIDATES = 40
# A related word of the thesaurus counts less than the one that was said.
_RELATED = 0.6
# Reciprocal rank fusion: the constant of the paper, made smaller as only few are shown.
_RRF = 10
_SHARE: Mapping[str, float] = {"fits": 1.0, "close": 0.7, "fresh": 0.05}
_LOAD = 0.002
# So much of a question's weight must stand in a profile; found on the ``dev`` half.
ENOUGH = 0.18
_FRESH_YEARS = 3
_UNSEEN = 50

# What stands in more profiles tells little, and takes long to read; so does what is left beyond
# that many rows, the most frequent groups first.
_FREQUENT = 500
_MOST_ROWS = 15_000

_COUNTS = """
select k, (select count(*) from (
    select from stakeholders_expert_word w where w.word = k limit %(most)s) counted)
from unnest(%(keys)s::text[]) k
union all
select %(mark)s::text, count(*) from stakeholders_expert_word where word = %(mark)s::text
"""
_SCORES = """
with asked as (
    select * from unnest(%(keys)s::text[], %(factors)s::float8[]) a (word, factor)
), scored as (
    select w.party_id, sum(w.weight * a.factor) as fits, sum(a.factor) as matched
    from asked a join stakeholders_expert_word w on w.word = a.word
    group by w.party_id
), scope as materialized (select access_scope_of(%(reader)s::uuid) as it)
select s.party_id, s.fits, s.matched
from scored s join stakeholders_party p on p.id = s.party_id, scope
where ((scope.it).sees_administration and p.visibility <> 'UNIT')
   or stakeholders_sees(scope.it, p.kind, p.visibility, p.unit_id, p.id)
order by s.fits desc, s.party_id
limit %(most)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why somebody is shown: what she knows that has to do with the question, with the evidence."""

    expertise: Expertise
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Somebody who can help, and why."""

    party: Party
    score: float
    reasons: tuple[Reason, ...]
    close: tuple[Close, ...] = ()
    open_requests: int = 0


@dataclass(frozen=True, slots=True)
class _Scored:
    """How well a profile fits, before the fusion. ``matched`` is a share of the question."""

    party_id: uuid.UUID
    fits: float
    matched: float


def who_can_help(
    question: str, *, to: "Person | None", about: Ref | None = None, limit: int = SHOWN
) -> list[Hit]:
    """Who can help with a question, best first, as far as ``to`` may see them; nobody if nobody
    fits. ``about`` is the object (a project, a goal) that it is about: who is close to it, in the
    links that she may see, stands further up."""
    scored = [one for one in _scored(question, to) if one.matched >= ENOUGH]
    if not scored:
        return []
    ids = [one.party_id for one in scored]
    known = network.expertise_of(ids)
    near = closeness.of_parties(about, ids, to=to) if about else {}
    load = network.open_requests_of(ids)
    ranked = _fused(scored, known, near, load)[:limit]
    parties = Party.objects.select_related("organisation", "person").in_bulk(
        [key for key, _score in ranked]
    )
    wanted = content_words(question)
    return [
        Hit(
            party=parties[key],
            score=score,
            reasons=reasons_for(wanted, known.get(key, [])),
            close=near.get(key, ()),
            open_requests=load.get(key, 0),
        )
        for key, score in ranked
    ]


def _scored(question: str, to: "Person | None") -> list[_Scored]:
    words = asked_words(question)
    if not words:
        return []
    asked = _factors_of(words)
    factors = _factors_of(dict.fromkeys(related_words(words), _RELATED)) | asked
    counts = _counts(factors)
    experts = counts.pop(ExpertWord.MARK)
    weights = {key: factors[key] * _rarity(counts[key], experts) for key in _telling(counts)}
    whole = sum(weights[key] for key in asked if key in weights)
    if not whole:
        return []
    with unlogged_cursor() as cursor:
        cursor.execute(
            _SCORES,
            {
                "keys": list(weights),
                "factors": list(weights.values()),
                "reader": to.pk if to else None,
                "most": _CANDIDATES,
            },
        )
        return [_Scored(key, fits, matched / whole) for key, fits, matched in cursor.fetchall()]


def _factors_of(words: Mapping[str, float]) -> dict[str, float]:
    """The groups of letters that are looked for, with how much each counts. A long word has many,
    and would drown a short one: it counts by the root of their number."""
    factors: dict[str, float] = {}
    for word, factor in words.items():
        groups = grams(word)
        for gram in groups:
            factors[gram] = max(factor / math.sqrt(len(groups)), factors.get(gram, 0.0))
    return factors


def _counts(keys: Iterable[str]) -> dict[str, int]:
    """In how many profiles each of these stands, counted as far as matters, and how many profiles
    there are (``MARK``)."""
    with unlogged_cursor() as cursor:
        cursor.execute(
            _COUNTS, {"keys": list(keys), "most": _FREQUENT + 1, "mark": ExpertWord.MARK}
        )
        return dict(cursor.fetchall())


def _telling(counts: Mapping[str, int]) -> list[str]:
    """Of the groups that are looked for those that tell most, as far as they are read in time."""
    found: list[str] = []
    rows = 0
    for key in sorted(counts, key=lambda one: (counts[one], one)):
        rows += counts[key]
        if counts[key] > _FREQUENT or rows > _MOST_ROWS:
            break
        found.append(key)
    return found


def _rarity(count: int, of: int) -> float:
    """What a word tells that stands in so many profiles (the idf of BM25), as if some more did not
    have it: a network of eight people cannot say which words are rare."""
    return math.log(1 + (of + _UNSEEN - count + 0.5) / (count + 0.5))


def _fused(
    scored: list[_Scored],
    known: Mapping[uuid.UUID, list[Expertise]],
    near: Mapping[uuid.UUID, tuple[Close, ...]],
    load: Mapping[uuid.UUID, int],
) -> list[tuple[uuid.UUID, float]]:
    """Who fits, best first, with the score of the fusion."""
    day = today()
    values: dict[str, dict[uuid.UUID, float]] = {
        "fits": {one.party_id: one.fits for one in scored},
        "close": {key: max(one.nearness for one in each) for key, each in near.items()},
        "fresh": {one.party_id: freshness(known.get(one.party_id, []), day) for one in scored},
    }
    total = {one.party_id: -_LOAD * load.get(one.party_id, 0) for one in scored}
    for name, ranking in values.items():
        for key, rank in _ranks(ranking).items():
            total[key] += _SHARE[name] / (_RRF + rank)
    return sorted(total.items(), key=lambda one: (-one[1], one[0]))


def _ranks(values: Mapping[uuid.UUID, float]) -> dict[uuid.UUID, int]:
    """The place of each, from 1; equals share one."""
    places = {value: place for place, value in enumerate(sorted(set(values.values()))[::-1], 1)}
    return {key: places[value] for key, value in values.items()}


def freshness(expertise: Iterable[Expertise], day: date) -> float:
    """How fresh the freshest evidence is: 1 today, half after three years, 0 where no day is
    known."""
    days = [(day - one.last_used_on).days for one in expertise if one.last_used_on]
    return 0.5 ** (max(0, min(days)) / (365.25 * _FRESH_YEARS)) if days else 0.0


def reasons_for(wanted: list[str], expertise: Iterable[Expertise]) -> tuple[Reason, ...]:
    """What somebody knows that has to do with the question, with the words that say so."""
    asked = {gram for word in [*wanted, *related_words(wanted)] for gram in grams(word)}
    found: list[tuple[float, Reason]] = []
    for one in expertise:
        fits: dict[str, float] = {}
        for word in dict.fromkeys(f"{one.topic} {one.evidence}".split()):
            bare = word.strip(".,;:()\"'")
            shares = [
                sum(gram in asked for gram in each) / len(each)
                for part in content_words(bare)
                if (each := grams(part))
            ]
            if shares and max(shares) >= 0.5:
                fits[bare] = max(shares)
        if fits:
            found.append((sum(fits.values()), Reason(expertise=one, words=tuple(fits))))
    found.sort(key=lambda one: -one[0])
    return tuple(reason for _weight, reason in found)


def told(hit: Hit) -> list[str]:
    """The reasons of a hit in words, without the evidence itself."""
    lines = [str(one.text) for one in hit.close]
    if hit.open_requests:
        lines.append(_("%(n)d open requests wait for an answer.") % {"n": hit.open_requests})
    return lines
