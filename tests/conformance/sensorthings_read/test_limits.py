"""No request can stop the server: time limits, lost connections, defects, full pools."""

import asyncio
import logging
from collections.abc import AsyncIterator

import asyncpg
import httpx
import psycopg
import pytest
import pytest_asyncio

from netzstadt.plane import app as planes
from netzstadt.plane.app import Plane
from netzstadt.plane.sensorthings import read

from .conftest import BASE, Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def hurried(
    city_database: tuple[str, object], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Plane, httpx.AsyncClient]]:
    """A plane that stops every read after two seconds: few, and enough on a busy machine."""
    monkeypatch.setattr(planes, "READ_TIMEOUT_MS", 2_000)
    plane = Plane(city_database[0], public_url=BASE)
    await plane.start()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=plane), base_url=BASE) as http:
        yield plane, http
    await plane.stop()


async def test_a_read_that_takes_too_long_is_stopped_and_says_so(
    hurried: tuple[Plane, httpx.AsyncClient], city_database: tuple[str, object]
) -> None:
    _, http = hurried
    with psycopg.connect(city_database[0]) as blocker:
        blocker.execute("lock table thing in access exclusive mode")
        answer = await http.get("/sta/v1.1/Things")
        blocker.rollback()

    assert answer.status_code == 504
    assert answer.headers["content-type"] == "application/problem+json"
    assert "took too long" in answer.json()["detail"]
    assert (await http.get("/sta/v1.1/Things")).status_code == 200


async def test_a_lost_connection_is_not_noticed_by_who_reads(
    hurried: tuple[Plane, httpx.AsyncClient], city_database: tuple[str, object]
) -> None:
    plane, http = hurried
    pids = [holder._con.get_server_pid() for holder in plane.reads._holders if holder._con]
    with psycopg.connect(city_database[0], autocommit=True) as connection:
        for pid in pids:
            connection.execute("select pg_terminate_backend(%s, 120_000)", [pid])

    statuses = {(await http.get("/sta/v1.1/Things(1)")).status_code for _ in range(12)}

    assert statuses == {200}


async def test_a_defect_is_logged_and_tells_nothing(
    hurried: tuple[Plane, httpx.AsyncClient],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, http = hurried

    def broken(base: str) -> bytes:
        raise ZeroDivisionError("inner secret")

    monkeypatch.setattr(read, "root_document", broken)
    with caplog.at_level(logging.ERROR):
        answer = await http.get("/sta/v1.1")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "inner secret" in caplog.text


async def test_reads_cannot_write(hurried: tuple[Plane, httpx.AsyncClient]) -> None:
    plane, _ = hurried

    async with plane.reads.acquire() as connection:
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await connection.execute("delete from thing")


async def test_a_hundred_clients_at_once_are_all_answered(client: Client) -> None:
    answers = await asyncio.gather(
        *(client.ask(f"Datastreams({n % 3 + 1})/Observations?$top=5") for n in range(100))
    )

    assert {answer.status_code for answer in answers} == {200}


async def test_long_reads_leave_connections_for_all_others(
    hurried: tuple[Plane, httpx.AsyncClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    plane, http = hurried
    monkeypatch.setattr(read, "ACQUIRE_SECONDS", 0.1)
    for _ in range(planes.LONG_READS):
        await plane.long_reads.acquire()

    statuses = [
        (await http.get(f"/sta/v1.1/{address}")).status_code
        for address in ("Things?$expand=Datastreams", "Things?%24e%78pand=Datastreams", "Things")
    ]
    plane.long_reads.release()

    assert statuses == [503, 503, 200]
    assert (await http.get("/sta/v1.1/Things?$expand=Datastreams")).status_code == 200
    assert planes.LONG_READS < planes.READS
