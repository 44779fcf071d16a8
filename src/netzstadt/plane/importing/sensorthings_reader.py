"""Reads SensorThings JSON documents: entities first, then observations in batches."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from netzstadt.lib.json_text import json_text
from netzstadt.plane.importing.chunks import Entities, Reject, Rows
from netzstadt.plane.importing.errors import ImportRefused
from netzstadt.plane.importing.sources import MIB, Limits, Member

BATCH = 10_000
_LARGEST_EXACT = 2**53


class _Fault(Exception):
    """Why one observation cannot be taken over."""


def read_document(member: Member, limits: Limits) -> tuple[dict[str, Any], int]:
    """The document, an object with entity sets as members, and its size in bytes.

    Raises ImportRefused if it is too large, no JSON, or no object.
    """
    text = member.file.read(limits.document + 1)
    if len(text) > limits.document:
        raise ImportRefused(
            f"{member.name} is larger than {limits.document // MIB} MiB, more than a JSON document "
            "may have. Split it into several files."
        )
    try:
        document = msgspec.json.decode(text.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ImportRefused(f"{member.name} is no valid JSON: {error}.") from error
    if not isinstance(document, dict):
        raise ImportRefused(f"{member.name} is no JSON object with Things and Observations.")
    return document, len(text)


def read_entities(document: dict[str, Any], name: str) -> Entities:
    """Things, Locations and Datastreams, those inside of others as well."""
    found = Entities()
    for place, thing in _listed(document, "Things", name):
        found.things.append(thing)
        for _, location in _listed(thing, "Locations", f"{name}, {place}"):
            found.locations.append({**location, "Thing": _reference(thing)})
        for _, datastream in _listed(thing, "Datastreams", f"{name}, {place}"):
            found.datastreams.append({**datastream, "Thing": _reference(thing)})
    found.locations.extend(entry for _, entry in _listed(document, "Locations", name))
    found.datastreams.extend(
        {**entry, "Observations": None} for _, entry in _listed(document, "Datastreams", name)
    )
    return found


def read_observations(document: dict[str, Any], name: str, size: int) -> Iterator[Rows]:
    """Observations in batches; each entry is read, and taken over or rejected."""
    rows = _empty(name)
    for place, entry, datastream in _observations(document, name):
        rows.read += 1
        try:
            _append(rows, entry, datastream, place)
        except _Fault as fault:
            value = entry.get("result") if isinstance(entry, dict) else entry
            shown = json_text(value)[:200]
            rows.rejects.append(Reject(name, 0, place, shown, str(fault)))
        if rows.read >= BATCH:
            yield rows
            rows = _empty(name)
    rows.size = size
    yield rows


def _empty(file: str) -> Rows:
    return Rows(file, [], [], [], {name: [] for name in _RARE}, [], 0)


def _observations(document: dict[str, Any], name: str) -> Iterator[tuple[str, Any, object]]:
    """Place, entry and Datastream reference of every observation."""
    for number, entry in enumerate(_array(document, "Observations", name)):
        reference = entry.get("Datastream") if isinstance(entry, dict) else None
        yield f"$.Observations[{number}]", entry, reference
    datastreams = _listed(document, "Datastreams", name)
    for thing_place, thing in _listed(document, "Things", name):
        inner = _listed(thing, "Datastreams", f"{name}, {thing_place}")
        datastreams.extend((f"{thing_place}{place[1:]}", each) for place, each in inner)
    for place, datastream in datastreams:
        for number, entry in enumerate(_array(datastream, "Observations", f"{name}, {place}")):
            yield f"{place}.Observations[{number}]", entry, datastream


def _append(rows: Rows, entry: object, datastream: object, place: str) -> None:
    if not isinstance(entry, dict):
        raise _Fault("this is no object")
    start, end = _interval(entry.get("phenomenonTime"), "phenomenonTime")
    result = entry.get("result")
    reference = _iot_id(datastream)
    number = _number(result)
    if number is None and ("result" not in entry or _is_number(result)):
        raise _Fault("the result is missing or no number that can be kept exactly")
    result_time = entry.get("resultTime")
    valid = entry.get("validTime")
    parameters = entry.get("parameters")
    if parameters is not None and not isinstance(parameters, dict):
        raise _Fault("parameters is no object")
    rare: dict[str, Any] = {
        "result": None if number is not None else _json_value(result),
        "time_end": end,
        "result_time": None if result_time is None else _moment(result_time, "resultTime"),
        "result_quality": entry.get("resultQuality"),
        "parameters": parameters,
        "valid_time": None if valid is None else _validity(valid),
    }
    rows.datastreams.append(reference)
    rows.times.append(start)
    rows.numbers.append(number)
    rows.places.append(place)
    for name, value in rare.items():
        rows.sparse[name].append(value)


_RARE = ("result", "time_end", "result_time", "result_quality", "parameters", "valid_time")


def _json_value(result: object) -> object:
    return msgspec.Raw(b"null") if result is None else result


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and abs(value) > _LARGEST_EXACT:
        return None
    return float(value) if math.isfinite(value) else None


def _moment(text: object, name: str) -> datetime:
    try:
        if not isinstance(text, str):
            raise ValueError
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise _Fault(f"{name} has no offset from UTC")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _Fault(f"{name} is no time of ISO 8601") from error


def _interval(text: object, name: str) -> tuple[datetime, datetime | None]:
    if isinstance(text, str) and "/" in text:
        start, _, end = text.partition("/")
        return _moment(start, name), _moment(end, name)
    return _moment(text, name), None


def _validity(text: object) -> tuple[datetime, datetime]:
    start, end = _interval(text, "validTime")
    if end is None:
        raise _Fault("validTime is no interval")
    return start, end


def _iot_id(entity: object) -> str:
    """The @iot.id as JSON."""
    value = entity.get("@iot.id") if isinstance(entity, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _Fault("there is no Datastream with an @iot.id")
    return json_text(value)


def _reference(entity: dict[str, Any]) -> dict[str, Any]:
    return {"@iot.id": entity.get("@iot.id")}


def _array(holder: dict[str, Any], member: str, name: str) -> list[Any]:
    entries = holder.get(member)
    if entries is None:
        return []
    if not isinstance(entries, list):
        raise ImportRefused(f"{name}: {member} is no array.")
    return entries


def _listed(holder: dict[str, Any], member: str, name: str) -> list[tuple[str, dict[str, Any]]]:
    entries = _array(holder, member, name)
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise ImportRefused(f"{name}: {member}[{number}] is no object.")
    return [(f"$.{member}[{number}]", entry) for number, entry in enumerate(entries)]
