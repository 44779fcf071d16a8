"""Serve pages and programming interfaces (a part of up)."""

import gc
import os
import signal
from typing import TYPE_CHECKING

import click

from netzstadt.config import Config

if TYPE_CHECKING:
    from netzstadt.server import Application

# Connections that may be open at once, as far as the system lets us have files; those beyond wait
# in the backlog. An idle one is closed after HEADERS_WITHIN_S, so a few thousand idle ones of one
# client do not keep the others out for long. What is worked at is bounded elsewhere: by pools,
# queues and the places of live pages.
MOST_CONNECTIONS = 8192
OTHER_FILES = 256
BACKLOG = 2048
HEADERS_WITHIN_S = 10
STOP_WITHIN_S = 10
YEAR_S = 365 * 24 * 3600


@click.command(
    epilog="""\
\b
Examples:
  netzstadt web                       on the address and port of the settings
  NETZSTADT_PORT=8001 netzstadt web   a second server beside a running up
\b
Exit codes: 0 stopped on request, 1 could not start (a sentence says why).
"""
)
def command() -> None:
    """Serve pages and programming interfaces on NETZSTADT_HOST and NETZSTADT_PORT.

    Needs a database that runs: that of `netzstadt up`, or NETZSTADT_DATABASE_URL. Keeps no state:
    any number may run.
    """
    from netzstadt.embedded.children import end_with_supervisor
    from netzstadt.embedded.session import running_database
    from netzstadt.lib import ports

    end_with_supervisor()
    config = Config.from_environment()
    if sentence := ports.refusal(config.host, config.port):
        raise click.ClickException(sentence)
    running_database(config)
    serve(config)


def serve(config: Config) -> None:
    """Run granian with one worker until SIGTERM or SIGINT; requests in the works are finished."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    from netzstadt.embedded.children import SUPERVISOR
    from netzstadt.server import static_mount

    mount = static_mount()
    # The worker ends with this process, even by `kill -9`, and does not keep the port.
    os.environ[SUPERVISOR] = str(os.getpid())
    server = Server(
        "netzstadt.commands.web:load",
        factory=True,
        address=config.host,
        port=config.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        # Headers must fit the buffer: 64 KiB is several times what browsers send.
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADERS_WITHIN_S * 1000,
            keep_alive=True,
            max_buffer_size=64 * 1024,
        ),
        websockets=False,
        workers=1,
        backlog=BACKLOG,
        backpressure=_connections(),
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=STOP_WITHIN_S,
        log_level=LogLevels.warning,
        static_path_route=[mount[0]] if mount else None,
        static_path_mount=[mount[1]] if mount else None,
        static_path_expires=YEAR_S,
    )
    server.serve()


def load() -> "Application":
    """The application, loaded in granian's worker, once the supervisor is ready for it."""
    # granian looks at signals only after this, and would kill a worker that does not end.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    gc.disable()  # code that is loaded is no garbage: looking for some takes a tenth of the time
    from netzstadt.embedded.children import wait_for_supervisor
    from netzstadt.server import make_application

    application = make_application()
    gc.enable()
    wait_for_supervisor()
    return application


def _connections() -> int:
    """How many connections this process may have, after asking the system for as many as it may."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OTHER_FILES
    files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return max(files - OTHER_FILES, 64)
