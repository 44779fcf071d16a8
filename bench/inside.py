"""Which statements a request makes: the plane asked in this process, with listeners."""

import asyncio
from urllib.parse import unquote

import asyncpg

from netzstadt.plane.app import Plane


def statements_of(url: str, path: str) -> list[tuple[str, tuple[object, ...]]]:
    """Text and arguments of the statements of the second of two equal requests."""
    return asyncio.run(_statements(url, path))


async def _statements(url: str, path: str) -> list[tuple[str, tuple[object, ...]]]:
    plane = Plane(url, public_url="http://127.0.0.1:8000")
    await plane.start()
    try:
        await _get(plane, path)
        heard: list[asyncpg.connection.LoggedQuery] = []
        listened = []
        for pool in (plane.reads, plane.writes):
            connections = [await pool.acquire() for _ in range(pool.get_size())]
            for connection in connections:
                connection.add_query_logger(heard.append)
                listened.append((pool, connection))
        for pool, connection in listened:
            # The pool's wrapper goes; the listener stays with the connection below it.
            await pool.release(connection)
        heard.clear()
        status = await _get(plane, path)
        await asyncio.sleep(0.1)
        if status != 200:
            raise RuntimeError(f"GET {path} answers {status}.")
        return [
            (query.query, tuple(query.args)) for query in heard if "pg_advisory" not in query.query
        ]
    finally:
        await plane.stop()


async def _get(plane: Plane, path: str) -> int:
    where, _, query = path.partition("?")
    status = 0

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b""}

    async def send(message) -> None:
        nonlocal status
        status = message.get("status", status)

    scope = {
        "type": "http",
        "method": "GET",
        "path": unquote(where),
        "raw_path": where.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1")],
    }
    await plane(scope, receive, send)
    return status
