"""The one way in for observations: validation and grouped commits. Imports: see load.py."""

import asyncio
from collections import deque
from collections.abc import Sequence
from uuid import UUID

import asyncpg

from netzstadt.plane.batches import Columns, Rows, accept
from netzstadt.plane.blocks import NumberBlock, join, judge
from netzstadt.plane.groups import Writer
from netzstadt.plane.pending import KeyRefused, Pending, Receipt
from netzstadt.plane.rollups import DAY_STARTS, Days

__all__ = ["Busy", "Columns", "Ingest", "KeyRefused", "NumberBlock", "Receipt"]

# At most so many turns of the event loop are given to what has arrived already.
_TURNS = 16


class Busy(Exception):
    """The queue is full; try again after ``retry_after`` seconds (HTTP 503)."""

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__("The queue of observations is full.")
        self.retry_after = retry_after


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
        group_numbers: int = 10_000,
        queue_rows: int = 100_000,
    ) -> None:
        """``writers`` transactions at once, each of about ``group_rows``, or ``group_numbers``
        where they travel packed; at most ``queue_rows`` wait, then Busy."""
        self._pool = pool
        self._group_rows = group_rows
        self._group_numbers = group_numbers
        self._queue_rows = queue_rows
        self._writers = self._free = writers
        self._queue: deque[Pending] = deque()
        self._waiting_rows = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._writer: Writer | None = None
        self._is_open = True

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
        while self._tasks:
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

    async def _queued(self, pending: Pending) -> Receipt:
        """Wait for the commit. Raises Busy, KeyRefused."""
        length = len(pending)
        if not length:
            return pending.receipt
        if not self._is_open or (self._queue and self._waiting_rows + length > self._queue_rows):
            raise Busy
        self._queue.append(pending)
        self._waiting_rows += length
        # One writer makes the largest groups; another one helps where a group is full already.
        if self._free == self._writers or (self._free and self._waiting_rows >= self._group_rows):
            self._free -= 1
            task = asyncio.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await pending.done

    async def _work(self) -> None:
        """Write groups until the queue is empty."""
        try:
            writer = await self._the_writer()
            while self._queue:  # giving the connection back takes a while, too
                async with self._pool.acquire() as connection:
                    while self._queue and not connection.is_closed():
                        await self._gather()
                        await writer.commit(connection, self._next_group())
        except Exception as error:  # noqa: BLE001 - whatever it was, everyone is told
            # No connection, or it was lost while it was given back: nothing of theirs was written.
            for pending in self._next_group(everything=True):
                pending.fail(error)
        finally:
            self._free += 1

    async def _gather(self) -> None:
        """Let requests that have arrived already be read, as long as they keep coming: a commit of
        many costs little more than one of few. No timer: an idle server waits for nobody."""
        length = 0
        for _ in range(_TURNS):
            if len(self._queue) == length or self._waiting_rows >= self._group_rows:
                return
            length = len(self._queue)
            await asyncio.sleep(0)

    def _next_group(self, *, everything: bool = False) -> list[Pending]:
        """Who is next: of one kind, numbers that travel packed or rows."""
        group: list[Pending] = []
        size = 0
        is_packed = bool(self._queue) and self._queue[0].numbers is not None
        limit = self._group_numbers if is_packed else self._group_rows
        while self._queue:
            is_other = (self._queue[0].numbers is not None) is not is_packed
            if not everything and group and (size >= limit or is_other):
                break
            pending = self._queue.popleft()
            size += len(pending)
            if not pending.done.cancelled():
                group.append(pending)
        self._waiting_rows -= size
        return group
