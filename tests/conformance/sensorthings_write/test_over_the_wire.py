"""Writing through the real server: bodies that only a socket can send."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from tests.conformance.sensorthings_write.documents import TEN, station
from tests.plane.client import make_key
from tests.plane.patience import PATIENCE_S
from tests.ports import free_port

pytestmark = pytest.mark.processes
ROOT = "/sta/v1.1"


@pytest.fixture
def address(database: str, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """Host and port of a server on the test's database."""
    port = free_port()
    kept = {name: text for name, text in os.environ.items() if not name.startswith("NETZSTADT_")}
    own = {
        "NETZSTADT_DATABASE_URL": database,
        "NETZSTADT_DATA_DIR": str(tmp_path),
        "NETZSTADT_PORT": str(port),
    }
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "netzstadt", "web"], env=kept | own, stdout=log, stderr=log
        )
    deadline = time.monotonic() + 5 * PATIENCE_S
    while True:
        assert server.poll() is None, (tmp_path / "log").read_text()
        assert time.monotonic() < deadline, (tmp_path / "log").read_text()
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}{ROOT}").status_code == 200:
                break
        time.sleep(0.1)
    yield "127.0.0.1", port
    server.terminate()
    server.wait(PATIENCE_S)


@pytest.fixture
async def city(address, pool: asyncpg.Pool) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a key, and a station to write to."""
    secret = await make_key(pool)
    async with httpx.AsyncClient(
        base_url=f"http://{address[0]}:{address[1]}{ROOT}",
        headers={"authorization": f"Bearer {secret}", "content-type": "application/json"},
        timeout=PATIENCE_S,
    ) as client:
        body = station(visibility="public")
        body["Datastreams"][0]["@iot.id"] = "air"
        made = await client.post("/Things", json=body)
        assert made.status_code == 201, made.text
        yield client


def raw(address: tuple[str, int], head: str, body: bytes) -> bytes:
    """Send bytes as they are, hang up, and return what came back."""
    with socket.create_connection(address, timeout=PATIENCE_S) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(head.encode() + b"\r\n\r\n" + body)
            connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            return connection.recv(65_536)
    return b""


async def test_the_server_outlives_every_bad_body_and_stores_the_good_ones(city, address, pool):
    async def pieces() -> AsyncIterator[bytes]:
        for byte in json.dumps({"phenomenonTime": TEN, "result": 1}).encode():
            yield bytes([byte])

    async def endless() -> AsyncIterator[bytes]:
        yield b'{"result": "'
        for _ in range(200):
            yield b"x" * 65_536

    path = "/Datastreams('air')/Observations"
    target = f"{ROOT}{path}".replace("'", "%27")
    deep = b'{"result": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"

    assert (await city.post(path, content=pieces())).status_code == 201
    assert (await city.post(path, content=deep)).status_code == 400
    assert (await city.post(path, content=b'{"result": "\xff"}')).status_code == 400
    assert (await city.post(path, content=b'{"result": 1e999}')).status_code == 400
    assert (await city.post(path, content=b"x" * 10_000_000)).status_code == 413
    with contextlib.suppress(httpx.WriteError, httpx.ReadError):  # it need not read all of it
        assert (await city.post(path, content=endless())).status_code == 413
    key = city.headers["authorization"]
    head = f"POST {target} HTTP/1.1\r\nhost: test\r\nauthorization: {key}"
    raw(address, f"{head}\r\ncontent-length: 500", b'{"result": 7}')
    raw(address, f"{head}\r\ntransfer-encoding: chunked", b'd\r\n{"result": 8}\r\nzz\r\n')

    assert (await city.post(path, json={"phenomenonTime": TEN, "result": 2})).status_code == 201
    assert sorted(await pool.fetch("select number from observation")) == [(1,), (2,)]
