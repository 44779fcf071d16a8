"""The data plane as a raw ASGI application."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import asyncpg

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Plane:
    """Answers what begins with one of PREFIXES; holds the pool while the server lives."""

    PREFIXES = ("/sta/", "/live/")

    def __init__(self, database_url: str, *, public_url: str) -> None:
        self.database_url = database_url
        self.public_url = public_url
        self.pool: asyncpg.Pool | None = None

    async def start(self) -> None:
        self.pool = await asyncpg.create_pool(self.database_url, min_size=2, max_size=8)

    async def stop(self) -> None:
        if self.pool:
            await self.pool.close()

    async def lifespan(self, receive: Receive, send: Send) -> None:
        """Start and stop with the server (ASGI lifespan protocol)."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})
