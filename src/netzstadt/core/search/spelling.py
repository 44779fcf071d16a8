"""What a mistyped word may have been meant to be: words of the index that look like it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import psycopg

from netzstadt.core.search.matching import Forms, Matching
from netzstadt.core.search.unlogged import unlogged_cursor

# So alike must two words be in their groups of three letters; what is alike is then counted.
_ALIKE = 0.2
_PART_ALIKE = 0.5
_CANDIDATES = 60
_MOST = 6
# Shorter words are too much like one another, shorter parts like anything.
_SHORTEST = 4
_SHORTEST_PART = 7

_SIMILAR = """
select word from search_searchword
where word %% %(word)s and length(word) between %(shortest)s and %(longest)s
order by similarity(word, %(word)s) desc, word limit %(most)s
"""
_SIMILAR_INSIDE = """
select word from search_searchword
where %(word)s <%% word
order by word_similarity(%(word)s, word) desc, word limit %(most)s
"""


def corrections(matching: Matching) -> Mapping[str, Forms]:
    """The forms of every word, with the words, or parts of words, that it may be meant to be."""
    forms = dict(matching.forms)
    with unlogged_cursor() as cursor:
        cursor.execute(
            "select set_config('pg_trgm.similarity_threshold', %s, true),"
            " set_config('pg_trgm.word_similarity_threshold', %s, true)",
            (str(_ALIKE), str(_PART_ALIKE)),
        )
        for term in matching.terms:
            word = term.joined
            if not term.is_single or len(word) < _SHORTEST or not word.isalpha():
                continue
            if meant := _like(word, cursor) or _like_inside(word, cursor):
                forms[word] = replace(forms[word], corrections=meant)
    return forms


def _like(word: str, cursor: "psycopg.Cursor[tuple[Any, ...]]") -> tuple[str, ...]:
    """Words of the index that are ``word`` with few mistakes, the nearest first."""
    allowed = allowed_mistakes(word)
    cursor.execute(
        _SIMILAR,
        {
            "word": word,
            "shortest": len(word) - allowed,
            "longest": len(word) + allowed,
            "most": _CANDIDATES,
        },
    )
    near = sorted(
        (distance, other)
        for (other,) in cursor.fetchall()
        if 0 < (distance := mistakes(word, other, most=allowed)) <= allowed
    )
    return tuple(other for _, other in near[:_MOST])


def _like_inside(word: str, cursor: "psycopg.Cursor[tuple[Any, ...]]") -> tuple[str, ...]:
    """Parts of the index's words that are ``word`` with few mistakes, the nearest first."""
    if len(word) < _SHORTEST_PART:
        return ()
    allowed = allowed_mistakes(word)
    cursor.execute(_SIMILAR_INSIDE, {"word": word, "most": _CANDIDATES})
    near: dict[str, int] = {}
    for (other,) in cursor.fetchall():
        for start in range(max(0, len(other) - len(word) + allowed + 1)):
            for length in range(len(word) - allowed, len(word) + allowed + 1):
                part = other[start : start + length]
                if part[:1] == word[0] and part not in near:
                    near[part] = mistakes(word, part, most=allowed)
    if word in near:
        return ()  # it is a part of words as it was typed: there is nothing to correct
    best = min(near.values(), default=allowed + 1)
    found = sorted(part for part, distance in near.items() if distance == best)
    return tuple(found[:_MOST]) if best <= allowed else ()


def allowed_mistakes(word: str) -> int:
    """How many letters of a word may be wrong, missing, too many or exchanged."""
    return 1 if len(word) < 6 else 2 if len(word) < 12 else 3


def mistakes(one: str, other: str, *, most: int) -> int:
    """How many single mistakes make ``other`` of ``one``; ``most + 1`` where there are more.

    A mistake is a letter that is wrong, missing or too many, or two neighbours exchanged (the
    distance of Damerau and Levenshtein in its restricted form).
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, another in enumerate(other, 1):
            cost = min(
                last[column] + 1, current[column - 1] + 1, last[column - 1] + (letter != another)
            )
            if (
                row > 1
                and column > 1
                and letter == other[column - 2]
                and another == one[row - 2]
                and letter != another
            ):
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, last = last, current
    return min(last[-1], most + 1)
