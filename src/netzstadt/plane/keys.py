"""Who asks: API keys in the headers of a request (contract of the plane: never a cookie)."""

import time
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from netzstadt.lib.api_keys import digest_of, is_secret
from netzstadt.plane.errors import Problem, unauthorized
from netzstadt.plane.http import Request

# How long a hint may be used before the database is asked again; also the grain of last_used_at.
HINT_SECONDS = 60.0
MAXIMUM_HINTS = 10_000

_SELECT = """
select k.id, k.person_id, k.may_read, k.may_write, k.thing_ids,
       k.may_write and access_keeps_data(k.person_id) as may_write_now,
       (k.last_used_at is null or k.last_used_at < now() - interval '1 minute')
           and not current_setting('transaction_read_only')::boolean as is_stale
from api_key k
where k.secret_digest = $1 and k.revoked_at is null
  and (k.expires_at is null or now() < k.expires_at)
"""
# Within the caller's transaction, which may be a long one: whoever finds the row locked by another
# request of the same key goes on without.
_TOUCH = "select api_keys_touch(array[$1::uuid])"


@dataclass(frozen=True, slots=True)
class Key:
    """A valid API key; without an id, a person at the house's own pages.

    ``writes`` is true where the key may write and its person has a role for it.

    ``thing_ids`` is None for all Things, else the only ones that the key reaches.
    """

    id: UUID | None
    person_id: UUID | None
    may_read: bool
    may_write: bool
    thing_ids: frozenset[UUID] | None
    writes: bool
    acting_for_id: UUID | None = None

    @property
    def reader(self) -> UUID | None:
        """The person to ask may_see() about when reading; None where the key may not read."""
        return self.person_id if self.may_read else None

    def reaches(self, thing: UUID) -> bool:
        """Whether the Thing is in the key's scope."""
        return self.thing_ids is None or thing in self.thing_ids


def secret_of(request: Request) -> str | None:
    """The secret in ``Authorization: Bearer …`` or ``X-API-Key``; None where there is neither.

    Raises Problem 401 where a header is there but holds no key: a client that meant to identify
    itself must not be served as an anonymous reader.
    """
    given = request.headers.get(b"authorization")
    if given is not None:
        scheme, _, text = given.partition(b" ")
        if scheme.lower() != b"bearer":
            raise unauthorized("Send the API key as 'Authorization: Bearer nst_…' or X-API-Key.")
    elif b"x-api-key" in request.headers:
        text = request.headers[b"x-api-key"]
    else:
        return None
    secret = text.strip().decode("latin-1")
    if not is_secret(secret):
        raise unauthorized("This is not the form of an API key (nst_ and 43 characters).")
    return secret


def require_writer(key: Key | None) -> Key:
    """The key, if it may write.

    Raises Problem 401 without a key, 403 where the key or its person may not write.
    """
    if key is None:
        raise unauthorized("Writing needs an API key: 'Authorization: Bearer nst_…'.")
    if not key.may_write:
        raise Problem(403, "This API key may only read.")
    if not key.writes:
        raise Problem(403, "The person of this API key may no longer write.")
    return key


def require_unscoped(key: Key) -> None:
    """Raises Problem 403 for a key of single Things: what belongs to no Thing is not its own."""
    if key.thing_ids is not None:
        raise Problem(403, "This API key is limited to single Things and may not write this.")


async def key_of(request: Request, connection: asyncpg.Connection | asyncpg.Pool) -> Key | None:
    """The key of the request as the database knows it now; None for an anonymous request.

    Called with the connection of a transaction, its answer holds for that transaction.
    Raises Problem 401 where the key is unknown, revoked or expired.
    """
    secret = secret_of(request)
    if secret is None:
        return None
    return await _look_up(secret, connection)


async def _look_up(secret: str, connection: asyncpg.Connection | asyncpg.Pool) -> Key:
    row = await connection.fetchrow(_SELECT, digest_of(secret))
    if row is None:
        raise unauthorized("This API key is unknown, revoked or expired.")
    if row["is_stale"]:
        await connection.execute(_TOUCH, row["id"])
    things = row["thing_ids"]
    return Key(
        id=row["id"],
        person_id=row["person_id"],
        may_read=row["may_read"],
        may_write=row["may_write"],
        thing_ids=None if things is None else frozenset(things),
        writes=row["may_write_now"],
    )


class KeyHints:
    """Keys seen in the last minute, for the way of observations only.

    A hint may be out of date: whoever acts on one has the transaction judge the key again
    (``Ingest.add`` does), and forgets it where the judgement differs.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._hints: dict[bytes, tuple[float, Key]] = {}  # by the header as it was sent

    def remembered(self, request: Request) -> Key | None:
        """The key of the request, if it was seen in the last minute."""
        hint = self._hints.get(_shown(request))
        return hint[1] if hint is not None and hint[0] > time.monotonic() else None

    async def key_of(self, request: Request) -> Key | None:
        """As the function ``key_of``, but answered from memory where it can be."""
        if (known := self.remembered(request)) is not None:
            return known
        shown, now = _shown(request), time.monotonic()
        key = await key_of(request, self._pool)
        if key is not None:
            self._hints.pop(shown, None)
            if len(self._hints) >= MAXIMUM_HINTS:
                del self._hints[next(iter(self._hints))]  # the oldest
            self._hints[shown] = (now + HINT_SECONDS, key)
        return key

    def forget(self, request: Request) -> None:
        """Drop the hint of the request's key."""
        self._hints.pop(_shown(request), None)


def _shown(request: Request) -> bytes:
    """The header that secret_of() reads; empty where there is none."""
    headers = request.headers
    return headers.get(b"authorization") or headers.get(b"x-api-key", b"")
