"""Which fields say something about a person. Every room's ``privacy.py`` classifies its tables."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fields:
    """The columns of one table: those about a person, and the others; none may be left out.

    Personal is what names a person, describes one or tells what she did, also by a key that
    leads to her (GDPR Art. 4 No. 1).
    """

    personal: frozenset[str]
    other: frozenset[str]
    kept: str


def gettext_noop(text: str) -> str:
    """Mark a text for the catalogue, where Django is not known; who shows it translates it."""
    return text


def fields(*, personal: str = "", other: str = "", kept: str = "") -> Fields:
    """Classify columns, named with spaces between; ``kept`` says how long personal ones stay.

    Raises ValueError if a column stands on both sides, or personal ones have no period.
    """
    about, rest = frozenset(personal.split()), frozenset(other.split())
    if both := about & rest:
        raise ValueError(f"{', '.join(sorted(both))} cannot be personal and not personal.")
    if about and not kept:
        raise ValueError("Say how long the personal columns are kept.")
    return Fields(about, rest, kept)
