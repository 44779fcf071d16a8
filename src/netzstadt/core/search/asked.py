"""What somebody asks for: words, quoted phrases, words that must not stand there. No database."""

import re
from dataclasses import dataclass

from netzstadt.lib.folding import fold

LONGEST = 200
MOST_TERMS = 12
# Part of a word is looked for from so many letters on.
SHORTEST_PART = 3

_QUOTES = str.maketrans(dict.fromkeys("„“”«»‟", '"'))
_TERM = re.compile(r'([-−–]?)(?:"([^"]*)"?|(\S+))')


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or several that stand beside one another in this order.

    ``joined`` is the same without what divided it: "GE-0815" is also looked for as "ge0815".
    """

    words: tuple[str, ...]
    written: str
    is_phrase: bool = False

    @property
    def word(self) -> str:
        """The word of a term that has but one."""
        return self.words[0]

    @property
    def is_single(self) -> bool:
        """Whether it is one word, of which parts and other forms are looked for, too."""
        return len(self.words) == 1 and not self.is_phrase

    @property
    def joined(self) -> str:
        """The words without what stands between them."""
        return "".join(self.words)

    @property
    def may_be_part(self) -> bool:
        """Whether it is long enough to be looked for inside of words."""
        return len(self.written) >= SHORTEST_PART


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, taken apart. Every one of ``terms`` must match, none of ``without`` may."""

    text: str
    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    is_too_long: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.terms)

    @property
    def key(self) -> str:
        """All words as they stand, for comparison with whole titles."""
        return " ".join(word for term in self.terms for word in term.words)


def asked(text: str) -> Asked:
    """Read a question as people type it; nothing is an error, what means nothing is left out."""
    shown = " ".join(text.replace("\0", " ").split())
    terms: list[Term] = []
    without: list[Term] = []
    is_too_long = len(shown) > LONGEST
    shown = shown[:LONGEST]
    for minus, quoted, bare in _TERM.findall(shown.translate(_QUOTES)):
        written = quoted or bare
        words = tuple(fold(written).split())
        if not words:
            continue
        term = Term(words, written.strip("\"'.,;:!?()[]"), bool(quoted))
        (without if minus else terms).append(term)
    is_too_long = is_too_long or len(terms) + len(without) > MOST_TERMS
    return Asked(
        shown,
        tuple(dict.fromkeys(terms[:MOST_TERMS])),
        tuple(dict.fromkeys(without[:MOST_TERMS])),
        is_too_long,
    )
