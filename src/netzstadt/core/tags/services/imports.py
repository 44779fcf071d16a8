"""Reading SKOS files into vocabularies: first a plan that people see, then the change."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.tags import planning
from netzstadt.core.tags.events import SchemeImported
from netzstadt.core.tags.models import AltLabel, Concept, ImportDraft, Scheme
from netzstadt.core.tags.planning import Plan, Wanted
from netzstadt.core.tags.refusals import ImportRefused
from netzstadt.core.tags.services.schemes import SchemeFacts, make_scheme
from netzstadt.lib.ids import new_id
from netzstadt.standards.skos.reading import Unreadable, read
from netzstadt.standards.skos.vocabulary import Vocabulary

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

KEPT_FOR = timedelta(days=1)
_FORMS = {"ttl": "turtle", "turtle": "turtle", "rdf": "xml", "xml": "xml", "owl": "xml"}
_COLUMNS = ("label_de", "label_en", "definition_de", "definition_en", "notation")


@dataclass(frozen=True, slots=True)
class Preview:
    """A file that waits, what it holds, and what taking it in would change."""

    draft: ImportDraft
    vocabulary: Vocabulary
    scheme: Scheme | None
    plan: Plan


@transaction.atomic
def lay_out(*, key: str, name: str, content: bytes, by: "Person | None", at: datetime) -> Preview:
    """Read a file for the vocabulary with this key and keep it until somebody says yes.

    Nothing of the vocabulary is changed, so there is no event.

    Raises ImportRefused if it cannot be read.
    """
    form = _FORMS.get(name.rpartition(".")[2].lower())
    if form is None:
        raise ImportRefused(_("Give a file in Turtle (.ttl) or RDF/XML (.rdf, .xml)."))
    vocabulary = _read(content, form)
    draft = ImportDraft.objects.create(
        id=new_id(), key=key, form=form, name=name[-200:], content=content, made_by=by, made_at=at
    )
    return _preview(draft, vocabulary)


def preview(draft: ImportDraft) -> Preview:
    """What taking a waiting file in would change now."""
    return _preview(draft, _read(bytes(draft.content), draft.form))


@transaction.atomic
def take_in(*, draft: ImportDraft, by: "Person | None", at: datetime) -> Scheme:
    """Take a waiting file in; run again, it changes nothing more.

    Terms are known by their address, else their notation, else their words. What the file does not
    have stays in the vocabulary.

    Raises ImportRefused if the plan has problems.
    """
    vocabulary = _read(bytes(draft.content), draft.form)
    scheme = Scheme.objects.select_for_update().filter(key=draft.key).first()
    if scheme is None:
        scheme = make_scheme(
            key=draft.key, uri=vocabulary.uri, facts=_facts(vocabulary, draft.key), by=by, at=at
        )
    plan = planning.plan(vocabulary, scheme)
    if plan.problems:
        raise ImportRefused(" ".join(plan.problems[:5]))
    _apply(plan, scheme, at)
    ImportDraft.objects.filter(pk=draft.pk).delete()
    audit.record(
        SchemeImported(
            object_id=scheme.pk,
            file_name=draft.name,
            new_count=len(plan.new),
            changed_count=len(plan.changed),
            unchanged_count=plan.unchanged_count,
        ),
        by=by,
    )
    return scheme


@transaction.atomic
def forget_drafts(*, at: datetime) -> int:
    """Delete files that nobody said yes to within a day."""
    gone, _rows = ImportDraft.objects.filter(made_at__lt=at - KEPT_FOR).delete()
    return gone


def _preview(draft: ImportDraft, vocabulary: Vocabulary) -> Preview:
    scheme = Scheme.objects.filter(key=draft.key).first()
    return Preview(draft, vocabulary, scheme, planning.plan(vocabulary, scheme))


def _read(content: bytes, form: str) -> Vocabulary:
    try:
        return read(content, form=form)
    except Unreadable as error:
        sentences = {
            "large": _("The file is larger than can be taken in at once (%(place)s)."),
            "declaration": _("The file has a document type declaration; remove it (<!DOCTYPE …>)."),
            "syntax": _("The file cannot be read: %(place)s"),
            "schemes": _("The file holds several vocabularies (%(place)s). Give one at a time."),
            "concepts": _("The file holds %(place)s terms; there must be 1 to 20,000."),
        }
        raise ImportRefused(sentences[error.reason] % {"place": error.place}) from error


def _facts(vocabulary: Vocabulary, key: str) -> SchemeFacts:
    title = planning.german(vocabulary.titles)
    return SchemeFacts(
        title_de=title or vocabulary.titles.get("en", "") or key,
        title_en=vocabulary.titles.get("en", ""),
        description_de=planning.german(vocabulary.descriptions),
        description_en=vocabulary.descriptions.get("en", ""),
    )


def _apply(plan: Plan, scheme: Scheme, at: datetime) -> None:
    """Write the rows: words first, then what stands below what, which needs all to be there."""
    rows = {wanted.uri: wanted.concept for wanted in plan.known if wanted.concept is not None}
    new = []
    for wanted in plan.new:
        concept = Concept(id=new_id(), scheme=scheme, created_at=at)
        rows[wanted.uri] = concept
        new.append(_written(concept, wanted, at))
    # A term may take the words that another gives up in the same file.
    changed = [row for wanted in plan.changed if (row := wanted.concept) is not None]
    free = Concept.objects.filter(pk__in=[row.pk for row in changed])
    for row in free:
        row.label_de, row.label_en, row.notation = f"… {row.pk}", "", ""
    Concept.objects.bulk_update(free, ["label_de", "label_en", "notation"], batch_size=500)
    for wanted in plan.changed:
        if wanted.concept is not None:
            _written(wanted.concept, wanted, at)
    columns = [*_COLUMNS, "uri", "deprecated_at", "changed_at"]
    Concept.objects.bulk_update(
        [_without_ties(row) for row in changed],
        [*columns, "broader", "replaced_by"],
        batch_size=500,
    )
    Concept.objects.bulk_create(new, batch_size=500)
    touched = [*plan.new, *plan.changed]
    for wanted in touched:
        row = rows[wanted.uri]
        row.broader = rows.get(wanted.broader)
        row.replaced_by = rows.get(wanted.replaced_by)
    touched_rows = [rows[wanted.uri] for wanted in touched]
    Concept.objects.bulk_update(touched_rows, ["broader", "replaced_by"], batch_size=500)
    AltLabel.objects.filter(concept__in=touched_rows).delete()
    AltLabel.objects.bulk_create(
        [
            AltLabel(concept=rows[wanted.uri], language=language, text=text)
            for wanted in touched
            for language, text in wanted.alt_labels
        ],
        batch_size=1000,
    )


def _written(concept: Concept, wanted: Wanted, at: datetime) -> Concept:
    for name in _COLUMNS:
        setattr(concept, name, wanted.texts[name])
    concept.uri = wanted.uri
    concept.deprecated_at = (concept.deprecated_at or at) if wanted.is_deprecated else None
    concept.changed_at = at
    return concept


def _without_ties(concept: Concept) -> Concept:
    concept.broader = concept.replaced_by = None
    return concept
