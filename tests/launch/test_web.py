"""The web server itself: static files, limits, connections, an orderly end."""

import contextlib
import re
import resource
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.launch.conftest import NETZSTADT, City, copy_of, wait_until

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
    """Send bytes as they are, and read until the server closes or is silent for a moment."""
    with socket.create_connection(("127.0.0.1", city.port), timeout=10) as connection:
        # It may not want to read all of it, and may keep the connection open after its answer.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        received = b""
        connection.settimeout(3)
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while part := connection.recv(65536):
                received += part
        return received


def test_static_files_are_kept_for_a_year_under_an_address_with_their_hash(city: City) -> None:
    page = httpx.get(city.url + "/").text
    address = re.search(r'href="(/static/[0-9a-f]{12}/[^"]+\.css)"', page)
    assert address, "set-up collects the static files: make setup"

    answer = httpx.get(city.url + address.group(1))

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
    page = httpx.get(city.url + "/").text
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
        status = httpx.post(city.url + "/", content=body(), timeout=30).status_code
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
    once = b"GET /sta/v1.1 HTTP/1.1\r\nHost: localhost\r\n\r\n"

    with socket.create_connection(("127.0.0.1", city.port), timeout=10) as connection:
        for _ in range(3):
            connection.sendall(once)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")


def test_many_idle_connections_keep_nobody_out_and_are_closed(city: City) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4_096, most), most))
    with contextlib.ExitStack() as opened:
        idle = [
            opened.enter_context(socket.create_connection(("127.0.0.1", city.port), timeout=20))
            for _ in range(1_500)
        ]

        answer = httpx.get(city.url + "/sta/v1.1", timeout=5)

        assert answer.status_code == 200
        assert [connection.recv(1) for connection in idle] == [b""] * len(idle)


def test_a_request_in_the_works_is_finished_before_the_server_ends(city: City) -> None:
    beside = City(city.data.parent)
    process = subprocess.Popen(
        [*NETZSTADT, "web"], env=city.environment | {"NETZSTADT_PORT": str(beside.port)}
    )
    statuses: list[int] = []
    try:
        wait_until(beside.answers, "the second server answers")

        def slow_body() -> Iterator[bytes]:
            yield b"{"
            time.sleep(1)
            yield b"}"

        def send() -> None:
            address = beside.url + "/sta/v1.1/Things"
            statuses.append(httpx.post(address, content=slow_body(), timeout=30).status_code)

        sender = threading.Thread(target=send)
        sender.start()
        time.sleep(0.4)
        process.send_signal(signal.SIGTERM)
        sender.join()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()

    assert statuses == [401]  # answered, though the server was already stopping
