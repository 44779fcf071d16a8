"""Every "no" of the data plane, as problem documents (RFC 9457)."""

import msgspec


class Problem(Exception):  # noqa: N818 - named after the RFC's term
    """An answer that tells the client what was wrong, and where.

    ``place`` is the position in the request that must change: a JSON path such as
    ``$.Datastreams[0].name``, a query option such as ``$filter`` with its column, or a path segment.
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
    409: "Conflict",
    411: "Length Required",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def bad_request(detail: str, *, place: str = "") -> Problem:
    """400: the request cannot be understood; ``place`` says where."""
    return Problem(400, detail, place=place)


def not_found(detail: str = "There is no such entity, or you may not see it.") -> Problem:
    """404, also for what the reader may not see: its existence is not told."""
    return Problem(404, detail)
