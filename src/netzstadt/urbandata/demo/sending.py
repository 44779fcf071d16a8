"""Keeps the demo city alive: one station after another sends what it pretends to measure now."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

import asyncpg
import numpy as np

from netzstadt.lib import clock
from netzstadt.plane.ingest import Busy, Columns, Ingest
from netzstadt.plane.interruptions import SESSION_LOST
from netzstadt.urbandata.demo.entities import demo_id
from netzstadt.urbandata.demo.stations import KINDS, STATIONS, Quantity, Station
from netzstadt.urbandata.demo.values import simulated

logger = logging.getLogger("netzstadt.demo")

SECONDS_BETWEEN_STATIONS = 2.0
_SECONDS_BEFORE_RETRY = 2.0
# What a stopped or restarting database answers with.
_INTERRUPTIONS = (*SESSION_LOST, asyncpg.PostgresError, OSError, Busy, TimeoutError)


async def send_until_cancelled(database_url: str, zone: ZoneInfo) -> None:
    """Send the present values of one station every SECONDS_BETWEEN_STATIONS, for ever.

    A database that goes away is waited for; Things or series deleted by hand are left out.
    """
    while True:
        try:
            pool = await asyncpg.create_pool(database_url, min_size=1, max_size=2, timeout=5)
            try:
                await _send(pool, zone)
            finally:
                # Not close(): it may wait for ever for an answer of sessions that are gone.
                pool.terminate()
        except _INTERRUPTIONS as error:
            logger.warning("The demo waits for the database: %s", error)
            await asyncio.sleep(_SECONDS_BEFORE_RETRY)


async def _send(pool: asyncpg.Pool, zone: ZoneInfo) -> None:
    ingest = Ingest(pool)
    await ingest.start()
    try:
        for station in cycle(STATIONS):
            await _send_station(pool, ingest, station, zone)
            await asyncio.sleep(SECONDS_BETWEEN_STATIONS)
    finally:
        await ingest.stop()


async def _send_station(
    pool: asyncpg.Pool, ingest: Ingest, station: Station, zone: ZoneInfo
) -> None:
    rows = await pool.fetch(
        "select s.id, s.uuid, st.last_time from series s "
        "left join series_state st on st.series_id = s.id where s.uuid = any ($1)",
        [demo_id(f"series/{station.key}/{quantity}") for quantity in station.quantities],
    )
    ids = {row["uuid"]: row["id"] for row in rows}
    latest = {row["id"]: row["last_time"] for row in rows}
    columns = _newer(present_values(station, ids, clock.now(), zone), latest)
    if columns.series_id:
        await ingest.add(columns, key_id=None)


def present_values(
    station: Station, ids: Mapping[object, int], at: datetime, zone: ZoneInfo
) -> Columns:
    """What ``station`` sends at ``at``, to the second, for those of its series that have ids.

    What is counted over a stretch of time is sent for the last full one.
    """
    present = at.astimezone(UTC).replace(microsecond=0)
    columns = Columns([], [], [])
    for quantity in station.quantities:
        series_id = ids.get(demo_id(f"series/{station.key}/{quantity}"))
        if series_id is not None:
            moment = present
            if KINDS[quantity].aggregation == "sum":
                step = KINDS[quantity].minutes * 60
                moment -= timedelta(seconds=present.timestamp() % step)
            columns.series_id.append(series_id)
            columns.time.append(moment)
            columns.number.append(_value(station, quantity, moment, zone))
    return columns


def _newer(columns: Columns, latest: Mapping[int, datetime | None]) -> Columns:
    """The rows that are not older than what is stored already: a count is sent once."""
    result = Columns([], [], [])
    for series_id, time, number in zip(
        columns.series_id, columns.time, columns.number, strict=True
    ):
        last = latest.get(series_id)
        if last is None or time > last:
            result.series_id.append(series_id)
            result.time.append(time)
            result.number.append(number)
    return result


def _value(station: Station, quantity: Quantity, moment: datetime, zone: ZoneInfo) -> float:
    return float(simulated(quantity, station.key, np.array([moment.timestamp()]), zone)[0])
