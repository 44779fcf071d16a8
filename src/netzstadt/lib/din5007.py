"""The order of German words and names (DIN 5007-1), as keys that sort by plain comparison.

The standard has two ways with umlauts: for words ä is sorted as a (variant 1), for lists of names
as ae (variant 2); ß is ss in both. Capitals, marks of other letters, hyphens and punctuation make
no difference, a space comes before every letter ("nothing before something"), and a difference of
umlauts decides only between what is else the same.

SQL has the same keys: ``din_5007`` and ``din5007_name``, which a generated column keeps.
"""

import unicodedata

_LETTERS = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def word_key(text: str) -> tuple[str, str]:
    """The place of a word or title: ä is a (variant 1)."""
    return _key(text.lower()), text


def name_key(text: str) -> tuple[str, str]:
    """The place of a name in a list of names: ä is ae (variant 2)."""
    return _key(unicodedata.normalize("NFC", text).lower().translate(_UMLAUTS)), text


def _key(small: str) -> str:
    apart = unicodedata.normalize("NFKD", small.translate(_LETTERS))
    letters = "".join(one for one in apart if not unicodedata.combining(one))
    return " ".join("".join(one if one.isalnum() else " " for one in letters).split())
