"""How far somebody is with signing in, as her session knows it.

A session is somebody's only after all factors that she needs: between password and second factor
it holds who is *pending*, and nobody is signed in. So no page and no rule has to know of half a
sign-in.
"""

import secrets
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, load_backend, login
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language

from netzstadt.core.access.rules import held_by, person_of
from netzstadt.core.accounts import devices, queries
from netzstadt.core.accounts.services import sessions
from netzstadt.core.accounts.services.sessions import Visit
from netzstadt.core.clients import client_address
from netzstadt.core.orgs.queries import persons
from netzstadt.lib import clock

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

FACTOR = "accounts_factor"
CONFIRMED_AT = "accounts_confirmed_at"
SEEN_AT = "accounts_seen_at"
BEGUN_AT = "accounts_begun_at"
_PENDING = "accounts_pending"
_CHALLENGE = "accounts_challenge"
BACKEND = "netzstadt.core.orgs.backends.PersonBackend"

PENDING_FOR = timedelta(minutes=15)
CONFIRMED_FOR = timedelta(minutes=10)
CHALLENGE_FOR = timedelta(minutes=5)
# A session ends after this time without a page, and after this time in any case.
INACTIVE_FOR = timedelta(hours=2)
LASTS_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Pending:
    """Who has shown one factor, and where she wants to go."""

    person_id: str
    auth_hash: str
    begun_at: float
    target: str
    # Whether a second factor is to be set up first, for there is none yet.
    sets_up: bool


def go_on(
    request: HttpRequest,
    person: "Person",
    *,
    target: str,
    has_both: str = "",
    needs_both: bool = False,
) -> str:
    """Take the next step after one factor: sign in, ask for the second, or have it set up.

    ``has_both`` names what counted as two factors at once; ``needs_both`` is said of somebody whose
    roles were given in this moment. Returns the name of the next page; empty where she is signed
    in.
    """
    if has_both or not (needs_both or _needs_more(person)):
        complete(request, person, factor=has_both)
        return ""
    sets_up = not queries.has_second_factor(person)
    begin(request, person, target=target, sets_up=sets_up)
    return "accounts:set-up" if sets_up else "accounts:second-factor"


def _needs_more(person: "Person") -> bool:
    return queries.has_second_factor(person) or queries.needs_second_factor(person)


def begin(request: HttpRequest, person: "Person", *, target: str, sets_up: bool) -> None:
    """Remember who is pending, in a new session: what was known of the old one ends."""
    request.session.flush()
    request.session[_PENDING] = asdict(
        Pending(
            person_id=str(person.pk),
            auth_hash=person.get_session_auth_hash(),
            begun_at=clock.now().timestamp(),
            target=target,
            sets_up=sets_up,
        )
    )


def pending_of(request: HttpRequest) -> tuple["Person", Pending] | None:
    """Who is between her factors; None when too late, or the account changed meanwhile."""
    stored = request.session.get(_PENDING)
    if not stored:
        return None
    pending = Pending(**stored)
    person = persons.person(uuid.UUID(pending.person_id))
    if person is None or _is_over(pending.begun_at, PENDING_FOR):
        return None
    if not constant_time_compare(pending.auth_hash, person.get_session_auth_hash()):
        return None
    backend: Any = load_backend(BACKEND)
    return (person, pending) if backend.user_can_authenticate(person) else None


def complete(request: HttpRequest, person: "Person", *, factor: str) -> None:
    """Sign ``person`` in: the session gets a new key, and stands on her list."""
    request.session.pop(_PENDING, None)
    request.session.pop(_CHALLENGE, None)
    forget_key(request)  # who used this browser before may know it
    login(request, person, backend=BACKEND)
    now = clock.now()
    request.session[FACTOR] = factor
    for name in (CONFIRMED_AT, SEEN_AT, BEGUN_AT):
        request.session[name] = now.timestamp()
    request.session.save()
    sessions.begin_session(person=person, visit=visit_of(request), at=now)


def confirm(request: HttpRequest) -> None:
    """Remember that who is signed in has just shown that it is still she, in a session with a new
    key: one that was stolen before is of no use now."""
    request.session.cycle_key()
    note_again(request)
    request.session[CONFIRMED_AT] = clock.now().timestamp()


def is_confirmed(request: HttpRequest) -> bool:
    """Whether she has shown so within the last minutes."""
    at = request.session.get(CONFIRMED_AT)
    return at is not None and not _is_over(at, CONFIRMED_FOR)


def with_factor(request: HttpRequest, factor: str) -> None:
    """Note which second factor the session of who is signed in has shown."""
    request.session[FACTOR] = factor


def note_again(request: HttpRequest) -> None:
    """Put the session on its person's list with the next request: it has a new key."""
    request.session.pop(SEEN_AT, None)


def visit_of(request: HttpRequest) -> Visit:
    """The session of this request, as its person will recognise it."""
    return Visit(
        session_key=request.session.session_key or "",
        device=devices.device(request.headers.get("User-Agent", ""))[:80],
        place=devices.place(client_address(request)),
        factor=str(request.session.get(FACTOR, "")),
        language=get_language() or settings.LANGUAGE_CODE,
    )


def remember_challenge(request: HttpRequest, kind: str, state: dict[str, Any]) -> None:
    """Keep what a browser was asked, until it answers."""
    request.session[_CHALLENGE] = {"kind": kind, "at": clock.now().timestamp(), "state": state}


def challenge_of(request: HttpRequest, kind: str) -> dict[str, Any] | None:
    """What the browser was asked; once, and for five minutes."""
    stored = request.session.pop(_CHALLENGE, None)
    if not stored or stored["kind"] != kind or _is_over(stored["at"], CHALLENGE_FOR):
        return None
    state: dict[str, Any] = stored["state"]
    return state


def key_to_set_up(request: HttpRequest, *, make: bool) -> bytes | None:
    """The key of codes that is being set up in this session; with ``make`` one is made."""
    name = "accounts_new_key"
    if make and name not in request.session:
        request.session[name] = secrets.token_hex(20)
    stored = request.session.get(name)
    return bytes.fromhex(stored) if stored else None


def keep_token(request: HttpRequest, name: str, token: str) -> None:
    """Keep the token of a link that somebody followed until she has done what it is for.

    An empty one is not kept: a session is stored for nobody who makes addresses up.
    """
    if token:
        request.session[name] = token
    else:
        request.session.pop(name, None)


def forget_key(request: HttpRequest) -> None:
    """Forget the key that was being set up."""
    request.session.pop("accounts_new_key", None)


def is_half_signed_in(request: HttpRequest) -> bool:
    """Whether somebody is signed in with one factor who needs two by now: a role was given."""
    person = person_of(request)
    if person is None or request.session.get(FACTOR) or SESSION_KEY not in request.session:
        return False
    return not person.is_demo and bool(held_by(request))


def has_ended(request: HttpRequest) -> bool:
    """Whether the session of who is signed in lay idle for too long, or is too old."""
    begun, seen = request.session.get(BEGUN_AT), request.session.get(SEEN_AT)
    is_old = begun is not None and _is_over(begun, LASTS_FOR)
    return is_old or (seen is not None and _is_over(seen, INACTIVE_FOR))


def note_seen(request: HttpRequest, at: datetime) -> None:
    """Remember that this session was active, and since when it has been."""
    request.session[SEEN_AT] = at.timestamp()
    request.session.setdefault(BEGUN_AT, at.timestamp())


def is_to_be_noted(request: HttpRequest, at: datetime) -> bool:
    """Whether the list of sessions should hear that this one was active."""
    seen = request.session.get(SEEN_AT)
    return seen is None or at.timestamp() - float(seen) > timedelta(minutes=5).total_seconds()


def _is_over(begun: float, period: timedelta) -> bool:
    return clock.now().timestamp() - float(begun) > period.total_seconds()


def remember_target(request: HttpRequest, target: str) -> None:
    """Keep where somebody wanted to go, over the pages that come first."""
    request.session["accounts_target"] = target


def remembered_target(request: HttpRequest) -> str:
    """Where she wanted to go; once."""
    return str(request.session.pop("accounts_target", ""))
