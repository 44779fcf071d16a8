"""Places for large bodies: however many come at once, the memory that they take is bounded.

A decoded body takes many times its length, so few are decoded and stored at a time; some more may
be on their way, or a few slow senders would keep all others out. Small bodies need no place.
"""

import asyncio

from netzstadt.plane.errors import Problem

LARGE = 256 * 1024
READ_AT_ONCE = 16
WORKED_AT_ONCE = 4
# Who finds no place within this time is asked to come again.
WAITS_S = 5.0
RETRY_AFTER_S = b"5"


class LargeBodies:
    """The places of one process."""

    def __init__(self) -> None:
        self._reading = asyncio.Semaphore(READ_AT_ONCE)
        self._working = asyncio.Semaphore(WORKED_AT_ONCE)

    def place(self) -> "Place":
        """A place for one request, not taken yet."""
        return Place(self._reading, self._working)


class Place:
    """What one request holds of the places; all of it is given back by ``leave``."""

    def __init__(self, reading: asyncio.Semaphore, working: asyncio.Semaphore) -> None:
        self._reading = reading
        self._working = working
        self._held: list[asyncio.Semaphore] = []

    async def to_read(self) -> None:
        """Wait until the body may be read. Raises Problem 503."""
        await self._take(self._reading)

    async def to_work(self) -> None:
        """Wait until the body, which is there, may be decoded and stored. Raises Problem 503."""
        await self._take(self._working)

    async def _take(self, places: asyncio.Semaphore) -> None:
        try:
            async with asyncio.timeout(WAITS_S):
                await places.acquire()
        except TimeoutError as error:
            raise Problem(
                503,
                "Too many large bodies arrive at once; try again, or send smaller ones.",
                headers=((b"retry-after", RETRY_AFTER_S),),
            ) from error
        self._held.append(places)

    def leave(self) -> None:
        """Give back what is held; more than once does no harm."""
        while self._held:
            self._held.pop().release()


def is_large(length: bytes | None) -> bool:
    """Whether a body with this Content-Length may be large; one without it may be anything."""
    return length is None or len(length) > 6 or (len(length) == 6 and length > b"%d" % LARGE)
