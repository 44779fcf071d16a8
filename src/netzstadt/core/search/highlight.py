"""Where the words that were asked for stand in a text: for <mark>, and for the part shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netzstadt.lib.folding import Word, folded_words

SNIPPET = 220
# What stands behind a stem in a form of the word; the whole word is marked then, else the part.
_ENDINGS = frozenset({"", "e", "en", "er", "ern", "es", "em", "n", "s", "se", "ses", "st", "te"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, marked or not."""

    text: str
    is_marked: bool = False


def pieces(text: str, needles: Sequence[str]) -> list[Piece]:
    """``text`` as a whole, in pieces; what is marked was asked for."""
    found: list[Piece] = []
    done = 0
    for start, end in _marked(text, needles):
        if start > done:
            found.append(Piece(text[done:start]))
        found.append(Piece(text[start:end], is_marked=True))
        done = end
    if done < len(text):
        found.append(Piece(text[done:]))
    return found


def snippet(text: str, needles: Sequence[str], *, length: int = SNIPPET) -> list[Piece]:
    """The part of ``text`` around the first word that was asked for; its beginning without one."""
    first = next(_marked(text, needles), None)
    if len(text) <= length:
        return pieces(text, needles)
    start = max(0, first[0] - length // 3) if first else 0
    start = min(start, len(text) - length)
    end = start + length
    if start:
        start = _next_space(text, start)
    if end < len(text):
        end = _space_before(text, end, start)
    shown = f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"
    return pieces(shown, needles)


def _next_space(text: str, start: int) -> int:
    space = text.find(" ", start, start + 30)
    return space + 1 if space >= 0 else start


def _space_before(text: str, end: int, start: int) -> int:
    space = text.rfind(" ", max(start, end - 30), end)
    return space if space > start else end


def _marked(text: str, needles: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Start and end of every stretch that was asked for, in order, none over another."""
    for word in folded_words(text):
        if (place := _part(word, needles)) is not None:
            start, end = place
            yield word.places[start], word.places[end - 1] + 1


def _part(word: Word, needles: Sequence[str]) -> tuple[int, int] | None:
    """The longest stretch of the word that is one of the needles, or begins a form of it."""
    best: tuple[int, int] | None = None
    for needle in needles:
        at = word.text.find(needle)
        if at < 0 or (best is not None and best[1] - best[0] >= len(needle)):
            continue
        if len(needle) < 3 and needle != word.text:
            continue
        is_form = word.text[at + len(needle) :] in _ENDINGS
        best = (at, len(word.text) if is_form else at + len(needle))
    return best
