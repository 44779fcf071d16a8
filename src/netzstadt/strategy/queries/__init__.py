"""Reading strategies: editions, trees, elements."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Case, IntegerField, QuerySet, Value, When

from netzstadt.core.access.queries import visible
from netzstadt.core.days import today
from netzstadt.strategy.models import (
    Contribution,
    Edition,
    EditionState,
    Element,
    ElementKind,
    ElementVersion,
    Light,
    Override,
    Standing,
    Strategy,
)

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# So many elements are drawn as one tree; a strategy with more is read field by field.
TREE = 3000

_BEST_FIRST = Case(
    When(state=EditionState.IN_FORCE, then=Value(0)),
    When(state=EditionState.ADOPTED, then=Value(1)),
    When(state=EditionState.CONSULTED, then=Value(2)),
    When(state=EditionState.DRAFT, then=Value(3)),
    default=Value(4),
    output_field=IntegerField(),
)


def visible_editions(*, to: "Person | None") -> "QuerySet[Edition]":
    """The editions that ``to`` may see, with their strategies."""
    return visible(
        Edition.objects.select_related("strategy"),
        to=to,
        unit="strategy__unit_id",
        key="strategy_id",
    )


def editions_of(strategy: Strategy, *, to: "Person | None") -> "QuerySet[Edition]":
    """The editions of one strategy that ``to`` may see, the newest first."""
    return visible_editions(to=to).filter(strategy=strategy).order_by("-number")


def strategies(*, to: "Person | None") -> list[Edition]:
    """Of each strategy the edition that is read first: in force, else the one come furthest."""
    best = (
        visible_editions(to=to)
        .annotate(place=_BEST_FIRST)
        .order_by("strategy_id", "place", "-number")
        .distinct("strategy_id")
    )
    return sorted(best[:200], key=lambda one: (one.strategy.is_demo, one.strategy.title))


def edition_of(key: str, *, to: "Person | None", number: int | None = None) -> Edition | None:
    """An edition of the strategy with this key; without a number the one that is read first."""
    found = visible_editions(to=to).filter(strategy__key=key)
    if number is not None:
        return found.filter(number=number).first()
    return found.annotate(place=_BEST_FIRST).order_by("place", "-number").first()


@dataclass(slots=True)
class Node:
    """An element in a tree, with where it stands and what lies in it."""

    version: ElementVersion
    standing: Standing | None
    override: Override | None = None
    parts: list["Node"] = field(default_factory=list)

    @property
    def element(self) -> Element:
        """The element itself."""
        return self.version.element

    @property
    def kind(self) -> str:
        """What it is, in the reader's language; ``get_kind_display`` takes longer than a row."""
        return str(ElementKind(self.element.kind).label)

    @property
    def light(self) -> str:
        """The light that is shown."""
        return self.standing.light if self.standing else Light.GREY.value

    @property
    def is_group(self) -> bool:
        """Whether it only holds others: themes and fields have no light of their own."""
        return self.element.kind in (ElementKind.THEME, ElementKind.FIELD)

    def lights(self) -> dict[str, int]:
        """How many goals below it have which light; measures count where there are no goals."""
        found = dict.fromkeys(("RED", "AMBER", "GREEN", "GREY"), 0)
        below = list(self.below())
        goals = [one for one in below if one.element.kind.endswith("GOAL")]
        for one in goals or [one for one in below if not one.is_group]:
            found[one.light] += 1
        return {light: count for light, count in found.items() if count}

    def below(self) -> "Iterable[Node]":
        """Everything that lies in it, however deep."""
        for one in self.parts:
            yield one
            yield from one.below()


@dataclass(frozen=True, slots=True)
class Tree:
    """The elements of an edition from the top; ``is_cut`` where there are more than are drawn."""

    edition: Edition
    roots: list[Node]
    count: int
    is_cut: bool


def tree(edition: Edition, *, limit: int | None = TREE) -> Tree:
    """All of an edition, or so many elements, in four statements.

    Who may see it was asked when it was found.
    """
    found = (
        ElementVersion.objects.filter(edition=edition)
        .select_related("element__responsible")
        .order_by("position", "id")
    )
    versions = list(found if limit is None else found[: limit + 1])
    is_cut = limit is not None and len(versions) > limit
    nodes = _nodes(versions[:limit])
    roots: list[Node] = []
    for node in nodes.values():
        holder = nodes.get(node.version.parent_id) if node.version.parent_id else None
        (holder.parts if holder else roots).append(node)
    for node in nodes.values():
        node.parts.sort(key=_order)
    return Tree(edition, sorted(roots, key=_order), len(nodes), is_cut)


_KINDS = {kind.value: place for place, kind in enumerate(ElementKind)}


def _order(node: Node) -> tuple[int, int]:
    return _KINDS[node.element.kind], node.version.position


def _nodes(versions: list[ElementVersion]) -> dict[uuid.UUID, Node]:
    keys = [one.element_id for one in versions]
    standings = {one.element_id: one for one in Standing.objects.filter(element_id__in=keys)}
    by_hand = {one.element_id: one for one in _overrides(today()).filter(element_id__in=keys)}
    return {
        one.element_id: Node(
            version=one,
            standing=standings.get(one.element_id),
            override=by_hand.get(one.element_id),
        )
        for one in versions
    }


def _overrides(on: date) -> "QuerySet[Override]":
    return Override.objects.filter(ended_at__isnull=True, last_day__gte=on)


def version_of(
    element_id: uuid.UUID, *, to: "Person | None", number: int | None = None
) -> ElementVersion | None:
    """An element as it stands in the edition that is read first, or in one of a number."""
    found = ElementVersion.objects.filter(
        element_id=element_id, edition__in=visible_editions(to=to)
    ).select_related("element__responsible", "edition__strategy")
    if number is not None:
        return found.filter(edition__number=number).first()
    places = {str(one): place for place, one in enumerate(_READ_FIRST)}
    return min(
        found,
        key=lambda one: (places[one.edition.state], -one.edition.number),
        default=None,
    )


_READ_FIRST = (
    EditionState.IN_FORCE,
    EditionState.ADOPTED,
    EditionState.CONSULTED,
    EditionState.DRAFT,
    EditionState.SUPERSEDED,
)


def override_of(element_id: uuid.UUID, *, on: date) -> Override | None:
    """The light that somebody set by hand and that holds on a day."""
    return _overrides(on).filter(element_id=element_id).first()


def path_of(version: ElementVersion) -> list[ElementVersion]:
    """What an element lies in, from the top; at most four others."""
    path: list[ElementVersion] = []
    parent = version.parent_id
    while parent is not None:
        above = (
            ElementVersion.objects.filter(edition_id=version.edition_id, element_id=parent)
            .select_related("element")
            .first()
        )
        if above is None:
            break
        path.insert(0, above)
        parent = above.parent_id
    return path


def parts_of(version: ElementVersion) -> list[Node]:
    """What lies in an element."""
    found = list(
        ElementVersion.objects.filter(edition_id=version.edition_id, parent_id=version.element_id)
        .select_related("element__responsible")
        .order_by("position", "id")[:TREE]
    )
    return sorted(_nodes(found).values(), key=_order)


def contributions_of(
    version: ElementVersion,
) -> tuple[list[Contribution], list[Contribution]]:
    """What serves an element in its edition, and what it serves."""
    found = Contribution.objects.filter(edition_id=version.edition_id).select_related(
        "source", "target"
    )
    return (
        list(found.filter(target_id=version.element_id).order_by("id")[:500]),
        list(found.filter(source_id=version.element_id).order_by("id")[:500]),
    )


def kind_of(element_id: uuid.UUID) -> str:
    """The kind of an element, whoever asks; empty if there is none."""
    found: str | None = Element.objects.filter(pk=element_id).values_list("kind", flat=True).first()
    return found or ""


_SERVING = """
with recursive below (id) as (
    select %(id)s::uuid
  union
    select found.id from below cross join lateral (
        select element_id from strategy_lies_in where parent_id = below.id
        union all
        select source_id from strategy_serves where target_id = below.id
    ) found (id)
)
select id from below where id <> %(id)s limit %(limit)s
"""


def serving(element_id: uuid.UUID) -> list[uuid.UUID]:
    """All that lies in an element or serves it, however deep, in the editions that count."""
    with connection.cursor() as cursor:
        cursor.execute(_SERVING, {"id": element_id, "limit": TREE})
        return [row[0] for row in cursor.fetchall()]


def titles(ids: Collection[uuid.UUID], edition: Edition) -> dict[uuid.UUID, str]:
    """What elements are called in an edition."""
    found = ElementVersion.objects.filter(edition=edition, element_id__in=ids)
    return dict(found.values_list("element_id", "title"))


def ranked_measures(edition: Edition) -> "QuerySet[ElementVersion, Any]":
    """The measures of an edition, the best scored first; those without all scores last."""
    from django.db.models import F

    total = F("importance") + F("urgency") + F("accuracy") + F("feasibility")
    return (
        ElementVersion.objects.filter(edition=edition, element__kind=ElementKind.MEASURE)
        .select_related("element", "element__standing")
        .annotate(total=total)
        .order_by(F("total").desc(nulls_last=True), "title", "id")
    )


def responsible_elements(person: "Person") -> "QuerySet[Element, Any]":
    """What a person answers for."""
    return Element.objects.filter(responsible=person).order_by("code", "id")
