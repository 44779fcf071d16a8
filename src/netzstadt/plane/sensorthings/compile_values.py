"""Literals, comparisons and arithmetic of $filter as SQL, by the types of their operands.

Null is handled as OData has it: it equals only itself, and every other comparison with it is false.
"""

from netzstadt.lib.json_text import json_text
from netzstadt.plane.sensorthings.bindings import Bindings
from netzstadt.plane.sensorthings.values import Type, Value
from netzstadt.standards.sensorthings.expressions import Form, Literal
from netzstadt.standards.sensorthings.failure import SyntaxFailure

_FORMS = {
    Form.NULL: Type.NULL,
    Form.BOOLEAN: Type.BOOLEAN,
    Form.NUMBER: Type.NUMBER,
    Form.TEXT: Type.TEXT,
    Form.TIME: Type.TIME,
    Form.PERIOD: Type.PERIOD,
    Form.DATE: Type.DATE,
    Form.CLOCK: Type.CLOCK,
    Form.DURATION: Type.DURATION,
    Form.GEOGRAPHY: Type.GEOMETRY,
}
SQL_TYPES = {
    Type.BOOLEAN: "boolean",
    Type.NUMBER: "float8",
    Type.TEXT: "text",
    Type.TIME: "timestamptz",
    Type.PERIOD: "timestamptz",
    Type.DATE: "date",
    Type.CLOCK: "time",
    Type.DURATION: "interval",
    Type.JSON: "jsonb",
    Type.RESULT: "jsonb",
}
_SYMBOLS = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%"}
_JSON_LIKE = {Type.JSON, Type.RESULT}
# What JSON can hold, with the name that jsonb_typeof() and the functions sta_… give it.
_IN_JSON = {Type.NUMBER: "number", Type.TEXT: "string", Type.BOOLEAN: "boolean"}
_TIMES = {Type.TIME, Type.PERIOD, Type.DATE}
_MOMENT = "({} ::timestamp at time zone 'UTC')"
# Truths that are no bare constants: PostgreSQL takes none in "order by".
_ALWAYS, _NEVER = "null is null", "null is not null"


def failure(message: str, column: int) -> SyntaxFailure:
    """The failure at a column of the expression; the caller knows the option and names it."""
    return SyntaxFailure(message, column=column)


class Typing:
    """Puts typed values together and binds literals where their type is known."""

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings

    def literal(self, literal: Literal) -> Value:
        """A literal, not bound yet: what it is compared with decides its type in the database."""
        return Value("", _FORMS[literal.form], bound=literal.value, is_literal=True)

    def coerce(self, value: Value, wanted: Type, column: int) -> str:
        """The value as SQL of the wanted type. Raises SyntaxFailure where it cannot be that."""
        if value.is_literal:
            return self._bound(value, wanted, column)
        if value.type is wanted:
            return value.sql
        if value.type in _JSON_LIKE:
            return self._from_json(value, wanted, column)
        if wanted is Type.JSON and value.type in _IN_JSON:
            return f"to_jsonb({value.sql})"
        if wanted is Type.JSON and value.type is Type.GEOMETRY:
            return value.sql
        if wanted is Type.TIME and value.type is Type.PERIOD:
            return value.sql
        if wanted is Type.TIME and value.type is Type.DATE:
            return _MOMENT.format(value.sql)
        raise failure(f"Here stands {wanted.value}, not {value.type.value}.", column)

    def _bound(self, value: Value, wanted: Type, column: int) -> str:
        bind = self._bindings.bind
        if value.type is Type.NULL:
            return f"null::{SQL_TYPES[wanted]}"
        if value.type is wanted and wanted not in {Type.GEOMETRY, Type.PERIOD}:
            return bind(value.bound, SQL_TYPES[wanted])
        if wanted is Type.JSON and value.type in _IN_JSON:
            return bind(json_text(value.bound), "jsonb")
        if wanted is Type.TIME and value.type is Type.DATE:
            return _MOMENT.format(bind(value.bound, "date"))
        raise failure(f"Here stands {wanted.value}, not {value.type.value}.", column)

    def _from_json(self, value: Value, wanted: Type, column: int) -> str:
        if value.type is Type.RESULT:
            if wanted is Type.NUMBER:
                return value.number
            if wanted is Type.JSON:
                return f"coalesce({value.sql}, to_jsonb({value.number}))"
        if wanted in _IN_JSON:
            name = {Type.NUMBER: "number", Type.TEXT: "text", Type.BOOLEAN: "boolean"}[wanted]
            return f"sta_{name}({value.sql})"
        raise failure(f"Here stands {wanted.value}, not {value.type.value}.", column)

    def compare(self, operator: str, left: Value, right: Value, column: int) -> Value:
        """A comparison. Raises SyntaxFailure where the two cannot be compared."""
        types = {left.type, right.type}
        if Type.NULL in types:
            sql = self._with_null(operator, left, right)
        elif types <= _TIMES:
            sql = self._times(operator, left, right, column)
        elif types & _JSON_LIKE:
            sql = self._json(operator, left, right, column)
        elif len(types) == 1 and Type.GEOMETRY not in types:
            kind = left.type
            operands = (self.coerce(one, kind, column) for one in (left, right))
            sql = _compared(operator, *operands, nullable=left.nullable or right.nullable)
        else:
            raise failure(
                f"{left.type.value} and {right.type.value} cannot be compared.".capitalize(),
                column,
            )
        return Value(f"({sql})", Type.BOOLEAN)

    def _with_null(self, operator: str, left: Value, right: Value) -> str:
        value = right if left.type is Type.NULL else left
        if operator not in {"eq", "ne"}:
            return _NEVER
        if value.is_literal:
            is_null = _ALWAYS if value.type is Type.NULL else _NEVER
        elif value.type is Type.RESULT:
            is_null = f"{value.number} is null and coalesce({value.sql}, 'null') = 'null'"
        elif value.type is Type.JSON:
            is_null = f"coalesce({value.sql}, 'null') = 'null'"
        else:
            is_null = f"{value.sql} is null"
        return f"({is_null})" if operator == "eq" else f"not ({is_null})"

    def _json(self, operator: str, left: Value, right: Value, column: int) -> str:
        """JSON is compared with JSON; greater and less only among values of one kind."""
        others = [one for one in (left, right) if one.type not in _JSON_LIKE]
        results = [one for one in (left, right) if one.type is Type.RESULT]
        if others and others[0].type not in _IN_JSON:
            raise failure(f"A JSON value cannot be compared with {others[0].type.value}.", column)
        if others and results:
            if others[0].type is Type.NUMBER:  # the numeric column, as it is
                operands = (self.coerce(one, Type.NUMBER, column) for one in (left, right))
                return _compared(operator, *operands, nullable=True)
            first, second = (
                one.sql if one.type is Type.RESULT else self.coerce(one, Type.JSON, column)
                for one in (left, right)
            )
        else:
            first, second = (self.coerce(one, Type.JSON, column) for one in (left, right))
        if operator in {"eq", "ne"}:
            return _compared(operator, first, second, nullable=True)
        # Only names are JSON; what is none may be a long expression with comparisons of its own,
        # so it is written once: twice on every level would double the statement with each.
        if others:
            name, kind = (second, left.type) if others[0] is left else (first, right.type)
            same_kind = f"jsonb_typeof({name}) = '{_IN_JSON[kind]}'"
        else:
            same_kind = f"jsonb_typeof({first}) = jsonb_typeof({second})"
        return f"{same_kind} and {first} {_SYMBOLS[operator]} {second}"

    def _times(self, operator: str, left: Value, right: Value, column: int) -> str:
        """Moments and half-open periods: greater is wholly after, less is wholly before."""
        a1, a2 = self._ends(left, column)
        b1, b2 = self._ends(right, column)
        if a1 == a2 and b1 == b2:
            return _compared(operator, a1, b1, nullable=left.nullable or right.nullable)
        match operator:
            case "eq":
                return f"{a1} = {b1} and {a2} = {b2}"
            case "ne":
                return f"({a1} = {b1} and {a2} = {b2}) is not true"
            case "gt":
                return f"{a1} > {b1}" if b1 == b2 else f"{a1} > {b1} and {a1} >= {b2}"
            case "ge":
                return f"{a1} >= {b2}"
            case "lt":
                # The start says nothing new, but it is what the index knows.
                return f"{a1} < {b1} and {a2} <= {b1}"
            case _:
                return f"{a1} <= {b1} and {a2} <= {b1}"

    def _ends(self, value: Value, column: int) -> tuple[str, str]:
        if value.type is Type.PERIOD:
            if isinstance(value.bound, tuple):
                first, last = (self._bindings.bind(one, "timestamptz") for one in value.bound)
                return first, last
            return value.sql, value.end
        moment = self.coerce(value, Type.TIME, column)
        return moment, moment

    def calculate(self, operator: str, left: Value, right: Value, column: int) -> Value:
        """Arithmetic of numbers, times and durations. Raises SyntaxFailure for other types."""
        if not {left.type, right.type} & (_TIMES | {Type.DURATION}):
            first, second = (self.coerce(one, Type.NUMBER, column) for one in (left, right))
            if operator == "mod":
                modulo = f"(({first})::numeric % nullif({second}, 0)::numeric)::float8"
                return Value(modulo, Type.NUMBER)
            if operator == "div":
                second = f"nullif({second}, 0)"
            return Value(f"({first} {_SIGNS[operator]} {second})", Type.NUMBER)
        return self._calculate_times(operator, left, right, column)

    def _calculate_times(self, operator: str, left: Value, right: Value, column: int) -> Value:
        sign = _SIGNS[operator]
        kinds = (_moment(left.type), operator, _moment(right.type))
        match kinds:
            case (Type.TIME, "add" | "sub", Type.DURATION):
                length = self.coerce(right, Type.DURATION, column)
                start, end = (f"({one} {sign} {length})" for one in self._ends(left, column))
                if start == end:
                    return Value(start, Type.TIME)
                return Value(start, Type.PERIOD, end=end)
            case (Type.TIME, "sub", Type.TIME):
                first, second = (self.coerce(one, Type.TIME, column) for one in (left, right))
                return Value(f"({first} - {second})", Type.DURATION)
            case (Type.DURATION, "add" | "sub", Type.DURATION):
                first, second = (self.coerce(one, Type.DURATION, column) for one in (left, right))
                return Value(f"({first} {sign} {second})", Type.DURATION)
            case (Type.DURATION, "mul" | "div", _):
                length = self.coerce(left, Type.DURATION, column)
                number = self.coerce(right, Type.NUMBER, column)
                number = f"nullif({number}, 0)" if operator == "div" else number
                return Value(f"({length} {sign} {number})", Type.DURATION)
        raise failure(
            f"{operator} is not possible with {left.type.value} and {right.type.value}.", column
        )


def _moment(type_: Type) -> Type:
    return Type.TIME if type_ in _TIMES else type_


def _compared(operator: str, left: str, right: str, *, nullable: bool) -> str:
    if operator == "ne" and nullable:
        return f"{left} is distinct from {right}"
    return f"{left} {_SYMBOLS[operator]} {right}"
