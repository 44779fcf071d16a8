"""Waiting for what must happen, on a machine that may be ten times slower than usual."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from netzstadt.plane import app as planes
from netzstadt.plane import busy, groups, large_bodies
from netzstadt.plane.ingest import Ingest
from netzstadt.plane.sensorthings import read

# For what must happen: the waiting ends at once when it does.
PATIENCE_S = 120.0
# Where the plane's own limits go: later than every test has lost its patience.
BEYOND_S = 5 * PATIENCE_S

# How many sessions of tests wait for somebody's lock; autovacuum's are none of them.
BLOCKED = """
select count(*) from pg_stat_activity
where datname = current_database() and backend_type = 'client backend'
  and wait_event_type = 'Lock'
"""
# Whether a row of the outbox cannot be read yet. Any transaction of the server holds the readers
# back, also autovacuum's in another database; who was passed once stays passed.
UNREAD = """
select exists (select from outbox where transaction >= pg_snapshot_xmin(pg_current_snapshot()))
"""


def be_patient(patch: pytest.MonkeyPatch) -> None:
    """Move the plane's limits of time away: what is slow is not wrong."""
    patch.setattr(planes, "READ_TIMEOUT_MS", int(BEYOND_S * 1000))
    patch.setattr(planes, "WRITE_TIMEOUT_MS", int(BEYOND_S * 1000))
    patch.setattr(planes, "CONNECT_WITHIN_S", BEYOND_S)
    patch.setattr(read, "ACQUIRE_SECONDS", BEYOND_S)
    patch.setattr(large_bodies, "WAITS_S", BEYOND_S)
    patch.setattr(busy, "_LONGEST_S", BEYOND_S)
    patch.setattr(groups, "_ATTEMPTS", int(BEYOND_S / 0.2))  # each waits so long for a lock


@pytest.fixture(autouse=True)
def patient_plane(monkeypatch: pytest.MonkeyPatch) -> None:
    """No limit of time is met by chance; a test of one sets it anew."""
    be_patient(monkeypatch)


async def until(condition: Callable[[], Awaitable[Any] | Any]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = condition()
            if await found if inspect.isawaitable(found) else found:
                return
            await asyncio.sleep(0.01)


async def until_blocked(pool: asyncpg.Pool, count: int = 1) -> None:
    """Wait until so many sessions wait for a lock."""

    async def are_blocked() -> bool:
        return await pool.fetchval(BLOCKED) >= count

    await until(are_blocked)


def set_aside(ingest: Ingest) -> float:
    """How many observations were set aside, because somebody else holds their series."""
    return ingest.figures()["busy_rows"][1]


async def until_it_waits(pool: asyncpg.Pool, ingest: Ingest) -> None:
    """Wait until a call waits for a lock, or was set aside because it had waited too long."""

    async def waits() -> bool:
        return set_aside(ingest) > 0 or await pool.fetchval(BLOCKED) > 0

    await until(waits)


async def until_readable(pool: asyncpg.Pool) -> None:
    """Wait until everything in the outbox can be read."""

    async def is_readable() -> bool:
        return not await pool.fetchval(UNREAD)

    await until(is_readable)
