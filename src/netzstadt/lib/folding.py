"""German text in the one form in which the search compares it.

Small letters without marks; ä, ae and a are one, so are ö, oe, o and ü, ue, u, and ß and ss. Both
what is indexed and what is asked for are folded, so that "Muenster", "Münster" and "Munster" find
one another. That "Poet" is folded to "pot" does no harm: it is so on both sides.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Letters that Unicode does not take apart.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
# "ue" is no ü after these: Bauer, Bäuerin, neue, Quelle.
_BEFORE_UE = frozenset("aeoqäöü")
_APOSTROPHES = frozenset("'’‘`´")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared, and where each of its characters stands in the text."""

    text: str
    places: tuple[int, ...]

    @property
    def start(self) -> int:
        """Where the word begins in the text."""
        return self.places[0]


def fold(text: str) -> str:
    """The words of ``text`` as they are compared, with one space between."""
    return " ".join(filter(None, map(_folded, text.split())))


@lru_cache(maxsize=20_000)
def _folded(part: str) -> str:
    """A part without spaces; the same ones come again and again."""
    return " ".join(word.text for word in folded_words(part))


def folded_words(text: str) -> Iterator[Word]:
    """Every run of letters and digits, folded, with its places in ``text``."""
    letters: list[str] = []
    places: list[int] = []
    for letter, place in _plain(text):
        if letter:
            letters.append(letter)
            places.append(place)
        elif letters:
            yield Word("".join(letters), tuple(places))
            letters, places = [], []
    if letters:
        yield Word("".join(letters), tuple(places))


def _plain(text: str) -> Iterator[tuple[str, int]]:
    """Folded letters with their places; an empty text where a word ends."""
    last, before = "", ""  # the last two letters as they were written
    for place, character in enumerate(text):
        if character in _APOSTROPHES:
            continue
        for letter in _taken_apart(character):
            if unicodedata.combining(letter):
                last = character if character != letter else f"{last}{letter}"
            elif not letter.isalnum():
                last = before = ""
                yield "", place
            else:
                is_mark = letter == "e" and (
                    last in {"a", "o"} or (last == "u" and before[:1] not in _BEFORE_UE)
                )
                if not is_mark:
                    yield letter, place
                before, last = last, letter if character.isascii() else character


def _taken_apart(character: str) -> str:
    return unicodedata.normalize("NFKD", character.casefold()).translate(_LETTERS)
