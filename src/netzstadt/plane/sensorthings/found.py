"""Entities that a write names: found by path or link, judged whether the key reaches them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from netzstadt.lib.json_text import json_text
from netzstadt.plane.errors import Problem, not_found
from netzstadt.plane.keys import Key
from netzstadt.plane.sensorthings.bindings import Bindings, fill
from netzstadt.plane.sensorthings.context import Reader
from netzstadt.plane.sensorthings.observation_ids import Place, place_of
from netzstadt.plane.sensorthings.tables import TABLES, Sight, Visibility, link
from netzstadt.standards.sensorthings.model import (
    DATASTREAM,
    FEATURE_OF_INTEREST,
    OBSERVATION,
    OBSERVED_PROPERTY,
    SENSOR,
    EntityType,
)
from netzstadt.standards.sensorthings.path import Id, Step

# The Things that an entity belongs to; $1 is its key. The others belong to none.
_THINGS = {
    "Thing": "select $1::uuid",
    "Datastream": "select thing_id from series where id = $1",
    "HistoricalLocation": "select thing_id from historical_location where id = $1",
    "Location": "select thing_id from thing_location where location_id = $1 "
    "union select h.thing_id from historical_location h "
    "join historical_location_location x on x.historical_location_id = h.id "
    "where x.location_id = $1",
}
# What Datastreams of many Things may name. It is seen with any of them, so naming it shows it.
_SHARED = (FEATURE_OF_INTEREST, OBSERVED_PROPERTY, SENSOR)


@dataclass(frozen=True, slots=True)
class Found:
    """An entity in the database. ``key`` is its table's own: a uuid, for a Datastream the series
    id, for an Observation its place; ``uuid`` is what the audit trail calls it."""

    type: EntityType
    key: Any
    iot_id: Id
    uuid: UUID


async def find(connection: asyncpg.Connection, type_: EntityType, identifier: Id) -> Found | None:
    """The entity with this @iot.id, if it is there."""
    if type_ is OBSERVATION:
        place = await place_of(connection, identifier)
        return await _observation(connection, place) if place else None
    return await _first(connection, type_, "e.iot_id = $1::jsonb", json_text(identifier))


async def resolve(connection: asyncpg.Connection, steps: Iterable[Step]) -> Found:
    """Follow a path to the entity of its last step.

    Raises Problem 404 where a step leads nowhere.
    """
    found: Found | None = None
    for step in steps:
        if found is None or step.navigation is None:
            assert step.id is not None, "a path to an entity begins with one"
            found = await find(connection, step.type, step.id)
        else:
            found = await _follow(connection, found, step)
        if found is None:
            raise not_found()
    assert found is not None, "a path has steps"
    return found


async def _follow(connection: asyncpg.Connection, source: Found, step: Step) -> Found | None:
    assert step.navigation is not None
    if step.type is OBSERVATION:
        target = await find(connection, OBSERVATION, step.id) if step.id is not None else None
        if target is None:
            return None
        condition = link(source.type, step.navigation.name, "s", "t")
        belongs = await connection.fetchval(
            f"select exists (select from {TABLES[source.type.name]} s, observation t "  # noqa: S608
            f"where s.id = $1 and t.series_id = $2 and t.time = $3 and t.sequence = $4 "
            f"and {condition})",
            *(source.key, *target.key),
        )
        return target if belongs else None
    table = TABLES[source.type.name]
    condition = link(source.type, step.navigation.name, "s", "e")
    if source.type is OBSERVATION:
        own = "s.series_id = $1 and s.time = $2 and s.sequence = $3"
        arguments = list(source.key)
    else:
        own, arguments = "s.id = $1", [source.key]
    text = f"exists (select from {table} s where {own} and {condition})"
    if step.id is not None:
        text += f" and e.iot_id = ${len(arguments) + 1}::jsonb"
        arguments.append(json_text(step.id))
    return await _first(connection, step.type, text, *arguments)


async def _first(
    connection: asyncpg.Connection, type_: EntityType, condition: str, *arguments: Any
) -> Found | None:
    uuid = "uuid" if type_ is DATASTREAM else "id"
    row = await connection.fetchrow(
        f"select e.id, e.{uuid} as uuid, e.iot_id from {TABLES[type_.name]} e "  # noqa: S608
        f"where {condition}",
        *arguments,
    )
    if row is None:
        return None
    return Found(type_, row["id"], msgspec.json.decode(row["iot_id"]), row["uuid"])


async def _observation(connection: asyncpg.Connection, place: Place) -> Found | None:
    row = await connection.fetchrow(
        "select o.iot_id, s.uuid from observation o join series s on s.id = o.series_id "
        "where o.series_id = $1 and o.time = $2 and o.sequence = $3",
        *place,
    )
    if row is None:
        return None
    own = place.identifier if row["iot_id"] is None else msgspec.json.decode(row["iot_id"])
    return Found(OBSERVATION, place, own, row["uuid"])


async def require_reach(connection: asyncpg.Connection, key: Key, found: Found) -> None:
    """Let pass a key that may change the entity.

    Who may write sees everything (may_see), so only the scope of the key is left to judge. An
    entity of several Things needs them all in scope, one of no Thing an unscoped key.

    Raises Problem 404 where the key could not see the entity, as if it were not there, else 403.
    """
    if await _is_in_scope(connection, key, found):
        return
    if not await _is_seen(connection, key, found):
        raise not_found()
    raise _out_of_scope(found)


async def may_name(connection: asyncpg.Connection, key: Key, found: Found) -> bool:
    """Whether the key may let its own Datastreams and Observations point to the entity; where not,
    it is as if it were not there.

    Of what belongs to no single Thing, a key of single Things may name what it could see: the
    reader of its Datastream sees the entity, too, so a hidden one would be given away.

    Raises Problem 403 where the entity belongs to other Things and can be seen.
    """
    if await _is_in_scope(connection, key, found):
        return True
    is_seen = await _is_seen(connection, key, found)
    if is_seen and found.type not in _SHARED:
        raise _out_of_scope(found)
    return is_seen


def _out_of_scope(found: Found) -> Problem:
    if found.type in _SHARED:
        return Problem(403, "This API key is limited to single Things and may not write this.")
    return Problem(403, "This API key is limited to other Things.")


async def _is_in_scope(connection: asyncpg.Connection, key: Key, found: Found) -> bool:
    if key.thing_ids is None:
        return True
    if found.type in _SHARED:
        return False
    if found.type is OBSERVATION:
        text, own = _THINGS["Datastream"], found.key.series_id
    else:
        text, own = _THINGS[found.type.name], found.key
    things = await connection.fetch(f"select id from thing where id in ({text})", own)  # noqa: S608
    return bool(things) and all(key.reaches(row["id"]) for row in things)


async def _is_seen(connection: asyncpg.Connection, key: Key, found: Found) -> bool:
    """Whether the key's person could see the entity with it, if it may read."""
    type_, own = found.type, found.key
    if type_ is OBSERVATION:  # seen with its Datastream
        type_, own = DATASTREAM, own.series_id
    bindings = Bindings()
    place = bindings.bind(own, "bigint" if type_ is DATASTREAM else "uuid")
    seen = Visibility(Sight(person=True, scoped=True), bindings).of(type_, "e")
    reader = Reader(key.person_id, key.thing_ids)
    return bool(
        await connection.fetchval(
            f"select exists (select from {TABLES[type_.name]} e "  # noqa: S608
            f"where e.id = {place} and {seen})",
            *fill(bindings.arguments, base="", reader=reader, ids=[]),
        )
    )
