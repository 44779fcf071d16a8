"""The data plane as a raw ASGI application: pools, routing by prefix, problem documents."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable

import asyncpg

from netzstadt.plane.errors import Problem, problem_of
from netzstadt.plane.http import PROBLEM, Receive, Request, Response, Scope, Send, check_limits
from netzstadt.plane.ingest import Ingest
from netzstadt.plane.large_bodies import LargeBodies
from netzstadt.plane.live import routes as live
from netzstadt.plane.sensorthings import routes as sensorthings
from netzstadt.plane.sensorthings.hints import Hints

Route = Callable[["Plane", Request], Awaitable[Response]]

logger = logging.getLogger("netzstadt.plane")

# What was answered to a key is kept by no cache, also not by the browser's.
_PRIVATE = (b"cache-control", b"private, no-store")

# A read that takes longer is stopped and answered with 504.
READ_TIMEOUT_MS = 15_000
WRITE_TIMEOUT_MS = 60_000
# The server stops a statement by itself. Where it cannot say so, because it is gone without a word,
# nobody waits for it longer than this beyond its time limit.
SILENCE_S = 5.0
CONNECT_WITHIN_S = 10.0
# Connections for reading, and how many of them may be at work on what can take long.
READS = 8
LONG_READS = 5
# Connections for changes of entities, and those that observations have for themselves: one for
# each writer of groups, the others to look up keys and Datastreams, which takes no time.
WRITES = 6
WRITERS = 3
LOOK_UPS = 2

_SESSION = {
    "application_name": "netzstadt-plane",
    "timezone": "UTC",
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    # Plans are reused; compiling them to machine code costs more than it saves.
    "jit": "off",
}


class Plane:
    """Answers what begins with one of PREFIXES; holds pools and ingest while the server lives.

    ``reads`` are read-only sessions with a time limit, ``arrivals`` are for observations,
    ``writes`` for all other changes: a flood of one does not take the connections of the others.
    What can take long gets only ``long_reads`` of the first, so that a few long requests do not
    stop all others. ``public_url`` begins the links in answers; a request's Host header replaces it
    only where its name is in ``hosts`` (a foreign one is never echoed).
    """

    PREFIXES = ("/sta/", "/live/")

    reads: asyncpg.Pool
    writes: asyncpg.Pool
    arrivals: asyncpg.Pool
    ingest: Ingest
    hints: Hints

    def __init__(
        self,
        database_url: str,
        *,
        public_url: str,
        hosts: frozenset[str] = frozenset(),
        secret_key: str = "",
    ) -> None:
        self.database_url = database_url
        self.public_url = public_url
        self.hosts = hosts
        self.long_reads = asyncio.Semaphore(LONG_READS)
        self.large_bodies = LargeBodies()
        # Without a common key no ticket can be checked: a random one refuses them all.
        self.live = live.Live(key=secret_key or secrets.token_urlsafe(32))
        # The longest prefix that fits answers.
        self.routes: dict[bytes, Route] = {
            sensorthings.PREFIX: sensorthings.answer,
            live.PREFIX: self.live.answer,
        }

    async def start(self) -> None:
        """Open the pools and the way in for observations. Raises what asyncpg raises."""
        self.reads = await self._pool(
            READS,
            READ_TIMEOUT_MS,
            {
                "default_transaction_read_only": "on",
                # Planning over all months costs more than running; what a plan could gain from
                # seeing the values, the text of the statement already says.
                "plan_cache_mode": "force_generic_plan",
            },
            statement_cache_size=100,
            max_cacheable_statement_size=65_536,
        )
        self.writes = await self._pool(WRITES, WRITE_TIMEOUT_MS)
        self.arrivals = await self._pool(WRITERS + LOOK_UPS, WRITE_TIMEOUT_MS)
        self.ingest = Ingest(self.arrivals, writers=WRITERS)
        await self.ingest.start()
        self.hints = Hints(self.arrivals)

    async def _pool(
        self, size: int, timeout_ms: int, settings: dict[str, str] | None = None, **more: int
    ) -> asyncpg.Pool:
        """At most ``size`` sessions whose statements end after ``timeout_ms``."""
        return await asyncpg.create_pool(
            self.database_url,
            min_size=2,
            max_size=size,
            server_settings=_SESSION | {"statement_timeout": str(timeout_ms)} | (settings or {}),
            max_cached_statement_lifetime=0,
            command_timeout=timeout_ms / 1000 + SILENCE_S,
            timeout=CONNECT_WITHIN_S,
            reset=_keep,
            **more,
        )

    async def stop(self) -> None:
        """Close what start() opened; what was accepted is committed first."""
        self.live.stop()
        await self.ingest.stop()
        for pool in (self.reads, self.writes, self.arrivals):
            await pool.close()

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
        """Answer one HTTP request; no exception of a handler passes the end of this function."""
        request = Request(scope, receive, self.large_bodies)
        try:
            check_limits(request)
            response = await self._route(request)(self, request)
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes an answer
            response = _response_to(error, request)
        finally:
            request.leave()
        if request.is_keyed:
            response.headers.append(_PRIVATE)
        await response.send(send, head=request.method == "HEAD")

    def _route(self, request: Request) -> Route:
        for prefix, route in self.routes.items():
            if request.raw_path.startswith(prefix):
                return route
        raise Problem(404, "There is nothing at this address; the API begins at /sta/v1.1.")


async def _keep(_connection: asyncpg.Connection) -> None:
    """Give a connection back as it is: nothing in its session is ever changed, and asking for that
    would cost every request a round trip. (asyncpg itself ends a transaction that was left.)"""


def _response_to(error: Exception, request: Request) -> Response:
    problem = problem_of(error)
    if problem is None:
        logger.error("A defect answered %s %r", request.method, request.path, exc_info=error)
        problem = Problem(500, "The server made a mistake; its log has the details.")
    return Response(
        problem.status, problem.body(), content_type=PROBLEM, headers=list(problem.headers)
    )
