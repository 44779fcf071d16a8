"""The few pieces of HTTP that the raw ASGI application needs."""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from netzstadt.plane.errors import Problem

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAXIMUM_BODY = 8 * 1024 * 1024
JSON = b"application/json; charset=utf-8"


class Request:
    """One HTTP request. ``path`` is decoded, ``query`` is the raw query string."""

    __slots__ = ("_receive", "headers", "method", "path", "query", "raw_path")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
        self.query: bytes = scope["query_string"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self._receive = receive

    async def body(self) -> bytes:
        """Read the whole body. Raises Problem 413 past MAXIMUM_BODY, before it is all read."""
        too_large = Problem(413, f"The body is larger than {MAXIMUM_BODY // 2**20} MiB.")
        declared = self.headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > MAXIMUM_BODY:
            raise too_large
        message = await self._receive()
        body: bytes = message.get("body", b"")
        if not message.get("more_body"):
            if len(body) > MAXIMUM_BODY:
                raise too_large
            return body
        parts = [body]
        size = len(body)
        while message.get("more_body"):
            message = await self._receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > MAXIMUM_BODY:
                raise too_large
        return b"".join(parts)


@dataclass(slots=True)
class Response:
    """An answer; ``body`` is bytes, or an async iterator of bytes that is streamed."""

    status: int = 200
    body: bytes | AsyncIterator[bytes] = b""
    content_type: bytes = JSON
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
