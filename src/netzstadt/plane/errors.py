"""Every "no" of the data plane, as problem documents (RFC 9457), and the table of exceptions."""

import asyncpg
import msgspec

from netzstadt.plane.groups import HELD
from netzstadt.plane.ingest import Busy, KeyRefused
from netzstadt.plane.interruptions import SESSION_LOST
from netzstadt.standards.sensorthings.failure import SyntaxFailure, UnknownResource
from netzstadt.standards.strict_json import JsonError


class Problem(Exception):
    """An answer that tells the client what was wrong, and where.

    ``place`` is the position in the request that must change: a JSON path such as
    ``$.Datastreams[0].name``, a query option such as ``$filter`` with its column, or a segment of
    the path.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        place: str = "",
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.place = place
        self.headers = headers

    def body(self) -> bytes:
        """The problem document as JSON bytes."""
        document: dict[str, object] = {
            "type": "about:blank",
            "title": TITLES.get(self.status, "Error"),
            "status": self.status,
            "detail": self.detail,
        }
        if self.place:
            document["place"] = self.place
        return msgspec.json.encode(document)


TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    409: "Conflict",
    411: "Length Required",
    413: "Content Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}

_RETRY = ((b"retry-after", b"1"),)
_CHALLENGE = ((b"www-authenticate", b'Bearer realm="netzstadt"'),)
_TOO_LONG = (
    "The request took too long and was stopped. Ask for less: a shorter period, a smaller $top, "
    "fewer $expand, or no $count."
)
_TOO_LARGE = "The answer would be too large. Ask for less: a smaller $top or fewer $expand."
_OUT_OF_RANGE = "A value in the request is outside of what can be computed."
_NO_DATABASE = "The database cannot be reached at the moment."

# What an exception means to a client: the first row that fits. Nothing else is ever an answer;
# what is not in this table is a defect, logged and answered with 500.
_TABLE: tuple[tuple[type[Exception], int, str], ...] = (
    (asyncpg.QueryCanceledError, 504, _TOO_LONG),
    (asyncpg.ProgramLimitExceededError, 400, _TOO_LARGE),
    (asyncpg.OutOfMemoryError, 503, _TOO_LARGE),
    (asyncpg.DataError, 400, _OUT_OF_RANGE),
    (asyncpg.DeadlockDetectedError, 503, "Two changes met; try again."),
    (asyncpg.LockNotAvailableError, 503, HELD),
    (asyncpg.SerializationError, 503, "Two changes met; try again."),
    (asyncpg.TooManyConnectionsError, 503, _NO_DATABASE),
    *((kind, 503, _NO_DATABASE) for kind in SESSION_LOST),
    (TimeoutError, 503, "The server has more to do than it can at the moment; try again."),
    (OSError, 503, _NO_DATABASE),
)


def bad_request(detail: str, *, place: str = "") -> Problem:
    """400: the request cannot be understood; ``place`` says where."""
    return Problem(400, detail, place=place)


def unauthorized(detail: str) -> Problem:
    """401 with the challenge that RFC 9110, 11.6.1 asks for."""
    return Problem(401, detail, headers=_CHALLENGE)


def not_found(detail: str = "There is no such entity, or you may not see it.") -> Problem:
    """404, also for what the reader may not see: its existence is not told."""
    return Problem(404, detail)


def problem_of(error: Exception) -> Problem | None:
    """The problem document for an exception; None for a defect (500)."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, SyntaxFailure):
        return Problem(error.status, error.message, place=error.where())
    if isinstance(error, JsonError):
        return Problem(400, error.detail, place=error.place)
    if isinstance(error, UnknownResource):
        return Problem(404, error.message, place=error.place)
    if isinstance(error, Busy):
        retry = ((b"retry-after", str(error.retry_after).encode()),)
        return Problem(503, str(error), headers=retry)
    if isinstance(error, KeyRefused):
        return unauthorized(str(error)) if error.is_invalid else Problem(403, str(error))
    for kind, status, detail in _TABLE:
        if isinstance(error, kind):
            return Problem(status, detail, headers=_RETRY if status == 503 else ())
    return None
