"""What everybody sees of the city: its legal pages, its look."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from netzstadt.core.access.rules import public
from netzstadt.core.city import look as looks
from netzstadt.core.city import queries
from netzstadt.lib.colours import as_hex

# The address of a logo or a style sheet names what is in it: it never changes.
_FOR_EVER = "public, max-age=31536000, immutable"


@public
@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    """Who is responsible for these pages (§ 5 DDG)."""
    return render(request, "city/imprint.html", {"city": queries.current()})


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What happens with data of visitors (Art. 13 GDPR)."""
    return render(request, "city/privacy.html", {"city": queries.current()})


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (§ 10b BGG NRW)."""
    return render(request, "city/accessibility.html", {"city": queries.current()})


@public
@require_safe
def look(request: HttpRequest, accent: str) -> HttpResponse:
    """The style sheet of the city's accent colour."""
    chosen = queries.current().look
    if chosen is None or as_hex(chosen.light) != f"#{accent}":
        raise Http404
    return HttpResponse(
        looks.style_sheet(chosen),
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": _FOR_EVER},
    )


@public
@require_safe
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    """The city's logo. Opened by itself it may do nothing, whatever is in it."""
    found = queries.logo(digest)
    if found is None:
        raise Http404
    content, media_type = found
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Cache-Control": _FOR_EVER,
            "Content-Disposition": "inline",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        },
    )
