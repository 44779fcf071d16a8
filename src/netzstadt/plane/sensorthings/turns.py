"""Turns of the event loop, for work on many rows: other requests are answered in between."""

import asyncio
import time

# So long one request may keep all others waiting.
_TURN_S = 0.01


class Turns:
    """The turns of one request."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    async def give(self) -> None:
        """Let others have their turn, if this one has taken its time."""
        if time.perf_counter() - self._since > _TURN_S:
            await asyncio.sleep(0)
            self._since = time.perf_counter()
