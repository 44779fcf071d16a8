"""What taking a vocabulary in would change: compared with what is there, nothing written."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from netzstadt.core.tags.models import AltLabel, Concept, Scheme
from netzstadt.core.tags.queries import LONGEST_TERM, words
from netzstadt.standards.skos import vocabulary as skos

# How many problems people are told of.
MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term as the file has it, and the row that it is, if it is there."""

    uri: str
    texts: Mapping[str, str]
    alt_labels: tuple[tuple[str, str], ...]
    broader: str
    is_deprecated: bool
    replaced_by: str
    concept: Concept | None

    @property
    def label(self) -> str:
        """What people call it."""
        return self.texts["label_de"] or self.texts["label_en"]


@dataclass(slots=True)
class Plan:
    """What would be new, what would change, and what stands in the way."""

    new: list[Wanted] = field(default_factory=list)
    changed: list[Wanted] = field(default_factory=list)
    known: list[Wanted] = field(default_factory=list)
    unchanged_count: int = 0
    missing_count: int = 0
    problems: list[str] = field(default_factory=list)


def plan(vocabulary: skos.Vocabulary, scheme: Scheme | None) -> Plan:
    """Compare a file's vocabulary with the one that is there."""
    present = list(scheme.concepts.select_related("broader", "replaced_by")) if scheme else []
    others = _alt_labels(scheme)
    finder = _Finder(present)
    made = Plan()
    addresses: dict[object, str] = {}
    for concept in vocabulary.concepts:
        wanted = _wanted(concept, finder)
        if wanted.concept is not None:
            if wanted.concept.pk in addresses:
                made.problems.append(
                    _("“%(label)s” would be two terms of the file at once: %(one)s, %(two)s.")
                    % {
                        "label": wanted.label,
                        "one": addresses[wanted.concept.pk],
                        "two": wanted.uri,
                    }
                )
            addresses[wanted.concept.pk] = wanted.uri
            made.known.append(wanted)
        else:
            made.new.append(wanted)
    for wanted in made.known:
        if _is_same(wanted, others, addresses):
            made.unchanged_count += 1
        else:
            made.changed.append(wanted)
    made.missing_count = len(present) - len(addresses)
    made.problems += _doubles(made, present) + _circles(made) + _successors(made)
    del made.problems[MOST_PROBLEMS:]
    return made


def german(texts: Mapping[str, str]) -> str:
    """The German text, or the one without a language."""
    return texts.get("de") or texts.get("") or ""


class _Finder:
    """Finds the row that a term of the file is."""

    def __init__(self, present: list[Concept]) -> None:
        self._by_uri = {row.uri: row for row in present if row.uri}
        self._by_notation = {row.notation: row for row in present if row.notation}
        self._by_label: dict[tuple[str, str], Concept] = {}
        for row in present:
            for name in ("label_de", "label_en"):
                if text := getattr(row, name).lower():
                    self._by_label[name, text] = row

    def row_of(self, uri: str, texts: Mapping[str, str]) -> Concept | None:
        """By address, else by notation or words of a row that has no address of its own."""
        if found := self._by_uri.get(uri):
            return found
        candidates = [self._by_notation.get(texts["notation"])]
        candidates += [
            self._by_label.get((name, texts[name].lower())) for name in ("label_de", "label_en")
        ]
        return next((row for row in candidates if row is not None and not row.uri), None)


def _wanted(concept: skos.Concept, finder: _Finder) -> Wanted:
    texts = {
        "label_de": _cut(german(concept.labels)),
        "label_en": _cut(concept.labels.get("en", "")),
        "definition_de": german(concept.definitions),
        "definition_en": concept.definitions.get("en", ""),
        "notation": concept.notation[:60],
    }
    if not texts["label_de"] and not texts["label_en"]:
        # Neither German nor English: the first language it has, for it must be called something.
        texts["label_de"] = _cut(concept.labels[min(concept.labels)])
    return Wanted(
        uri=concept.uri,
        texts=texts,
        alt_labels=_other_words(concept, texts),
        broader=concept.broader,
        is_deprecated=concept.is_deprecated,
        replaced_by=concept.replaced_by,
        concept=finder.row_of(concept.uri, texts),
    )


def _cut(text: str) -> str:
    """Words of a file, cut to what a term takes: nobody sits there who could say it shorter."""
    return words(text)[:LONGEST_TERM]


def _other_words(concept: skos.Concept, texts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    found: dict[tuple[str, str], str] = {}
    for given, language in (("de", "de"), ("", "de"), ("en", "en")):
        for text in map(_cut, concept.alt_labels.get(given, ())):
            if text and text.lower() != texts[f"label_{language}"].lower():
                found.setdefault((language, text.lower()), text)
    return tuple(sorted((language, text) for (language, _low), text in found.items()))


def _alt_labels(scheme: Scheme | None) -> dict[object, tuple[tuple[str, str], ...]]:
    found: dict[object, list[tuple[str, str]]] = {}
    if scheme is not None:
        for row in AltLabel.objects.filter(concept__scheme=scheme):
            found.setdefault(row.concept_id, []).append((row.language, row.text))
    return {key: tuple(sorted(texts)) for key, texts in found.items()}


def _is_same(
    wanted: Wanted,
    others: Mapping[object, tuple[tuple[str, str], ...]],
    addresses: Mapping[object, str],
) -> bool:
    row = wanted.concept
    if row is None:
        return False
    return (
        all(getattr(row, name) == text for name, text in wanted.texts.items())
        and row.uri == wanted.uri
        and row.is_deprecated == wanted.is_deprecated
        and addresses.get(row.broader_id, "") == wanted.broader
        and addresses.get(row.replaced_by_id, "") == wanted.replaced_by
        and others.get(row.pk, ()) == wanted.alt_labels
    )


def _doubles(made: Plan, present: list[Concept]) -> list[str]:
    """Words and notations that two terms would have."""
    stays = {row.pk for row in present} - {one.concept.pk for one in made.known if one.concept}
    problems = []
    for name in ("label_de", "label_en", "notation"):
        held = Counter(one.texts[name].lower() for one in (*made.new, *made.known))
        held.update(getattr(row, name).lower() for row in present if row.pk in stays)
        for text, count in sorted(held.items()):
            if text and count > 1:
                problems.append(
                    _("“%(text)s” would stand for %(count)s terms.")
                    % {"text": text, "count": count}
                )
    return problems


def _circles(made: Plan) -> list[str]:
    """Terms that would stand below themselves, also through rows that the file does not have."""
    above = {one.uri: one.broader for one in (*made.new, *made.known)}
    free: set[str] = set()
    for start in above:
        path: list[str] = []
        seen: set[str] = set()
        here = start
        while here and here not in free and here not in seen:
            seen.add(here)
            path.append(here)
            here = above.get(here, "")
        if here and here in seen:
            return [_("%(uri)s would stand below itself.") % {"uri": here}]
        free.update(path)
    return []


def _successors(made: Plan) -> list[str]:
    deprecated = {one.uri for one in (*made.new, *made.known) if one.is_deprecated}
    return [
        _("%(uri)s is replaced by itself.") % {"uri": one.uri}
        for one in (*made.new, *made.known)
        if one.uri in deprecated and one.replaced_by == one.uri
    ]
