"""Observations corrected and deleted, one by one (OGC 18-088, 10.3 and 10.4).

An Observation whose time or Datastream changes gets another key; its @iot.id stays what it was.
"""

from dataclasses import replace
from typing import Any

import asyncpg
import msgspec

from netzstadt.lib.json_text import json_text
from netzstadt.plane.audit import Trail
from netzstadt.plane.batches import Columns, accept
from netzstadt.plane.errors import not_found
from netzstadt.plane.keys import Key
from netzstadt.plane.rollups import Days
from netzstadt.plane.sensorthings.found import Found
from netzstadt.plane.sensorthings.observation_ids import Place, is_derived
from netzstadt.plane.sensorthings.observations import (
    Row,
    add_within,
    check_result,
    refusal,
    split_result,
)
from netzstadt.standards.sensorthings.entities import Change

_SELECT = """
select o.*, coalesce(o.feature_id, s.default_feature_id) as own_feature, s.observation_type
from observation o join series s on s.id = o.series_id
where o.series_id = $1 and o.time = $2 and o.sequence = $3
"""
_REPLACE = """
select now_at, now_sequence from observation_replace(
    $1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11::jsonb, $12::jsonb, $13)
"""
_DELETE = "select observations_delete($1, $2, null, $3)"
_LEAVE = """
insert into observation_moved (series_id, time, sequence) values ($1, $2, $3) on conflict do nothing
"""


async def change_observation(
    connection: asyncpg.Connection,
    found: Found,
    change: Change,
    links: dict[str, Found],
    *,
    key: Key,
    days: Days,
    trail: Trail,
    flags: list[str] | None = None,
) -> Found:
    """Change an Observation and return where it is now. The caller holds the states of its series
    and of the one that it goes to. ``flags`` take the place of its flags of quality.

    Raises Problem 404 where it has gone meanwhile, 400 where the store cannot keep it; JsonError.
    """
    place: Place = found.key
    old = await connection.fetchrow(_SELECT, *place)
    if old is None:
        raise not_found()
    row = _changed(old, change, links)
    if flags is not None:
        row.rare["quality"] = flags
    if "result" in change.values:
        check_result(change.values["result"], old["observation_type"], "$.result")
    _judge(place.series_id, row)
    target = links.get("Datastream")
    if target is not None and target.key != place.series_id:
        found = await _hand_over(connection, found, target, row, key=key, days=days)
    else:
        found = replace(found, key=await _replace(connection, place, row))
    data = change.values | {name: one.iot_id for name, one in links.items()}
    trail.add("Observation", "changed", found.uuid, {"@iot.id": found.iot_id} | data)
    return found


async def delete_observation(connection: asyncpg.Connection, found: Found, trail: Trail) -> None:
    """Delete an Observation. Raises Problem 404 where it has gone meanwhile."""
    place: Place = found.key
    if not await connection.fetchval(_DELETE, place.series_id, place.time, place.sequence):
        raise not_found()
    trail.add("Observation", "deleted", found.uuid, {"@iot.id": found.iot_id})


def _changed(old: asyncpg.Record, change: Change, links: dict[str, Found]) -> Row:
    """The observation as it was, with the changes applied."""
    valid = old["valid_time"]
    rare: dict[str, Any] = {
        "result": _raw(old["result"]),
        "time_end": old["time_end"],
        "result_time": old["result_time"],
        "feature_id": links["FeatureOfInterest"].key
        if "FeatureOfInterest" in links
        else old["own_feature"],
        "quality": old["quality"],
        "result_quality": _raw(old["result_quality"]),
        "parameters": _raw(old["parameters"]),
        "valid_time": (valid.lower, valid.upper) if valid else None,
    }
    row = Row(old["time"], old["number"], rare)
    values = change.values
    if values.get("phenomenonTime"):  # a PUT without it keeps the time
        row.time, rare["time_end"] = values["phenomenonTime"].start, values["phenomenonTime"].end
    if "result" in values:
        row.number, result = split_result(values["result"])
        rare["result"] = result.get("result")
    if "validTime" in values:
        given = values["validTime"]
        rare["valid_time"] = (given.start, given.end) if given else None
    names = {"resultTime": "result_time", "resultQuality": "result_quality"}
    for name in ("resultTime", "resultQuality", "parameters"):
        if name in values:
            rare[names.get(name, name)] = values[name]
    row.rare = {name: value for name, value in rare.items() if value is not None}
    return row


def _judge(series_id: int, row: Row) -> None:
    """Raises Problem 400 where the store would not take the observation."""
    rare = {name: [value] for name, value in row.rare.items()}
    _, _, errors = accept(Columns([series_id], [row.time], [row.number], rare))
    if errors:
        raise refusal(errors[0])


async def _replace(connection: asyncpg.Connection, place: Place, row: Row) -> Place:
    rare = row.rare
    valid = rare.get("valid_time")
    now = await connection.fetchrow(
        _REPLACE,
        *(*place, row.time, row.number, _json(rare.get("result"))),
        *(rare.get("time_end"), rare.get("result_time"), rare.get("feature_id")),
        *(rare.get("quality"), _json(rare.get("result_quality")), _json(rare.get("parameters"))),
        asyncpg.Range(*valid, upper_inc=True) if valid else None,
    )
    if now["now_at"] is None:
        raise not_found()
    return Place(place.series_id, now["now_at"], now["now_sequence"])


async def _hand_over(
    connection: asyncpg.Connection, found: Found, target: Found, row: Row, *, key: Key, days: Days
) -> Found:
    """Let an Observation change its Datastream; the place that it leaves stays empty, because its
    derived id goes with it."""
    place: Place = found.key
    await connection.execute(_DELETE, place.series_id, place.time, place.sequence)
    if is_derived(found.iot_id):
        await connection.execute(_LEAVE, *place)
    row.rare["iot_id"] = found.iot_id
    row.rare.pop("quality", None)
    sequences = await add_within(connection, [row], [target.key], key=key, days=days)
    return replace(found, key=Place(target.key, row.time, sequences[0]), uuid=target.uuid)


def _raw(text: str | None) -> msgspec.Raw | None:
    return None if text is None else msgspec.Raw(text.encode())


def _json(value: Any) -> str | None:
    return None if value is None else json_text(value)
