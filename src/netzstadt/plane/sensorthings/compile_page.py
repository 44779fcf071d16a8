"""Pages of collections as SQL: order, keyset, limit, count (OGC 18-088, 9.3.3)."""

from dataclasses import dataclass
from typing import Any

from netzstadt.lib.json_text import json_text
from netzstadt.plane.sensorthings.bindings import Bindings
from netzstadt.plane.sensorthings.compile_filter import Conditions, Scope, state_join
from netzstadt.plane.sensorthings.compile_values import SQL_TYPES, failure
from netzstadt.plane.sensorthings.tables import TABLES, Visibility, keys_of
from netzstadt.plane.sensorthings.tokens import read_token
from netzstadt.plane.sensorthings.values import Type, Value
from netzstadt.standards.sensorthings.expressions import Path
from netzstadt.standards.sensorthings.failure import SyntaxFailure
from netzstadt.standards.sensorthings.model import EntityType
from netzstadt.standards.sensorthings.options import Options, Order

DEFAULT_TOP = 100
MAXIMUM_TOP = 10_000


@dataclass(frozen=True, slots=True)
class Key:
    """One sort key: its SQL, its type, whether it can be null, its direction."""

    sql: str
    type: str
    nullable: bool
    descending: bool

    def order(self) -> str:
        """The term of ORDER BY. Null is the least value, as OData has it."""
        direction = "desc" if self.descending else "asc"
        if not self.nullable:
            return f"{self.sql} {direction}"
        return f"{self.sql} {direction} nulls {'last' if self.descending else 'first'}"


@dataclass(frozen=True, slots=True)
class Page:
    """A compiled page: ``rows`` selects the entities with their sort keys as k1, k2 …, one more
    than ``top`` tells that there is another page; ``count`` counts without limit."""

    rows: str
    count: str
    top: str
    keys: int
    signature: str


class Pages:
    """Compiles the pages of one statement."""

    def __init__(self, bindings: Bindings, visibility: Visibility, conditions: Conditions) -> None:
        self.bindings = bindings
        self.visibility = visibility
        self.conditions = conditions

    def page(
        self,
        type_: EntityType,
        options: Options,
        *,
        related: str,
        alias: str,
        top: int,
        is_seen: bool = False,
        is_inner: bool = False,
    ) -> Page:
        """The page of a collection; ``related`` is the condition that its rows belong to it
        (empty: all of the type). ``is_seen``: whoever sees what they belong to sees them.
        Raises SyntaxFailure naming option and column ($expand, where it is an ``is_inner`` one).
        """
        scope = Scope({(): (alias, type_)})
        conditions = [related] if related else []
        if not is_seen:
            conditions.append(self.visibility.of(type_, alias))
        if options.filter is not None:
            with _named("$expand" if is_inner else "$filter"):
                conditions.append(self.conditions.condition(options.filter, scope))
        filter_joins = "".join(scope.joins)
        source = f"from {TABLES[type_.name]} {alias}{state_join(type_, alias)}"
        count = f"select count(*) {source}{filter_joins} where {' and '.join(conditions)}"
        with _named("$expand" if is_inner else "$orderby"):
            keys = self._keys(type_, options.order, alias, scope)
        signature = f"{type_.name} {' '.join(options.order_text.split())}"
        if options.token is not None:
            nullable = [key.nullable for key in keys]
            conditions.append(self._after(keys, read_token(options.token, signature, nullable)))
        columns = "".join(f", {key.sql} as k{n}" for n, key in enumerate(keys, 1))
        placed = self.bindings.bind(top, "bigint")
        offset = f" offset {self.bindings.bind(options.skip, 'bigint')}" if options.skip else ""
        rows = (
            f"select {alias}.*{columns} {source}{''.join(scope.joins)} "
            f"where {' and '.join(conditions)} "
            f"order by {', '.join(key.order() for key in keys)} "
            f"limit {placed} + 1{offset}"
        )
        return Page(rows, count, placed, len(keys), self.bindings.bind(signature, "text"))

    def _keys(
        self, type_: EntityType, order: tuple[Order, ...], alias: str, scope: Scope
    ) -> list[Key]:
        """The keys of $orderby, then those that make every place unique."""
        keys: list[Key] = []
        for term in order:
            if _is_observation_id(type_, term):
                keys += self._unique(type_, alias, descending=term.descending)
                continue
            value = self.conditions.value(term.expression, scope)
            keys += self._sort_keys(value, term)
        # Ties go in the direction of the last term, so that an index can be read either way.
        descending = bool(order) and order[-1].descending
        known = {key.sql for key in keys}
        keys += [
            key for key in self._unique(type_, alias, descending=descending) if key.sql not in known
        ]
        return list({key.sql: key for key in reversed(keys)}.values())[::-1]

    def _unique(self, type_: EntityType, alias: str, *, descending: bool) -> list[Key]:
        return [
            Key(f"{alias}.{name}", kind, nullable=False, descending=descending)
            for name, kind in keys_of(type_)
        ]

    def _sort_keys(self, value: Value, term: Order) -> list[Key]:
        column = term.expression.column
        down = term.descending
        if value.is_literal or value.type in {Type.GEOMETRY, Type.NULL}:
            raise failure("This gives no order.", column)
        if value.type is Type.RESULT:  # numbers among themselves, then everything else
            return [
                Key(value.number, "float8", nullable=True, descending=down),
                Key(value.sql, "jsonb", nullable=True, descending=down),
            ]
        first = Key(value.sql, SQL_TYPES[value.type], value.nullable, down)
        if value.type is Type.PERIOD and value.nullable:
            return [first, Key(value.end, "timestamptz", nullable=True, descending=down)]
        # Observations begin at their time; where two begin at once their sequence decides.
        return [first]

    def _after(self, keys: list[Key], values: list[Any]) -> str:
        """The condition that a row comes after the one whose keys these are."""
        bound = [
            None if one is None else self._bound(key, one)
            for key, one in zip(keys, values, strict=True)
        ]
        if not any(key.nullable for key in keys) and len({key.descending for key in keys}) == 1:
            sign = "<" if keys[0].descending else ">"
            names = ", ".join(key.sql for key in keys)
            return f"({names}) {sign} ({', '.join(str(one) for one in bound)})"
        alternatives = []
        equal: list[str] = []
        for key, one in zip(keys, bound, strict=True):
            alternatives.append(" and ".join([*equal, _beyond(key, one)]))
            equal.append(f"{key.sql} is null" if one is None else f"{key.sql} = {one}")
        return "(" + " or ".join(f"({one})" for one in alternatives) + ")"

    def _bound(self, key: Key, value: Any) -> str:
        """The key as PostgreSQL wrote it into the token, read back by PostgreSQL."""
        is_text = isinstance(value, str) and key.type != "jsonb"
        text = value if is_text else json_text(value)
        return f"{self.bindings.bind(text, 'text')}::{key.type}"


def _beyond(key: Key, value: str | None) -> str:
    if value is None:
        return "false" if key.descending else f"{key.sql} is not null"
    if key.descending:
        lower = f"{key.sql} < {value}"
        return f"({lower} or {key.sql} is null)" if key.nullable else lower
    return f"{key.sql} > {value}"


def _is_observation_id(type_: EntityType, term: Order) -> bool:
    path = term.expression
    return (
        type_.name == "Observation"
        and isinstance(path, Path)
        and len(path.parts) == 1
        and path.parts[0] in {"id", "@iot.id"}
    )


class _named:
    """Gives failures the name of the option they happened in."""

    def __init__(self, option: str) -> None:
        self.option = option

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, SyntaxFailure) and not error.place:
            error.place = self.option


def page_size(options: Options) -> int:
    """How many entities a page of a collection has at most (9.3.3.2): $top, the default, or the
    service's own limit, beyond which $top is not followed."""
    return min(DEFAULT_TOP if options.top is None else options.top, MAXIMUM_TOP)
