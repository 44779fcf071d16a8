"""The one way in for observations: validation and grouped commits. Imports: see load.py."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from netzstadt.plane.batches import (
    AHEAD_S,
    EARLIEST_S,
    EPOCH,
    LARGEST_SERIES,
    Columns,
    Rows,
    accept,
)
from netzstadt.plane.blocks import NumberBlock, join, judge
from netzstadt.plane.busy import BusySeries
from netzstadt.plane.groups import Writer
from netzstadt.plane.pending import Busy, KeyRefused, One, Pending, Receipt
from netzstadt.plane.rollups import DAY_STARTS, GREATEST, Days

__all__ = ["Busy", "Columns", "Ingest", "KeyRefused", "NumberBlock", "Receipt"]

# At most so many turns of the event loop are given to what has arrived already.
_TURNS = 16


@dataclass(slots=True)
class _Line:
    """Calls of one kind that wait, and how many rows make a full group of them."""

    full: int
    calls: deque[Any] = field(default_factory=deque)


class Ingest:
    """Grouped commits of one process. Made once beside the pool, closed before it.

    A group is what has come in while the previous one was committed; no timer holds it back.
    """

    def __init__(
        self,
        pool: asyncpg.Pool,
        *,
        writers: int = 2,
        group_rows: int = 2_000,
        group_numbers: int = 6_000,
        queue_rows: int = 100_000,
    ) -> None:
        """``writers`` transactions at once, each of about ``group_rows``, or ``group_numbers``
        where they travel packed; at most ``queue_rows`` wait, then Busy."""
        self._pool = pool
        self._group_rows = group_rows
        self._queue_rows = queue_rows
        self._writers = self._free = writers
        self._ones, self._rows = _Line(group_rows), _Line(group_rows)
        self._numbers = _Line(group_numbers)
        self._lines = deque([self._ones, self._rows, self._numbers])  # the first one is next
        self._waiting_rows = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy = BusySeries(pool, self._enter)
        self._writer: Writer | None = None
        self._is_open = True
        self._groups = self._taken_rows = 0

    def figures(self) -> dict[str, tuple[str, float]]:
        """What the metrics tell: a sentence and a number by name."""
        return {
            "rows": ("Observations that went into a group since the start.", self._taken_rows),
            "groups": ("Groups since the start.", self._groups),
            "waiting_rows": ("Observations that wait for their group.", self._waiting_rows),
            "busy_rows": ("Observations that wait for a held Datastream.", self._busy.rows),
            "writers_at_work": ("Transactions at work.", self._writers - self._free),
        }

    async def start(self) -> None:
        """Learn the city's calendar from the database; add() does it where it was not called."""
        await self.days()

    async def days(self) -> Days:
        """The city's calendar, asked of the database once."""
        return (await self._the_writer()).days

    async def _the_writer(self) -> Writer:
        if self._writer is None:
            self._writer = Writer(Days(await self._pool.fetchval(DAY_STARTS)))
        return self._writer

    async def stop(self) -> None:
        """Take nothing more in and wait until everything taken in is committed."""
        self._is_open = False
        while self._tasks or self._busy.rows:
            await self._busy.empty()
            if self._tasks:
                await asyncio.wait(self._tasks)

    async def add(
        self, columns: Columns, *, key_id: UUID | None, is_recorded: bool = False
    ) -> Receipt:
        """Add every row (a POST always adds) and return after the commit.

        ``key_id`` names the API key that wrote; None is the house itself (demo, jobs). Series,
        key and rights are judged in the transaction, so nothing stale is trusted. ``is_recorded``
        writes what was stored as one event of the key into the audit trail, in that transaction.

        Raises Busy if the queue is full or closed, KeyRefused if the key may not write: then
        nothing of the batch is stored.
        """
        rows, places, errors = accept(columns)
        receipt = Receipt([None] * len(columns.series_id), errors)
        done = asyncio.get_running_loop().create_future()
        return await self._queued(Pending(rows, places, key_id, is_recorded, receipt, done))

    async def add_numbers(
        self, blocks: Sequence[NumberBlock], *, key_id: UUID | None, is_recorded: bool = False
    ) -> Receipt:
        """As add(), for many plain numbers: they travel packed where all are new.

        Blocks have neither quality nor sequence; positions in the receipt count through all.
        """
        receipt = Receipt([None] * sum(len(block.numbers) for block in blocks))
        numbers = judge(join(blocks), receipt.errors) if receipt.sequence else None
        done = asyncio.get_running_loop().create_future()
        return await self._queued(Pending(Rows(), [], key_id, is_recorded, receipt, done, numbers))

    async def add_one(
        self, series_id: int, at: datetime, number: float, *, key_id: UUID | None
    ) -> Receipt:
        """As add(), for a single plain number: the quickest way."""
        second = (at - EPOCH).total_seconds()
        is_usual = (
            type(number) is float
            and -GREATEST <= number <= GREATEST
            and EARLIEST_S <= second <= time.time() + AHEAD_S
            and 0 <= series_id <= LARGEST_SERIES
        )
        if not is_usual or self._busy.holds((series_id,)):
            return await self.add(Columns([series_id], [at], [number]), key_id=key_id)
        self._let_in(1)
        done: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._ones.calls.append(One(series_id, second, number, key_id, done))
        self._waiting_rows += 1
        self._wake()
        return await done

    async def _queued(self, pending: Pending) -> Receipt:
        """Wait for the commit. Raises Busy, KeyRefused."""
        if len(pending):
            self._let_in(len(pending))
            self._enter(pending)
            return await pending.done
        return pending.receipt

    def _let_in(self, rows: int) -> None:
        """Raises Busy where no more may wait; an empty queue takes a call of any length."""
        waiting = self._waiting_rows + self._busy.rows
        if not self._is_open or (waiting and waiting + rows > self._queue_rows):
            raise Busy

    def _enter(self, pending: Pending) -> None:
        if self._busy.holds(pending.series()):
            self._busy.keep([pending])
            return
        line = self._rows if pending.numbers is None else self._numbers
        line.calls.append(pending)
        self._waiting_rows += len(pending)
        self._wake()

    def _wake(self) -> None:
        # One writer makes the largest groups; another one helps where a group is full already.
        if self._free == self._writers or (self._free and self._waiting_rows >= self._group_rows):
            self._free -= 1
            task = asyncio.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        """Write groups until nobody waits."""
        try:
            writer = await self._the_writer()
            while self._waiting_rows:  # giving the connection back takes a while, too
                async with self._pool.acquire() as connection:
                    while self._waiting_rows and not connection.is_closed():
                        await self._gather()
                        self._busy.keep(await writer.commit(connection, self._next_group()))
        except Exception as error:  # noqa: BLE001 - whatever it was, everyone is told
            # No connection, or it was lost while it was given back: nothing of theirs was written.
            while self._waiting_rows:
                for call in self._next_group():
                    call.fail(error)
        finally:
            self._free += 1

    async def _gather(self) -> None:
        """Let requests that have arrived already be read, as long as they keep coming: a commit of
        many costs little more than one of few. No timer: an idle server waits for nobody."""
        before = 0
        for _ in range(_TURNS):
            if self._waiting_rows == before or self._waiting_rows >= self._group_rows:
                return
            before = self._waiting_rows
            await asyncio.sleep(0)

    def _next_group(self) -> list[Any]:
        """Who is next: calls of one kind, the kinds in turn."""
        for _ in range(len(self._lines)):
            line = self._lines[0]
            self._lines.rotate(-1)
            if line.calls:
                return self._taken(line)
        return []

    def _taken(self, line: _Line) -> list[Any]:
        group: list[Any] = []
        size = 0
        while line.calls and size < line.full:
            call = line.calls.popleft()
            size += 1 if line is self._ones else len(call)
            if not call.done.cancelled():
                group.append(call)
        self._waiting_rows -= size
        self._groups += 1
        self._taken_rows += size
        return group
