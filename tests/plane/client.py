"""A client of the plane in the test's own process: the ASGI application without a socket."""

import hashlib
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import asyncpg

from netzstadt.lib.api_keys import digest_of, new_secret, prefix_of
from netzstadt.plane.app import Plane

BASE = "http://test/sta/v1.1"
NEW_PERSON = """
insert into orgs_person (id, password, email, name, is_active, is_demo, created_at)
values ($1, '!', $1::uuid::text || '@example.org', 'Person', true, false, now())
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def link(self) -> str:
        """The Location header as a path for the next request."""
        return self.headers["location"].removeprefix(BASE)


class Client:
    """Sends requests to a plane; paths count from the service root."""

    def __init__(self, plane: Plane, secret: str | None = None) -> None:
        self.plane = plane
        self.secret = secret

    def with_key(self, secret: str | None) -> "Client":
        """The same plane, asked with another key (None: anonymously)."""
        return Client(self.plane, secret)

    async def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        chunks: int = 1,
    ) -> Answer:
        content = body if isinstance(body, bytes) else b"" if body is None else encode(body)
        sent = {"content-type": "application/json"} if body is not None else {}
        if self.secret:
            sent["authorization"] = f"Bearer {self.secret}"
        sent |= headers or {}
        path, _, query = path.partition("?")
        raw = quote("/sta/v1.1" + path, safe="/()'$%,-_.~:@") if path else "/sta/v1.1"
        size = -(-len(content) // chunks) or 1
        parts = [content[n : n + size] for n in range(0, len(content), size)] or [b""]
        messages = [
            {"type": "http.request", "body": part, "more_body": n < len(parts) - 1}
            for n, part in enumerate(parts)
        ]
        received: list[Any] = []

        async def receive() -> Any:
            return messages.pop(0) if messages else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            received.append(message)

        scope = {
            "type": "http",
            "method": method,
            "scheme": "http",
            "path": unquote(raw),
            "raw_path": raw.encode(),
            "query_string": quote(query, safe="=&$%()'/,:;@+-_.~*!").encode(),
            "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in sent.items()],
        }
        await self.plane(scope, receive, send)
        start = received[0]
        return Answer(
            start["status"],
            {k.decode(): v.decode() for k, v in start["headers"]},
            b"".join(message.get("body", b"") for message in received[1:]),
        )

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.request("GET", path, **options)

    async def post(self, path: str, body: Any, **options: Any) -> Answer:
        return await self.request("POST", path, body, **options)

    async def patch(self, path: str, body: Any, **options: Any) -> Answer:
        return await self.request("PATCH", path, body, **options)

    async def put(self, path: str, body: Any, **options: Any) -> Answer:
        return await self.request("PUT", path, body, **options)

    async def delete(self, path: str, **options: Any) -> Answer:
        return await self.request("DELETE", path, **options)


def encode(document: Any) -> bytes:
    return json.dumps(document).encode()


@asynccontextmanager
async def open_plane(database: str) -> AsyncIterator[Plane]:
    """A started plane on a database of the test's own."""
    plane = Plane(database, public_url="http://test")
    await plane.start()
    try:
        yield plane
    finally:
        await plane.stop()


async def make_key(
    connection: asyncpg.Pool | asyncpg.Connection,
    *,
    role: str | None = "DATA_ENGINEER",
    may_read: bool = True,
    may_write: bool = True,
    things: list[uuid.UUID] | None = None,
    **columns: Any,
) -> str:
    """A key of a new person with a role everywhere; returns its secret."""
    person, secret = uuid.uuid4(), new_secret()
    await connection.execute(NEW_PERSON, person)
    if role:
        await connection.execute(
            "insert into access_grant (id, person_id, role) values ($1, $2, $3)",
            *(uuid.uuid4(), person, role),
        )
    values = {
        "id": uuid.uuid4(),
        "name": "test",
        "prefix": prefix_of(secret),
        "secret_digest": digest_of(secret),
        "person_id": person,
        "may_read": may_read,
        "may_write": may_write,
        "thing_ids": things,
        **columns,
    }
    slots = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    await connection.execute(
        f"insert into api_key ({', '.join(values)}) values ({slots})", *values.values()
    )
    assert hashlib.sha256(secret.encode()).digest() == values["secret_digest"]
    return secret
