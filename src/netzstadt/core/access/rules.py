"""The decorators with which every page says who may open it.

Each sets ``access_rule`` on the view; a test walks all addresses and finds a view without one.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _

from netzstadt.core.access import queries
from netzstadt.core.access.permissions import Permission, Role

if TYPE_CHECKING:
    from netzstadt.core.access.models import Grant
    from netzstadt.core.orgs.models import Person

V = TypeVar("V", bound=Callable[..., HttpResponseBase])
R = TypeVar("R", bound=HttpResponseBase)


def person_of(request: HttpRequest) -> "Person | None":
    """Who is signed in, or None."""
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def signed_in_person(request: HttpRequest) -> "Person":
    """Who is signed in, on a page that asks for it. Raises LookupError on one that does not."""
    person = person_of(request)
    if person is None:
        raise LookupError("Nobody is signed in: decorate the view with @signed_in or @needs.")
    return person


def grants_of(request: HttpRequest) -> "list[Grant]":
    """The grants of who is signed in, read once a request."""
    known: list[Grant] | None = getattr(request, "_grants", None)
    if known is None:
        known = queries.valid_grants(person_of(request))
        request._grants = known  # type: ignore[attr-defined]
    return known


def request_may(request: HttpRequest, permission: Permission, obj: object | None = None) -> bool:
    """``may`` for who is signed in, without asking the database again in the same request."""
    return queries.allows(grants_of(request), permission, obj)


def public(view: V) -> V:
    """Everybody may open the page; what it shows is filtered by ``visible``."""
    view.access_rule = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: V) -> V:
    """Whoever is signed in may open the page; others are sent to sign in and back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if person_of(request) is None:
            return _to_sign_in(request)
        return _private(view(request, *args, **kwargs))

    guarded.access_rule = "signed_in"  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def needs(permission: Permission) -> Callable[[V], V]:
    """Who has ``permission`` everywhere may open the page.

    Others who are signed in read which permission is missing and who can help.
    """

    def guard(view: V) -> V:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if person_of(request) is None:
                return _to_sign_in(request)
            if not request_may(request, permission):
                return no_permission(request, permission)
            return _private(view(request, *args, **kwargs))

        guarded.access_rule = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard


def no_permission(request: HttpRequest, permission: Permission) -> HttpResponse:
    """The 403 page that says which permission is missing and whom to ask for it."""
    context: dict[str, Any] = {
        "permission": permission,
        "roles": [role.label for role in Role if role in permission.roles],
        "helpers": queries.people_with(Role.ADMINISTRATOR),
    }
    return _private(render(request, "errors/no_permission.html", context, status=403))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # A redirect would put the sign-in page into a part of this one.
        return HttpResponse(
            _("Please sign in."),
            status=401,
            headers={"HX-Redirect": resolve_url("orgs:login")},
            content_type="text/plain; charset=utf-8",
        )
    return _private(redirect_to_login(request.get_full_path()))


def _private(response: R) -> R:
    """Keep pages of the office side out of caches, also the browser's after signing out."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response
