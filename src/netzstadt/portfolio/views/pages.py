"""What the office's pages of projects have in common."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from netzstadt.core.access.rules import person_of, request_may, require, signed_in_person
from netzstadt.core.meanwhile import ChangedMeanwhile, SeenForm
from netzstadt.core.refusal import Refusal
from netzstadt.portfolio.models import Project
from netzstadt.portfolio.permissions import KEEP_PROJECTS


def may_keep(request: HttpRequest, project: Project) -> bool:
    """Whether who asks keeps a project: in its unit, or because she leads it."""
    person = person_of(request)
    leads = person is not None and project.lead_id == person.pk
    return leads or request_may(request, KEEP_PROJECTS, project)


def require_keeping(request: HttpRequest, project: Project) -> None:
    """Let who asks go on only if she keeps the project. Raises PermissionMissing."""
    if project.lead_id != signed_in_person(request).pk:
        require(request, KEEP_PROJECTS, project)


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form sent, be it nothing; None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def form_or_do(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[], object],
    *,
    title: str,
    submit: str,
    back: str,
    project: Project,
    **more: Any,
) -> HttpResponse:
    """Show a form, or do what was typed, say so and go back; a refusal stands on the form.

    ``seen`` is the object whose change meanwhile counts, where it is not the project; ``done`` is
    said afterwards, ``note`` before; what else is given stands on the page.
    """
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            if isinstance(refusal, ChangedMeanwhile) and isinstance(form, SeenForm):
                seen = more.get("seen", project)
                seen.refresh_from_db(fields=["changed_at"])
                form.look_again(seen.changed_at)
        else:
            messages.success(request, more.get("done") or _("Saved."))
            return redirect(back)
    context = {"form": form, "title": title, "submit": submit, "back": back, "project": project}
    context |= more
    status = 422 if form.errors else 200
    return render(request, "portfolio/form.html", context, status=status)
