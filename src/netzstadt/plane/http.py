"""The few pieces of HTTP that the raw ASGI application needs."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from netzstadt.lib.addresses import client_address
from netzstadt.plane.errors import Problem
from netzstadt.plane.large_bodies import LARGE, LargeBodies, Place, is_large

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAXIMUM_BODY = 8 * 1024 * 1024
MAXIMUM_DROPPED = 32 * 1024 * 1024
# Whoever sends more slowly holds one of the server's places, and is sent away.
BODY_WITHIN_S = 60.0
MAXIMUM_TARGET = 16 * 1024
MAXIMUM_HEADERS = 32 * 1024

JSON = b"application/json; charset=utf-8"
TEXT = b"text/plain; charset=utf-8"
PROBLEM = b"application/problem+json"

# What is public may be read from pages of other origins; there are no cookies here, so no
# credentials come with such a request, and a key is only ever sent on purpose.
_OPEN = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Location, Retry-After"),
    (b"x-content-type-options", b"nosniff"),
    # An answer depends on the key; a shared cache must not mix them.
    (b"vary", b"Authorization, X-API-Key"),
)


class _SlowBodies:
    """Ends requests whose body does not come. One timer for all: one each would cost the hot path
    a tenth of its time."""

    def __init__(self) -> None:
        self._since: dict[asyncio.Task[Any], float] = {}
        self._ended: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def watch(self, task: asyncio.Task[Any]) -> None:
        """Cancel ``task`` unless it is forgotten within BODY_WITHIN_S, or a quarter more."""
        loop = task.get_loop()
        self._since[task] = loop.time()
        if self._loop is not loop:
            self._loop = loop
            self._look_again(loop)

    def forget(self, task: asyncio.Task[Any]) -> None:
        """The body has come, or nobody waits for it any more."""
        self._since.pop(task, None)
        self._ended.discard(task)

    def was_ended(self, task: asyncio.Task[Any]) -> bool:
        """Whether the task was cancelled from here."""
        return task in self._ended

    def _look_again(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_later(BODY_WITHIN_S / 4, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        limit = loop.time() - BODY_WITHIN_S
        for task, since in list(self._since.items()):
            if since < limit and task.get_loop() is loop:
                self._ended.add(task)
                task.cancel()
        self._look_again(loop)


_slow_bodies = _SlowBodies()


class Request:
    """One HTTP request. ``path`` is decoded, ``query`` is the raw query string."""

    __slots__ = (
        "_large_bodies",
        "_peer",
        "_place",
        "_receive",
        "headers",
        "method",
        "path",
        "query",
        "raw_path",
        "scheme",
    )

    def __init__(
        self, scope: Scope, receive: Receive, large_bodies: LargeBodies | None = None
    ) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
        self.query: bytes = scope["query_string"]
        self.scheme: str = scope.get("scheme", "http")
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self._receive = receive
        self._peer: tuple[str, int] | None = scope.get("client")
        self._large_bodies = large_bodies
        self._place: Place | None = None

    def client(self, *, is_behind_proxy: bool) -> str:
        """The address that it came from; empty where the server does not know it."""
        forwarded = self.headers.get(b"x-forwarded-for", b"").decode("latin-1")
        peer = self._peer[0] if self._peer else ""
        return client_address(peer, forwarded, is_behind_proxy=is_behind_proxy)

    @property
    def is_keyed(self) -> bool:
        """Whether an API key came with it, good or bad."""
        return b"authorization" in self.headers or b"x-api-key" in self.headers

    async def disconnected(self) -> None:
        """Wait until the client has gone; for streams that have nothing more to read."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def body(self) -> bytes:
        """Read the whole body; a large one waits for its place, and holds it until ``leave``.

        Raises Problem 413 past MAXIMUM_BODY, 400 where the client hangs up before its end. What is
        too much is read and dropped, up to MAXIMUM_DROPPED: a client that still sends would lose
        the answer with the connection. Raises Problem 408 where it takes longer than BODY_WITHIN_S,
        503 where there is no place.
        """
        if self._large_bodies is None or not is_large(self.headers.get(b"content-length")):
            return await self._within_time()
        self._place = place = self._large_bodies.place()
        await place.to_read()
        body = await self._within_time()
        if len(body) > LARGE:
            await place.to_work()
        else:
            place.leave()
        return body

    def leave(self) -> None:
        """Give back the place of a large body: nothing of it is needed any more."""
        if self._place is not None:
            self._place.leave()

    async def _within_time(self) -> bytes:
        task = asyncio.current_task()
        assert task is not None, "a server runs every request as a task"
        _slow_bodies.watch(task)
        try:
            return await self._read()
        except asyncio.CancelledError as error:
            if not _slow_bodies.was_ended(task):
                raise
            task.uncancel()
            detail = f"The body did not arrive within {BODY_WITHIN_S:.0f} seconds."
            raise Problem(408, detail, headers=((b"connection", b"close"),)) from error
        finally:
            _slow_bodies.forget(task)

    async def _read(self) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Problem(400, "The body ended too early.")
            part: bytes = message.get("body", b"")
            size += len(part)
            if size <= MAXIMUM_BODY:
                parts.append(part)
            else:
                parts.clear()
            if size > MAXIMUM_DROPPED or not message.get("more_body"):
                break
        if size > MAXIMUM_BODY:
            raise Problem(413, f"The body is larger than {MAXIMUM_BODY // 2**20} MiB.")
        return parts[0] if len(parts) == 1 else b"".join(parts)


def check_limits(request: Request) -> None:
    """Raises Problem 414 or 431 where the target or the headers are larger than any honest one."""
    if len(request.raw_path) + len(request.query) > MAXIMUM_TARGET:
        raise Problem(414, f"The address is longer than {MAXIMUM_TARGET} bytes.")
    size = sum(map(len, request.headers)) + sum(map(len, request.headers.values()))
    if size > MAXIMUM_HEADERS:
        raise Problem(431, f"The headers are larger than {MAXIMUM_HEADERS} bytes.")


@dataclass(slots=True)
class Response:
    """An answer; ``body`` is bytes, or an async iterator of bytes that is streamed."""

    status: int = 200
    body: bytes | AsyncIterator[bytes] = b""
    content_type: bytes = JSON
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def send(self, send: Send, *, head: bool = False) -> None:
        """Send it; ``head`` keeps the body back (RFC 9110, 9.3.2). A stream is closed at its end,
        also where it is not sent to it: what it holds is free again."""
        try:
            await self._send(send, head=head)
        finally:
            if isinstance(self.body, AsyncGenerator):
                await self.body.aclose()

    async def _send(self, send: Send, *, head: bool) -> None:
        headers = [*_OPEN, *self.headers]
        body = self.body
        if self.status != 204:
            headers.append((b"content-type", self.content_type))
        if isinstance(body, bytes) and self.status != 204:
            headers.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        if isinstance(body, bytes):
            await send({"type": "http.response.body", "body": b"" if head else body})
            return
        if not head:
            async for part in body:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
