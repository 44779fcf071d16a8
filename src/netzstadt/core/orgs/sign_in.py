"""The limit on wrong passwords: what is counted, and what is shown when it is reached."""

import math
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MAX_ACCOUNT_LENGTH = 254


def attempted_account(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The account that is tried, in one form: whatever the case, it is the same account."""
    given = (credentials or {}).get("username")
    if given is None and request is not None:
        given = request.POST.get("username")
    return str(given or "").strip().lower()[:MAX_ACCOUNT_LENGTH]


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
