"""Reading (OGC 18-088, section 9): a request becomes one statement, its bytes are passed on."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import quote, unquote_to_bytes

import asyncpg
import msgspec

from netzstadt.plane.errors import Problem, not_found
from netzstadt.plane.http import JSON, TEXT, Response
from netzstadt.plane.interruptions import SESSION_LOST
from netzstadt.plane.keys import key_of, secret_of
from netzstadt.plane.sensorthings.bindings import fill
from netzstadt.plane.sensorthings.compile import MAXIMUM_BYTES, Compiler, Statement
from netzstadt.plane.sensorthings.context import ANYBODY, VERSION, Context, Reader
from netzstadt.plane.sensorthings.recent import EVER, Guesses
from netzstadt.plane.sensorthings.shapes import judge
from netzstadt.plane.sensorthings.tables import Sight
from netzstadt.standards.sensorthings import model
from netzstadt.standards.sensorthings.options import (
    Options,
    no_options,
    parse_options,
    split_query,
)
from netzstadt.standards.sensorthings.path import Id, ResourcePath, Step

# A request waits so long for a free connection before it is answered with 503.
ACQUIRE_SECONDS = 10.0

# Requirements of OGC 18-088 that are met and tested (9.2.1); see tests/conformance.
CONFORMANCE = (
    "datamodel",
    "resource-path/resource-path-to-entities",
    "request-data",
    "create-update-delete/create-entity",
    "create-update-delete/link-to-existing-entities",
    "create-update-delete/deep-insert",
    "create-update-delete/deep-insert-status-code",
    "create-update-delete/update-entity",
    "create-update-delete/update-entity-put",
    "create-update-delete/update-entity-jsonpatch",
    "create-update-delete/delete-entity",
    "create-update-delete/historical-location-auto-creation",
    "create-update-delete/historical-location-manual-creation",
)
_PREFIX = "http://www.opengis.net/spec/iot_sensing/1.1/req/"


async def read(context: Context, path: ResourcePath) -> Response:
    """Answer GET and HEAD. Raises Problem, and SyntaxFailure for path and options."""
    if path.is_root:
        no_options(context.request.query)
        return Response(body=root_document(context.base))
    reader = await reader_of(context)
    if path.attribute is not None:
        return await _value(context, path, reader)
    if path.is_collection:
        return await _collection(context, path, reader)
    row = await _run(context, path, reader)
    if row is None:
        raise not_found()
    return Response(body=row["body"])


async def reader_of(context: Context) -> Reader:
    """On whose behalf the request reads. Raises Problem 401 for a key that is not valid."""
    if secret_of(context.request) is None:
        return ANYBODY
    return Reader.of(await key_of(context.request, context.plane.writes))


def root_document(base: str) -> bytes:
    """The service root (9.2.1): entity sets and what the service conforms to."""
    sets = [{"name": one.set_name, "url": f"{base}/{one.set_name}"} for one in model.TYPES]
    conformance = [_PREFIX + one for one in CONFORMANCE]
    return msgspec.json.encode({"value": sets, "serverSettings": {"conformance": conformance}})


async def _collection(context: Context, path: ResourcePath, reader: Reader) -> Response:
    row = await _run(context, path, reader)
    if row is None or not row["found"]:
        raise not_found()
    body: bytes = row["body"] or b""
    if len(body) > MAXIMUM_BYTES:
        raise Problem(400, "The answer would be too large: ask for a smaller $top.")
    head = b"{"
    if row["total"] is not None:
        head += b'"@iot.count":%d,' % row["total"]
    if row["token"] is not None:
        head += b'"@iot.nextLink":"%s",' % _next_link(context, row["token"]).encode()
    return Response(body=b'%s"value":[%s]}' % (head, body))


def _next_link(context: Context, token: str) -> str:
    """The same address with the same options, beginning behind the last row (9.3.3.7)."""
    request = context.request
    raw = request.raw_path.decode("latin-1").partition(VERSION)[2]
    pairs = [
        f"{quote(name, safe='$@_.-~')}={quote(value, safe=_SAFE)}"
        for name, value in split_query(request.query)
        if name not in {"$skip", "$skiptoken"}
    ]
    address = quote(raw, safe="/%()'$,;:@!*=&+-._~")
    return f"{context.base}{address}?{'&'.join([*pairs, f'$skiptoken={token}'])}"


_SAFE = "/:@!$'()*,;=?-._~"


async def _value(context: Context, path: ResourcePath, reader: Reader) -> Response:
    """A property, a member of one, or its raw value (9.2.4, 9.2.5)."""
    row = await _run(context, path, reader)
    if row is None:
        raise not_found()
    text: str | None = row["body"]
    if text is None and path.members:
        raise not_found("The entity has no such member.")
    if text is None or text == "null":
        return Response(204)
    if not path.value:
        assert path.attribute is not None
        name = path.members[-1] if path.members else path.attribute.name
        return Response(body=b"{%s:%s}" % (msgspec.json.encode(name), text.encode()))
    if text.startswith('"'):
        return Response(body=msgspec.json.decode(text, type=str).encode(), content_type=TEXT)
    is_plain = not text.startswith(("{", "["))
    return Response(body=text.encode(), content_type=TEXT if is_plain else JSON)


async def _run(context: Context, path: ResourcePath, reader: Reader) -> asyncpg.Record | None:
    """The row that answers the request; tried again where only the connection was lost."""
    statement = _statement(path, context.request.query, Sight.of(reader))
    pool = context.plane.reads
    async with _place(context):
        try:
            return await _row(pool, statement, context.base, reader, _ids(path.steps))
        except SESSION_LOST:
            # The database was started anew: every connection that is open is of no more use.
            await pool.expire_connections()
            return await _row(pool, statement, context.base, reader, _ids(path.steps))


# Options that can make a statement long.
_LONG = (b"filter", b"expand", b"orderby", b"count", b"skip=")


@asynccontextmanager
async def _place(context: Context) -> AsyncIterator[None]:
    """A place for the request, if it can take long. Raises TimeoutError where none becomes free."""
    query = unquote_to_bytes(context.request.query)
    if not any(option in query for option in _LONG):
        yield
        return
    places = context.plane.long_reads
    async with asyncio.timeout(ACQUIRE_SECONDS):
        await places.acquire()
    try:
        yield
    finally:
        places.release()


async def _row(
    pool: asyncpg.Pool, statement: Statement, base: str, reader: Reader, ids: list[Id]
) -> asyncpg.Record | None:
    async with pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
        try:
            if statement.recent is None:
                return await _fetch(connection, statement, base, reader, ids, EVER)
            since = _guesses.since(ids[-2], statement.recent)
            row = await _fetch(connection, statement, base, reader, ids, since)
            if row is not None and not row["is_whole"]:
                since = EVER
                row = await _fetch(connection, statement, base, reader, ids, since)
        except SESSION_LOST:
            connection.terminate()
            raise
    if row is not None and since is EVER:
        _guesses.learn(ids[-2], statement.recent, row["oldest"])
    return row


async def _fetch(
    connection: asyncpg.Connection,
    statement: Statement,
    base: str,
    reader: Reader,
    ids: list[Id],
    since: datetime,
) -> asyncpg.Record | None:
    arguments = fill(statement.arguments, base=base, reader=reader, ids=ids, since=since)
    for term in statement.terms:
        arguments[term.keys], values = await judge(connection, term)
        if term.values is not None:
            arguments[term.values] = values
    return await connection.fetchrow(statement.sql, *arguments)


_guesses = Guesses()


def _ids(steps: tuple[Step, ...]) -> list[Id]:
    return [0 if step.id is None else step.id for step in steps]


# Compiled requests: what differs from one to the next is in their parameters. A miss costs less
# than a millisecond, so the oldest simply goes.
_MAXIMUM_STATEMENTS = 1_000
_LONGEST_KEPT = 1_000
_statements: OrderedDict[tuple[object, ...], Statement] = OrderedDict()


def _statement(path: ResourcePath, query: bytes, sight: Sight) -> Statement:
    """The statement for a path (whatever its ids), a query and a kind of reader."""
    key = (
        tuple((step.type, step.navigation, step.id is None) for step in path.steps),
        path.attribute,
        path.members,
        path.reference,
        query,
        sight,
    )
    statement = _statements.get(key)
    if statement is None:
        statement = _compile(path, query, sight)
        if len(query) > _LONGEST_KEPT:
            return statement
        _statements[key] = statement
        if len(_statements) > _MAXIMUM_STATEMENTS:
            _statements.popitem(last=False)
    return statement


def _compile(path: ResourcePath, query: bytes, sight: Sight) -> Statement:
    compiler = Compiler(sight)
    if path.attribute is not None:
        no_options(query)
        return compiler.value(path)
    if path.is_collection:
        options = parse_options(query, path.type, collection=True, reference=path.reference)
        return compiler.collection(path, options)
    if path.reference:
        no_options(query)
        return compiler.entity(path, Options())
    return compiler.entity(path, parse_options(query, path.type, collection=False))
