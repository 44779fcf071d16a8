"""Live values as server-sent events (WHATWG HTML, 9.2) at ``/live/values?series=1,2``."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from uuid import UUID

from netzstadt.lib.addresses import client_of
from netzstadt.lib.live_tickets import MAXIMUM_SERIES, TicketRefused, reader_of
from netzstadt.plane.errors import Problem, bad_request
from netzstadt.plane.http import Request, Response
from netzstadt.plane.live.hub import (
    UNREADABLE,
    Hub,
    Listener,
    Stopping,
    TooManyListeners,
    TooManyOfOne,
)
from netzstadt.plane.outbox import Place

if TYPE_CHECKING:
    from netzstadt.plane.app import Plane

PREFIX = b"/live/"
HEARTBEAT_S = 15.0
# A stream ends after this time and the browser opens a new one: no connection lives for ever.
LONGEST_S = 1800.0
RECONNECT_MS = 3000

_NO_PLACE: dict[type[Exception], tuple[int, int, str]] = {
    Stopping: (503, 5, "The server stops; try again."),
    TooManyListeners: (
        503,
        30,
        "Too many pages listen now. The page itself has the newest values.",
    ),
    TooManyOfOne: (
        429,
        30,
        "Too many pages listen from here; close some. The page itself has the newest values.",
    ),
}


class Live:
    """The part of the plane below /live/. ``key`` checks the tickets of signed-in readers."""

    def __init__(self, *, key: str) -> None:
        self.hub = Hub()
        self._key = key

    def stop(self) -> None:
        """End every stream, and begin none any more; what they miss is told when they come back."""
        self.hub.stop()

    async def answer(self, plane: "Plane", request: Request) -> Response:
        """Open a stream of latest values.

        ``series`` are the ids of up to MAXIMUM_SERIES series, ``ticket`` names a reader; without
        one only public series are told. A series that the reader may not see, or that is not
        there, stays silent. Raises Problem for what cannot be answered.
        """
        if request.path != "/live/values":
            raise Problem(404, "There is nothing at this address; live values are at /live/values.")
        if request.method != "GET":
            raise Problem(405, "Live values can only be read.", headers=((b"allow", b"GET"),))
        query = _query(request.query)
        reader = await self._reader(plane, query.get("ticket", ""))
        address = client_of(request.client(is_behind_proxy=plane.public_url.startswith("https:")))
        listener = Listener(_series(query.get("series", "")), reader, address)
        since = Place.parse(request.headers.get(b"last-event-id", b"").decode("latin-1"))
        stream = self._stream(plane, request, listener, since)
        try:
            await anext(stream)  # takes its place, or there is none
        except (Stopping, TooManyListeners, TooManyOfOne) as refusal:
            raise _no_place(refusal) from refusal
        return Response(
            body=stream,
            content_type=b"text/event-stream; charset=utf-8",
            headers=[(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")],
        )

    async def _reader(self, plane: "Plane", ticket: str) -> UUID | None:
        """The reader that the ticket names, who may sign in now."""
        if not ticket:
            return None
        try:
            reader = reader_of(ticket, now=int(time.time()), key=self._key)
        except TicketRefused as refusal:
            # 204 would stop the browser as well, but tell nobody why.
            raise Problem(401, str(refusal), place="ticket") from refusal
        if not await self.hub.active(plane.reads, [reader]):
            raise Problem(401, "The account of this ticket is not in use.", place="ticket")
        return reader

    async def _stream(
        self, plane: "Plane", request: Request, listener: Listener, since: Place | None
    ) -> AsyncIterator[bytes]:
        """The stream, after an empty part that says that it has its place."""
        ends_at = time.monotonic() + LONGEST_S
        async with self.hub.listen(plane.reads, listener):
            yield b""
            gone = asyncio.ensure_future(request.disconnected())
            try:
                yield b"retry: %d\n\n" % RECONNECT_MS
                await self.hub.greet(plane.reads, listener, since)
                while time.monotonic() < ends_at:
                    woken = asyncio.ensure_future(listener.wake.wait())
                    await asyncio.wait(
                        (woken, gone), timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED
                    )
                    woken.cancel()
                    await self.hub.judge_again(plane.reads, listener)
                    if gone.done() or listener.is_ended:
                        return
                    yield _event(listener)
            except UNREADABLE:
                return  # the browser comes back and is told what it missed
            finally:
                gone.cancel()


def _no_place(refusal: Exception) -> Problem:
    status, seconds, detail = _NO_PLACE[type(refusal)]
    return Problem(status, detail, headers=((b"retry-after", b"%d" % seconds),))


def _event(listener: Listener) -> bytes:
    values = listener.take()
    if not values:
        return b": still here\n\n"
    return f"id: {listener.place}\nevent: values\ndata: [{','.join(values)}]\n\n".encode()


def _query(raw: bytes) -> dict[str, str]:
    try:
        return {
            key: values[-1]
            for key, values in parse_qs(raw.decode("ascii"), max_num_fields=10).items()
        }
    except ValueError as error:
        raise bad_request("The query cannot be read.", place="?") from error


def _series(text: str) -> frozenset[int]:
    names = [name for name in text.split(",") if name]
    if not names or len(names) > MAXIMUM_SERIES:
        raise bad_request(
            f"Name 1 to {MAXIMUM_SERIES} series: /live/values?series=1,2,3", place="series"
        )
    if not all(name.isdecimal() and name.isascii() and len(name) < 19 for name in names):
        raise bad_request("The id of a series is a whole number.", place="series")
    return frozenset(int(name) for name in names)
