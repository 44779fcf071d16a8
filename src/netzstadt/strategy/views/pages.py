"""What the office's pages of the strategy have in common."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from netzstadt.core import form_pages
from netzstadt.core.access.rules import person_of
from netzstadt.strategy import queries
from netzstadt.strategy.models import Edition, ElementVersion
from netzstadt.strategy.queries.indicators import visible_indicators


def form_page(
    request: HttpRequest, form: forms.Form, title: str, submit: str, back: str, **more: Any
) -> HttpResponse:
    """A page of the strategy that is one form."""
    given = {"title": title, "submit": submit, "back": back, **more}
    return form_pages.form_page(request, "strategy/form.html", form, **given)


def form_or_do(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[], object],
    *,
    title: str,
    submit: str,
    back: str,
    **more: Any,
) -> HttpResponse:
    """Show a form, or do what was typed, say so and go back; a refusal stands on the form."""
    if form_pages.saved(request, form, do):
        messages.success(request, _("Saved."))
        return redirect(back)
    return form_page(request, form, title, submit, back, **more)


def page_of(version: ElementVersion) -> str:
    """The page of an element in its edition."""
    return reverse("strategy:element", args=[version.element_id]) + version.edition.query


def edition_or_404(request: HttpRequest, edition_id: Any) -> Edition:
    """An edition that who asks may see."""
    found = queries.visible_editions(to=person_of(request)).filter(pk=edition_id).first()
    if found is None:
        raise Http404
    return found


def version_or_404(request: HttpRequest, version_id: Any) -> ElementVersion:
    """An element of an edition that who asks may see."""
    found = (
        ElementVersion.objects.filter(
            pk=version_id, edition__in=queries.visible_editions(to=person_of(request))
        )
        .select_related("element__responsible", "element__unit", "edition__strategy")
        .first()
    )
    if found is None:
        raise Http404
    return found


def indicator_or_404(request: HttpRequest, indicator_id: Any) -> Any:
    """An indicator that who asks may see, with the title of its definition."""
    found = (
        visible_indicators(to=person_of(request))
        .select_related("running", "unit", "responsible")
        .filter(pk=indicator_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def uuid_of(text: str) -> uuid.UUID | None:
    """The id that an address names; None where it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
