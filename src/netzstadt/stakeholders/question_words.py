"""A question as the search for experts compares it: its words, in groups of letters.

German inflects words, joins them ("Parkplatzsensoren"), and people mistype them. Groups of four
letters find forms, parts of compounds and mistyped words without a dictionary (McNamee and
Mayfield, Character N-Gram Tokenization for European Language Text Retrieval, Information Retrieval
7, 2004). On the labelled questions they found better than PostgreSQL's word stems did, and than
both together (ADR 0052).
"""

from collections.abc import Iterable, Iterator

from netzstadt.lib.folding import fold
from netzstadt.stakeholders.thesaurus import EMPTY, SYNONYMS

GRAM = 4
MOST_WORDS = 40
_NOUN = 1.5


def content_words(text: str) -> list[str]:
    """The folded words of a text that say what it is about, each once, in their order.

    What is joined by a hyphen counts in parts and as one: "E-Akte" is found as "eAkte", too.
    """
    found: dict[str, None] = {}
    for part in text.replace("\0", " ").split():
        words = fold(part).split()
        found |= dict.fromkeys(words if len(words) == 1 else [*words, "".join(words)])
    return [word for word in found if len(word) > 1 and word not in EMPTY]


def asked_words(question: str) -> dict[str, float]:
    """The words of a question, each with how much it counts. German writes nouns with a capital:
    they name what is asked about, verbs and adjectives say little of it."""
    nouns = {
        word
        for part in question.split()
        if part.strip("\"'„“(«»")[:1].isupper()
        for word in content_words(part)
    }
    return {word: _NOUN if word in nouns else 1.0 for word in content_words(question)[:MOST_WORDS]}


def related_words(words: Iterable[str]) -> list[str]:
    """Other words for these, from the thesaurus of the administration."""
    asked = list(words)
    found = dict.fromkeys(
        other for word in asked for key in _keys(word) for other in SYNONYMS.get(key, ())
    )
    return [word for word in found if word not in asked]


def _keys(word: str) -> Iterator[str]:
    """A word without the endings of plural and case, and what a compound ends with: that names the
    thing ("Dienstlaptop" is a laptop)."""
    for end in ("", "en", "er", "n", "s", "e"):
        cut = word.removesuffix(end)
        yield cut
        yield from (cut[at:] for at in range(3, len(cut) - 4))


def grams(word: str) -> list[str]:
    """The groups of letters of a folded word; a short word is its own."""
    if len(word) <= GRAM:
        return [word]
    return list(dict.fromkeys(word[at : at + GRAM] for at in range(len(word) - GRAM + 1)))
