"""The data plane as a raw ASGI application: pools, routing by prefix, problem documents."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable

import asyncpg

from netzstadt.plane.errors import Problem, problem_of
from netzstadt.plane.http import PROBLEM, Receive, Request, Response, Scope, Send, check_limits
from netzstadt.plane.ingest import Ingest
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
# Connections for reading, and how many of them may be at work on what can take long.
READS = 8
LONG_READS = 5

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

    ``reads`` are read-only sessions with a time limit, ``writes`` all others: a flood of one does
    not take the connections of the other. What can take long gets only ``long_reads`` of the
    first, so that a few long requests do not stop all others. ``public_url`` begins the links in
    answers; a request's Host header replaces it only where its name is in ``hosts`` (a foreign one
    is never echoed).
    """

    PREFIXES = ("/sta/", "/live/")

    reads: asyncpg.Pool
    writes: asyncpg.Pool
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
        # Without a common key no ticket can be checked: a random one refuses them all.
        self.live = live.Live(key=secret_key or secrets.token_urlsafe(32))
        # The longest prefix that fits answers.
        self.routes: dict[bytes, Route] = {
            sensorthings.PREFIX: sensorthings.answer,
            live.PREFIX: self.live.answer,
        }

    async def start(self) -> None:
        """Open the pools and the way in for observations. Raises what asyncpg raises."""
        self.reads = await asyncpg.create_pool(
            self.database_url,
            min_size=2,
            max_size=READS,
            server_settings=_SESSION
            | {
                "statement_timeout": str(READ_TIMEOUT_MS),
                "default_transaction_read_only": "on",
                # Planning over all months costs more than running; what a plan could gain from
                # seeing the values, the text of the statement already says.
                "plan_cache_mode": "force_generic_plan",
            },
            statement_cache_size=100,
            max_cached_statement_lifetime=0,
            max_cacheable_statement_size=65_536,
            reset=_keep,
        )
        self.writes = await asyncpg.create_pool(
            self.database_url,
            min_size=2,
            max_size=8,
            server_settings=_SESSION | {"statement_timeout": str(WRITE_TIMEOUT_MS)},
            max_cached_statement_lifetime=0,
        )
        self.ingest = Ingest(self.writes)
        await self.ingest.start()
        self.hints = Hints(self.writes)

    async def stop(self) -> None:
        """Close what start() opened; what was accepted is committed first."""
        self.live.stop()
        await self.ingest.stop()
        for pool in (self.reads, self.writes):
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
        request = Request(scope, receive)
        try:
            check_limits(request)
            response = await self._route(request)(self, request)
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes an answer
            response = _response_to(error, request)
        if request.is_keyed:
            response.headers.append(_PRIVATE)
        await response.send(send, head=request.method == "HEAD")

    def _route(self, request: Request) -> Route:
        for prefix, route in self.routes.items():
            if request.raw_path.startswith(prefix):
                return route
        raise Problem(404, "There is nothing at this address; the API begins at /sta/v1.1.")


async def _keep(_connection: asyncpg.Connection) -> None:
    """Give a read connection back as it is: nothing in its session is ever changed."""


def _response_to(error: Exception, request: Request) -> Response:
    problem = problem_of(error)
    if problem is None:
        logger.error("A defect answered %s %r", request.method, request.path, exc_info=error)
        problem = Problem(500, "The server made a mistake; its log has the details.")
    return Response(
        problem.status, problem.body(), content_type=PROBLEM, headers=list(problem.headers)
    )
