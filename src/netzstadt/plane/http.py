"""The few pieces of HTTP that the raw ASGI application needs."""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from netzstadt.plane.errors import Problem

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAXIMUM_BODY = 8 * 1024 * 1024
MAXIMUM_DROPPED = 32 * 1024 * 1024
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


class Request:
    """One HTTP request. ``path`` is decoded, ``query`` is the raw query string."""

    __slots__ = ("_receive", "headers", "method", "path", "query", "raw_path", "scheme")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
        self.query: bytes = scope["query_string"]
        self.scheme: str = scope.get("scheme", "http")
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self._receive = receive

    async def disconnected(self) -> None:
        """Wait until the client has gone; for streams that have nothing more to read."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def body(self) -> bytes:
        """Read the whole body.

        Raises Problem 413 past MAXIMUM_BODY, 400 where the client hangs up before its end. What is
        too much is read and dropped, up to MAXIMUM_DROPPED: a client that still sends would lose
        the answer with the connection.
        """
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
    size = sum(len(name) + len(value) for name, value in request.headers.items())
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
        """Send it; ``head`` keeps the body back (RFC 9110, 9.3.2)."""
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
