"""The limits of signing in: on wrong passwords, and on how many are checked at once."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from netzstadt.core.accounts import jobs as accounts_jobs
from netzstadt.core.clients import client_address
from netzstadt.core.jobs import services as jobs
from netzstadt.core.orgs.queries import persons

MAX_ACCOUNT_LENGTH = 254
# One check of a password takes about 100 MiB and a tenth of a second of a core, by design. Without
# a limit a flood of them would take memory and database from everybody.
CHECKS_AT_ONCE = 2
WAITING_AT_MOST = 16

_checking = threading.BoundedSemaphore(CHECKS_AT_ONCE)
_waiting = threading.BoundedSemaphore(CHECKS_AT_ONCE + WAITING_AT_MOST)


def attempted_account(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The account that is tried, in one form: whatever the case, it is the same account."""
    given = (credentials or {}).get("username")
    if given is None and request is not None:
        given = request.POST.get("username")
    return persons.account_named(str(given or ""))[:MAX_ACCOUNT_LENGTH]


@contextmanager
def place_to_check() -> Iterator[bool]:
    """A place for one check of a password, waited for; False where too many wait already."""
    if not _waiting.acquire(blocking=False):
        yield False
        return
    try:
        with _checking:
            yield True
    finally:
        _waiting.release()


def busy(request: HttpRequest) -> HttpResponse:
    """429: too many passwords are being checked at this moment."""
    response = render(request, "errors/busy.html", status=429)
    response.headers["Retry-After"] = "5"
    return response


def locked_out(
    request: HttpRequest, original_response: Any = None, credentials: Any = None
) -> HttpResponse:
    """429: too many wrong passwords; says for how long and what else helps."""
    request_notice(request, credentials)
    pause = settings.AXES_COOLOFF_TIME.total_seconds()
    context = {"minutes": math.ceil(pause / 60)}
    response = render(request, "errors/429.html", context, status=429)
    response.headers["Retry-After"] = str(int(pause))
    response.headers["Cache-Control"] = "no-store"
    return response


def request_notice(request: HttpRequest, credentials: dict[str, Any] | None) -> None:
    """Have a job tell the person, if there is one: looking her up here would take time that says
    whether the account exists."""
    account = attempted_account(request, credentials)
    attempt = (
        AccessAttempt.objects.filter(username=account, ip_address=client_address(request))
        .order_by("-attempt_time")
        .values_list("pk", flat=True)
        .first()
    )
    if attempt is not None:
        jobs.defer(accounts_jobs.tell_of_pause, attempt_id=attempt)
