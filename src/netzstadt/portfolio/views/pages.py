"""What the office's pages of projects have in common."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from netzstadt.core.access.permissions import Permission
from netzstadt.core.access.rules import (
    PermissionMissing,
    person_of,
    request_may,
    require,
    signed_in_person,
)
from netzstadt.core.form_pages import form_page, saved
from netzstadt.lib.spreadsheets import csv_lines
from netzstadt.portfolio.models import Project
from netzstadt.portfolio.permissions import APPROVE_REPORTS, KEEP_PROJECTS, SEE_LEDGER


def may_keep(request: HttpRequest, project: Project) -> bool:
    """Whether who asks keeps a project: in its unit, or because she leads it."""
    person = person_of(request)
    leads = person is not None and project.lead_id == person.pk
    return leads or request_may(request, KEEP_PROJECTS, project)


def require_keeping(request: HttpRequest, project: Project) -> None:
    """Let who asks go on only if she keeps the project. Raises PermissionMissing."""
    if project.lead_id != signed_in_person(request).pk:
        require(request, KEEP_PROJECTS, project)


def may_see_ledger(request: HttpRequest, project: Project) -> bool:
    """Whether who asks reads what was paid for a project: who keeps it, stands for it, or may."""
    person = person_of(request)
    stands = person is not None and project.sponsor_id == person.pk
    return stands or may_keep(request, project) or request_may(request, SEE_LEDGER, project)


def may_approve(request: HttpRequest, project: Project) -> bool:
    """Whether who asks approves what others report of a project, and decides on its changes: she
    stands for it, or coordinates."""
    person = person_of(request)
    stands = person is not None and project.sponsor_id == person.pk
    return stands or request_may(request, APPROVE_REPORTS, project)


def require_approving(request: HttpRequest, project: Project) -> None:
    """Let who asks go on only if she approves for the project. Raises PermissionMissing."""
    if project.sponsor_id != signed_in_person(request).pk:
        require(request, APPROVE_REPORTS, project)


def may_in_unit(
    request: HttpRequest, permission: Permission, of: object, form: forms.Form, otherwise: str
) -> bool:
    """Whether who asks may do this in the unit that she chose, which then is done in whose name
    her right is; else the form says why not. ``of`` is what it would be, with that unit."""
    try:
        require(request, permission, of)
    except PermissionMissing:
        form.add_error("unit", otherwise)
        return False
    return True


def form_or_do(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[], object],
    *,
    title: str,
    submit: str,
    back: str,
    template: str = "portfolio/form.html",
    **more: Any,
) -> HttpResponse:
    """Show a form, or do what was typed, say so and go back; a refusal stands on the form.

    ``seen`` is the object whose change meanwhile counts, where it is not the ``project``; ``done``
    is said afterwards, ``note`` before; what else is given stands on the page.
    """
    if saved(request, form, do, again=more.get("seen", more.get("project"))):
        messages.success(request, more.get("done") or _("Saved."))
        return redirect(back)
    return form_page(request, template, form, title=title, submit=submit, back=back, **more)


def confirm_page(request: HttpRequest, **context: object) -> HttpResponse:
    """A page that asks before something is done: ``title``, ``what`` it is, ``question``, ``text``,
    ``submit``, where to go ``back``."""
    return render(request, "portfolio/confirm.html", context)


def csv_file(head: tuple[str, ...], rows: Iterable[list[str]], name: str) -> HttpResponseBase:
    """A table as a file, line after line."""
    lines = csv_lines(head, rows)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
