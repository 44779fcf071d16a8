"""Reading links: what an object is linked with, and what could be linked with it."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from netzstadt.core.links.models import Link
from netzstadt.core.links.objects import Ref
from netzstadt.core.links.relations import RELATIONS, Relation, may_join
from netzstadt.core.links.tracing import Trace, TraceNode, trace
from netzstadt.core.objects import card_of, cards_of_many
from netzstadt.core.rooms import ObjectCard, kind_title, object_kinds, resolved

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

__all__ = ["Linked", "Ref", "Trace", "TraceNode", "links_of", "open_links", "trace"]

# So many links of one object are read; more are told of, and the trace does not follow them either.
MOST = 300
TARGETS_OF_A_KIND = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkEntry:
    """One link as seen from one of its ends: the other end's card."""

    link: Link
    card: ObjectCard
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkGroup:
    """The links of one relation, read in one direction."""

    title: str
    relation: Relation
    is_outgoing: bool
    entries: list[LinkEntry]


@dataclass(frozen=True, kw_only=True, slots=True)
class Linked:
    """What an object is linked with. ``restricted`` counts what this reader may not see."""

    groups: list[LinkGroup]
    restricted: int
    is_cut: bool


def open_links() -> "QuerySet[Link, Any]":
    """Links that hold."""
    return Link.objects.filter(ended_at__isnull=True)


def links_at(ref: Ref) -> "QuerySet[Link, Any]":
    """Links that hold and begin or end at an object."""
    starts = Q(source_model=ref.model, source_id=ref.id)
    ends = Q(target_model=ref.model, target_id=ref.id)
    return open_links().filter(starts | ends)


def links_of(model: str, object_id: uuid.UUID, *, to: "Person | None") -> Linked:
    """What the object is linked with, by relation, as far as ``to`` may see it.

    It does not ask whether she sees the object itself: its page did.
    """
    here = Ref(model, object_id)
    found = list(links_at(here).order_by("id")[: MOST + 1])
    is_cut, found = len(found) > MOST, found[:MOST]
    cards = cards_of_many((_other_end(link, here) for link in found), to=to)
    groups: dict[tuple[str, bool], list[LinkEntry]] = {}
    for link in found:
        other = _other_end(link, here)
        if card := cards.get(other):
            relation = RELATIONS[link.relation]
            is_outgoing = _source(link) == here or relation.is_symmetric
            entry = LinkEntry(link=link, card=card, kind=kind_title(other.model))
            groups.setdefault((link.relation, is_outgoing), []).append(entry)
    return Linked(
        groups=[_group(*key, groups[key]) for key in _in_order(groups)],
        restricted=sum(_other_end(link, here) not in cards for link in found),
        is_cut=is_cut,
    )


def _in_order(groups: dict[tuple[str, bool], Any]) -> list[tuple[str, bool]]:
    places = [(name, is_outgoing) for name in RELATIONS for is_outgoing in (True, False)]
    return [key for key in places if key in groups]


def _group(name: str, is_outgoing: bool, entries: list[LinkEntry]) -> LinkGroup:
    relation = RELATIONS[name]
    return LinkGroup(
        title=str(relation.title if is_outgoing else relation.inverse),
        relation=relation,
        is_outgoing=is_outgoing,
        entries=sorted(entries, key=lambda entry: (entry.card.title, entry.link.pk)),
    )


def _source(link: Link) -> Ref:
    return Ref(link.source_model, link.source_id)


def _target(link: Link) -> Ref:
    return Ref(link.target_model, link.target_id)


def _other_end(link: Link, here: Ref) -> Ref:
    return _target(link) if _source(link) == here else _source(link)


def ends_of(link: Link, *, to: "Person | None") -> tuple[ObjectCard, ObjectCard] | None:
    """The cards of source and target; None where ``to`` may not see both."""
    cards = cards_of_many([_source(link), _target(link)], to=to)
    if len(cards) < 2:
        return None
    return cards[_source(link)], cards[_target(link)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Direction:
    """A relation as it can be chosen at an object: from it, or to it."""

    key: str
    title: str
    relation: Relation
    is_outgoing: bool


def directions(model: str) -> list[Direction]:
    """The relations that an object of this kind can stand in, read from it."""
    kinds = list(object_kinds())
    found = []
    for relation in RELATIONS.values():
        if any(may_join(relation, model, other) for other in kinds):
            found.append(
                Direction(
                    key=relation.name,
                    title=str(relation.title),
                    relation=relation,
                    is_outgoing=True,
                )
            )
        if not relation.is_symmetric and any(may_join(relation, other, model) for other in kinds):
            found.append(
                Direction(
                    key=f"{relation.name}-back",
                    title=str(relation.inverse),
                    relation=relation,
                    is_outgoing=False,
                )
            )
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """An object that can be linked, as the page offers it."""

    card: ObjectCard
    kind: str

    @property
    def key(self) -> str:
        """Kind and id as one value of a form."""
        return f"{self.card.model}:{self.card.id}"


def targets(text: str, direction: Direction, here: Ref, *, to: "Person | None") -> list[Target]:
    """Objects called so that the relation may join with ``here``, those that ``to`` may see.

    Of each kind the first ones, so that none hides another; what is called just so comes first.
    """
    found: list[Target] = []
    for kind in object_kinds().values():
        ends = (here.model, kind.model) if direction.is_outgoing else (kind.model, here.model)
        if not kind.find or not may_join(direction.relation, *ends):
            continue
        cards: list[ObjectCard] = resolved(kind.find)(text, to=to, limit=TARGETS_OF_A_KIND)
        found += [
            Target(card=card, kind=str(kind.title))
            for card in cards
            if Ref(card.model, card.id) != here
        ]
    return sorted(found, key=lambda one: one.card.title.casefold() != text.casefold())


def card(ref: Ref, *, to: "Person | None") -> ObjectCard | None:
    """The card of an object; None if it is not there, or not for this reader."""
    return card_of(ref.model, ref.id, to=to)


def what_is_known_of(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """The links that a person made or stands at, for her own information (GDPR Art. 15)."""
    own = Ref("orgs.person", person.pk)
    at_her = Q(source_model=own.model, source_id=own.id) | Q(
        target_model=own.model, target_id=own.id
    )
    rows = Link.objects.filter(at_her | Q(made_by=person) | Q(ended_by=person)).order_by("id")
    columns = (
        "source_model",
        "source_id",
        "relation",
        "target_model",
        "target_id",
        "note",
        "made_at",
        "ended_at",
    )
    return {"links": list(rows.values(*columns))}
