"""The one way in for observations: validation and grouped commits. Imports: see load.py."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from netzstadt.lib.ids import new_id
from netzstadt.lib.json_text import json_text
from netzstadt.plane.batches import (
    ADD,
    REFUSALS,
    Columns,
    Prepared,
    Rows,
    Rules,
    accept,
    learn_rules,
    prepare,
)
from netzstadt.plane.load import LoadReceipt
from netzstadt.plane.rollups import DAY_STARTS, Days

__all__ = ["Busy", "Columns", "Ingest", "KeyRefused", "LoadReceipt", "Receipt"]

# What a row may do to its transaction; tried again in parts until the row is alone.
_ROW_ERRORS = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)
# At most so many turns of the event loop are given to what has arrived already.
_TURNS = 16
# One event for what a request brought at once: the key's, so that its trail tells what it wrote.
_RECORD = (
    "select audit_append($1, 'plane.observations.added', person_id, id, 'urbandata.api_key', id, "
    "$3::jsonb) from api_key where id = $2"
)
_TRY_AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


@dataclass(slots=True)
class Receipt:
    """What became of every row of a batch, by position: its sequence, or why it was refused."""

    sequence: list[int | None]
    errors: dict[int, str] = field(default_factory=dict)


class Busy(Exception):
    """The queue is full; try again after ``retry_after`` seconds (HTTP 503)."""

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__("The queue of observations is full.")
        self.retry_after = retry_after


class KeyRefused(Exception):
    """The API key is not valid (``is_invalid``, HTTP 401) or may not write to one of the series
    (HTTP 403)."""

    def __init__(self, *, is_invalid: bool) -> None:
        super().__init__(
            "This API key is unknown, revoked or expired."
            if is_invalid
            else "This API key may not write to this Datastream."
        )
        self.is_invalid = is_invalid


@dataclass(slots=True)
class _Pending:
    """The rows of one call that still wait for their commit."""

    rows: Rows
    places: list[int]  # of the rows in the caller's columns
    key_id: UUID | None
    is_recorded: bool
    receipt: Receipt
    done: asyncio.Future[Receipt]

    def drop(self, gone: dict[int, str]) -> None:
        """Refuse the rows at these places of ``rows``."""
        for place, reason in gone.items():
            self.receipt.errors[self.places[place]] = reason
        kept = [place for place in range(len(self.rows)) if place not in gone]
        self.rows = self.rows.take(kept)
        self.places = [self.places[place] for place in kept]

    def record(self) -> tuple[UUID, UUID | None, str]:
        """The event that tells of these rows, as arguments of _RECORD."""
        seconds = self.rows.seconds
        facts = {
            "observations": len(seconds),
            "series": sorted(set(self.rows.series)),
            "first": datetime.fromtimestamp(min(seconds), UTC),
            "last": datetime.fromtimestamp(max(seconds), UTC),
        }
        return new_id(), self.key_id, json_text(facts)

    def fail(self, error: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(error)

    def finish(self) -> None:
        if not self.done.done():
            self.done.set_result(self.receipt)


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
        queue_rows: int = 100_000,
    ) -> None:
        """``writers`` transactions at once, each of about ``group_rows``; at most ``queue_rows``
        wait, then Busy."""
        self._pool = pool
        self._group_rows = group_rows
        self._queue_rows = queue_rows
        self._writers = self._free = writers
        self._queue: deque[_Pending] = deque()
        self._waiting_rows = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._rules: Rules = {}
        self._days: Days | None = None
        self._is_open = True

    async def start(self) -> None:
        """Learn the city's calendar from the database; add() does it where it was not called."""
        await self.days()

    async def days(self) -> Days:
        """The city's calendar, asked of the database once."""
        if self._days is None:
            self._days = Days(await self._pool.fetchval(DAY_STARTS))
        return self._days

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
        if not places:
            return receipt
        if not self._is_open or (self._queue and self._waiting_rows + len(rows) > self._queue_rows):
            raise Busy
        pending = _Pending(
            rows,
            places,
            key_id,
            is_recorded,
            receipt,
            asyncio.get_running_loop().create_future(),
        )
        self._queue.append(pending)
        self._waiting_rows += len(rows)
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
            await self.days()
            while self._queue:  # giving the connection back takes a while, too
                async with self._pool.acquire() as connection:
                    while self._queue and not connection.is_closed():
                        await self._gather()
                        await self._commit(connection, self._next_group())
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

    def _next_group(self, *, everything: bool = False) -> list[_Pending]:
        group: list[_Pending] = []
        size = 0
        while self._queue and (everything or not group or size < self._group_rows):
            pending = self._queue.popleft()
            size += len(pending.rows)
            if not pending.done.cancelled():
                group.append(pending)
        self._waiting_rows -= size
        return group

    async def _commit(self, connection: Any, group: list[_Pending]) -> None:
        """Write a group; afterwards everyone in it knows what became of it."""
        try:
            await self._write(connection, group)
        except Exception as error:  # noqa: BLE001 - whatever it was, everyone is told
            # The connection may have broken during the commit: whether it is stored is not known,
            # so it is not tried again, and nothing is acknowledged.
            for pending in group:
                pending.fail(error)
        for pending in group:
            pending.finish()

    async def _write(self, connection: Any, group: list[_Pending]) -> None:
        """Write, taking out what is refused, until the rest is committed."""
        attempts = 0
        while group := [p for p in group if p.rows and not p.done.done()]:
            try:
                if await self._try(connection, group):
                    return
            except _TRY_AGAIN:
                attempts += 1
                if attempts > 5:
                    raise
            except _ROW_ERRORS as error:
                await self._write_in_parts(connection, group, error)
                return

    async def _write_in_parts(
        self, connection: Any, group: list[_Pending], error: asyncpg.PostgresError
    ) -> None:
        """Halve until the row that the database refuses is alone; the others are written."""
        if len(group) > 1:
            middle = len(group) // 2
            await self._write(connection, group[:middle])
            await self._write(connection, group[middle:])
            return
        whole = group[0]
        if len(whole.rows) == 1:
            whole.drop({0: f"The observation cannot be stored: {error.args[0]}."})
            return
        middle = len(whole.rows) // 2
        for part in (range(middle), range(middle, len(whole.rows))):
            half = _Pending(
                whole.rows.take(part),
                [whole.places[place] for place in part],
                whole.key_id,
                whole.is_recorded,
                whole.receipt,
                whole.done,
            )
            await self._write(connection, [half])

    async def _try(self, connection: Any, group: list[_Pending]) -> bool:
        """One transaction. Returns whether it wrote; else what was refused has been taken out."""
        rows = Rows()
        owners: list[tuple[_Pending, int]] = []  # who sent which rows: first place in ``rows``
        pairs: dict[tuple[UUID, int], None] = {}
        for pending in group:
            owners.append((pending, len(rows)))
            rows.extend(pending.rows)
            if pending.key_id is not None:
                for series_id in set(pending.rows.series):
                    pairs[pending.key_id, series_id] = None
        assert self._days is not None, "read before the first group"
        prepared = prepare(rows, list(pairs), self._rules, self._days)
        events = [pending.record() for pending in group if pending.is_recorded]
        answer = await _add(connection, prepared, events)
        match answer["problem"]:
            case None:
                _tell_sequences(owners, prepared.sequences(answer["sequences"]))
                return True
            case "rules":
                learn_rules(self._rules, answer)
            case "unknown_series":
                _drop_series(group, set(answer["places"]))
            case "invalid_key" | "refused_key" as problem:
                asked = list(pairs)
                refused = {asked[place - 1] for place in answer["places"]}
                _refuse_keys(group, refused, KeyRefused(is_invalid=problem == "invalid_key"))
            case problem:
                _drop_rows(owners, set(map(prepared.place, answer["places"])), REFUSALS[problem])
        return False


async def _add(connection: Any, prepared: Prepared, events: list[tuple[Any, ...]]) -> Any:
    """Call observations_add; where it writes, the events are written with it."""
    if not events:
        return await connection.fetchrow(ADD, *prepared.arguments)
    async with connection.transaction():
        answer = await connection.fetchrow(ADD, *prepared.arguments)
        if answer["problem"] is None:
            await connection.executemany(_RECORD, events)
    return answer


def _drop_series(group: list[_Pending], unknown: set[int]) -> None:
    for pending in group:
        series = pending.rows.series
        gone = [place for place in range(len(series)) if series[place] in unknown]
        pending.drop(dict.fromkeys(gone, REFUSALS["unknown_series"]))


def _drop_rows(owners: list[tuple[_Pending, int]], gone: set[int], reason: str) -> None:
    for pending, first in owners:
        mine = gone & set(range(first, first + len(pending.rows)))
        pending.drop({place - first: reason for place in mine})


def _refuse_keys(
    group: list[_Pending], refused: set[tuple[UUID, int]], refusal: KeyRefused
) -> None:
    for pending in group:
        key = pending.key_id
        if key and any((key, series_id) in refused for series_id in set(pending.rows.series)):
            pending.fail(refusal)


def _tell_sequences(owners: list[tuple[_Pending, int]], sequences: list[int]) -> None:
    """Enter each row's sequence into its receipt."""
    for pending, first in owners:
        told = pending.receipt.sequence
        for n, place in enumerate(pending.places, first):
            told[place] = sequences[n]
