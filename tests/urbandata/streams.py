"""Pages that listen to live values, in the test's own process."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.plane.patience import PATIENCE_S

from netzstadt.plane.app import Plane


@dataclass
class Stream:
    """A page that listens: its answer so far, and how to leave."""

    status: int = 0
    text: str = ""
    is_over: bool = False
    left: asyncio.Event = field(default_factory=asyncio.Event)
    reads: asyncio.Event = field(default_factory=asyncio.Event)
    is_stuck: bool = False  # the page does not read what was sent to it
    grown: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def values(self) -> list[dict[str, Any]]:
        """Every value told, in its order, and once: what a page is greeted with it may be told
        again, where another transaction of the server held the outbox back."""
        lines = [line[6:] for line in self.text.split("\n") if line.startswith("data: ")]
        told = [value for line in lines for value in json.loads(line)]
        return [value for n, value in enumerate(told) if value not in told[:n]]

    @property
    def last_id(self) -> str:
        """The id of the last event, which a browser sends when it comes back."""
        return [line[4:] for line in self.text.split("\n") if line.startswith("id: ")][-1]

    async def until(self, count: int) -> list[dict[str, Any]]:
        """Wait for so many values."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.values) < count:
                self.grown.clear()
                await self.grown.wait()
        return self.values

    async def until_told(self, number: float) -> None:
        """Wait for this very value."""
        async with asyncio.timeout(PATIENCE_S):
            while number not in [value["value"] for value in self.values]:
                self.grown.clear()
                await self.grown.wait()

    async def end(self) -> None:
        """Wait until the server ends it."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.is_over:
                self.grown.clear()
                await self.grown.wait()


@asynccontextmanager
async def listening(
    plane: Plane, query: str, *, last_id: str = "", path: str = "/live/values"
) -> AsyncIterator[Stream]:
    """Open a stream, and leave it at the end of the block."""
    stream = Stream()
    stream.reads.set()

    async def receive() -> dict[str, Any]:
        await stream.left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            stream.status = message["status"]
        else:
            stream.text += message.get("body", b"").decode()
            stream.is_over = not message.get("more_body", False)
        stream.grown.set()
        stream.is_stuck = not stream.reads.is_set()
        await stream.reads.wait()
        stream.is_stuck = False

    headers = [(b"host", b"127.0.0.1")]
    if last_id:
        headers.append((b"last-event-id", last_id.encode()))
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "scheme": "http",
    }
    task = asyncio.create_task(plane(scope, receive, send))
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not stream.status:
                await stream.grown.wait()
        yield stream
    finally:
        stream.left.set()
        async with asyncio.timeout(PATIENCE_S):
            await task
