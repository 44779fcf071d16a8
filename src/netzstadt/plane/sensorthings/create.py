"""POST of entities: one, or a whole tree in one transaction (OGC 18-088, 10.2)."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from netzstadt.lib import clock
from netzstadt.plane.audit import Trail
from netzstadt.plane.errors import Problem, not_found
from netzstadt.plane.http import Response
from netzstadt.plane.keys import Key, key_of, require_unscoped, require_writer
from netzstadt.plane.rollups import Days
from netzstadt.plane.sensorthings import places, rows
from netzstadt.plane.sensorthings.bodies import json_of
from netzstadt.plane.sensorthings.context import Context
from netzstadt.plane.sensorthings.found import Found, find, may_name, resolve
from netzstadt.plane.sensorthings.observation_ids import Place
from netzstadt.plane.sensorthings.observations import Row, add_within, row_of
from netzstadt.plane.sensorthings.represent import represent
from netzstadt.standards.sensorthings.entities import Link, NewEntity, read_new
from netzstadt.standards.sensorthings.model import (
    BY_NAME,
    DATASTREAM,
    FEATURE_OF_INTEREST,
    HISTORICAL_LOCATION,
    LOCATION,
    OBSERVATION,
    THING,
    EntityType,
    Navigation,
)
from netzstadt.standards.sensorthings.path import ResourcePath
from netzstadt.standards.strict_json import JsonError

# What may give a Datastream another Thing, or its Thing a place to make a feature from.
_MOVING = (THING, LOCATION, HISTORICAL_LOCATION)


async def create(context: Context, path: ResourcePath) -> Response:
    """Answer a POST to an entity set or through a navigation: 201, Location, the entity.

    Raises Problem (401, 403, 404, 409, 413, 415) and JsonError; then nothing is stored.
    """
    # Before the body is read, so that nobody unknown makes us read it; judged again below.
    require_writer(await key_of(context.request, context.plane.reads))
    return await create_document(context, path, await json_of(context.request))


async def create_document(context: Context, path: ResourcePath, document: Any) -> Response:
    """As ``create``, with the body already decoded."""
    last = path.steps[-1]
    implied = last.navigation.inverse if last.navigation else None
    entity = read_new(document, last.type, implied=implied)
    days = await context.plane.ingest.days()
    async with context.plane.writes.acquire() as connection, connection.transaction():
        key = require_writer(await key_of(context.request, connection))
        given: dict[str, Found] = {}
        if implied is not None:
            source = await resolve(connection, path.steps[:-1])
            if not await may_name(connection, key, source):
                raise not_found()
            given[implied] = source
        creation = Creation(connection, key, days, at=clock.now())
        try:
            found = await creation.run(entity, given)
        except (asyncpg.UniqueViolationError, asyncpg.ForeignKeyViolationError) as error:
            raise Problem(409, "Somebody else changed this at the same time; try again.") from error
        body = await represent(connection, context, found)
    if found.type in _MOVING:
        context.plane.hints.clear()
    link = context.link(found.type, found.iot_id)
    return Response(201, body, headers=[(b"location", link.encode())])


class Creation:
    """One deep insert inside the caller's transaction."""

    def __init__(
        self, connection: asyncpg.Connection, key: Key, days: Days, *, at: datetime
    ) -> None:
        self.connection = connection
        self.key = key
        self.trail = Trail(key)
        self.days = days
        self._at = at
        self._rows: list[Row] = []
        self._series: list[int] = []
        self._features: set[int] = set()  # series whose default feature has been seen to

    async def run(self, entity: NewEntity, given: dict[str, Found]) -> Found:
        """Make the entity and everything below it; ``given`` are relations that the path gave.

        Raises Problem, JsonError.
        """
        found = await self.make(entity, given, below=bool(given))
        if self._rows:
            sequences = await add_within(
                self.connection, self._rows, self._series, key=self.key, days=self.days
            )
            if found.type is OBSERVATION:  # the only one: an Observation has none below it
                place = Place(self._series[0], self._rows[0].time, sequences[0])
                identifier = place.identifier if entity.id is None else entity.id
                found = Found(OBSERVATION, place, identifier, found.uuid)
        await self.trail.write(self.connection)
        return found

    async def make(
        self, entity: NewEntity, given: dict[str, Found], *, below: bool = True
    ) -> Found:
        """Make one entity: first what it points to, then itself, then what points to it.

        ``below`` tells that it stands below a Thing's own entity in the path or the body.
        """
        self._require_right(entity, below=below)
        singles: dict[str, Found] = {}
        for navigation in entity.type.navigations:
            if not navigation.many:
                target = given.get(navigation.name) or await self._single(entity, navigation)
                if target is not None:
                    singles[navigation.name] = target
        if entity.type is OBSERVATION:
            return await self._observe(entity, singles)
        if entity.id is not None and await find(self.connection, entity.type, entity.id):
            raise Problem(
                409,
                f"There is a {entity.type.name} with this @iot.id already.",
                place=f"{entity.place}['@iot.id']",
            )
        found = await rows.insert(self.connection, entity, singles)
        data = entity.values | {name: one.iot_id for name, one in singles.items()}
        self.trail.add(entity.type.name, "created", found.uuid, {"@iot.id": found.iot_id} | data)
        for navigation in entity.type.navigations:
            if navigation.many:
                await self._relate(found, navigation, entity, given.get(navigation.name))
        if entity.type is HISTORICAL_LOCATION:
            await places.obey_history(self.connection, found.key, self.trail)
        return found

    def _require_right(self, entity: NewEntity, *, below: bool) -> None:
        if entity.type in (LOCATION, FEATURE_OF_INTEREST) and below:
            return
        if entity.type in (DATASTREAM, OBSERVATION, HISTORICAL_LOCATION):
            return  # judged with their Thing
        require_unscoped(self.key)

    async def _single(self, entity: NewEntity, navigation: Navigation) -> Found | None:
        for item in entity.related.get(navigation.name, ()):
            return await self._target(item, BY_NAME[navigation.target])
        return None

    async def _target(self, item: Link | NewEntity, type_: EntityType) -> Found:
        if isinstance(item, NewEntity):
            return await self.make(item, {})
        return await self.linked(item, type_)

    async def linked(self, link: Link, type_: EntityType) -> Found:
        """The entity that a link names. Raises Problem 400, 403, 404."""
        found = await find(self.connection, type_, link.id)
        if found is None or not await may_name(self.connection, self.key, found):
            raise Problem(400, f"There is no {type_.name} with this @iot.id.", place=link.place)
        return found

    async def _relate(
        self, found: Found, navigation: Navigation, entity: NewEntity, given: Found | None
    ) -> None:
        """Make or link the many entities of one relation."""
        items = entity.related.get(navigation.name, [])
        if not items and given is None:
            return
        target = BY_NAME[navigation.target]
        relate = _RELATIONS.get((found.type.name, navigation.name))
        if relate is not None:
            others = [] if given is None else [given]
            for item in items:
                if isinstance(item, NewEntity):
                    own = {} if target is LOCATION else _inverse(navigation, found)
                    others.append(await self.make(item, own))
                else:
                    others.append(await self.linked(item, target))
            await relate(self, found, others)
            return
        for item in items:
            if isinstance(item, NewEntity):
                await self.make(item, {navigation.inverse: found})
            else:
                await self._adopt(found, navigation, item)

    async def _adopt(self, found: Found, navigation: Navigation, link: Link) -> None:
        """Let an entity that is there point to the new one."""
        target = BY_NAME[navigation.target]
        if target is OBSERVATION:
            raise JsonError("Change the link at the Observation itself.", link.place)
        other = await self.linked(link, target)
        await rows.point(self.connection, other, navigation.inverse, found)
        self.trail.add(target.name, "changed", other.uuid, {navigation.inverse: found.iot_id})

    async def place_thing(self, thing: UUID, locations: list[UUID]) -> None:
        """Move a Thing now."""
        await places.set_locations(self.connection, thing, locations, at=self._at, trail=self.trail)

    async def _observe(self, entity: NewEntity, singles: dict[str, Found]) -> Found:
        """Note an Observation; the rows are added together at the end."""
        series = singles["Datastream"]
        feature = singles.get("FeatureOfInterest")
        if feature is None and series.key not in self._features:
            await places.ensure_features(self.connection, [series.key], self.trail)
            self._features.add(series.key)
        kind = await self.connection.fetchval(
            "select observation_type from series where id = $1", series.key
        )
        row = row_of(entity, kind, at=self._at)
        if feature is not None:
            row.rare["feature_id"] = feature.key
        self._rows.append(row)
        self._series.append(series.key)
        return Found(OBSERVATION, None, "", series.uuid)


def _inverse(navigation: Navigation, found: Found) -> dict[str, Found]:
    """The relation back, where the other entity has exactly one."""
    back = BY_NAME[navigation.target].navigation(navigation.inverse)
    return {} if back is None or back.many else {navigation.inverse: found}


async def _thing_locations(creation: Creation, thing: Found, locations: list[Found]) -> None:
    await creation.place_thing(thing.key, [one.key for one in locations])


async def _location_things(creation: Creation, location: Found, things: list[Found]) -> None:
    for thing in things:
        await creation.place_thing(thing.key, [location.key])


async def _history_locations(creation: Creation, history: Found, locations: list[Found]) -> None:
    keys = [one.key for one in locations]
    await places.link_historical(creation.connection, history.key, keys)


async def _location_histories(creation: Creation, location: Found, histories: list[Found]) -> None:
    for history in histories:
        await places.link_historical(creation.connection, history.key, [location.key])
        await places.obey_history(creation.connection, history.key, creation.trail)


Relate = Callable[[Creation, Found, list[Found]], Coroutine[Any, Any, None]]
# The relations that are many to many, and what making one of them means.
_RELATIONS: dict[tuple[str, str], Relate] = {
    (THING.name, "Locations"): _thing_locations,
    (LOCATION.name, "Things"): _location_things,
    (HISTORICAL_LOCATION.name, "Locations"): _history_locations,
    (LOCATION.name, "HistoricalLocations"): _location_histories,
}
