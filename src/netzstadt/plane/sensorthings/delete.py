"""DELETE of entities (OGC 18-088, 10.4), with what cannot be without them.

Thing: its Datastreams and HistoricalLocations. Location: its HistoricalLocations. Datastream: its
Observations. Sensor, ObservedProperty: their Datastreams. FeatureOfInterest: its Observations.

What is left without a relation stays, and only those who keep the data see it. There are two
exceptions, so that a hidden Thing leaves no trace of where it was: a Location that belonged to
Things that were not public goes with the last of them, and a feature that belonged only to
Datastreams that were not public, too.
"""

from typing import Any
from uuid import UUID

import asyncpg

from netzstadt.plane.audit import Trail
from netzstadt.plane.errors import Problem
from netzstadt.plane.http import Response
from netzstadt.plane.keys import key_of, require_writer
from netzstadt.plane.sensorthings.change_observation import delete_observation
from netzstadt.plane.sensorthings.context import Context
from netzstadt.plane.sensorthings.found import Found, require_reach, resolve
from netzstadt.plane.sensorthings.tables import TABLES
from netzstadt.standards.sensorthings.model import OBSERVATION
from netzstadt.standards.sensorthings.path import ResourcePath

# The Datastreams that go with an entity; $1 is its key.
_DATASTREAMS = {
    "Thing": "thing_id = $1",
    "Datastream": "id = $1",
    "Sensor": "sensor_id = $1",
    "ObservedProperty": "observed_property_id = $1",
}
_HISTORY = {
    "Thing": "thing_id = $1",
    "Location": "id in (select historical_location_id from historical_location_location "
    "where location_id = $1)",
}
# The Datastreams that have to do with a feature.
_OBSERVING = """
select s.id, s.uuid from series s where s.default_feature_id = $1 or s.current_feature_id = $1
   or s.id in (select series_id from series_feature where feature_id = $1)
order by s.id
"""
# Locations of a hidden Thing that no other Thing has or had.
_HIDDEN_LOCATIONS = """
select l.id from location l join thing t on t.id = $1 and t.visibility <> 'PUBLIC'
where l.id in (
    select location_id from thing_location where thing_id = $1
    union select x.location_id from historical_location_location x
    join historical_location h on h.id = x.historical_location_id where h.thing_id = $1)
  and not exists (select from thing_location x where x.location_id = l.id and x.thing_id <> $1)
  and not exists (select from historical_location_location x
                  join historical_location h on h.id = x.historical_location_id
                  where x.location_id = l.id and h.thing_id <> $1)
"""
# Features that only these Datastreams observed, none of which everybody could see.
_HIDDEN_FEATURES = """
with used as (
    select series_id, feature_id from series_feature
    union select id, default_feature_id from series union select id, current_feature_id from series)
select u.feature_id from used u
join series s on s.id = u.series_id join thing t on t.id = s.thing_id
where u.feature_id in (select feature_id from used where series_id = any ($1::bigint[]))
group by u.feature_id
having bool_and(u.series_id = any ($1::bigint[]))
   and not bool_or(s.visibility = 'PUBLIC' and t.visibility = 'PUBLIC')
"""


async def delete(context: Context, path: ResourcePath) -> Response:
    """Answer a DELETE of one entity: 204.

    Raises Problem 401, 403, 404.
    """
    if path.value:
        raise Problem(400, "Delete the entity itself, without $value.", place="path")
    async with context.plane.writes.acquire() as connection, connection.transaction():
        key = require_writer(await key_of(context.request, connection))
        found = await resolve(connection, path.steps)
        await require_reach(connection, key, found)
        trail = Trail(key)
        if found.type is OBSERVATION:
            await delete_observation(connection, found, trail)
        else:
            await delete_entity(connection, found, trail)
        await trail.write(connection)
    context.plane.hints.clear()
    return Response(204)


async def delete_entity(connection: asyncpg.Connection, found: Found, trail: Trail) -> None:
    """Delete an entity, not an Observation, with all that cannot be without it."""
    name = found.type.name
    table = TABLES[name]
    observing: list[asyncpg.Record] = []
    if name == "FeatureOfInterest":
        observing = await _hold_feature(connection, found.key)
    else:
        if name == "Datastream":  # before its row: a batch holds the state when it asks for the row
            await connection.execute("select series_lock($1::bigint[])", [found.key])
        # Everything that points here waits; whoever deleted it first has done so.
        await connection.execute(f"select from {table} where id = $1 for update", found.key)
    hidden: list[Any] = []
    if name == "Thing":
        hidden = [row["id"] for row in await connection.fetch(_HIDDEN_LOCATIONS, found.key)]
    if name in _DATASTREAMS:
        condition = _DATASTREAMS[name]
        rows = await connection.fetch(
            f"select id, uuid from series where {condition} order by id",  # noqa: S608
            found.key,
        )
        await _delete_series(connection, rows, trail)
    if name in _HISTORY:
        condition = _HISTORY[name]
        for row in await connection.fetch(
            f"delete from historical_location where {condition} returning id",  # noqa: S608
            found.key,
        ):
            trail.add("HistoricalLocation", "deleted", row["id"], {})
    if name == "FeatureOfInterest":
        await _delete_observations_of(connection, found.key, observing, trail)
    await connection.execute(f"delete from {table} where id = $1", found.key)  # noqa: S608
    if name != "Datastream":
        trail.add(name, "deleted", found.uuid, {"@iot.id": found.iot_id})
    for location in hidden:
        await connection.execute("delete from location where id = $1", location)
        trail.add("Location", "deleted", location, {})


async def _delete_series(
    connection: asyncpg.Connection, rows: list[asyncpg.Record], trail: Trail
) -> None:
    """Delete Datastreams with their observations and all that is kept about them."""
    ids = [row["id"] for row in rows]
    if not ids:
        return
    await connection.execute("select series_lock($1::bigint[])", ids)
    features: list[UUID] = [
        row["feature_id"] for row in await connection.fetch(_HIDDEN_FEATURES, ids)
    ]
    counts = await connection.fetch(
        "select series_id, count from series_state where series_id = any ($1::bigint[])", ids
    )
    observations = {row["series_id"]: row["count"] for row in counts}
    # Observations, roll-ups and the outbox: the trigger series_observations_delete.
    await connection.execute("delete from series where id = any ($1::bigint[])", ids)
    for row in rows:
        data = {"observations": observations.get(row["id"], 0)}
        trail.add("Datastream", "deleted", row["uuid"], data)
    for feature in features:
        await connection.execute("delete from feature_of_interest where id = $1", feature)
        trail.add("FeatureOfInterest", "deleted", feature, {})


async def _hold_feature(connection: asyncpg.Connection, feature: UUID) -> list[asyncpg.Record]:
    """Lock a feature, and before it the Datastreams that have to do with it, which are returned.

    A batch that holds its states asks for the feature, so the states come first. Another Datastream
    may begin to observe it meanwhile: then all is let go and taken in order again.
    """
    while True:
        attempt = connection.transaction()
        await attempt.start()
        rows: list[asyncpg.Record] = await connection.fetch(_OBSERVING, feature)
        ids = [row["id"] for row in rows]
        await connection.execute("select series_lock($1::bigint[])", ids)
        await connection.execute(
            "select from series where id = any ($1::bigint[]) order by id for no key update", ids
        )
        await connection.execute(
            "select from feature_of_interest where id = $1 for update", feature
        )
        if await connection.fetch(_OBSERVING, feature) == rows:
            await attempt.commit()
            return rows
        await attempt.rollback()


async def _delete_observations_of(
    connection: asyncpg.Connection, feature: UUID, rows: list[asyncpg.Record], trail: Trail
) -> None:
    """Delete the observations of a feature in these Datastreams, and let go of it."""
    for row in rows:
        gone = await connection.fetchval(
            "select observations_delete_of_feature($1, $2)", row["id"], feature
        )
        if gone:
            data = {"observations_deleted": gone, "FeatureOfInterest": feature}
            trail.add("Datastream", "changed", row["uuid"], data)
