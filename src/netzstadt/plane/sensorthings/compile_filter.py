"""$filter and $orderby as SQL (OGC 18-088, 9.3.3): names resolved, types judged, values bound.

A navigation to one entity is joined. A navigation to many entities means "any of them": it becomes
EXISTS around the comparison; inside one ``and`` all comparisons that name the same navigation speak
of the same entity, ``not`` means "none". Every entity on the way must be visible to the reader.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from netzstadt.plane.sensorthings import shapes
from netzstadt.plane.sensorthings.bindings import Bindings
from netzstadt.plane.sensorthings.compile_values import Typing, failure
from netzstadt.plane.sensorthings.functions import FUNCTIONS
from netzstadt.plane.sensorthings.tables import TABLES, Visibility, link
from netzstadt.plane.sensorthings.values import (
    Type,
    Value,
    id_value,
    member_value,
    property_value,
)
from netzstadt.standards.sensorthings import model
from netzstadt.standards.sensorthings.expressions import (
    ARITHMETIC,
    Call,
    Expression,
    Form,
    Junction,
    Literal,
    Negation,
    Operation,
    Path,
)
from netzstadt.standards.sensorthings.model import EntityType

Prefix = tuple[str, ...]

_PATTERN = re.compile(r"[012TF*]{9}")
_MEMBERED = {Type.JSON, Type.RESULT, Type.GEOMETRY}


@dataclass(slots=True)
class Scope:
    """The rows that names can mean: by the navigations that lead to them from the start."""

    rows: dict[Prefix, tuple[str, EntityType]]
    joins: list[str] = field(default_factory=list)

    def longest(self, parts: Prefix) -> Prefix:
        """The longest beginning of a path that is a row already."""
        for length in range(len(parts), -1, -1):
            if parts[:length] in self.rows:
                return parts[:length]
        raise AssertionError("the start is always a row")


def state_join(type_: EntityType, alias: str) -> str:
    """A Datastream comes with its state; the planner drops the join where nothing needs it."""
    if type_.name != "Datastream":
        return ""
    return f" left join series_state {alias}_st on {alias}_st.series_id = {alias}.id"


class Conditions:
    """Compiles the expressions of one statement. ``terms`` are the geospatial ones, see shapes."""

    def __init__(self, bindings: Bindings, visibility: Visibility) -> None:
        self.bindings = bindings
        self.visibility = visibility
        self.typing = Typing(bindings)
        self.terms: list[shapes.Term] = []
        self._aliases = 0

    def alias(self, letter: str) -> str:
        """A fresh name for a row."""
        self._aliases += 1
        return f"{letter}{self._aliases}"

    def condition(self, expression: Expression, scope: Scope) -> str:
        """A Boolean expression as SQL. Raises SyntaxFailure where it is none."""
        match expression:
            case Junction(operator="and", terms=terms):
                return self._all(terms, scope)
            case Junction(terms=terms):
                return "(" + " or ".join(self.condition(one, scope) for one in terms) + ")"
            case Negation(operator="not", operand=operand):
                return f"(({self.condition(operand, scope)}) is not true)"
        prefix = self._unbound(expression, scope)
        if prefix is not None:
            return self._exists(prefix, [expression], scope)
        value = self.value(expression, scope)
        return f"({self.typing.coerce(value, Type.BOOLEAN, expression.column)})"

    def _all(self, terms: tuple[Expression, ...], scope: Scope) -> str:
        """Terms joined by "and": those of one navigation to many are judged on one entity."""
        parts: list[str] = []
        groups: dict[Prefix, list[Expression]] = {}
        for term in terms:
            atom = not isinstance(term, Junction) and not (
                isinstance(term, Negation) and term.operator == "not"
            )
            prefix = self._unbound(term, scope) if atom else None
            if prefix is None:
                parts.append(self.condition(term, scope))
            else:
                groups.setdefault(prefix, []).append(term)
        parts += [self._exists(prefix, group, scope) for prefix, group in groups.items()]
        return "(" + " and ".join(parts) + ")"

    def _exists(self, prefix: Prefix, terms: list[Expression], scope: Scope) -> str:
        """Any entity behind the navigation to many for which all the terms hold."""
        inner = Scope(dict(scope.rows))
        source, source_type = self._row(prefix[:-1], inner)
        navigation = source_type.navigation(prefix[-1])
        assert navigation is not None
        type_ = model.BY_NAME[navigation.target]
        outer_joins, inner.joins = inner.joins, []
        alias = self.alias("m")
        inner.rows[prefix] = alias, type_
        condition = self._all(tuple(terms), inner)
        conditions = [
            link(source_type, navigation.name, source, alias),
            self.visibility.of(type_, alias),
            condition,
        ]
        # Rows on the way to the navigation are joined where the scope's other rows are.
        scope.joins += outer_joins
        return (
            f"exists (select from {TABLES[type_.name]} {alias}{state_join(type_, alias)}"
            f"{''.join(inner.joins)} where {' and '.join(conditions)})"
        )

    def _unbound(self, expression: Expression, scope: Scope) -> Prefix | None:
        """The first navigation to many in the expression that is no row yet."""
        for path in _paths(expression):
            prefix = scope.longest(path.parts)
            type_ = scope.rows[prefix][1]
            for part in path.parts[len(prefix) :]:
                navigation = type_.navigation(part)
                if navigation is None:
                    break
                prefix = (*prefix, part)
                if navigation.many:
                    return prefix
                type_ = model.BY_NAME[navigation.target]
        return None

    def _row(self, parts: Prefix, scope: Scope) -> tuple[str, EntityType]:
        """The row at the end of navigations to one; joined where it is not there yet."""
        prefix = scope.longest(parts)
        alias, type_ = scope.rows[prefix]
        for part in parts[len(prefix) :]:
            navigation = type_.navigation(part)
            assert navigation is not None
            assert not navigation.many
            target = model.BY_NAME[navigation.target]
            joined = self.alias("j")
            scope.joins.append(
                f" left join {TABLES[target.name]} {joined} on "
                f"{link(type_, part, alias, joined)} and {self.visibility.of(target, joined)}"
                f"{state_join(target, joined)}"
            )
            prefix = (*prefix, part)
            alias, type_ = joined, target
            scope.rows[prefix] = alias, type_
        return alias, type_

    def value(self, expression: Expression, scope: Scope) -> Value:
        """Any expression as a typed value. Raises SyntaxFailure where its types do not fit."""
        match expression:
            case Literal():
                return self.typing.literal(expression)
            case Path():
                return self._path(expression, scope)
            case Call():
                return self._call(expression, scope)
            case Operation(operator=operator, left=left, right=right, column=column):
                first, second = self.value(left, scope), self.value(right, scope)
                if operator in ARITHMETIC:
                    return self.typing.calculate(operator, first, second, column)
                return self.typing.compare(operator, first, second, column)
            case Negation(operator="-", operand=operand, column=column):
                number = self.typing.coerce(self.value(operand, scope), Type.NUMBER, column)
                return Value(f"(- {number})", Type.NUMBER)
            case _:
                return Value(self.condition(expression, scope), Type.BOOLEAN)

    def _path(self, path: Path, scope: Scope) -> Value:
        parts = path.parts
        prefix = scope.longest(parts)
        type_ = scope.rows[prefix][1]
        while len(prefix) < len(parts):
            navigation = type_.navigation(parts[len(prefix)])
            if navigation is None:
                break
            if navigation.many:
                raise failure(f"{navigation.name} leads to many entities.", path.column)
            prefix = parts[: len(prefix) + 1]
            type_ = model.BY_NAME[navigation.target]
        rest = parts[len(prefix) :]
        if not rest:
            raise failure(f"A property of {type_.name} is missing.", path.column)
        if rest[0] not in {"id", "@iot.id"} and type_.property(rest[0]) is None:
            raise failure(f"{type_.name} has no {rest[0][:40]!r}.", path.column)
        alias, type_ = self._row(prefix, scope)
        value = self._property(type_, alias, rest[0], nullable=bool(prefix))
        if len(rest) == 1:
            return value
        if value.type not in _MEMBERED:
            raise failure(f"{rest[0]} has no members.", path.column)
        return member_value(value, rest[1:], self.bindings.bind(list(rest[1:]), "text[]"))

    def _property(self, type_: EntityType, alias: str, name: str, *, nullable: bool) -> Value:
        property_ = type_.property(name)
        value = property_value(type_, property_, alias) if property_ else id_value(type_, alias)
        if nullable and not value.nullable:
            return Value(value.sql, value.type, end=value.end, number=value.number)
        return value

    def _call(self, call: Call, scope: Scope) -> Value:
        if call.name in shapes.PREDICATES or call.name in shapes.MEASURES:
            return self._shape_call(call, scope)
        function = FUNCTIONS.get(call.name)
        if function is None:
            raise failure(f"There is no function {call.name[:40]}().", call.column)
        given, most = len(call.arguments), len(function.takes)
        if not most - function.optional <= given <= most:
            raise failure(f"{call.name}() takes {most} arguments, not {given}.", call.column)
        arguments = [
            self.typing.coerce(self.value(argument, scope), wanted, argument.column)
            for argument, wanted in zip(call.arguments, function.takes, strict=False)
        ]
        sql = function.short if given < most else function.sql
        return Value(sql.format(*arguments), function.gives)

    def _shape_call(self, call: Call, scope: Scope) -> Value:
        """A geospatial term: the row's key is among those that were judged before."""
        name, arguments = call.name, list(call.arguments)
        wanted = {"st_relate": 3, "geo.length": 1}.get(name, 2)
        if len(arguments) != wanted:
            raise failure(f"{name}() takes {wanted} arguments.", call.column)
        pattern = self._pattern(arguments.pop()) if name == "st_relate" else ""
        if len(arguments) == 2 and _is_geography(arguments[0]):
            arguments.reverse()
            name = shapes.EXCHANGED.get(name, name)
            pattern = "".join(pattern[place] for place in (0, 3, 6, 1, 4, 7, 2, 5, 8) if pattern)
        subject = self.value(arguments[0], scope)
        if subject.type is not Type.GEOMETRY:
            raise failure(f"{name}() needs location, feature or observedArea.", call.column)
        wkt = self._wkt(arguments[1]) if len(arguments) == 2 else ""
        if len(self.terms) >= shapes.MAXIMUM_TERMS:
            most = shapes.MAXIMUM_TERMS
            raise failure(f"There are more than {most} geospatial functions.", call.column)
        return self._term(name, subject, wkt, pattern, scope)

    def _term(self, name: str, subject: Value, wkt: str, pattern: str, scope: Scope) -> Value:
        table, key = subject.shape
        type_ = "bigint[]" if table == "series" else "uuid[]"
        keys = self.bindings.bind(None, type_)
        place = len(self.bindings.arguments) - 1
        if name in shapes.PREDICATES:
            self.terms.append(shapes.Term(name, table, wkt, pattern, place, None))
            return Value(f"({key} = any ({keys}))", Type.BOOLEAN)
        values = self.bindings.bind(None, "float8[]")
        self.terms.append(shapes.Term(name, table, wkt, pattern, place, place + 1))
        alias = self.alias("g")
        scope.joins.append(
            f" left join unnest({keys}, {values}) as {alias} (key, value) on {alias}.key = {key}"
        )
        return Value(f"{alias}.value", Type.NUMBER)

    def _wkt(self, expression: Expression) -> str:
        if not isinstance(expression, Literal) or not _is_geography(expression):
            raise failure("One argument must be a literal geography'…'.", expression.column)
        wkt = str(expression.value)
        try:
            shapes.geometry_of(wkt)
        except ValueError as error:
            raise failure(f"This is no geometry: {error}.", expression.column) from error
        return wkt

    def _pattern(self, expression: Expression) -> str:
        if isinstance(expression, Literal) and isinstance(expression.value, str):
            pattern = expression.value.upper()
            if _PATTERN.fullmatch(pattern):
                return pattern
        raise failure("The pattern is nine of 0, 1, 2, T, F, *.", expression.column)


def _is_geography(expression: Expression) -> bool:
    return isinstance(expression, Literal) and expression.form is Form.GEOGRAPHY


def _paths(expression: Expression) -> Iterator[Path]:
    """All names in an expression, from left to right."""
    match expression:
        case Path():
            yield expression
        case Call(arguments=children) | Junction(terms=children):
            for child in children:
                yield from _paths(child)
        case Operation(left=left, right=right):
            yield from _paths(left)
            yield from _paths(right)
        case Negation(operand=operand):
            yield from _paths(operand)
