"""Bodies of requests: media type, size, JSON."""

import asyncio
from typing import Any

from netzstadt.plane.errors import Problem
from netzstadt.plane.http import Request
from netzstadt.standards import strict_json

# What describes an entity is small; observations in bulk go to CreateObservations.
MAXIMUM_ENTITY_BODY = 2 * 1024 * 1024
# The checks of a longer body, most of the work, are done beside the event loop. (Its decoding by
# json.loads, some 20 ms for each MiB, holds all others up: it keeps the interpreter to itself.)
_LONG = 64 * 1024

JSON_TYPE = b"application/json"
PATCH_TYPES = (JSON_TYPE, b"application/merge-patch+json", b"application/json-patch+json")


def media_type(request: Request, allowed: tuple[bytes, ...] = (JSON_TYPE,)) -> bytes:
    """The media type of the body; JSON where the client does not say.

    Raises Problem 415 for another one, or another character set than UTF-8.
    """
    if request.headers.get(b"content-type") == JSON_TYPE and b"content-encoding" not in (
        request.headers
    ):
        return JSON_TYPE
    given, _, parameters = request.headers.get(b"content-type", JSON_TYPE).lower().partition(b";")
    given = given.strip()
    charset = parameters.replace(b'"', b"").strip()
    wrong = charset.startswith(b"charset=") and charset not in {
        b"charset=utf-8",
        b"charset=utf8",
        b"charset=us-ascii",
    }
    if given not in allowed or wrong:
        names = " or ".join(name.decode() for name in allowed)
        raise Problem(415, f"Send the body as {names} in UTF-8.")
    if request.headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Problem(415, "A compressed body is not understood.")
    return given


async def json_of(request: Request, allowed: tuple[bytes, ...] = (JSON_TYPE,)) -> Any:
    """The decoded body of a request about one entity.

    Raises Problem 413 or 415, JsonError.
    """
    media_type(request, allowed)
    body = await request.body()
    if len(body) > MAXIMUM_ENTITY_BODY:
        raise Problem(413, f"The body of an entity has at most {MAXIMUM_ENTITY_BODY // 2**20} MiB.")
    return await decoded(body)


async def decoded(body: bytes) -> Any:
    """The strictly decoded body. Raises JsonError."""
    if not body:
        raise strict_json.JsonError("The body is empty.")
    if len(body) < _LONG:
        return strict_json.decode(body)
    return await asyncio.to_thread(strict_json.decode, body)
