"""What every page has in common beyond its HTML: security headers, and how a refusal is shown."""

from collections.abc import Callable
from urllib.parse import urlparse

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from netzstadt.core.access.rules import PermissionMissing, came_from, no_permission
from netzstadt.core.refusal import Refusal

Respond = Callable[[HttpRequest], HttpResponse]


def content_security_policy(*, basemap_style_url: str, is_https: bool) -> str:
    """The policy of every page: everything from this server, nothing inline.

    KERN's icons are ``data:`` images in its style sheet. A configured base map adds its one host.
    """
    basemap = urlparse(basemap_style_url)
    host = f" {basemap.scheme}://{basemap.netloc}" if basemap.netloc else ""
    rules = [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        f"img-src 'self' data: blob:{host}",
        "font-src 'self'",
        f"connect-src 'self'{host}",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    if is_https:
        rules.append("upgrade-insecure-requests")
    return "; ".join(rules)


def security_headers(get_response: Respond) -> Respond:
    """Add the headers that Django has no setting for."""
    policy = content_security_policy(
        basemap_style_url=settings.CONFIG.basemap_style_url,
        is_https=settings.SESSION_COOKIE_SECURE,
    )

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            # A public page, too, shows who is signed in more than others: no cache keeps it, also
            # not the browser's after signing out.
            response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault(
            "Permissions-Policy",
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return respond


class refusals:
    """Turn a service's "no" into a notice on the page that asked; explain a form's address."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and request.accepts("text/html"):
            return self._only_a_form(request, allowed=response["Allow"])
        return response

    def _only_a_form(self, request: HttpRequest, *, allowed: str) -> HttpResponse:
        """What somebody reads who opened the address that a form is sent to."""
        back = {"back": came_from(request, otherwise="")}
        page = render(request, "errors/405.html", back, status=405)
        page.headers["Allow"] = allowed
        return page

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Send the person back to her form with the reason; without one, show it on a page."""
        if isinstance(error, PermissionMissing):
            return no_permission(request, error.permission)
        if not isinstance(error, Refusal):
            return None
        back = came_from(request, otherwise="")
        if request.method == "POST" and back and not request.headers.get("HX-Request"):
            messages.error(request, str(error))
            return HttpResponseRedirect(back)
        return render(request, "errors/refused.html", {"reason": str(error)}, status=409)
