"""The pages that say what went wrong and what to do now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from netzstadt.core.access.rules import public


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something that cannot be read."""
    return render(request, "errors/400.html", status=400)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 without a named permission."""
    return render(request, "errors/403.html", status=403)


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without its token, mostly one that lay open for long."""
    return render(request, "errors/csrf.html", status=403)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or one that this person may not know of."""
    return render(request, "errors/404.html", status=404)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Rendered without database, session or context processors."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)


@public
def unavailable(request: HttpRequest) -> HttpResponse:
    """503: closed for a while, e.g. during maintenance."""
    response = HttpResponse(render_to_string("errors/503.html"), status=503)
    response.headers["Retry-After"] = "60"
    return response
