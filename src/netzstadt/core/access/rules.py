"""The decorators with which every page says who may open it.

Each sets ``access_rule`` on the view; a test walks all addresses and finds a view without one.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from netzstadt.core.access import queries
from netzstadt.core.access.permissions import Permission, Role

if TYPE_CHECKING:
    from netzstadt.core.access.queries import Held
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


class PermissionMissing(PermissionDenied):
    """Who is signed in may not do this; shown as the page that says whom to ask."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(permission.name)
        self.permission = permission


def held_by(request: HttpRequest) -> "list[Held]":
    """The roles of who is signed in, read once a request."""
    known: list[Held] | None = getattr(request, "_held", None)
    if known is None:
        known = queries.held(person_of(request))
        request._held = known  # type: ignore[attr-defined]
    return known


def request_may(
    request: HttpRequest,
    permission: Permission,
    obj: object | None = None,
    *,
    anywhere: bool = False,
) -> bool:
    """``may`` for who is signed in, without asking the database again in the same request.

    ``anywhere`` asks whether she may at all, be it in one unit: for places in the navigation.
    """
    return _carrier(request, permission, obj, anywhere=anywhere) is not None


def require(request: HttpRequest, permission: Permission, obj: object | None = None) -> None:
    """Let who is signed in go on only if she may do this with ``obj``.

    Where only a right of somebody she stands in for carries it, what she does from here on is
    recorded as done for that person.

    Raises PermissionMissing, which becomes the page that says whom to ask.
    """
    role = _carrier(request, permission, obj)
    if role is None:
        raise PermissionMissing(permission)
    _act(request, role)


def _carrier(
    request: HttpRequest,
    permission: Permission,
    obj: object | None = None,
    *,
    anywhere: bool = False,
) -> "Held | None":
    roles = held_by(request)
    if anywhere:
        return queries.anywhere(roles, permission)
    return queries.carrying(roles, permission, obj)


def _act(request: HttpRequest, role: "Held") -> None:
    """Note in whose name the person acts: her own right comes first, then those of others."""
    person = signed_in_person(request)
    if role.acting_for_id is None:
        person.acting_for = None
    else:
        person.acting_for = get_user_model()._default_manager.get(pk=role.acting_for_id)


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


def needs(permission: Permission, *, anywhere: bool = False) -> Callable[[V], V]:
    """Who has ``permission`` everywhere may open the page.

    With ``anywhere`` also who has it in one unit or for one object: the view then asks
    ``require`` for what it changes. Others who are signed in read which permission is missing and
    who can help.
    """

    def guard(view: V) -> V:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if person_of(request) is None:
                return _to_sign_in(request)
            role = _carrier(request, permission, anywhere=anywhere)
            if role is None:
                return no_permission(request, permission)
            _act(request, role)
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
            headers={"HX-Redirect": resolve_url("accounts:login")},
            content_type="text/plain; charset=utf-8",
        )
    is_page = request.method in {"GET", "HEAD"}
    return _private(redirect_to_login(request.get_full_path() if is_page else came_from(request)))


def came_from(request: HttpRequest, *, otherwise: str = "/") -> str:
    """The page of this house that a form was sent from."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return otherwise
    return urlunsplit(("", "", *urlsplit(page)[2:])) or otherwise


def _private(response: R) -> R:
    """Keep pages of the office side out of caches, also the browser's after signing out."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response
