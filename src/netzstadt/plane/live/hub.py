"""Who listens to which series, and the one reader of the outbox that serves them all.

Only latest values are told, so a slow listener costs one value a series and never a queue: what
waits for it is replaced by what is newer.
"""

import asyncio
import logging
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from netzstadt.plane.interruptions import SESSION_LOST
from netzstadt.plane.outbox import CHANGES, Place
from netzstadt.plane.statements import statement

logger = logging.getLogger("netzstadt.plane.live")

POLL_S = 0.5
LONGEST_PAUSE_S = 10.0
# The database restarts, or has too much to do.
UNREADABLE = (*SESSION_LOST, asyncpg.PostgresError, OSError)
# What waits longer for a page that does not read is judged again before it is told.
JUDGED_FOR_S = 2.0
# Streams at once: of everybody, of one address and of one person. Behind one address may be an
# office that reads without signing in; whoever is signed in is counted as herself, wherever she is.
MAXIMUM_LISTENERS = 1000
MAXIMUM_OF_ADDRESS = 100
MAXIMUM_OF_READER = 30
CHANGES_AT_ONCE = 1000

PLACE = statement("live_place")
MISSED = statement("live_missed")
VALUES = statement("live_values")
READERS = statement("live_readers")


@dataclass(eq=False, slots=True)
class Listener:
    """One open stream: its series, its reader, and what it has not been told yet."""

    series: frozenset[int]
    reader: UUID | None
    address: str = ""
    waiting: dict[int, str] = field(default_factory=dict)
    place: Place = field(default_factory=Place)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    is_ended: bool = False
    # When the oldest of what waits was read.
    judged_at: float = 0.0

    @property
    def owner(self) -> UUID | str:
        """Whose stream it is."""
        return self.reader or self.address

    def put(self, values: dict[int, str], place: Place) -> None:
        """Tell it newer values, read at this moment, which reach to ``place``. None wake nobody:
        that something has changed is no business of a reader who may not see it."""
        self.place = place
        if not values:
            return
        if not self.waiting:
            self.judged_at = time.monotonic()
        self.waiting.update(values)
        self.wake.set()

    def end(self) -> None:
        """End its stream; what waits is not told."""
        self.is_ended = True
        self.waiting.clear()
        self.wake.set()

    def take(self) -> list[str]:
        """What waits, as JSON texts; nothing waits afterwards."""
        values = [self.waiting[key] for key in sorted(self.waiting)]
        self.waiting.clear()
        self.wake.clear()
        return values


class TooManyListeners(Exception):
    """This process serves as many streams as it may."""


class TooManyOfOne(Exception):
    """The owner of the stream has as many as one may have."""


class Stopping(Exception):
    """The server stops: no stream begins any more."""


class Hub:
    """Reads the outbox while somebody listens, and wakes whom a change concerns."""

    def __init__(self) -> None:
        self.maximum = MAXIMUM_LISTENERS
        self.maximum_of_address = MAXIMUM_OF_ADDRESS
        self.maximum_of_reader = MAXIMUM_OF_READER
        self.is_stopping = False
        self._listeners: set[Listener] = set()
        self._owners: Counter[UUID | str] = Counter()
        self._poller: asyncio.Task[None] | None = None
        self._place: Place | None = None

    def __len__(self) -> int:
        return len(self._listeners)

    @property
    def is_polling(self) -> bool:
        """Whether the outbox is being read."""
        return self._poller is not None

    @asynccontextmanager
    async def listen(self, pool: asyncpg.Pool, listener: Listener) -> AsyncIterator[Listener]:
        """Serve ``listener`` inside the block.

        Raises Stopping, TooManyOfOne or TooManyListeners where there is no place for it.
        """
        self._check_place(listener)
        self._listeners.add(listener)
        self._owners[listener.owner] += 1
        if self._poller is None:
            self._place = None
            self._poller = asyncio.create_task(self._poll(pool))
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            self._owners[listener.owner] -= 1
            if not self._owners[listener.owner]:
                del self._owners[listener.owner]
            if not self._listeners and self._poller is not None:
                self._poller.cancel()
                self._poller = None

    def _check_place(self, listener: Listener) -> None:
        if self.is_stopping:
            raise Stopping
        limit = self.maximum_of_address if listener.reader is None else self.maximum_of_reader
        if self._owners[listener.owner] >= limit:
            raise TooManyOfOne
        if len(self._listeners) >= self.maximum:
            raise TooManyListeners

    def stop(self) -> None:
        """End every stream, and begin none any more."""
        self.is_stopping = True
        for listener in self._listeners:
            listener.end()
        if self._poller is not None:
            self._poller.cancel()
            self._poller = None

    async def greet(self, pool: asyncpg.Pool, listener: Listener, since: Place | None) -> None:
        """Put before ``listener`` what it should know first.

        Without ``since`` that is the latest value of each of its series, else of those that
        changed after it; where the outbox no longer reaches back so far, of all.
        """
        series = sorted(listener.series)
        async with pool.acquire() as connection:
            place = _place_of(await connection.fetchrow(PLACE))
            if self._place is None:
                # Values are read after this place is taken, so nothing falls between them.
                self._place = place
            if since is not None:
                row = await connection.fetchrow(MISSED, str(since.transaction), since.row, series)
                if row["reaches_back"]:
                    series = row["series_ids"]
            told = await _values(connection, series, listener.reader)
        # What the poller brought meanwhile is newer.
        listener.put(told | listener.waiting, max(listener.place, place))

    async def judge_again(self, pool: asyncpg.Pool, listener: Listener) -> None:
        """Read anew what waits for ``listener``, if that was some time ago: its reader may have
        lost a right while her page did not read. Raises what asyncpg raises; nothing waits then."""
        if not listener.waiting or time.monotonic() - listener.judged_at < JUDGED_FOR_S:
            return
        asked = sorted(listener.waiting)
        listener.waiting.clear()
        async with pool.acquire() as connection:
            told = await _values(connection, asked, listener.reader)
        listener.put(told | listener.waiting, listener.place)

    async def active(self, pool: asyncpg.Pool, readers: Iterable[UUID]) -> set[UUID]:
        """Those of ``readers`` who may sign in now."""
        rows = await pool.fetch(READERS, list(readers))
        return {row["id"] for row in rows}

    async def _poll(self, pool: asyncpg.Pool) -> None:
        pause = POLL_S
        while True:
            try:
                await self._dismiss(pool)
                is_behind = await self._tell(pool)
                pause = POLL_S
                if is_behind:  # or values would be told later and later
                    continue
            except UNREADABLE as error:
                # Listeners stay, and are told what they missed.
                logger.warning("The outbox cannot be read (%s); trying again.", error)
                pause = min(pause * 2, LONGEST_PAUSE_S)
            except Exception:
                logger.exception("A defect in telling what changed")
                pause = LONGEST_PAUSE_S
            await asyncio.sleep(pause)

    async def _dismiss(self, pool: asyncpg.Pool) -> None:
        """End the streams of persons who may no longer sign in."""
        readers = {one.reader for one in self._listeners if one.reader is not None}
        if not readers:
            return
        gone = readers - await self.active(pool, readers)
        for listener in self._listeners:
            if listener.reader in gone:
                listener.end()

    async def _tell(self, pool: asyncpg.Pool) -> bool:
        """Tell what changed since the last time. Whether there may be more of it already."""
        async with pool.acquire() as connection:
            if self._place is None:
                self._place = _place_of(await connection.fetchrow(PLACE))
                return False
            rows = await connection.fetch(
                CHANGES, str(self._place.transaction), self._place.row, CHANGES_AT_ONCE
            )
            if not rows:
                return False
            changed = {key for row in rows for key in row["series_ids"]}
            place = _place_of(rows[-1])
            concerned: dict[UUID | None, list[Listener]] = defaultdict(list)
            for listener in self._listeners:
                if not changed.isdisjoint(listener.series):
                    concerned[listener.reader].append(listener)
            for reader, listeners in concerned.items():
                asked = changed & {key for listener in listeners for key in listener.series}
                # Asked anew each time: a series that was hidden meanwhile is told no more.
                told = await _values(connection, sorted(asked), reader)
                for listener in listeners:
                    listener.put({key: told[key] for key in listener.series & told.keys()}, place)
            self._place = place
            return len(rows) == CHANGES_AT_ONCE


async def _values(
    connection: asyncpg.Connection, series: list[int], reader: UUID | None
) -> dict[int, str]:
    """The latest values of those of ``series`` that ``reader`` may see at this moment."""
    rows = await connection.fetch(VALUES, series, reader)
    return {row["id"]: row["value"] for row in rows}


def _place_of(row: asyncpg.Record) -> Place:
    return Place(int(row["transaction"]), row["id"])
