"""One ASGI application: the data plane in front, Django behind it, in one process.

Hot paths are answered by the plane and never enter Django.
"""

import asyncio
import gc
import os
import signal
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from netzstadt.config import Config
from netzstadt.embedded.address import database_url
from netzstadt.embedded.children import end_with_supervisor
from netzstadt.plane.app import Plane
from netzstadt.plane.http import Receive, Scope, Send
from netzstadt.plane.migrate import shipped_steps
from netzstadt.plane.watching.facts import Watch
from netzstadt.plane.watching.routes import Watching

if TYPE_CHECKING:
    from django.core.handlers.asgi import ASGIHandler

Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# Of a body for Django; the plane has a limit of its own. Django would write a larger one to the
# disk before it looked at its size.
LARGEST_BODY = 10 * 2**20
# New objects until the garbage collector looks at the youngest, and how often at the older ones.
# Requests leave next to no cycles behind, and with Python's own numbers looking for them took a
# fifth of the time of a small request.
COLLECT_AFTER = (20_000, 20, 50)
# Whoever sends more slowly holds one of the places for requests, and is sent away.
BODY_WITHIN_S = 60.0
# Files that people attach may be larger and take longer; the form around one is small.
FILES = "/files/"
FILE_WITHIN_S = 600.0
FORM_AROUND_A_FILE = 2**16


@dataclass(frozen=True, slots=True)
class Limit:
    """How large a body may be, and how long it may take."""

    size: int
    seconds: float


def static_mount() -> tuple[str, Path] | None:
    """Path and folder of the static files that the server answers itself; None before set-up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netzstadt.settings")
    from django.conf import settings

    folder = Path(settings.STATIC_ROOT)
    return (settings.STATIC_URL.rstrip("/"), folder) if folder.is_dir() else None


def make_application() -> Application:
    """Build the application from the environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netzstadt.settings")
    from django.conf import settings
    from django.core.asgi import get_asgi_application

    end_with_supervisor()
    config = Config.from_environment()
    django = get_asgi_application()
    from netzstadt.core.operation import queries as operation  # models: only after set-up

    # Links may follow the Host header to these names; a configured address is always used as it is.
    names = {name.strip().lower() for name in config.allowed_hosts.split(",") if name.strip()}
    names |= {"localhost", "127.0.0.1", "[::1]"}
    hosts = frozenset() if config.base_url else frozenset(names)
    plane = Plane(
        database_url(config),
        public_url=config.public_url,
        hosts=hosts,
        secret_key=settings.SECRET_KEY,  # pages sign tickets for the plane with it
    )

    watch = Watch(
        database_url(config),
        data=config.data_path,
        steps=frozenset([*shipped_steps(), *operation.steps_of_rooms()]),
    )
    watching = Watching(plane, watch, token=config.metrics_token, access_log=config.access_log)
    for_form = Limit(LARGEST_BODY, BODY_WITHIN_S)
    for_file = Limit(config.largest_file_mb * 2**20 + FORM_AROUND_A_FILE, FILE_WITHIN_S)
    _settle()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(Plane.PREFIXES):
            await plane(scope, receive, send)
        else:
            limit = for_file if scope["path"].startswith(FILES) else for_form
            await _with_limit(django, limit, scope, receive, send)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            _end_streams_at_signals(plane)
            await plane.lifespan(receive, send)
        elif watching.answers(scope):
            await watching(scope, receive, send)
        else:
            await watching.counted(answer, scope, receive, send)

    return application


def _settle() -> None:
    """Load what the first page needs, and spare the collector what lives as long as the server."""
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    gc.set_threshold(*COLLECT_AFTER)
    gc.collect()
    gc.freeze()


def _end_streams_at_signals(plane: Plane) -> None:
    """End live streams as soon as this process is asked to stop.

    granian finishes the requests in the works before it ends the lifespan, and a stream is a
    request that would never be finished: its worker would be killed after a while.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # signals reach the main thread alone
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        _also_at(number, loop, plane.live.stop)


def _also_at(
    number: signal.Signals, loop: asyncio.AbstractEventLoop, act: Callable[[], None]
) -> None:
    """Have ``loop`` do something at a signal, beside what happens at it already."""
    before = signal.getsignal(number)

    def handle(caught: int, frame: FrameType | None) -> None:
        with suppress(RuntimeError):  # the loop is closed: everything has ended
            loop.call_soon_threadsafe(act)
        if callable(before):
            before(caught, frame)

    signal.signal(number, handle)


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


async def _with_limit(
    django: "ASGIHandler", limit: Limit, scope: Scope, receive: Receive, send: Send
) -> None:
    """Cut a body off that is too long (413) or takes too long (408)."""
    if _declared_length(scope) > limit.size:
        await _refuse_body(send, limit)
        return
    size = 0
    is_whole = is_late = is_answered = False
    deadline = asyncio.get_running_loop().time() + limit.seconds

    async def limited() -> MutableMapping[str, Any]:
        nonlocal size, is_whole, is_late
        if is_whole:  # Django waits for the client to go
            return await receive()
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            is_late = True
            return {"type": "http.disconnect"}
        is_whole = not message.get("more_body")
        size += len(message.get("body", b""))
        return message if size <= limit.size else {"type": "http.disconnect"}

    async def noted(message: MutableMapping[str, Any]) -> None:
        nonlocal is_answered
        is_answered = True
        await send(message)

    await django(scope, limited, noted)  # type: ignore[arg-type]
    if is_late and not is_answered:
        await _refuse(send, 408, f"The body did not arrive within {limit.seconds:.0f} seconds.")
    elif size > limit.size and not is_answered:
        await _refuse_body(send, limit)


async def _refuse_body(send: Send, limit: Limit) -> None:
    await _refuse(send, 413, f"The body is larger than {limit.size // 2**20} MiB.")


async def _refuse(send: Send, status: int, sentence: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode()})
