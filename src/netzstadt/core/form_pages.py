"""What pages that are one form have in common, in any room."""

from collections.abc import Callable
from typing import Any, Protocol

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from netzstadt.core.meanwhile import ChangedMeanwhile, SeenForm
from netzstadt.core.refusal import Refusal


class Changeable(Protocol):
    """Something that knows when it was last changed."""

    changed_at: Any

    def refresh_from_db(self, *, fields: list[str]) -> None:
        """Read these columns anew."""


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form sent, be it nothing; None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest, template: str, form: forms.Form, **context: Any
) -> HttpResponse:
    """A page that is one form; a form with errors answers 422."""
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def saved(
    request: HttpRequest,
    form: forms.Form,
    save: Callable[[], Any],
    *,
    again: Changeable | None = None,
) -> Any:
    """What ``save`` gave back, or True; None where nothing was sent, or refused: the form says why.

    ``again`` is the object of which somebody may have changed something meanwhile; who was told of
    it may save.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return save() or True
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        if isinstance(refusal, ChangedMeanwhile) and isinstance(form, SeenForm) and again:
            again.refresh_from_db(fields=["changed_at"])
            form.look_again(again.changed_at)
    return None
