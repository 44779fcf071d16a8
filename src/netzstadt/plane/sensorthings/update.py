"""PATCH and PUT of entities (OGC 18-088, 10.3): merge, JSON Patch, replacement, links."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from netzstadt.lib import clock
from netzstadt.plane.errors import Problem
from netzstadt.plane.http import Response
from netzstadt.plane.keys import key_of, require_writer
from netzstadt.plane.sensorthings import places, rows
from netzstadt.plane.sensorthings.bodies import PATCH_TYPES, json_of, media_type
from netzstadt.plane.sensorthings.change_observation import change_observation
from netzstadt.plane.sensorthings.context import Context
from netzstadt.plane.sensorthings.create import Creation
from netzstadt.plane.sensorthings.found import Found, require_reach, resolve
from netzstadt.plane.sensorthings.represent import properties_of, represent
from netzstadt.plane.sensorthings.tables import TABLES
from netzstadt.standards import json_patch
from netzstadt.standards.sensorthings.entities import (
    GEOJSON_ENCODINGS,
    Change,
    geometry_of,
    read_change,
    read_replacement,
)
from netzstadt.standards.sensorthings.model import (
    BY_NAME,
    DATASTREAM,
    HISTORICAL_LOCATION,
    OBSERVATION,
    EntityType,
)
from netzstadt.standards.sensorthings.path import ResourcePath

_SHAPES = {"Location": "location", "FeatureOfInterest": "feature"}
Reading = Callable[[Found, dict[str, Any]], Change]


async def patch(context: Context, path: ResourcePath) -> Response:
    """Answer a PATCH of one entity: 200 and what it is now, or 204 to a key that may not read.

    A JSON body is merged into the members; ``application/json-patch+json`` is a list of operations
    (RFC 6902). Raises Problem, JsonError; then nothing is changed.
    """
    key = require_writer(await key_of(context.request, context.plane.reads))
    kind = media_type(context.request, PATCH_TYPES)
    document = await json_of(context.request, PATCH_TYPES)
    if kind == b"application/json-patch+json":
        if not key.may_read:  # an operation can ask what a member is
            raise Problem(403, "A JSON Patch needs an API key that may also read.")
        operations = json_patch.read_operations(document)
        return await _update(context, path, lambda found, now: _patched(operations, found, now))
    change = read_change(document, path.type)
    return await _update(context, path, lambda _found, _now: change)


async def put(context: Context, path: ResourcePath) -> Response:
    """Answer a PUT of one entity: what the body leaves out returns to its default.

    Relations that are left out stay. Raises Problem, JsonError; then nothing is changed.
    """
    require_writer(await key_of(context.request, context.plane.reads))
    document = await json_of(context.request)

    def replace(found: Found, _now: dict[str, Any]) -> Change:
        return read_replacement(document, found.type, found.iot_id)

    return await _update(context, path, replace)


def _patched(operations: list[json_patch.Operation], found: Found, now: dict[str, Any]) -> Change:
    """The change that operations on the entity's own document amount to."""
    after = json_patch.apply(operations, now)
    if "@iot.id" in after and after["@iot.id"] != found.iot_id:
        raise Problem(400, "The @iot.id of an entity cannot be changed.", place="$")
    return read_replacement(after, found.type, found.iot_id)


async def _update(context: Context, path: ResourcePath, read: Reading) -> Response:
    days = await context.plane.ingest.days()
    async with context.plane.writes.acquire() as connection, connection.transaction():
        key = require_writer(await key_of(context.request, connection))
        found = await resolve(connection, path.steps)
        await require_reach(connection, key, found)
        creation = Creation(connection, key, days, at=clock.now())
        try:
            found = await change(creation, found, read)
        except (asyncpg.UniqueViolationError, asyncpg.ForeignKeyViolationError) as error:
            raise Problem(409, "Somebody else changed this at the same time; try again.") from error
        body = await represent(connection, context, found) if key.may_read else b""
    context.plane.hints.clear()
    return Response(200, body) if key.may_read else Response(204)


async def change(creation: Creation, found: Found, read: Reading) -> Found:
    """Change an entity in the transaction of ``creation`` as ``read`` says, told what it is now.

    Raises Problem, JsonError.
    """
    update = _Update(creation.connection, creation, found)
    await update.hold(read)
    now = await update.members()
    return await update.run(read(found, now), now)


class _Update:
    """One change inside the caller's transaction."""

    def __init__(self, connection: asyncpg.Connection, creation: Creation, found: Found) -> None:
        self.connection = connection
        self.creation = creation  # links are judged and Things moved as in a deep insert
        self.trail = creation.trail
        self.found = found
        self._held: set[int] = set()  # series whose states are locked

    async def members(self) -> dict[str, Any]:
        """What the entity is now."""
        members = await properties_of(self.connection, self.found)
        return {name: msgspec.json.decode(value) for name, value in members.items()}

    async def hold(self, read: Reading) -> None:
        """Keep other changes of the entity waiting until the commit: what is read of it from here
        on stays true, so that a JSON Patch undoes nothing of another one.

        An Observation waits with its series and with the one that it is to go to, both taken in
        one call: in ascending order, as everybody takes them.
        """
        found = self.found
        if found.type is not OBSERVATION:
            table = TABLES[found.type.name]
            await self.connection.execute(
                f"select from {table} where id = $1 for no key update", found.key
            )
            return
        self._held = {found.key.series_id}
        for link in read(found, await self.members()).links.get("Datastream", ()):
            self._held.add((await self.creation.linked(link, DATASTREAM)).key)
        await self.connection.execute("select series_lock($1::bigint[])", list(self._held))

    async def run(self, change: Change, now: dict[str, Any]) -> Found:
        """Apply the change; ``now`` are the members before it."""
        found = self.found
        linked = {
            name: [await self.creation.linked(one, _target(found.type, name)) for one in links]
            for name, links in change.links.items()
        }
        if found.type is OBSERVATION:
            singles = {name: targets[0] for name, targets in linked.items()}
            if "Datastream" in singles and singles["Datastream"].key not in self._held:
                raise Problem(409, "Somebody else changed this at the same time; try again.")
            found = await change_observation(
                self.connection,
                found,
                change,
                singles,
                key=self.creation.key,
                days=self.creation.days,
                trail=self.trail,
            )
        else:
            await self._entity(change, now, linked)
        await self.trail.write(self.connection)
        return found

    async def _entity(
        self, change: Change, now: dict[str, Any], linked: dict[str, list[Found]]
    ) -> None:
        found, values = self.found, change.values
        if values.get("visibility", "") is None:
            del values["visibility"]
        shape = _SHAPES.get(found.type.name)
        is_shaped = shape is not None and bool({shape, "encodingType"} & values.keys())
        after = {name: values.get(name, now.get(name)) for name in ("encodingType", shape) if name}
        geometry = geometry_of(found.type, after) if is_shaped else None
        assert geometry is None or after["encodingType"] in GEOJSON_ENCODINGS
        await rows.change(self.connection, found, values, geometry, is_shaped=is_shaped)
        if found.type.name == "Location" and is_shaped:
            await places.detach_feature(self.connection, found.key, self.trail)
        for name, targets in linked.items():
            await self._link(name, targets)
        if found.type is HISTORICAL_LOCATION:
            await places.obey_history(self.connection, found.key, self.trail)
        data = values | {name: [one.iot_id for one in t] for name, t in linked.items()}
        self.trail.add(found.type.name, "changed", found.uuid, {"@iot.id": found.iot_id} | data)

    async def _link(self, name: str, targets: list[Found]) -> None:
        """Set the one entity of a relation, or add to the many; a Thing's Locations are replaced,
        for a Thing is at one place."""
        navigation = self.found.type.navigation(name)
        assert navigation is not None, "read_change knows the relations"
        if name == "Observations":
            if targets:
                detail = "Change the link at the Observation itself."
                raise Problem(400, detail, place="$.Observations")
        elif not navigation.many:
            await rows.point(self.connection, self.found, name, targets[0])
        elif name in {"Locations", "Things"} or self.found.type.name == "Location":
            await self._place(name, [one.key for one in targets])
        else:
            for other in targets:
                await rows.point(self.connection, other, navigation.inverse, self.found)
                data = {navigation.inverse: self.found.iot_id}
                self.trail.add(other.type.name, "changed", other.uuid, data)

    async def _place(self, name: str, keys: list[UUID]) -> None:
        """Links between Things, their Locations and HistoricalLocations."""
        own: UUID = self.found.key
        if self.found.type.name == "Thing":
            await self.creation.place_thing(own, keys)
        elif name == "Things":
            for thing in keys:
                await self.creation.place_thing(thing, [own])
        elif name == "HistoricalLocations":
            for history in keys:
                await places.link_historical(self.connection, history, [own])
                await places.obey_history(self.connection, history, self.trail)
        else:
            if not keys:
                raise Problem(400, "A HistoricalLocation has a Location.", place="$.Locations")
            await self.connection.execute(
                "delete from historical_location_location where historical_location_id = $1", own
            )
            await places.link_historical(self.connection, own, keys)


def _target(type_: EntityType, name: str) -> EntityType:
    navigation = type_.navigation(name)
    assert navigation is not None, "read_change knows the relations"
    return BY_NAME[navigation.target]
