"""Hot reads of the store, and changes of what is stored. What comes in: ingest.py, load.py."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg

from netzstadt.plane.statements import statement

_LATEST = statement("observations_latest")
_STATES = statement("series_states")
_HOURS = statement("hours_of_series")
_DAYS = statement("days_of_series")


async def states_of(connection: Any, series_ids: list[int]) -> list[asyncpg.Record]:
    """Counts, extent and latest values, one row a series: no observation is touched."""
    return await connection.fetch(_STATES, series_ids)  # type: ignore[no-any-return]


async def latest_observations(connection: Any, series_id: int, limit: int) -> list[asyncpg.Record]:
    """The newest ``limit`` observations, newest first.

    Reads only as far back as the series' own rate makes likely; where that was not enough, because
    it once sent more often, it reads on to the beginning.
    """
    states = await states_of(connection, [series_id])
    if not states or not states[0]["count"]:
        return []
    state = states[0]
    first, last = state["first_time"], state["last_time"]
    step: timedelta = (last - first) / state["count"]
    since = max(first, last - 2 * limit * step)
    rows: list[asyncpg.Record] = await connection.fetch(_LATEST, series_id, limit, since, last)
    if len(rows) < limit and since > first:
        rows = await connection.fetch(_LATEST, series_id, limit, first, last)
    return rows


async def hours_of(
    connection: Any, series_id: int, start: datetime, end: datetime
) -> list[asyncpg.Record]:
    """Hours from ``start`` until before ``end`` that hold numbers."""
    return await connection.fetch(_HOURS, series_id, start, end)  # type: ignore[no-any-return]


async def days_of(
    connection: Any, series_id: int, start: datetime, end: datetime
) -> list[asyncpg.Record]:
    """Days of the city's calendar from ``start`` until before ``end`` that hold numbers."""
    return await connection.fetch(_DAYS, series_id, start, end)  # type: ignore[no-any-return]


async def delete_observations(
    connection: Any, series_id: int, start: datetime, end: datetime
) -> int:
    """Delete from ``start`` until before ``end``; sums and state are right again. How many."""
    statement = "select observations_delete($1, $2, $3)"
    return int(await connection.fetchval(statement, series_id, start, end))


async def delete_observation(
    connection: Any, series_id: int, time: datetime, sequence: int
) -> bool:
    """Delete one observation. Returns whether it was there."""
    statement = "select observations_delete($1, $2, null, $3)"
    return bool(await connection.fetchval(statement, series_id, time, sequence))
