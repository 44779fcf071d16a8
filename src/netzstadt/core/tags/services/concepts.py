"""Adding, changing, moving, merging and retiring terms.

The vocabulary's row is locked first in each: two people who move terms at once make no circle.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.tags.events import (
    ConceptAdded,
    ConceptChanged,
    ConceptDeprecated,
    ConceptMoved,
    ConceptRevived,
    ConceptsMerged,
)
from netzstadt.core.tags.models import LANGUAGES, AltLabel, Concept, Scheme, Tagging
from netzstadt.core.tags.queries import LONGEST_TERM, below_ids, words
from netzstadt.core.tags.refusals import VocabularyRefused
from netzstadt.lib.ids import new_id

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_FIELDS = ("label_de", "label_en", "definition_de", "definition_en", "notation")


@dataclass(frozen=True, kw_only=True, slots=True)
class ConceptFacts:
    """What is said of a term, all of it at once."""

    label_de: str = ""
    label_en: str = ""
    alt_labels_de: Sequence[str] = ()
    alt_labels_en: Sequence[str] = ()
    definition_de: str = ""
    definition_en: str = ""
    notation: str = ""


@transaction.atomic
def add_concept(
    *,
    scheme: Scheme,
    facts: ConceptFacts,
    broader: Concept | None = None,
    by: "Person | None",
    at: datetime,
    uri: str = "",
) -> Concept:
    """Add a term to a vocabulary, at the top or below another.

    Raises VocabularyRefused if it has no words, or the vocabulary has them already.
    """
    _lock(scheme)
    if broader is not None and broader.scheme_id != scheme.pk:
        raise VocabularyRefused(_("The broader term belongs to another vocabulary."))
    wanted = _checked(facts)
    with _once():
        concept = Concept.objects.create(
            id=new_id(),
            scheme=scheme,
            uri=uri,
            broader=broader,
            created_at=at,
            changed_at=at,
            **wanted,
        )
    _set_alt_labels(concept, facts)
    audit.record(
        ConceptAdded(
            object_id=concept.pk,
            scheme_id=scheme.pk,
            label=concept.label_de or concept.label_en,
            broader_id=concept.broader_id,
        ),
        by=by,
    )
    return concept


@transaction.atomic
def change_concept(
    *, concept: Concept, facts: ConceptFacts, by: "Person | None", at: datetime
) -> None:
    """Say something else of a term; nothing happens where it is so already.

    Raises VocabularyRefused if it would have no words, or those of another term.
    """
    current = _locked(concept)
    wanted = _checked(facts)
    changed = [name for name in _FIELDS if getattr(current, name) != wanted[name]]
    for name in changed:
        setattr(current, name, wanted[name])
    if changed:
        with _once():
            current.save(update_fields=changed)
    if _set_alt_labels(current, facts):
        changed.append("alt_labels")
    if not changed:
        return
    current.changed_at = at
    current.save(update_fields=["changed_at"])
    audit.record(ConceptChanged(object_id=current.pk, changed=tuple(changed)), by=by)


@transaction.atomic
def move_concept(
    *, concept: Concept, broader: Concept | None, by: "Person | None", at: datetime
) -> None:
    """Put a term with all below it under another, or to the top.

    Raises VocabularyRefused if it would stand below itself, or in another vocabulary.
    """
    current = _locked(concept)
    target = broader.pk if broader is not None else None
    if current.broader_id == target:
        return
    if broader is not None and broader.scheme_id != current.scheme_id:
        raise VocabularyRefused(_("The broader term belongs to another vocabulary."))
    if target in below_ids(current):
        raise VocabularyRefused(_("A term cannot stand below itself or a term below it."))
    event = ConceptMoved(object_id=current.pk, before_id=current.broader_id, after_id=target)
    current.broader_id = target
    current.changed_at = at
    current.save(update_fields=["broader_id", "changed_at"])
    audit.record(event, by=by)


@transaction.atomic
def deprecate_concept(
    *,
    concept: Concept,
    replaced_by: Concept | None = None,
    by: "Person | None",
    at: datetime,
) -> None:
    """Take a term out of use; what is tagged with it stays so.

    Raises VocabularyRefused if it is out of use already, or its successor is.
    """
    current = _locked(concept)
    if current.is_deprecated:
        raise VocabularyRefused(_("This term is out of use already."))
    if replaced_by is not None:
        replaced_by = Concept.objects.get(pk=replaced_by.pk)
        _check_successor(current, replaced_by)
    current.deprecated_at = current.changed_at = at
    current.replaced_by = replaced_by
    current.save(update_fields=["deprecated_at", "replaced_by", "changed_at"])
    successor = replaced_by.pk if replaced_by is not None else None
    audit.record(ConceptDeprecated(object_id=current.pk, replaced_by_id=successor), by=by)


@transaction.atomic
def revive_concept(*, concept: Concept, by: "Person | None", at: datetime) -> None:
    """Put a term back into use. Raises VocabularyRefused if it is in use."""
    current = _locked(concept)
    if not current.is_deprecated:
        raise VocabularyRefused(_("This term is in use already."))
    current.deprecated_at = current.replaced_by = None
    current.changed_at = at
    current.save(update_fields=["deprecated_at", "replaced_by", "changed_at"])
    audit.record(ConceptRevived(object_id=current.pk), by=by)


@transaction.atomic
def merge_concepts(*, concept: Concept, into: Concept, by: "Person | None", at: datetime) -> None:
    """Let a term go into another: its tags, its narrower terms and its words go there.

    It stays as a term out of use that names its successor, so that what points to it from outside
    still finds the way; the event names every tag that was moved.

    Raises VocabularyRefused if both are one, or the other is out of use or of another vocabulary.
    """
    source = _locked(concept)
    target = Concept.objects.select_for_update().get(pk=into.pk)
    _check_successor(source, target)
    if target.pk in below_ids(source):
        # The successor takes the place of the one that it lies below.
        target.broader_id = source.broader_id
        target.save(update_fields=["broader_id"])
    narrower = list(
        source.narrower.exclude(pk=target.pk).order_by("pk").values_list("pk", flat=True)
    )
    Concept.objects.filter(pk__in=narrower).update(broader=target, changed_at=at)
    moved, doubled = _move_taggings(source, target)
    _inherit_words(source, target)
    Concept.objects.filter(replaced_by=source).update(replaced_by=target)
    source.deprecated_at = source.deprecated_at or at
    source.replaced_by = target
    source.changed_at = at
    source.save(update_fields=["deprecated_at", "replaced_by", "changed_at"])
    Concept.objects.filter(pk=target.pk).update(changed_at=at)
    audit.record(
        ConceptsMerged(
            object_id=source.pk,
            into_id=target.pk,
            moved_ids=moved,
            narrower_ids=tuple(narrower),
            doubled_count=doubled,
        ),
        by=by,
    )


def _move_taggings(source: Concept, target: Concept) -> tuple[tuple[uuid.UUID, ...], int]:
    """Objects that had both tags keep one; return which tags moved and how many were double."""
    has_both = Tagging.objects.filter(
        concept=target, model=OuterRef("model"), object_id=OuterRef("object_id")
    )
    doubled, _rows = source.taggings.filter(Exists(has_both)).delete()
    moved = tuple(source.taggings.order_by("pk").values_list("pk", flat=True))
    source.taggings.update(concept=target)
    return moved, doubled


def _inherit_words(source: Concept, target: Concept) -> None:
    """What the source was called finds the target from now on."""
    inherited = [(language, getattr(source, f"label_{language}")) for language in LANGUAGES]
    inherited += [(row.language, row.text) for row in source.alt_labels.order_by("pk")]
    known = {(row.language, row.text.lower()) for row in target.alt_labels.all()}
    known |= {(language, getattr(target, f"label_{language}").lower()) for language in LANGUAGES}
    for language, text in inherited:
        if text and (language, text.lower()) not in known:
            known.add((language, text.lower()))
            AltLabel.objects.create(concept=target, language=language, text=text)


def _check_successor(concept: Concept, successor: Concept) -> None:
    if successor.pk == concept.pk:
        raise VocabularyRefused(_("A term cannot take its own place."))
    if successor.scheme_id != concept.scheme_id:
        raise VocabularyRefused(_("The other term belongs to another vocabulary."))
    if successor.is_deprecated:
        raise VocabularyRefused(_("The other term is out of use itself."))


def _checked(facts: ConceptFacts) -> dict[str, str]:
    wanted = {
        "label_de": words(facts.label_de),
        "label_en": words(facts.label_en),
        "definition_de": facts.definition_de.strip(),
        "definition_en": facts.definition_en.strip(),
        "notation": " ".join(facts.notation.split())[:60],
    }
    if not wanted["label_de"] and not wanted["label_en"]:
        raise VocabularyRefused(_("Give the term at least one word."))
    others = map(words, (*facts.alt_labels_de, *facts.alt_labels_en))
    if any(len(one) > LONGEST_TERM for one in (wanted["label_de"], wanted["label_en"], *others)):
        raise VocabularyRefused(
            _("A term has at most %(number)s characters.") % {"number": LONGEST_TERM}
        )
    return wanted


def _set_alt_labels(concept: Concept, facts: ConceptFacts) -> bool:
    """Set the other words; return whether that changed anything."""
    wanted: dict[tuple[str, str], str] = {}
    for language, texts in (("de", facts.alt_labels_de), ("en", facts.alt_labels_en)):
        own = getattr(concept, f"label_{language}").lower()
        for given in texts:
            text = words(given)
            if text and text.lower() != own:
                wanted.setdefault((language, text.lower()), text)
    present = {(row.language, row.text.lower()): row for row in concept.alt_labels.all()}
    gone = [row.pk for key, row in present.items() if wanted.get(key) != row.text]
    kept = {key for key, row in present.items() if wanted.get(key) == row.text}
    AltLabel.objects.filter(pk__in=gone).delete()
    new = [
        AltLabel(concept=concept, language=key[0], text=text)
        for key, text in wanted.items()
        if key not in kept
    ]
    AltLabel.objects.bulk_create(new)
    return bool(gone or new)


def _lock(scheme: Scheme) -> None:
    Scheme.objects.select_for_update().get(pk=scheme.pk)


def _locked(concept: Concept) -> Concept:
    Scheme.objects.select_for_update().get(pk=concept.scheme_id)
    return Concept.objects.select_for_update().get(pk=concept.pk)


@contextmanager
def _once() -> Iterator[None]:
    """A savepoint in which the database may find that the words are taken."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise VocabularyRefused(
            _("The vocabulary has a term with these words or this notation already.")
        ) from error
