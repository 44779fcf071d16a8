"""``/health/live``, ``/health/ready`` and ``/metrics``; and the counting of every request."""

import hmac
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from netzstadt.lib.addresses import is_loopback
from netzstadt.lib.logs import request_id
from netzstadt.plane.app import Plane
from netzstadt.plane.http import JSON, TEXT, Receive, Scope, Send
from netzstadt.plane.watching.facts import Watch
from netzstadt.plane.watching.metrics import CONTENT_TYPE, Metrics, class_of

logger = logging.getLogger("netzstadt.access")
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_PATHS = {"/health/live", "/health/ready", "/metrics"}
# What is waiting for this long is no request that somebody at a page would wait for.
SLOW_S = 5.0


class Watching:
    """Answers those who watch, and counts what all others were answered."""

    def __init__(self, plane: Plane, watch: Watch, *, token: str, access_log: bool) -> None:
        self._plane = plane
        self._watch = watch
        self._token = token.encode()
        self._access_log = access_log
        self.metrics = Metrics()

    def answers(self, scope: Scope) -> bool:
        """Whether the request is for those who watch."""
        return scope["path"] in _PATHS

    async def counted(
        self, application: Application, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Have ``application`` answer, with an id for the request, and count the answer."""
        identity = secrets.token_hex(6)
        mark = request_id.set(identity)
        begun, status = time.perf_counter(), 500

        async def noted(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", ()), (b"x-request-id", identity.encode())]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await application(scope, receive, noted)
        finally:
            seconds = time.perf_counter() - begun
            self.metrics.answered(
                path=scope["path"], method=scope["method"], status=status, seconds=seconds
            )
            self._log(scope, status, seconds)
            request_id.reset(mark)

    def _log(self, scope: Scope, status: int, seconds: float) -> None:
        route = scope.get("netzstadt.route") or f"({class_of(scope['path'])})"
        is_slow = seconds > SLOW_S and not scope["path"].startswith("/live/")
        if self._access_log or is_slow:
            facts = {"route": route, "status": status, "ms": round(seconds * 1000, 1)}
            logger.info("%s", "slow" if is_slow else "answered", extra={"facts": facts})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one of the three addresses."""
        if scope["method"] not in {"GET", "HEAD"}:
            return await _answer(scope, send, 405, TEXT, b"Ask with GET.", (b"allow", b"GET, HEAD"))
        path = scope["path"]
        if path == "/health/live":
            return await _answer(scope, send, 200, JSON, b'{"status":"live"}')
        if path == "/metrics" and not self._is_known(scope):
            sentence = b"Metrics are told to this machine, or with NETZSTADT_METRICS_TOKEN."
            return await _answer(scope, send, 403, TEXT, sentence)
        facts = await self._watch.facts()
        if path == "/metrics":
            text = self.metrics.text(facts, getattr(self._plane, "ingest", None), self._pools())
            return await _answer(scope, send, 200, CONTENT_TYPE, text)
        content: dict[str, object] = {"status": "not ready" if facts.faults else "ready"}
        if self._is_known(scope):
            content |= {"faults": facts.faults, "facts": facts.values, "disk_free": facts.free}
        status = 503 if facts.faults else 200
        return await _answer(scope, send, status, JSON, msgspec.json.encode(content))

    def _pools(self) -> dict[str, tuple[int, int]]:
        pools = {name: getattr(self._plane, name, None) for name in ("reads", "writes", "arrivals")}
        return {
            name: (pool.get_idle_size(), pool.get_size()) for name, pool in pools.items() if pool
        }

    def _is_known(self, scope: Scope) -> bool:
        """From this machine and through no proxy, or with the token."""
        headers = dict(scope["headers"])
        given = headers.get(b"authorization", b"")
        if self._token and given[:7].lower() == b"bearer ":
            return hmac.compare_digest(given[7:], self._token)
        peer = scope.get("client")
        forwarded = any(name in headers for name in (b"x-forwarded-for", b"forwarded", b"via"))
        forwarded = forwarded or b"x-forwarded-proto" in headers
        return peer is not None and is_loopback(peer[0]) and not forwarded


async def _answer(
    scope: Scope,
    send: Send,
    status: int,
    content_type: bytes,
    body: bytes,
    *more: tuple[bytes, bytes],
) -> None:
    headers = [
        (b"content-type", content_type),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
