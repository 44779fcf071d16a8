"""Where a page listens to live values, and the tickets of signed-in persons for it.

The plane knows no sessions. A page therefore issues a ticket that names its reader and ends soon;
whether she may still sign in, and what she may see, is judged by the database at every value.
"""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from urllib.parse import urlencode

LIFETIME_S = 3600
# One stream tells of so many series.
MAXIMUM_SERIES = 200


class TicketRefused(Exception):
    """The ticket is not ours or has ended."""


def live_address(series: Iterable[int], reader: uuid.UUID | None, *, at: datetime, key: str) -> str:
    """The address of the latest values of ``series``, of the first MAXIMUM_SERIES of them; empty
    without any."""
    ids = [str(one) for one in islice(series, MAXIMUM_SERIES)]
    if not ids:
        return ""
    query = {"series": ",".join(ids)}
    if reader is not None:
        query["ticket"] = issue_ticket(reader, now=int(at.timestamp()), key=key)
    return f"/live/values?{urlencode(query, safe=',')}"


def issue_ticket(reader: uuid.UUID, *, now: int, key: str) -> str:
    """A ticket for ``reader``, valid for LIFETIME_S from ``now`` (seconds since 1970)."""
    content = reader.bytes + (now + LIFETIME_S).to_bytes(8, "big")
    return base64.urlsafe_b64encode(content + _seal(content, key)).decode()


def reader_of(ticket: str, *, now: int, key: str) -> uuid.UUID:
    """The reader that the ticket names. Raises TicketRefused if it is forged or has ended."""
    try:
        raw = base64.b64decode(ticket.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError as error:
        raise TicketRefused("The ticket cannot be read.") from error
    content, seal = raw[:24], raw[24:]
    if len(content) != 24 or not hmac.compare_digest(seal, _seal(content, key)):
        raise TicketRefused("The ticket is not ours.")
    if now >= int.from_bytes(content[16:], "big"):
        raise TicketRefused("The ticket has ended; load the page again.")
    return uuid.UUID(bytes=content[:16])


def _seal(content: bytes, key: str) -> bytes:
    return hmac.digest(key.encode(), b"netzstadt live ticket\0" + content, hashlib.sha256)
