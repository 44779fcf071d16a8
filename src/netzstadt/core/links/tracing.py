"""The trace: all that an object leads to and comes from, over links and typed references.

One recursive statement finds the edges, level by level; each level is one row, so that a node is
entered once and circles end. What a reader may not see is cut off afterwards, in its kind's own
words (``ObjectKind.cards``): nothing is reached through it.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection

from netzstadt.core.links.objects import Ref
from netzstadt.core.links.relations import RELATIONS
from netzstadt.core.objects import cards_of_many
from netzstadt.core.rooms import ObjectCard, Reference, kind_title, own_name, rooms

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

DEPTH = 6
DEEPEST = 12
# Bounds of one trace in each direction: objects, and links of one object that are followed.
MOST_OBJECTS = 200
MOST_LINKS_OF_ONE = 100

# One level is one row: its frontier, what was seen before, and the edges that led there. Aggregates
# stand in a lateral part, which recursion allows, and which sees the level before.
_STATEMENT = """
with recursive level (direction, depth, models, ids, seen, from_models, from_ids, relations,
                      to_models, to_ids) as (
    select direction, 0, array[%(model)s]::text[], array[%(id)s]::uuid[],
           array[%(model)s || ':' || %(id)s]::text[],
           null::text[], null::uuid[], null::text[], null::text[], null::uuid[]
    from unnest(array['down', 'up']) direction
  union all
    select level.direction, level.depth + 1, next.models, next.ids, level.seen || next.keys,
           next.from_models, next.from_ids, next.relations, next.to_models, next.to_ids
    from level cross join lateral (
        select coalesce(array_agg(model) filter (where is_new), '{{}}') as models,
               coalesce(array_agg(id) filter (where is_new), '{{}}') as ids,
               coalesce(array_agg(model || ':' || id) filter (where is_new), '{{}}') as keys,
               array_agg(from_model) as from_models, array_agg(from_id) as from_ids,
               array_agg(relation) as relations,
               array_agg(model) as to_models, array_agg(id) as to_ids
        from (
            select edge.*,
                   row_number() over (partition by model, id order by from_id, relation) = 1
                   and seen.key is null as is_new
            from (
                select node.model as from_model, node.id as from_id, found.relation,
                       found.model, found.id
                from unnest(level.models, level.ids) node (model, id)
                cross join lateral ({edges}) found (relation, model, id)
                where found.relation = any(%(relations)s)
                limit %(edges)s
            ) edge
            left join unnest(level.seen) seen (key) on seen.key = edge.model || ':' || edge.id
        ) edges
    ) next
    where level.depth < %(depth)s and cardinality(level.ids) > 0
      and cardinality(level.seen) < %(objects)s
)
select level.direction, level.depth, edge.*
from level cross join lateral
     unnest(from_models, from_ids, relations, to_models, to_ids)
     edge (from_model, from_id, relation, to_model, to_id)
"""
_LINKS = """
(select relation, {to}_model::text, {to}_id from links_link
 where level.direction = '{direction}' and {from_}_model = node.model and {from_}_id = node.id
   and ended_at is null
 order by links_link.id limit %(fan)s)
"""
_REFERENCE = """
(select '{relation}', '{to_kind}', {to_column} from {table}
 where level.direction = '{direction}' and node.model = '{from_kind}' and {from_column} = node.id
   and {to_column} is not null{where}
 order by {to_column} limit %(fan)s)
"""


@dataclass(kw_only=True, slots=True)
class TraceNode:
    """An object of a trace: how it is reached, and what is reached through it.

    ``relation`` is read from the object before it. ``also`` names relations by which it leads to
    objects that stand elsewhere in the trace.
    """

    ref: Ref
    card: ObjectCard
    kind: str
    relation: str
    depth: int
    path: tuple[ObjectCard, ...]
    children: list["TraceNode"] = field(default_factory=list)
    also: list[tuple[str, ObjectCard]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """What an object leads to (``down``) and comes from (``up``), as trees of shortest paths.

    ``restricted`` counts objects next to those shown that the reader may not see; ``is_cut`` says
    that there is more than the bounds allow.
    """

    start: ObjectCard
    kind: str
    down: list[TraceNode]
    up: list[TraceNode]
    count: int
    restricted: int
    is_cut: bool


Edge = tuple[Ref, str, Ref]


def trace(
    model: str,
    object_id: uuid.UUID,
    *,
    to: "Person | None",
    depth: int = DEPTH,
    relations: Collection[str] = (),
) -> Trace | None:
    """Everything at most ``depth`` steps from an object; None if ``to`` may not see the object.

    ``relations`` are the names of those to follow; none means all.
    """
    start = Ref(own_name(model), object_id)
    wanted = [name for name in RELATIONS if name in relations or not relations]
    edges, is_cut = _edges(start, wanted, min(depth, DEEPEST))
    reached = {end for some in edges.values() for edge in some for end in (edge[0], edge[2])}
    found = cards_of_many({start, *reached}, to=to)
    cards = {Ref(*key): card for key, card in found.items()}
    if start not in cards:
        return None
    trees = {
        direction: _tree(start, edges[direction], cards, direction, depth)
        for direction in ("down", "up")
    }
    shown = {ref for _, visited in trees.values() for ref in visited}
    hidden = {
        edge[2]
        for direction, some in edges.items()
        for edge in some
        if edge[0] in trees[direction][1] and edge[2] not in cards
    }
    return Trace(
        start=cards[start],
        kind=kind_title(model),
        down=trees["down"][0],
        up=trees["up"][0],
        count=len(shown - {start}),
        restricted=len(hidden),
        is_cut=is_cut,
    )


def _edges(start: Ref, relations: list[str], depth: int) -> tuple[dict[str, list[Edge]], bool]:
    """The edges of either direction, from near to far, and whether a bound was met."""
    arguments: dict[str, Any] = {
        "model": start.model,
        "id": start.id,
        "relations": relations,
        "depth": depth,
        "objects": MOST_OBJECTS,
        "edges": MOST_OBJECTS * 2,
        "fan": MOST_LINKS_OF_ONE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(), arguments)
        rows = cursor.fetchall()
    edges: dict[str, list[Edge]] = {"down": [], "up": []}
    of_one: dict[tuple[str, Ref], int] = defaultdict(int)
    for direction, _, from_model, from_id, relation, to_model, to_id in sorted(
        rows, key=lambda row: row[1]
    ):
        source = Ref(from_model, from_id)
        edges[direction].append((source, relation, Ref(to_model, to_id)))
        of_one[direction, source] += 1
    is_cut = any(count >= MOST_LINKS_OF_ONE for count in of_one.values()) or any(
        len({edge[2] for edge in some}) >= MOST_OBJECTS for some in edges.values()
    )
    return edges, is_cut


def _statement() -> str:
    """The statement with the typed references that the rooms declare."""
    parts = [
        _LINKS.format(direction="down", from_="source", to="target"),
        _LINKS.format(direction="up", from_="target", to="source"),
    ]
    for reference in (one for room in rooms() for one in room.references):
        parts += [_reference(reference, "down"), _reference(reference, "up")]
    return _STATEMENT.format(edges=" union all ".join(parts))


def _reference(one: Reference, direction: str) -> str:
    ends = [(one.source, one.source_column), (one.target, one.target_column)]
    (from_kind, from_column), (to_kind, to_column) = ends if direction == "down" else ends[::-1]
    return _REFERENCE.format(
        relation=one.relation,
        direction=direction,
        table=one.table,
        from_kind=from_kind,
        from_column=from_column,
        to_kind=to_kind,
        to_column=to_column,
        where=f" and ({one.where})" if one.where else "",
    )


def _tree(
    start: Ref, edges: list[Edge], cards: dict[Ref, ObjectCard], direction: str, depth: int
) -> tuple[list[TraceNode], set[Ref]]:
    """The shortest paths to what may be seen, by nothing but what may be seen."""
    onward: dict[Ref, list[tuple[str, Ref]]] = defaultdict(list)
    for source, relation, target in edges:
        if source in cards and target in cards:
            onward[source].append((relation, target))
    children: dict[Ref, list[TraceNode]] = {start: []}
    kinds = {model: kind_title(model) for model in {ref.model for ref in cards}}
    nodes: dict[Ref, TraceNode] = {}
    frontier = [start]
    for level in range(1, depth + 1):
        following: list[Ref] = []
        for ref in frontier:
            for relation, target in sorted(onward[ref], key=lambda one: cards[one[1]].title):
                title = _title(relation, direction)
                if target in children:
                    _note(nodes.get(ref), title, cards[target])
                    continue
                path = (*nodes[ref].path, cards[ref]) if ref in nodes else (cards[ref],)
                node = TraceNode(
                    ref=target,
                    card=cards[target],
                    kind=kinds[target.model],
                    relation=title,
                    depth=level,
                    path=path,
                )
                children[ref].append(node)
                children[target], nodes[target] = node.children, node
                following.append(target)
        frontier = following
    return children[start], set(children)


def _note(node: TraceNode | None, title: str, other: ObjectCard) -> None:
    if node is not None and (title, other) not in node.also:
        node.also.append((title, other))


def _title(relation: str, direction: str) -> str:
    one = RELATIONS[relation]
    return str(one.title if direction == "down" else one.inverse)


def flat(nodes: list[TraceNode]) -> list[TraceNode]:
    """All nodes of the trees, each before what is reached through it."""
    found: list[Any] = []
    pending = list(reversed(nodes))
    while pending:
        node = pending.pop()
        found.append(node)
        pending += reversed(node.children)
    return found
