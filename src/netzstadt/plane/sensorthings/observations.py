"""Bodies of Observations as rows of the store, and rows added inside a caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from netzstadt.plane.batches import (
    ADD,
    REFUSALS,
    Columns,
    Rules,
    accept,
    learn_rules,
    prepare,
)
from netzstadt.plane.errors import Problem
from netzstadt.plane.ingest import KeyRefused
from netzstadt.plane.keys import Key
from netzstadt.plane.rollups import Days
from netzstadt.plane.sensorthings.observation_ids import is_derived
from netzstadt.standards.sensorthings.entities import NewEntity
from netzstadt.standards.sensorthings.times import Interval
from netzstadt.standards.strict_json import JsonError

_NUMBER = (int, float)
NULL = msgspec.Raw(b"null")  # a result that is given, and null
# The result that each observation type of O&M asks for (8.2.4, table 12); null is "no value".
_RESULTS: dict[str, tuple[tuple[type, ...], str]] = {
    "OM_Measurement": (_NUMBER, "a number"),
    "OM_CountObservation": ((int,), "a whole number"),
    "OM_TruthObservation": ((bool,), "true or false"),
    "OM_CategoryObservation": ((str,), "a text"),
}
# The refusals of the store that are no fault of the body.
NO_DATASTREAM = REFUSALS["unknown_series"]
_STATUS = {NO_DATASTREAM: 404, REFUSALS["taken_id"]: 409, REFUSALS["retired_series"]: 409}


@dataclass(slots=True)
class Row:
    """One observation on its way to the store; ``rare`` has the columns that it needs beside."""

    time: datetime
    number: float | None
    rare: dict[str, Any]
    place: str = "$"


def row_of(entity: NewEntity, observation_type: str, *, at: datetime) -> Row:
    """The row for the body of an Observation; ``at`` is its time where it gives none (8.2.7).

    Raises JsonError where the result does not fit the Datastream's observationType, or the id has
    the form of those that the service makes.
    """
    values = entity.values
    if entity.id is not None and is_derived(entity.id):
        raise JsonError("An @iot.id of this form is made by the service.", entity.place)
    result = values["result"]
    check_result(result, observation_type, f"{entity.place}.result")
    time: Interval = values.get("phenomenonTime") or Interval(at)
    number, rare = split_result(result)
    rare |= {
        "time_end": time.end,
        "result_time": values.get("resultTime"),
        "result_quality": values.get("resultQuality"),
        "parameters": values.get("parameters"),
        "iot_id": entity.id,
    }
    if valid := values.get("validTime"):
        rare["valid_time"] = (valid.start, valid.end)
    kept = {name: value for name, value in rare.items() if value is not None}
    return Row(time.start, number, kept, entity.place)


def split_result(result: Any) -> tuple[float | None, dict[str, Any]]:
    """The result as a number, or as JSON in the rare columns."""
    if type(result) in _NUMBER:
        return result, {}
    return None, {"result": NULL if result is None else result}


def check_result(result: Any, observation_type: str, place: str) -> None:
    """Raises JsonError where a result is not of the kind that the observationType says."""
    rule = _RESULTS.get(observation_type.rpartition("/")[2])
    if rule is None or result is None:
        return
    kinds, name = rule
    is_whole = int in kinds and type(result) is float and result.is_integer()
    if type(result) not in kinds and not is_whole:
        raise JsonError(f"The Datastream's observationType asks for {name}.", place)


def columns_of(rows: list[Row], series: list[int]) -> Columns:
    """Rows as columns."""
    names = {name for row in rows for name in row.rare}
    return Columns(
        series,
        [row.time for row in rows],
        [row.number for row in rows],
        {name: [row.rare.get(name) for row in rows] for name in names},
    )


def refusal(reason: str, place: str = "$") -> Problem:
    """The problem for a row that the store refused."""
    return Problem(_STATUS.get(reason, 400), reason, place=place)


async def add_within(
    connection: asyncpg.Connection, rows: list[Row], series: list[int], *, key: Key, days: Days
) -> list[int]:
    """Add observations in the caller's transaction, all or none. Returns their sequences.

    Raises Problem where the store refuses one, KeyRefused where it refuses the key.
    """
    accepted, _, errors = accept(columns_of(rows, series))
    for position, reason in errors.items():
        raise refusal(reason, rows[position].place)
    pairs = [] if key.id is None else [(key.id, each) for each in dict.fromkeys(series)]
    rules: Rules = {}
    while True:
        prepared = prepare(accepted, pairs, rules, days)
        answer = await connection.fetchrow(ADD, *prepared.arguments)
        match answer["problem"]:
            case None:
                return prepared.sequences(answer["sequences"])
            case "rules":
                learn_rules(rules, answer)
            case "invalid_key" | "refused_key" as problem:
                raise KeyRefused(is_invalid=problem == "invalid_key")
            case "unknown_series" | "retired_series" as problem:
                raise refusal(REFUSALS[problem])
            case problem:
                place = rows[prepared.place(answer["places"][0])].place
                raise refusal(REFUSALS[problem], place)
