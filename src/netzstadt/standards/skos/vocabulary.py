"""A vocabulary as SKOS describes it: a scheme, its concepts, their labels by language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Texts = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Concept:
    """One term. ``broader`` and ``replaced_by`` are the addresses of other concepts, or empty."""

    uri: str
    labels: Texts
    alt_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    definitions: Texts = field(default_factory=dict)
    notation: str = ""
    broader: str = ""
    is_deprecated: bool = False
    replaced_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """A concept scheme with its concepts.

    ``left_out`` counts what a file holds beyond this: "broader" (further broader terms), "nameless"
    (concepts without a label), "blank" (concepts without a usable address).
    """

    uri: str
    titles: Texts
    descriptions: Texts = field(default_factory=dict)
    concepts: tuple[Concept, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
