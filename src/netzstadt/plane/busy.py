"""Calls to series that somebody else holds for long: they wait here, so that others need not."""

import asyncio
from collections.abc import Callable, Iterable

import asyncpg

from netzstadt.plane.groups import BUSY, HELD
from netzstadt.plane.pending import Busy, Pending

_FIRST_LOOK_S, _LATER_LOOKS_S = 0.05, 1.0
# Whoever waited so long is told to try again; a large Datastream takes minutes to delete.
_LONGEST_S = 10.0


class BusySeries:
    """The series that are held, and the calls that wait for them; ``again`` takes a call back."""

    def __init__(self, pool: asyncpg.Pool, again: Callable[[Pending], None]) -> None:
        self._pool = pool
        self._again = again
        self._calls: list[Pending] = []
        self._ids: set[int] = set()
        self._watch: asyncio.Task[None] | None = None

    @property
    def rows(self) -> int:
        """How many rows wait here."""
        return sum(map(len, self._calls))

    def holds(self, series_ids: Iterable[int]) -> bool:
        """Whether one of the series is known to be held."""
        return bool(self._ids) and not self._ids.isdisjoint(series_ids)

    def keep(self, calls: Iterable[Pending]) -> None:
        """Have the calls wait until their series are free, or too long."""
        now = asyncio.get_running_loop().time()
        for call in calls:
            if call.busy_since is None:
                call.busy_since = now
            self._calls.append(call)
            self._ids |= call.series()
        if self._calls and self._watch is None:
            self._watch = asyncio.create_task(self._look())

    async def empty(self) -> None:
        """Wait until nobody waits here any more."""
        if self._watch is not None:
            await asyncio.wait([self._watch])

    async def _look(self) -> None:
        pause = _FIRST_LOOK_S
        try:
            while self._calls:
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LATER_LOOKS_S)
                asked = sorted(self._ids)
                busy = await self._pool.fetchval(BUSY, asked)
                self._ids = (self._ids - set(asked)) | set(busy)
                self._release()
        except Exception as error:  # noqa: BLE001 - whatever it was, everyone is told
            for call in self._calls:
                call.fail(error)
            self._calls.clear()
        finally:
            self._ids.clear()
            self._watch = None

    def _release(self) -> None:
        """Give back the calls whose series are free, and send away who waited too long."""
        now = asyncio.get_running_loop().time()
        calls, self._calls = self._calls, []
        for call in calls:
            if not self.holds(call.series()):
                call.is_busy = False
                self._again(call)
            elif now - (call.busy_since or now) > _LONGEST_S:
                call.fail(Busy(HELD, retry_after=10))
            else:
                self._calls.append(call)
