"""Properties as SQL: as JSON text for answers, and as typed values for conditions and orders."""

from dataclasses import dataclass
from enum import Enum

from netzstadt.plane.sensorthings.tables import COLUMNS
from netzstadt.standards.sensorthings.model import EntityType, Kind, Property


class Type(Enum):
    """What a compiled expression is; the text is how messages call it."""

    NUMBER = "a number"
    TEXT = "a text"
    BOOLEAN = "true or false"
    TIME = "a time"
    PERIOD = "a period"
    DATE = "a date"
    CLOCK = "a time of day"
    DURATION = "a duration"
    GEOMETRY = "a geometry"
    JSON = "a JSON value"
    RESULT = "a result"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Value:
    """A compiled expression.

    ``sql`` is the value; of a period its start, ``end`` its end; of a result ``sql`` is the JSON
    column and ``number`` the numeric one. ``bound`` is the literal's own value where it is one.
    """

    sql: str
    type: Type
    nullable: bool = True
    end: str = ""
    number: str = ""
    bound: object = None
    is_literal: bool = False
    # Of a geometry: its table, and the key of its row.
    shape: tuple[str, str] = ("", "")


_NULLABLE = {"properties", "parameters", "resultQuality", "resultTime"}
_TYPES = {Kind.TEXT: Type.TEXT, Kind.JSON: Type.JSON, Kind.TIME: Type.TIME}


def time_json(sql: str) -> str:
    """A moment as JSON text: ISO 8601 in UTC, whatever the session's time zone."""
    return f"left(to_json({sql} at time zone 'UTC')::text, -1) || 'Z\"'"


def period_json(start: str, end: str) -> str:
    """A period as JSON text, ``start/end``; null where it has none."""
    return (
        f"left(to_json({start} at time zone 'UTC')::text, -1) || 'Z/' "
        f"|| substr(to_json({end} at time zone 'UTC')::text, 2, "
        f"length(to_json({end} at time zone 'UTC')::text) - 2) || 'Z\"'"
    )


def observation_id(alias: str) -> str:
    """The derived id of an observation, as text without quotes."""
    micros = f"(date_part('epoch', {alias}.time) * 1e6)::bigint"
    return f"({alias}.series_id || '-' || {micros} || '-' || {alias}.sequence)"


def id_json(type_: EntityType, alias: str) -> str:
    """The @iot.id as JSON text."""
    if type_.name != "Observation":
        return f"{alias}.iot_id::text"
    return f"coalesce({alias}.iot_id::text, '\"' || {observation_id(alias)} || '\"')"


def id_in_url(type_: EntityType, alias: str) -> str:
    """The @iot.id as it stands between the brackets of a URL."""
    if type_.name != "Observation":
        return f"sta_id({alias}.iot_id)"
    return (
        f"case when {alias}.iot_id is null then '''' || {observation_id(alias)} || '''' "
        f"else sta_id({alias}.iot_id) end"
    )


def property_json(type_: EntityType, property_: Property, alias: str) -> str:
    """A property as JSON text; SQL null where the entity has none."""
    name = property_.name
    computed = _COMPUTED_JSON.get(f"{type_.name}/{name}")
    if computed:
        return computed.format(a=alias)
    column = f"{alias}.{COLUMNS[name]}"
    if property_.kind is Kind.TEXT:
        return f"to_json({column})::text"
    if property_.kind is Kind.TIME:
        return time_json(column)
    return f"{column}::text"


# {a} is the entity, {a}_st the state of a Datastream. An area that was not given is the box around
# the features that were observed (8.2.4).
AREA = (
    "coalesce({a}.observed_area, (select sta_area(b.x1, b.y1, b.x2, b.y2) from ("
    "select min((f.bounds[1])[0]) as x1, min((f.bounds[1])[1]) as y1, "
    "max((f.bounds[0])[0]) as x2, max((f.bounds[0])[1]) as y2 from ("
    "select feature_id from series_feature where series_id = {a}.id "
    "union all select {a}.default_feature_id where {a}_st.count > 0) l "
    "join feature_of_interest f on f.id = l.feature_id) b))"
)
_COMPUTED_JSON = {
    "Datastream/phenomenonTime": period_json(
        "{a}_st.first_time", "coalesce({a}_st.last_time_end, {a}_st.last_time)"
    ),
    "Datastream/resultTime": period_json("{a}_st.first_result_time", "{a}_st.last_result_time"),
    "Datastream/observedArea": AREA + "::text",
    "Observation/phenomenonTime": f"case when {{a}}.time_end is null then {time_json('{a}.time')} "
    f"else {period_json('{a}.time', '{a}.time_end')} end",
    "Observation/result": "coalesce({a}.number::text, {a}.result::text)",
    "Observation/resultQuality": "coalesce({a}.result_quality::text, to_json({a}.quality)::text)",
    "Observation/validTime": "case when {a}.valid_time is not null then "
    f"{period_json('lower({a}.valid_time)', 'upper({a}.valid_time)')} end",
}


def id_value(type_: EntityType, alias: str) -> Value:
    """The @iot.id for conditions."""
    if type_.name == "Observation":
        sql = f"coalesce({alias}.iot_id, to_jsonb({observation_id(alias)}))"
        return Value(sql, Type.JSON)
    return Value(f"{alias}.iot_id", Type.JSON, nullable=False)


def property_value(type_: EntityType, property_: Property, alias: str) -> Value:
    """A property for conditions."""
    name = f"{type_.name}/{property_.name}"
    if name in _PERIODS:
        start, end = (text.format(a=alias) for text in _PERIODS[name])
        return Value(start, Type.PERIOD, end=end, nullable=name != "Observation/phenomenonTime")
    if property_.kind is Kind.ANY:
        return Value(f"{alias}.result", Type.RESULT, number=f"{alias}.number")
    if property_.kind is Kind.GEOMETRY:
        table, shape = _SHAPES[name]
        return Value(shape.format(a=alias), Type.GEOMETRY, shape=(table, f"{alias}.id"))
    if name == "Observation/resultQuality":
        sql = f"coalesce({alias}.result_quality, to_jsonb({alias}.quality))"
        return Value(sql, Type.JSON)
    column = f"{alias}.{COLUMNS[property_.name]}"
    return Value(column, _TYPES[property_.kind], nullable=property_.name in _NULLABLE)


_PERIODS = {
    "Datastream/phenomenonTime": (
        "{a}_st.first_time",
        "coalesce({a}_st.last_time_end, {a}_st.last_time)",
    ),
    "Datastream/resultTime": ("{a}_st.first_result_time", "{a}_st.last_result_time"),
    "Observation/phenomenonTime": ("{a}.time", "coalesce({a}.time_end, {a}.time)"),
    "Observation/validTime": ("lower({a}.valid_time)", "upper({a}.valid_time)"),
}
_SHAPES = {
    "Location/location": ("location", "{a}.location"),
    "FeatureOfInterest/feature": ("feature_of_interest", "{a}.feature"),
    "Datastream/observedArea": ("series", AREA),
}


def member_value(value: Value, members: tuple[str, ...], path: str) -> Value:
    """A member inside a JSON value; ``path`` is the placeholder of its names as text[]."""
    assert members
    return Value(f"({value.sql} #> {path})", Type.JSON)
