"""Looks at every request of somebody who is signed in."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from netzstadt.core.access.rules import person_of
from netzstadt.core.accounts import queries, sign_in
from netzstadt.core.accounts.services import sessions
from netzstadt.lib import clock


class account_guard:
    """End sessions that are idle or too old, and those of one factor whose person was given a role;
    keep the list of sessions fresh."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Have the second factor shown or set up before any page, also a public one."""
        person = person_of(request)
        if person is None:
            return None
        if sign_in.has_ended(request):
            logout(request)  # the page itself says what to do now, if it is for people signed in
            return None
        if sign_in.is_half_signed_in(request):
            sets_up = not queries.has_second_factor(person)
            target = request.get_full_path() if request.method == "GET" else ""
            sign_in.begin(request, person, target=target, sets_up=sets_up)
            return redirect("accounts:set-up" if sets_up else "accounts:second-factor")
        now = clock.now()
        if sign_in.is_to_be_noted(request, now):
            sign_in.note_seen(request, now)
            sessions.note_session(person=person, visit=sign_in.visit_of(request), at=now)
        return None
