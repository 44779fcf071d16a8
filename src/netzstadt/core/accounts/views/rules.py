"""Who may open pages about an account beyond being signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, resolve_url

from netzstadt.core.access.rules import person_of
from netzstadt.core.accounts import sign_in

View = Callable[..., HttpResponseBase]


def confirmed(view: View) -> View:
    """Ask again who it is before something that decides who can sign in, and come back.

    Somebody who finds a device open must not be able to lock its owner out.
    """
    return confirmed_at("")(view)


def confirmed_at(page: str) -> Callable[[View], View]:
    """``confirmed`` for an address that only takes a form: come back to the page it stands on."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not sign_in.is_confirmed(request):
                back = urlencode({"next": resolve_url(page) if page else request.path})
                return redirect(f"{resolve_url('accounts:confirm')}?{back}")
            return view(request, *args, **kwargs)

        return guarded

    return guard


def own_factors(view: View) -> View:
    """For who is signed in and has confirmed it, and for who must set a factor up to get in.

    The view is given the ``person``. A pending person has shown her first factor just now.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = person_of(request)
        if person is not None:
            return confirmed(view)(request, *args, person=person, **kwargs)
        pending = sign_in.pending_of(request)
        if pending is None or not pending[1].sets_up:
            return redirect("accounts:login")
        return view(request, *args, person=pending[0], **kwargs)

    return guarded
