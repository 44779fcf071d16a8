"""What the value of each member may be (OGC 18-088, the property tables of 8.2)."""

from collections.abc import Callable
from typing import Any

from netzstadt.standards.geojson import read_geometry
from netzstadt.standards.sensorthings import times
from netzstadt.standards.sensorthings.model import EntityType, Kind, Property
from netzstadt.standards.strict_json import JsonError, member_place

MAXIMUM_NAME = 500
MAXIMUM_TEXT = 20_000
_UNIT_MEMBERS = ("name", "symbol", "definition")


def read(type_: EntityType, property_: Property, value: Any, place: str) -> Any:
    """Read the value of one member: texts and JSON as they are, times as Interval or datetime.

    None is the value of an optional member that is empty. Raises JsonError.
    """
    if value is None and not property_.required:
        return None
    if type_.name == "Observation" and property_.name == "resultTime" and value is None:
        return None  # mandatory, but may be null where it is not known (8.2.7)
    rule = _RULES.get(property_.name)
    if rule is None:
        rule = _text if property_.kind is Kind.TEXT else _BY_KIND[property_.kind]
    return rule(value, place)


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise JsonError("A text is expected here.", place)
    if len(value) > MAXIMUM_TEXT:
        raise JsonError(f"A text has at most {MAXIMUM_TEXT} characters.", place)
    return value


def _named(value: Any, place: str) -> str:
    text = _text(value, place)
    if not text.strip() or len(text) > MAXIMUM_NAME:
        raise JsonError(f"1 to {MAXIMUM_NAME} characters are expected here.", place)
    return text


def _json_object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise JsonError("An object is expected here.", place)
    return value


def _not_null(value: Any, place: str) -> Any:
    if value is None:
        raise JsonError("A value is expected here, not null.", place)
    return value


def _unit(value: Any, place: str) -> dict[str, Any]:
    unit = _json_object(value, place)
    for name in unit:
        if name not in _UNIT_MEMBERS:
            raise JsonError(
                "unitOfMeasurement has name, symbol and definition.", member_place(place, name)
            )
    for name in _UNIT_MEMBERS:
        if name not in unit:
            raise JsonError(
                f"unitOfMeasurement needs {name}; it is null where there is no unit.",
                f"{place}.{name}",
            )
        if unit[name] is not None:
            _text(unit[name], f"{place}.{name}")
    return unit


def _area(value: Any, place: str) -> dict[str, Any]:
    read_geometry(value, place)
    return _json_object(value, place)


def _timed(rule: Callable[[object], Any]) -> Callable[[Any, str], Any]:
    def read_time(value: Any, place: str) -> Any:
        try:
            return rule(value)
        except times.TimeError as error:
            raise JsonError(str(error), place) from error

    return read_time


_RULES: dict[str, Callable[[Any, str], Any]] = {
    "name": _named,
    "encodingType": _named,
    "observationType": _named,
    "definition": _named,
    "properties": _json_object,
    "parameters": _json_object,
    "unitOfMeasurement": _unit,
    "observedArea": _area,
    "metadata": _not_null,
    "resultQuality": _not_null,
    "validTime": _timed(times.whole_interval),
    "phenomenonTime": _timed(times.interval),
}
_BY_KIND: dict[Kind, Callable[[Any, str], Any]] = {
    Kind.JSON: _not_null,
    Kind.GEOMETRY: _not_null,
    Kind.ANY: lambda value, _place: value,
    Kind.TIME: _timed(times.instant),
    Kind.PERIOD: _timed(times.interval),
}
