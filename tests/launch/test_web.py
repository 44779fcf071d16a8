"""The web server itself: static files, limits, connections, an orderly end."""

import contextlib
import re
import resource
import signal
import socket
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import httpx
import psutil
import pytest
from tests.launch.conftest import NETZSTADT, City, copy_of
from tests.waiting import PATIENCE_S, wait_until

from netzstadt.server import LARGEST_BODY

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def city(prepared: Path) -> Iterator[City]:
    """One installation for all tests of this file; they leave nothing behind."""
    directory = prepared.parent / "web"
    directory.mkdir()
    city = copy_of(prepared, directory)
    city.up()
    yield city
    city.destroy()


def talk(city: City, request: bytes) -> bytes:
    """Send bytes as they are, and read the head of the answer, or until the server closes."""
    with socket.create_connection(("127.0.0.1", city.port), timeout=PATIENCE_S) as connection:
        # It may not want to read all of it, and may keep the connection open after its answer.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while b"\r\n\r\n" not in received and (part := connection.recv(65536)):
                received += part
        return received


def test_static_files_are_kept_for_a_year_under_an_address_with_their_hash(city: City) -> None:
    page = city.get().text
    address = re.search(r'href="(/static/[0-9a-f]{12}/[^"]+\.css)"', page)
    assert address, "set-up collects the static files: make setup"

    answer = city.get(address.group(1))

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert "max-age=31536000" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "../../pyproject.toml",
        "..%2f..%2fpyproject.toml",
        "%2e%2e/%2e%2e/pyproject.toml",
        "//etc/passwd",
    ],
)
def test_static_files_are_only_those_of_their_folder(city: City, path: str) -> None:
    page = city.get().text
    root = re.search(r"/static/[0-9a-f]{12}/", page)
    assert root, "set-up collects the static files: make setup"

    received = talk(city, f"GET {root.group()}{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    assert re.match(rb"HTTP/1\.1 (400|404)", received), received[:200]


def test_a_declared_body_beyond_the_limit_is_refused_before_it_is_read(city: City) -> None:
    received = talk(
        city,
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
        + f"Content-Length: {LARGEST_BODY + 1}\r\n\r\n".encode(),
    )

    assert received.startswith(b"HTTP/1.1 413")
    assert city.answers()


def test_a_body_of_undeclared_length_is_cut_off_at_the_limit(city: City) -> None:
    def body() -> Iterator[bytes]:
        for _ in range(3 * LARGEST_BODY // 2**16):
            yield b"x" * 2**16

    try:
        status = httpx.post(city.url + "/", content=body(), timeout=PATIENCE_S).status_code
    except httpx.TransportError:
        status = 400  # closed while we were still sending

    assert 400 <= status < 500
    assert city.answers()


def test_endless_headers_are_refused(city: City) -> None:
    received = talk(
        city, b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-Long: " + b"x" * 200_000 + b"\r\n\r\n"
    )

    assert received == b"" or re.match(rb"HTTP/1\.1 4\d\d", received), received[:200]
    assert city.answers()


def test_a_connection_serves_many_requests(city: City) -> None:
    connection = HTTPConnection("127.0.0.1", city.port, timeout=PATIENCE_S)
    connection.connect()
    connection.auto_open = 0  # no second one in its place
    with contextlib.closing(connection):
        for _ in range(3):
            connection.request("GET", "/sta/v1.1")
            answer = connection.getresponse()
            assert answer.status == 200
            assert answer.read()


def is_open(connection: socket.socket) -> bool:
    """Whether the server has not closed it; it sends nothing."""
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    finally:
        connection.settimeout(PATIENCE_S)


def test_many_idle_connections_keep_nobody_out_and_are_closed(city: City) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4_096, most), most))
    address = ("127.0.0.1", city.port)
    with contextlib.ExitStack() as opened:
        idle = [
            opened.enter_context(socket.create_connection(address, timeout=PATIENCE_S))
            for _ in range(1_500)
        ]

        received = talk(city, b"GET /sta/v1.1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        still_open = sum(map(is_open, idle))

        assert received.startswith(b"HTTP/1.1 200")
        # Answered beside them, not after they were closed: granian by itself takes 1,024 at once.
        assert still_open > 1_024
        assert [connection.recv(1) for connection in idle] == [b""] * len(idle)


def test_a_request_in_the_works_is_finished_before_the_server_ends(city: City) -> None:
    beside = City(city.data.parent)
    process = subprocess.Popen(
        [*NETZSTADT, "web"], env=city.environment | {"NETZSTADT_PORT": str(beside.port)}
    )
    address = ("127.0.0.1", beside.port)
    try:
        wait_until(beside.answers, "the second server answers")
        with (
            socket.create_connection(address, timeout=PATIENCE_S) as page,
            socket.create_connection(address, timeout=PATIENCE_S) as sender,
        ):
            page.sendall(b"GET /live/values?series=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert page.recv(4096).startswith(b"HTTP/1.1 200")
            sender.sendall(
                b"POST / HTTP/1.1\r\nHost: localhost\r\n"
                b"Content-Type: text/plain\r\nContent-Length: 2\r\n"
                b"Expect: 100-continue\r\n\r\n"
            )
            # Said when somebody begins to read the body: the request is in the works.
            assert sender.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"

            process.send_signal(signal.SIGTERM)
            while page.recv(4096):
                pass  # streams end when the server begins to stop
            sender.sendall(b"{}")

            # No form of ours: but answered, though the server was already stopping.
            assert sender.recv(4096).startswith(b"HTTP/1.1 403")
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()


def test_a_killed_server_leaves_nobody_on_its_port(city: City) -> None:
    beside = City(city.data.parent)
    process = psutil.Popen(
        [*NETZSTADT, "web"], env=city.environment | {"NETZSTADT_PORT": str(beside.port)}
    )
    try:
        wait_until(beside.answers, "the second server answers")
        workers = process.children(recursive=True)
        assert workers

        process.kill()

        _, alive = psutil.wait_procs(workers, PATIENCE_S)
        assert alive == []
        with socket.create_server(("127.0.0.1", beside.port)):
            pass
    finally:
        process.kill()
        process.wait()
