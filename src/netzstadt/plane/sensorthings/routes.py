"""SensorThings 1.1 over HTTP: who answers which method on which path (OGC 18-088, 9 and 10)."""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from netzstadt.plane.errors import Problem
from netzstadt.plane.http import Request, Response
from netzstadt.plane.sensorthings import read
from netzstadt.plane.sensorthings.context import VERSION, Context, base_of
from netzstadt.plane.sensorthings.create import create
from netzstadt.plane.sensorthings.create_observations import create_observations
from netzstadt.plane.sensorthings.delete import delete
from netzstadt.plane.sensorthings.post_observation import post_observation
from netzstadt.plane.sensorthings.update import patch, put
from netzstadt.standards.sensorthings.model import OBSERVATION
from netzstadt.standards.sensorthings.path import ResourcePath, parse_path

if TYPE_CHECKING:
    from netzstadt.plane.app import Plane

PREFIX = VERSION.encode()

Handler = Callable[[Context, ResourcePath], Awaitable[Response]]

_READING: dict[str, Handler] = {"GET": read.read, "HEAD": read.read}
# Writing on a collection, on one entity, and CreateObservations (13.2).
_ON_COLLECTION: dict[str, Handler] = _READING | {"POST": create}
_ON_OBSERVATIONS: dict[str, Handler] = _READING | {"POST": post_observation}
_ON_ENTITY: dict[str, Handler] = _READING | {"PATCH": patch, "PUT": put, "DELETE": delete}
_ON_ACTION: dict[str, Handler] = {"POST": create_observations}


async def answer(plane: "Plane", request: Request) -> Response:
    """Answer one request below /sta/v1.1.

    Raises Problem (405 with Allow, 404 …) and what parsers and handlers raise.
    """
    rest = request.raw_path[len(PREFIX) :]
    if rest and not rest.startswith(b"/"):
        raise Problem(404, f"There is nothing at this address; the API begins at {VERSION}.")
    path, handlers = _known(rest) if len(rest) <= _USUAL_LENGTH else _understood(rest)
    handler = handlers.get(request.method)
    if handler is None:
        allowed = ", ".join([*handlers, "OPTIONS"]).encode()
        if request.method == "OPTIONS":
            return _options(allowed)
        raise Problem(
            405,
            f"{request.method} is not possible here; possible are {allowed.decode()}.",
            headers=((b"allow", allowed),),
        )
    return await handler(Context(plane, request, base_of(plane, request)), path)


def _understood(rest: bytes) -> tuple[ResourcePath, dict[str, Handler]]:
    path = parse_path(rest[1:])
    return path, _handlers(path)


# A sensor sends to one address for years: reading it anew each time would be a seventh of the work.
_USUAL_LENGTH = 256
_known = lru_cache(maxsize=4_096)(_understood)


def _handlers(path: ResourcePath) -> dict[str, Handler]:
    if path.action:
        return _ON_ACTION
    if path.is_entity:
        return _ON_ENTITY
    if path.is_collection and not path.reference:
        return _ON_OBSERVATIONS if path.type is OBSERVATION else _ON_COLLECTION
    return _READING


def _options(allowed: bytes) -> Response:
    """What may be asked here, also for a browser that asks before it sends (CORS preflight)."""
    return Response(
        204,
        headers=[
            (b"allow", allowed),
            (b"access-control-allow-methods", allowed),
            (b"access-control-allow-headers", b"Authorization, Content-Type, X-API-Key"),
            (b"access-control-max-age", b"86400"),
        ],
    )
