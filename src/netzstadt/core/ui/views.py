"""The choice of language and theme, and the gallery of the kit."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from netzstadt.core.access.rules import public
from netzstadt.core.ui import gallery, page
from netzstadt.core.ui.queries import safe_target


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie."""
    response: HttpResponse = redirect(safe_target(request) or "/")
    language = request.POST.get("language", "")
    if translation.check_for_language(language) and language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response


@public
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie; "system" forgets it."""
    response: HttpResponse = redirect(safe_target(request) or "/")
    theme = request.POST.get("theme", "")
    if theme == "system":
        response.delete_cookie(page.THEME_COOKIE, samesite="Lax")
    elif theme in page.THEMES:
        response.set_cookie(
            page.THEME_COOKIE,
            theme,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@public
@require_safe
def kit(request: HttpRequest) -> HttpResponse:
    """The gallery: every component of the kit with its states."""
    return render(request, "ui/kit.html", gallery.examples(request))
