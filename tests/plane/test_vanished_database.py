"""A database that vanishes without a word, and sessions that are given back as they are."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.conformance.sensorthings_write.documents import station
from tests.conformance.sensorthings_write.test_create_observations import group
from tests.plane.client import Answer, Client, make_key, open_plane
from tests.plane.patience import PATIENCE_S

from netzstadt.plane import app as planes

CHANGED = """
select name from pg_settings where source = 'session' and setting <> reset_val
union all select locktype from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
union all select pg_listening_channels()
"""


class Wire:
    """The way to the database. While it is cut, connections stand and nothing comes through."""

    def __init__(self, url: str) -> None:
        self._to = conninfo_to_dict(url)
        self._open = asyncio.Event()
        self._open.set()

    def cut(self) -> None:
        self._open.clear()

    def mend(self) -> None:
        self._open.set()

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[str]:
        """The database's address at this end."""
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        user, password = quote(self._to["user"]), quote(self._to.get("password") or "")
        yield f"postgresql://{user}:{password}@127.0.0.1:{port}/{self._to['dbname']}?sslmode=disable"
        server.close()

    async def _connect(self, near_in, near_out) -> None:
        host, port = self._to.get("host") or "127.0.0.1", self._to.get("port") or 5432
        if host.startswith("/"):
            far = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        else:
            far = await asyncio.open_connection(host, int(port))
        with suppress(ConnectionError):
            await asyncio.gather(self._pass(near_in, far[1]), self._pass(far[0], near_out))

    async def _pass(self, source, target) -> None:
        while data := await source.read(65_536):
            await self._open.wait()
            target.write(data)
            await target.drain()
        target.close()


@pytest.fixture
async def wired(
    database: str, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Client, Wire]]:
    """A client of a plane that waits two seconds for the database, and the wire between them."""
    key = await make_key(pool)
    async with open_plane(database) as patient:
        client = Client(patient, key)
        body = station(**{"@iot.id": "mast"})
        body["Datastreams"][0] |= {"@iot.id": "air"}
        assert (await client.post("/Things", body)).status == 201
        assert (await client.post("/Datastreams('air')/Observations", {"result": 1})).status == 201
    monkeypatch.setattr(planes, "WRITE_TIMEOUT_MS", 2_000)
    monkeypatch.setattr(planes, "SILENCE_S", 0.5)
    monkeypatch.setattr(planes, "CONNECT_WITHIN_S", 10.0)
    wire = Wire(database)
    async with wire.laid() as url, open_plane(url) as plane:
        client = Client(plane, key)
        stored = await post(client, "/Datastreams('air')/Observations", {"result": 1})
        assert stored.status == 201
        yield client, wire
        wire.mend()


async def post(client: Client, path: str, body: Any) -> Answer:
    """Post it until there is time for it: a busy machine may need longer than the plane waits."""
    async with asyncio.timeout(PATIENCE_S):
        while (answer := await client.post(path, body)).status == 503:
            await asyncio.sleep(0.05)
    return answer


ROWS = [[f"2026-03-{1 + n // 1440:02}T{n // 60 % 24:02}:{n % 60:02}:00Z", n] for n in range(20_000)]


@pytest.mark.parametrize(
    ("path", "body", "later"),
    [
        ("/Datastreams('air')/Observations", {"result": 2}, {"result": 3}),
        # More than a socket takes without an answer; later few, which take no time.
        ("/CreateObservations", [group(ROWS)], [group(ROWS[:10])]),
    ],
    ids=["one", "many"],
)
async def test_nobody_waits_for_a_database_that_has_vanished(wired, path, body, later):
    client, wire = wired

    wire.cut()
    async with asyncio.timeout(PATIENCE_S):
        answers = await asyncio.gather(*(client.post(path, body) for _ in range(4)))

    assert {answer.status for answer in answers} == {503}
    assert answers[0].headers["retry-after"]
    wire.mend()
    assert (await post(client, path, later)).status == 201


async def test_nothing_in_a_session_is_ever_changed(database, pool):
    async with open_plane(database) as plane:
        client = Client(plane, await make_key(pool))
        made = await client.post("/Things", station(**{"@iot.id": "mast"}))
        stream = (await client.get(f"{made.link}/Datastreams")).json()["value"][0]["@iot.id"]
        await client.post(f"/Datastreams('{stream}')/Observations", {"result": 1})
        await client.post("/CreateObservations", [group(ROWS[:10], stream)])
        await client.patch(made.link, {"name": "x"})
        await client.delete(made.link)

        for used in (plane.writes, plane.arrivals):
            async with AsyncExitStack() as stack:
                for _ in range(used.get_size()):
                    connection = await stack.enter_async_context(used.acquire())
                    assert await connection.fetch(CHANGED) == []
