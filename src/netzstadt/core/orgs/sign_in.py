"""The limit on wrong passwords: what is counted, and what is shown when it is reached."""

import ipaddress
import math
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from netzstadt.core.orgs.backends import is_loopback

MAX_ACCOUNT_LENGTH = 254


def attempted_account(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The account that is tried, in one form: whatever the case, it is the same account."""
    given = (credentials or {}).get("username")
    if given is None and request is not None:
        given = request.POST.get("username")
    return str(given or "").strip().lower()[:MAX_ACCOUNT_LENGTH]


def client_address(request: HttpRequest) -> str:
    """The address that a request came from.

    A proxy is believed only where one is to be expected (BASE_URL is https) and it runs on this
    machine: the last address it names is the one that it saw itself.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    named = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
    if not named or not settings.SESSION_COOKIE_SECURE or not is_loopback(peer):
        return peer
    try:
        return str(ipaddress.ip_address(named))
    except ValueError:
        return peer


def locked_out(
    request: HttpRequest, original_response: Any = None, credentials: Any = None
) -> HttpResponse:
    """429: too many wrong passwords; says for how long and what else helps."""
    pause = settings.AXES_COOLOFF_TIME.total_seconds()
    context = {"minutes": math.ceil(pause / 60)}
    response = render(request, "errors/429.html", context, status=429)
    response.headers["Retry-After"] = str(int(pause))
    response.headers["Cache-Control"] = "no-store"
    return response
