"""Finding vocabularies, terms, and what is tagged with them."""

import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Greatest, Lower
from django.urls import reverse
from django.utils.translation import gettext as _

from netzstadt.core import objects
from netzstadt.core.access import queries as access
from netzstadt.core.access.queries import visible
from netzstadt.core.rooms import ObjectCard, SearchDocument, object_kinds
from netzstadt.core.tags.models import AltLabel, Concept, ImportDraft, Scheme, Tagging
from netzstadt.core.tags.permissions import TAG_OBJECTS

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

M = TypeVar("M", bound=Model)
PAGE = 50
# A vocabulary up to here is shown as one tree; a larger one level by level.
WHOLE_TREE = 500
# As many characters as a term has at most.
LONGEST_TERM = 200
# From here on two words are taken for the same one with a slip (share of common trigrams).
LIKE = 0.25
# How many tagged objects of a kind are looked at for one reader.
LOOKED_AT = 500
_BELOW = """
    with recursive below (id) as (
        select %s::uuid
        union
        select c.id from tags_concept c join below b on c.broader_id = b.id
    )
    select id from below
"""
_ABOVE = """
    with recursive above (id, broader_id, height) as (
        select id, broader_id, 0 from tags_concept where id = %s
        union all
        select c.id, c.broader_id, a.height + 1
        from tags_concept c join above a on c.id = a.broader_id
        where a.height < 100
    )
    select id from above where height > 0 order by height desc
"""


@dataclass(slots=True)
class Node:
    """A term in the tree with the terms below it."""

    concept: Concept
    narrower: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Use:
    """What of one kind is tagged with a term, as far as the reader may see it."""

    title: str
    cards: list[ObjectCard]
    has_more: bool


def words(text: str) -> str:
    """A term as it is kept and compared: composed letters, single spaces, no leading number sign.

    Invisible characters go: two terms that look the same are the same. So do zero bytes, which the
    database takes nowhere. It is not cut: who writes too much shall be told so.
    """
    text = unicodedata.normalize("NFC", text.replace("\0", ""))
    text = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return " ".join(text.split()).lstrip("#").strip()


# -- vocabularies and terms ------------------------------------------------------------------------


def schemes(*, to: "Person | None") -> QuerySet[Scheme, Any]:
    """The vocabularies that ``to`` may read, by title, with how many terms are in use."""
    in_use = Count("concepts", filter=Q(concepts__deprecated_at__isnull=True))
    return visible(Scheme.objects.all(), to=to).annotate(concept_count=in_use).order_by("title_de")


def concepts(*, to: "Person | None") -> QuerySet[Concept, Any]:
    """The terms of all vocabularies that ``to`` may read."""
    found = Concept.objects.select_related("scheme", "broader", "replaced_by")
    return visible(
        found,
        to=to,
        visibility="scheme__visibility",
        unit="scheme__unit_id",
        key="scheme_id",
    )


def top_concepts(scheme: Scheme) -> QuerySet[Concept, Any]:
    """The terms of a vocabulary that stand below no other, in order of their words."""
    return _in_order(scheme.concepts.filter(broader__isnull=True))


def narrower_of(concept: Concept) -> QuerySet[Concept, Any]:
    """The terms right below this one."""
    return _in_order(concept.narrower.all())


def _in_order(found: QuerySet[Concept, Any]) -> QuerySet[Concept, Any]:
    name = Case(When(label_de="", then=F("label_en")), default=F("label_de"))
    # Notations that are numbers stand in their order: 2 before 10.
    number = Case(When(notation__regex=r"^\d{1,9}$", then=Cast("notation", IntegerField())))
    return found.annotate(narrower_count=Count("narrower"), number=number).order_by(
        F("number").asc(nulls_last=True), "notation", Lower(name), "pk"
    )


def tree(scheme: Scheme) -> list[Node] | None:
    """The whole vocabulary as a tree; None where it is too large to be shown at once."""
    found = list(_in_order(scheme.concepts.all())[: WHOLE_TREE + 1])
    if len(found) > WHOLE_TREE:
        return None
    nodes = {concept.pk: Node(concept) for concept in found}
    roots: list[Node] = []
    for concept in found:
        above = nodes.get(concept.broader_id) if concept.broader_id else None
        (above.narrower if above else roots).append(nodes[concept.pk])
    return roots


def above(concept: Concept) -> list[Concept]:
    """The terms above this one, from the top."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [concept.pk])
        ids = [row[0] for row in cursor.fetchall()]
    found = Concept.objects.in_bulk(ids)
    return [found[one] for one in ids]


def below_ids(concept: Concept) -> set[uuid.UUID]:
    """The keys of this term and all below it."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [concept.pk])
        return {row[0] for row in cursor.fetchall()}


def find(scheme: Scheme, text: str) -> Concept | None:
    """The term that is called so: by its words, its notation, or another word for it.

    A deprecated term leads to the one that replaces it, if there is one.
    """
    wanted = words(text)
    if not wanted:
        return None
    low = Lower(Value(wanted))
    of_scheme = scheme.concepts.select_related("replaced_by").annotate(
        low_de=Lower("label_de"), low_en=Lower("label_en")
    )
    found = of_scheme.filter(Q(low_de=low) | Q(low_en=low) | Q(notation=wanted)).first()
    if found is None:
        other = AltLabel.objects.annotate(low=Lower("text")).filter(low=low)
        found = (
            of_scheme.filter(Exists(other.filter(concept=OuterRef("pk")))).order_by("pk").first()
        )
    return found.replaced_by or found if found is not None else None


def suggestions(scheme: Scheme, text: str, *, limit: int = 10) -> list[Concept]:
    """Terms in use that contain ``text``, those that begin with it first."""
    wanted = words(text)
    if not wanted:
        return []
    other = AltLabel.objects.filter(concept=OuterRef("pk"), text__icontains=wanted)
    begins = Q(label_de__istartswith=wanted) | Q(label_en__istartswith=wanted)
    found = scheme.concepts.filter(deprecated_at__isnull=True).filter(
        Q(label_de__icontains=wanted)
        | Q(label_en__icontains=wanted)
        | Q(notation__istartswith=wanted)
        | Exists(other)
    )
    rank = Case(When(begins, then=Value(0)), default=Value(1))
    return list(found.annotate(rank=rank).order_by("rank", Lower("label_de"), "pk")[:limit])


def unknown_words(scheme: Scheme, text: str) -> list[str]:
    """What ``text`` names between its commas and the vocabulary does not have, in its order."""
    named = dict.fromkeys(filter(None, map(words, text.split(","))))
    return [word for word in named if find(scheme, word) is None]


def closest(scheme: Scheme, text: str, *, limit: int = 8) -> list[Concept]:
    """Terms in use that are written much like ``text``, the closest first: what was meant by it.

    A term with a comma is left out: it cannot be named among others.
    """
    wanted = words(text).lower()
    likeness = Greatest(
        TrigramSimilarity(Lower("label_de"), wanted), TrigramSimilarity(Lower("label_en"), wanted)
    )
    found = scheme.concepts.filter(deprecated_at__isnull=True).annotate(likeness=likeness)
    found = found.filter(likeness__gte=LIKE).order_by("-likeness", "pk")
    return [one for one in found[:limit] if "," not in one.label]


def offered(scheme: Scheme, *, limit: int = 200) -> QuerySet[Concept, Any]:
    """The terms that a picker offers without being asked for one."""
    return _in_order(scheme.concepts.filter(deprecated_at__isnull=True))[:limit]


# -- what is tagged --------------------------------------------------------------------------------


def may_tag(model: str, object_id: uuid.UUID, *, by: "Person | None") -> bool:
    """Whether this person may tag an object that she sees."""
    return access.may(by, TAG_OBJECTS, objects.Spot(model, object_id))


def tags_of(
    model: str, object_id: uuid.UUID, *, to: "Person | None", scheme: str = ""
) -> list[Concept]:
    """The terms that an object is tagged with; none if ``to`` may not see it.

    ``scheme`` is a vocabulary's key and leaves the others out.
    """
    if objects.card_of(model, object_id, to=to) is None:
        return []
    tagging = Tagging.objects.filter(model=model, object_id=object_id, concept=OuterRef("pk"))
    found = concepts(to=to).filter(Exists(tagging))
    if scheme:
        found = found.filter(scheme__key=scheme)
    return list(found.order_by("scheme__title_de", Lower("label_de"), "pk")[:LOOKED_AT])


def tagged(
    queryset: QuerySet[M, Any], concept: Concept, *, narrower: bool = True
) -> QuerySet[M, Any]:
    """Leave the rows that are tagged with ``concept``, or with a term below it.

    What the reader may see is for the caller to filter, as everywhere.
    """
    ids = below_ids(concept) if narrower else {concept.pk}
    tagging = Tagging.objects.filter(
        concept_id__in=ids, model=model_of(queryset), object_id=OuterRef("pk")
    )
    return queryset.filter(Exists(tagging))


def counts(queryset: QuerySet[M, Any], scheme: Scheme) -> dict[uuid.UUID, int]:
    """How many rows of ``queryset`` are tagged with each term of a vocabulary.

    Give it what the reader may see: it counts nothing else.
    """
    rows = Tagging.objects.filter(
        concept__scheme=scheme,
        model=model_of(queryset),
        object_id__in=queryset.order_by().values("pk"),
    )
    return {
        row["concept_id"]: row["count"]
        for row in rows.order_by().values("concept_id").annotate(count=Count("pk"))
    }


def model_of(queryset: QuerySet[Any, Any]) -> str:
    """How the trail and the tags call the kind of these rows: room and model."""
    meta = queryset.model._meta
    return f"{meta.app_label}.{meta.model_name}"


def uses(concept: Concept, *, to: "Person | None", limit: int = PAGE) -> list[Use]:
    """What is tagged with a term, by kind, as far as ``to`` may see it."""
    found = []
    used = set(Tagging.objects.filter(concept=concept).values_list("model", flat=True).distinct())
    for kind in object_kinds().values():
        if kind.model not in used:
            continue
        rows = Tagging.objects.filter(concept=concept, model=kind.model).order_by("-pk")
        ids = list(rows.values_list("object_id", flat=True)[:LOOKED_AT])
        seen = objects.cards_of(kind.model, ids, to=to)
        cards = [seen[one] for one in ids if one in seen]
        if cards:
            found.append(Use(str(kind.title), cards[:limit], len(cards) > limit))
    return found


# -- for search, trail and privacy -----------------------------------------------------------------


def concept_cards(
    ids: Collection[uuid.UUID], *, to: "Person | None"
) -> dict[uuid.UUID, ObjectCard]:
    """Cards of the terms that the reader may see."""
    return {
        concept.pk: ObjectCard(
            model="tags.concept", id=concept.pk, title=concept.label, url=address_of(concept)
        )
        for concept in concepts(to=to).filter(pk__in=ids)
    }


def concept_documents(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, SearchDocument]:
    """What the search knows of terms in use."""
    others = alt_labels_of(ids)
    found = Concept.objects.filter(pk__in=ids, deprecated_at__isnull=True).select_related("scheme")
    return {
        concept.pk: SearchDocument(
            id=concept.pk,
            title=concept.label_de or concept.label_en,
            url=address_of(concept),
            words=" ".join(
                filter(None, [concept.label_en, *others[concept.pk], concept.definition_de])
            ),
            names=concept.notation,
            visibility=concept.scheme.visibility,
            unit_id=concept.scheme.unit_id,
            changed_at=concept.changed_at,
        )
        for concept in found
    }


def every_concept_id() -> Iterator[uuid.UUID]:
    """The keys of all terms, in order."""
    yield from Concept.objects.order_by("pk").values_list("pk", flat=True).iterator()


def alt_labels_of(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """The other words for each of these terms."""
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for row in AltLabel.objects.filter(concept_id__in=ids).order_by("language", "text"):
        found[row.concept_id].append(row.text)
    return found


def address_of(concept: Concept) -> str:
    """Where a term's page is."""
    return reverse("tags:concept", args=[concept.scheme.key, concept.pk])


def personal_data(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """The tags that a person gave, those on herself, and files that she laid out and did not take
    in yet, for her own export."""
    rows = Tagging.objects.select_related("concept").order_by("pk")
    about = rows.filter(model="orgs.person", object_id=person.pk)
    return {
        _("Tags on you"): [_record(row) for row in about],
        _("Tags you gave"): [_record(row) for row in rows.filter(tagged_by=person)],
        _("Vocabulary files you laid out"): [
            {"vocabulary": draft.key, "name": draft.name, "at": draft.made_at.isoformat()}
            for draft in ImportDraft.objects.filter(made_by=person).defer("content")
        ],
    }


def _record(row: Tagging) -> dict[str, Any]:
    return {"term": row.concept.label, "kind": row.model, "at": row.tagged_at.isoformat()}
