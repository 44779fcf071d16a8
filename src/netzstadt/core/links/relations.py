"""The vocabulary of links: which relations there are, how each is read from either end, what it
may join. It is code, so that a trace and an export mean the same everywhere; rooms add joins."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from netzstadt.core.rooms import Join, rooms

ANY = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """How one object stands to another.

    ``title`` is read from the source to the target, ``inverse`` back. ``equivalent`` is the term of
    PROV, Dublin Core or SKOS that says the same or, where there is none, the next wider one.
    ``joins`` are pairs of kinds; with none, only what rooms declare (``RoomConfig.joins``) counts.
    """

    name: str
    title: str | Promise
    inverse: str | Promise
    equivalent: str
    joins: tuple[tuple[str, str], ...] = ()
    is_acyclic: bool = False
    is_symmetric: bool = False
    is_within_kind: bool = False


_ALL = ((ANY, ANY),)
_PEOPLE = ((ANY, "orgs.unit"), (ANY, "orgs.person"))

_VOCABULARY = (
    Relation(
        name="derived_from",
        title=_("is derived from"),
        inverse=_("is the origin of"),
        equivalent="prov:wasDerivedFrom",
        joins=_ALL,
        is_acyclic=True,
    ),
    Relation(
        name="part_of",
        title=_("is part of"),
        inverse=_("has as a part"),
        equivalent="dcterms:isPartOf",
        joins=_ALL,
        is_acyclic=True,
    ),
    Relation(
        name="replaces",
        title=_("replaces"),
        inverse=_("is replaced by"),
        equivalent="dcterms:replaces",
        joins=_ALL,
        is_acyclic=True,
        is_within_kind=True,
    ),
    Relation(
        name="uses",
        title=_("uses"),
        inverse=_("is used by"),
        equivalent="prov:used",
        joins=_ALL,
    ),
    Relation(
        name="relates_to",
        title=_("has to do with"),
        inverse=_("has to do with"),
        equivalent="skos:related",
        joins=_ALL,
        is_symmetric=True,
    ),
    Relation(
        name="looked_after_by",
        title=_("is looked after by"),
        inverse=_("looks after"),
        equivalent="prov:wasAttributedTo",
        joins=_PEOPLE,
    ),
    Relation(
        name="decided_by",
        title=_("was decided by"),
        inverse=_("decided"),
        equivalent="prov:wasAssociatedWith",
        joins=_PEOPLE,
    ),
    Relation(
        name="measures",
        title=_("measures"),
        inverse=_("is measured by"),
        equivalent="dcterms:subject",
    ),
    Relation(
        name="serves",
        title=_("serves"),
        inverse=_("is served by"),
        equivalent="dcterms:relation",
        is_acyclic=True,
    ),
    Relation(
        name="implements",
        title=_("implements"),
        inverse=_("is implemented by"),
        equivalent="dcterms:conformsTo",
        is_acyclic=True,
    ),
    Relation(
        name="depends_on",
        title=_("depends on"),
        inverse=_("is needed for"),
        equivalent="dcterms:requires",
        is_acyclic=True,
    ),
)
RELATIONS = {relation.name: relation for relation in _VOCABULARY}


def joins_of(relation: Relation) -> list[tuple[str, str]]:
    """The pairs of kinds that this relation may join, those of the rooms among them."""
    declared: list[Join] = [one for room in rooms() for one in room.joins]
    added = [(one.source, one.target) for one in declared if one.relation == relation.name]
    return [*relation.joins, *added]


def may_join(relation: Relation, source: str, target: str) -> bool:
    """Whether the relation may lead from an object of the one kind to one of the other."""
    if relation.is_within_kind and source != target:
        return False
    pairs = joins_of(relation)
    return _is_among(pairs, source, target) or (
        relation.is_symmetric and _is_among(pairs, target, source)
    )


def _is_among(pairs: list[tuple[str, str]], source: str, target: str) -> bool:
    return any(one in (ANY, source) and other in (ANY, target) for one, other in pairs)
