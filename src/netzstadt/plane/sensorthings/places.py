"""Where Things are: current and historical Locations, and the features made from them.

A Thing has been where its HistoricalLocations say; the newest one is where it is now (OGC 18-088,
8.2.3). A Location is also what an Observation without a FeatureOfInterest observes (8.2.8).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from netzstadt.lib.ids import new_id
from netzstadt.plane.audit import Trail

# In the order of the Locations, so that two requests that make the same ones cannot block each
# other.
_MAKE_FEATURES = """
insert into feature_of_interest
    (id, iot_id, name, description, encoding_type, feature, geometry, bounds, location_id)
select n.id, to_jsonb(n.id::text), l.name, l.description, l.encoding_type, l.location, l.geometry,
       l.bounds, l.id
from location l join unnest($1::uuid[], $2::uuid[]) as n (location_id, id) on l.id = n.location_id
order by l.id
on conflict (location_id) do nothing
returning id, location_id
"""
# GeoJSON first: what can be drawn and judged (8.2.8).
_MAIN_LOCATIONS = """
select distinct on (x.thing_id) x.thing_id, l.id
from thing_location x join location l on l.id = x.location_id
where x.thing_id = any ($1::uuid[]) order by x.thing_id, l.geometry is null, l.id
"""
_WITHOUT_FEATURE = """
select id, thing_id from series where id = any ($1::bigint[]) and default_feature_id is null
order by id for no key update
"""
_GIVE_FEATURES = """
update series s set default_feature_id = n.feature_id, current_feature_id = n.feature_id
from unnest($1::bigint[], $2::uuid[]) as n (id, feature_id) where s.id = n.id
"""


async def set_locations(
    connection: asyncpg.Connection,
    thing: UUID,
    locations: Sequence[UUID],
    *,
    at: datetime,
    trail: Trail,
) -> None:
    """Move the Thing and remember it (10.2.1.3, historical-location-auto-creation).

    The new Locations take the place of the old ones: several are one place in several encodings
    (8.2.1).
    """
    await _replace(connection, thing, locations)
    key = new_id()
    await connection.execute(
        "insert into historical_location (id, iot_id, thing_id, time) "
        "values ($1, to_jsonb($1::uuid::text), $2, $3)",
        *(key, thing, at),
    )
    await link_historical(connection, key, locations)
    trail.add("HistoricalLocation", "created", key, {"time": at, "Thing": thing})
    await _follow(connection, thing, trail)


async def link_historical(
    connection: asyncpg.Connection, historical: UUID, locations: Sequence[UUID]
) -> None:
    """Add Locations to a HistoricalLocation."""
    await connection.execute(
        "insert into historical_location_location select $1, unnest($2::uuid[]) "
        "on conflict do nothing",
        *(historical, locations),
    )


async def obey_history(connection: asyncpg.Connection, historical: UUID, trail: Trail) -> None:
    """After a HistoricalLocation was made or changed by hand: if it is the newest, the Thing is
    where it says (10.2.1.4, historical-location-manual-creation)."""
    row = await connection.fetchrow(
        "select h.thing_id, not exists (select from historical_location o "
        "where o.thing_id = h.thing_id and o.id <> h.id and o.time >= h.time) as is_newest, "
        "array(select location_id from historical_location_location "
        "where historical_location_id = h.id) as locations "
        "from historical_location h where h.id = $1",
        historical,
    )
    if row["is_newest"]:
        await _replace(connection, row["thing_id"], row["locations"])
        await _follow(connection, row["thing_id"], trail)


async def _replace(connection: asyncpg.Connection, thing: UUID, locations: Sequence[UUID]) -> None:
    # Two moves of one Thing come one after the other.
    await connection.execute("select from thing where id = $1 for no key update", thing)
    await connection.execute(
        "delete from thing_location where thing_id = $1 and location_id <> all ($2::uuid[])",
        *(thing, locations),
    )
    await connection.execute(
        "insert into thing_location select $1, unnest($2::uuid[]) on conflict do nothing",
        *(thing, locations),
    )


async def _follow(connection: asyncpg.Connection, thing: UUID, trail: Trail) -> None:
    """Let new observations of a Thing that moved name the place where it is now."""
    location = (await _main_locations(connection, [thing])).get(thing)
    is_observed = await connection.fetchval(
        "select exists (select from series s left join series_state t on t.series_id = s.id "
        "where s.thing_id = $1 and (s.default_feature_id is not null or t.count > 0))",
        thing,
    )
    if location is None or not is_observed:
        return
    feature = (await _features_of(connection, [location], trail))[location]
    await connection.execute(
        "update series s set current_feature_id = $2, "
        "default_feature_id = coalesce(default_feature_id, $2) "
        "where thing_id = $1 and (default_feature_id is not null or exists ("
        "select from series_state t where t.series_id = s.id and t.count > 0))",
        *(thing, feature),
    )


async def ensure_features(
    connection: asyncpg.Connection, series: Collection[int], trail: Trail
) -> None:
    """Give each of the series without one its default feature, made from its Thing's Location.

    A Thing without a Location has none to give: its observations are kept without a feature until
    it gets one.
    """
    # The states before the rows, as everybody takes them: the observations to come need both.
    await connection.execute("select series_lock($1::bigint[])", sorted(series))
    without = await connection.fetch(_WITHOUT_FEATURE, list(series))
    locations = await _main_locations(connection, {row["thing_id"] for row in without})
    features = await _features_of(connection, locations.values(), trail)
    given = [
        (row["id"], features[locations[row["thing_id"]]])
        for row in without
        if row["thing_id"] in locations
    ]
    if given:
        await connection.execute(_GIVE_FEATURES, *map(list, zip(*given, strict=True)))


async def detach_feature(connection: asyncpg.Connection, location: UUID, trail: Trail) -> None:
    """A Location was corrected: what was observed keeps its feature as it was, what comes names a
    new one."""
    # The series before the feature, as everybody takes them.
    await connection.execute(
        "select from series where thing_id in "
        "(select thing_id from thing_location where location_id = $1) order by id "
        "for no key update",
        location,
    )
    gone = await connection.fetchval(
        "update feature_of_interest set location_id = null where location_id = $1 returning id",
        location,
    )
    if gone is None:
        return
    for row in await connection.fetch(
        "select thing_id from thing_location where location_id = $1 order by thing_id", location
    ):
        await _follow(connection, row["thing_id"], trail)


async def _main_locations(
    connection: asyncpg.Connection, things: Collection[UUID]
) -> dict[UUID, UUID]:
    """The Location of each Thing that has one."""
    rows = await connection.fetch(_MAIN_LOCATIONS, list(things)) if things else []
    return {row["thing_id"]: row["id"] for row in rows}


async def _features_of(
    connection: asyncpg.Connection, locations: Iterable[UUID], trail: Trail
) -> dict[UUID, UUID]:
    """The feature of each Location, made where there is none."""
    new = {location: new_id() for location in locations}
    if not new:
        return {}
    made = await connection.fetch(_MAKE_FEATURES, list(new), list(new.values()))
    features: dict[UUID, UUID] = {row["location_id"]: row["id"] for row in made}
    for location, feature in features.items():
        trail.add("FeatureOfInterest", "created", feature, {"Location": location})
    if missing := new.keys() - features.keys():
        rows = await connection.fetch(
            "select id, location_id from feature_of_interest where location_id = any ($1::uuid[])",
            list(missing),
        )
        features |= {row["location_id"]: row["id"] for row in rows}
    return features
