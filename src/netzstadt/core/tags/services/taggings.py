"""Tagging objects of any room, and taking tags off."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.rooms import object_kinds
from netzstadt.core.tags import queries
from netzstadt.core.tags.events import ObjectTagged, ObjectUntagged
from netzstadt.core.tags.models import Concept, ImportDraft, Scheme, Tagging
from netzstadt.core.tags.refusals import TagRefused
from netzstadt.core.tags.services.concepts import ConceptFacts, add_concept
from netzstadt.lib.ids import new_id

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@transaction.atomic
def tag(
    *, concept: Concept, model: str, object_id: uuid.UUID, by: "Person | None", at: datetime
) -> None:
    """Tag an object with a term; nothing happens where it is so already.

    Raises TagRefused if the term is out of use, or no room knows the kind of object.
    """
    if model not in object_kinds():
        raise TagRefused(_("This cannot be tagged."))
    current = Concept.objects.select_for_update().get(pk=concept.pk)
    if current.is_deprecated:
        raise TagRefused(_("This term is out of use. Choose another."))
    _tagging, is_new = Tagging.objects.get_or_create(
        concept=current,
        model=model,
        object_id=object_id,
        defaults={"id": new_id(), "tagged_at": at, "tagged_by": by},
    )
    if is_new:
        audit.record(ObjectTagged(object_id=current.pk, of_model=model, of_id=object_id), by=by)


@transaction.atomic
def untag(
    *, concept: Concept, model: str, object_id: uuid.UUID, by: "Person | None", at: datetime
) -> None:
    """Take a tag off an object; nothing happens where it is not there."""
    gone, _rows = Tagging.objects.filter(concept=concept, model=model, object_id=object_id).delete()
    if gone:
        audit.record(ObjectUntagged(object_id=concept.pk, of_model=model, of_id=object_id), by=by)


@transaction.atomic
def tag_with_words(
    *,
    scheme: Scheme,
    text: str,
    model: str,
    object_id: uuid.UUID,
    by: "Person | None",
    at: datetime,
) -> list[Concept]:
    """Tag an object with the terms that ``text`` names, separated by commas; return them.

    In an open vocabulary a term that is not there yet is added; "Radweg", " radweg" and "#Radweg"
    are one.

    Raises TagRefused if nothing is named, or a closed vocabulary does not have it.
    """
    named = [_term(scheme, part, by=by, at=at) for part in text.split(",") if queries.words(part)]
    if not named:
        raise TagRefused(_("Write or choose a term."))
    for concept in named:
        tag(concept=concept, model=model, object_id=object_id, by=by, at=at)
    return named


@transaction.atomic
def set_tags(
    *,
    scheme: Scheme,
    keep: Collection[uuid.UUID],
    add: str,
    model: str,
    object_id: uuid.UUID,
    by: "Person | None",
    at: datetime,
) -> None:
    """Make an object's tags of one vocabulary what a form with a picker says.

    ``keep`` are the ticked terms, ``add`` the words typed beside them, separated by commas.

    Raises TagRefused as ``tag_with_words`` does.
    """
    present = Tagging.objects.filter(
        concept__scheme=scheme, model=model, object_id=object_id
    ).select_related("concept")
    for row in present.exclude(concept_id__in=keep):
        untag(concept=row.concept, model=model, object_id=object_id, by=by, at=at)
    new = set(keep) - {row.concept_id for row in present}
    for concept in scheme.concepts.filter(pk__in=new):
        tag(concept=concept, model=model, object_id=object_id, by=by, at=at)
    if queries.words(add.replace(",", " ")):
        tag_with_words(scheme=scheme, text=add, model=model, object_id=object_id, by=by, at=at)


@transaction.atomic
def erase_person(person: "Person", *, by: "Person | None", at: datetime) -> dict[str, int | str]:
    """Take the tags off a person, forget which ones she gave, and the files that she laid out."""
    rows = Tagging.objects.filter(model="orgs.person", object_id=person.pk)
    about = list(rows.select_related("concept"))
    for row in about:
        untag(concept=row.concept, model=row.model, object_id=row.object_id, by=by, at=at)
    given = Tagging.objects.filter(tagged_by=person).update(tagged_by=None)
    drafts = ImportDraft.objects.filter(made_by=person).delete()[0]
    return {
        _("Tags on you"): len(about),
        _("Names at tags you gave"): given,
        _("Vocabulary files you laid out"): drafts,
    }


def _term(scheme: Scheme, text: str, *, by: "Person | None", at: datetime) -> Concept:
    found = queries.find(scheme, text)
    if found is None and scheme.is_open:
        # Somebody else may add it in this moment; the vocabulary's row says who was first.
        Scheme.objects.select_for_update().get(pk=scheme.pk)
        found = queries.find(scheme, text) or add_concept(
            scheme=scheme, facts=ConceptFacts(label_de=text), by=by, at=at
        )
    if found is None:
        raise TagRefused(
            _("The vocabulary has no term “%(text)s”. Choose one of its terms.")
            % {"text": queries.words(text)}
        )
    return found
