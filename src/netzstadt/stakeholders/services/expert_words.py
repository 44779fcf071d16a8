"""The inverted index of the search for experts, written with every change of a party."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection

from netzstadt.stakeholders.models import Expertise, ExpertWord, Party
from netzstadt.stakeholders.question_words import content_words, grams

BATCH = 500
# How much a word says of what somebody knows, by where it stands.
_TOPIC, _ROLE, _PLACE, _EVIDENCE = 3.0, 2.0, 1.0, 1.0
_OF_LEVEL: Mapping[int, float] = {1: 0.7, 2: 0.85, 3: 1.0}
# BM25 (Robertson and Zaragoza, 2009): how soon a word that comes again counts no more, and how much
# a long profile counts less. The usual length is fixed, so that one row can be written alone.
_SATURATION, _LENGTH_SHARE, _USUAL_LENGTH = 1.2, 0.5, 25.0


@dataclass(slots=True)
class _Profile:
    """What is said of one party: each word with its weight."""

    words: dict[str, float] = field(default_factory=dict)

    def add(self, text: str, weight: float) -> None:
        for word in content_words(text):
            self.words[word] = self.words.get(word, 0.0) + weight


def index_parties(ids: Collection[uuid.UUID]) -> None:
    """Write what the search knows of these parties anew; of who has no expertise nothing stays."""
    keys = sorted(ids)
    for start in range(0, len(keys), BATCH):
        _index(keys[start : start + BATCH])


def _index(ids: list[uuid.UUID]) -> None:
    profiles = _profiles(ids)
    rows = [row for key in sorted(profiles) for row in _rows(key, profiles[key].words)]
    ExpertWord.objects.filter(party_id__in=ids).delete()
    with connection.cursor() as cursor:
        # One statement for thousands of rows: words and weights travel as arrays.
        cursor.execute(
            "insert into stakeholders_expert_word (word, party_id, weight)"
            " select * from unnest(%s::text[], %s::uuid[], %s::float8[])",
            [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], []],
        )


def _profiles(ids: list[uuid.UUID]) -> dict[uuid.UUID, _Profile]:
    found: dict[uuid.UUID, _Profile] = {}
    for one in Expertise.objects.filter(party_id__in=ids):
        profile = found.setdefault(one.party_id, _Profile())
        profile.add(one.topic, _TOPIC * _OF_LEVEL[one.level])
        profile.add(one.evidence, _EVIDENCE * _OF_LEVEL[one.level])
    for party in Party.objects.filter(pk__in=found).select_related("organisation"):
        found[party.pk].add(party.role, _ROLE)
        if party.organisation:
            found[party.pk].add(party.organisation.name, _PLACE)
    return found


def _rows(key: uuid.UUID, words: Mapping[str, float]) -> Iterable[tuple[str, uuid.UUID, float]]:
    length = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * len(words) / _USUAL_LENGTH)
    found: dict[str, float] = {}
    for word, weight in words.items():
        for gram in grams(word):
            found[gram] = found.get(gram, 0.0) + weight
    yield ExpertWord.MARK, key, 0.0
    for gram, weight in found.items():
        yield gram, key, weight * (_SATURATION + 1) / (weight + length)
