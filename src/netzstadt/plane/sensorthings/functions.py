"""The built-in functions of $filter (OGC 18-088, table 23) as SQL, with the types they take."""

from dataclasses import dataclass

from netzstadt.plane.sensorthings.values import Type


@dataclass(frozen=True, slots=True)
class Function:
    """A function: the types of its arguments, the SQL with {0}, {1} …, and what it gives.

    The last ``optional`` arguments may be left out; then ``short`` is the SQL.
    """

    takes: tuple[Type, ...]
    sql: str
    gives: Type
    optional: int = 0
    short: str = ""


_TEXT, _NUMBER, _TIME = Type.TEXT, Type.NUMBER, Type.TIME


def _field(name: str) -> Function:
    return Function((_TIME,), f"date_part('{name}', {{0}} at time zone 'UTC')", _NUMBER)


FUNCTIONS = {
    # Strings. Positions count from 0.
    "substringof": Function((_TEXT, _TEXT), "(strpos({1}, {0}) > 0)", Type.BOOLEAN),
    "endswith": Function((_TEXT, _TEXT), "(right({0}, length({1})) = {1})", Type.BOOLEAN),
    "startswith": Function((_TEXT, _TEXT), "starts_with({0}, {1})", Type.BOOLEAN),
    "length": Function((_TEXT,), "length({0})::float8", _NUMBER),
    "indexof": Function((_TEXT, _TEXT), "(strpos({0}, {1}) - 1)::float8", _NUMBER),
    "substring": Function(
        (_TEXT, _NUMBER, _NUMBER),
        "substr({0}, greatest(({1})::int, 0) + 1, greatest(({2})::int, 0))",
        _TEXT,
        optional=1,
        short="substr({0}, greatest(({1})::int, 0) + 1)",
    ),
    "tolower": Function((_TEXT,), "lower({0})", _TEXT),
    "toupper": Function((_TEXT,), "upper({0})", _TEXT),
    "trim": Function((_TEXT,), "btrim({0})", _TEXT),
    "concat": Function((_TEXT, _TEXT), "({0} || {1})", _TEXT),
    # Times, in UTC.
    "year": _field("year"),
    "month": _field("month"),
    "day": _field("day"),
    "hour": _field("hour"),
    "minute": _field("minute"),
    "second": Function((_TIME,), "floor(date_part('second', {0}))", _NUMBER),
    "fractionalseconds": Function(
        (_TIME,), "((date_part('microseconds', {0})::bigint % 1000000) / 1e6::float8)", _NUMBER
    ),
    "date": Function((_TIME,), "({0} at time zone 'UTC')::date", Type.DATE),
    "time": Function((_TIME,), "({0} at time zone 'UTC')::time", Type.CLOCK),
    # Every time is kept in UTC, so its offset is zero.
    "totaloffsetminutes": Function((_TIME,), "(date_part('epoch', {0}) * 0)", _NUMBER),
    "now": Function((), "now()", _TIME),
    "mindatetime": Function((), "'0001-01-01 00:00:00+00'::timestamptz", _TIME),
    "maxdatetime": Function((), "'9999-12-31 23:59:59.999999+00'::timestamptz", _TIME),
    # Numbers. A half is rounded away from zero, as OData asks.
    "round": Function((_NUMBER,), "round(({0})::numeric)::float8", _NUMBER),
    "floor": Function((_NUMBER,), "floor({0})", _NUMBER),
    "ceiling": Function((_NUMBER,), "ceil({0})", _NUMBER),
}
