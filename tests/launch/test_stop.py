"""Stopping while pages listen: streams end by themselves, and nobody is killed."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.launch.conftest import NETZSTADT, City
from tests.launch.test_kill import Writers, prepare
from tests.waiting import PATIENCE_S, wait_until

from netzstadt.commands.web import STOP_WITHIN_S
from netzstadt.embedded.postgres import Postgres
from netzstadt.plane.live.routes import HEARTBEAT_S

pytestmark = pytest.mark.processes

PAGES = 5
# The last, empty part of a body: the browser sees an end, and comes back by itself.
END = b"0\r\n\r\n"


@contextmanager
def pages_that_listen(port: int) -> Iterator[list[socket.socket]]:
    """Open streams, each of which has told something."""
    address = ("127.0.0.1", port)
    pages = [socket.create_connection(address, timeout=PATIENCE_S) for _ in range(PAGES)]
    try:
        for page in pages:
            page.sendall(b"GET /live/values?series=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for page in pages:
            received = b""
            while b"retry: " not in received:
                part = page.recv(4096)
                assert part, received
                received += part
            assert received.startswith(b"HTTP/1.1 200"), received
        yield pages
    finally:
        for page in pages:
            page.close()


def rest_of(page: socket.socket) -> bytes:
    """What is still told until the server closes."""
    received = b""
    while part := page.recv(4096):
        received += part
    return received


def test_who_waits_for_a_stream_to_end_by_itself_waits_until_it_is_killed() -> None:
    """So the others need not measure how long a stop takes: who is killed tells no end."""
    assert STOP_WITHIN_S < HEARTBEAT_S


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_everything_stops_at_once_though_pages_listen_and_what_was_accepted_is_there(
    city: City, number: signal.Signals
) -> None:
    city.up()
    secret = await prepare(city.database_url)

    with pages_that_listen(city.port) as pages, Writers(city, secret) as writers:
        writers.wait_for_more(50)
        status = city.stop(number)
        endings = [rest_of(page) for page in pages]

    assert status == 0
    assert all(ending.endswith(END) for ending in endings), endings
    assert city.left_over() == []
    postgres = Postgres(city.data)
    postgres.start()
    try:
        stored = {number for (number,) in city.rows("select number from observation")}
    finally:
        postgres.stop()
    assert set(writers.acknowledged) - stored == set()


def test_a_web_server_of_its_own_stops_though_pages_listen(city: City) -> None:
    city.up()
    beside = City(city.data.parent)
    process = subprocess.Popen(
        [*NETZSTADT, "web"],
        env=city.environment | {"NETZSTADT_PORT": str(beside.port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until(beside.answers, "the second server answers")
        with pages_that_listen(beside.port) as pages:
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=PATIENCE_S)
            endings = [rest_of(page) for page in pages]
    finally:
        process.kill()
        process.wait()

    assert process.returncode == 0
    # A busy machine may take longer for the rest than a worker is given; its pages had their end.
    assert [line for line in said.splitlines() if "Killing worker" not in line] == []
    assert all(ending.endswith(END) for ending in endings), endings
