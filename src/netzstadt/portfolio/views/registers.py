"""Registers of a project: read, written, closed, decided on."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access.rules import signed_in, signed_in_person
from netzstadt.core.days import today
from netzstadt.core.form_pages import sent
from netzstadt.lib import clock
from netzstadt.portfolio import queries
from netzstadt.portfolio.forms.registers import (
    ChangeDecisionForm,
    CloseForm,
    DecisionNoteForm,
    EntryForm,
)
from netzstadt.portfolio.models import Project, Register, RegisterEntry
from netzstadt.portfolio.queries import registers as reading
from netzstadt.portfolio.services import registers as services
from netzstadt.portfolio.views.keeping import kept
from netzstadt.portfolio.views.pages import (
    form_or_do,
    may_approve,
    may_keep,
    require_approving,
    require_keeping,
)
from netzstadt.portfolio.views.reading import is_inside

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def seen(request: HttpRequest, key: UUID) -> Project:
    """A project that who asks sees from inside. Raises Http404."""
    found = queries.project(key, to=signed_in_person(request))
    if found is None or not is_inside(request):
        raise Http404
    return found


def _entry(request: HttpRequest, key: UUID) -> RegisterEntry:
    found = reading.entry(key, to=signed_in_person(request))
    if found is None or not is_inside(request):
        raise Http404
    return found


def _page(project: Project) -> str:
    return reverse("portfolio:register", args=[project.pk])


@signed_in
@require_safe
def register(request: HttpRequest, key: UUID) -> HttpResponse:
    """The registers of a project: the matrix of its risks, and all entries."""
    found = seen(request, key)
    entries = reading.entries_of(found)
    context = {
        "project": found,
        "risks": entries[Register.RISK],
        "issues": entries[Register.ISSUE],
        "changes": entries[Register.CHANGE],
        "decisions": entries[Register.DECISION],
        "matrix": reading.matrix(entries[Register.RISK]),
        "impacts": range(1, reading.HIGHEST_IMPACT + 1),
        "may_keep": may_keep(request, found),
        "may_approve": may_approve(request, found),
        "today": today(),
    }
    return render(request, "portfolio/register.html", context)


@signed_in
@_get_or_post
def new_entry(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write a risk, an issue or a change down; ``kind`` says which."""
    found = kept(request, key)
    kind = request.GET.get("kind", "")
    titles = {
        Register.RISK.value: _("New risk"),
        Register.ISSUE.value: _("New issue"),
        Register.CHANGE.value: _("New change"),
    }
    if kind not in titles:
        raise Http404
    form = EntryForm(sent(request), kind=kind)
    return form_or_do(
        request,
        form,
        lambda: services.add_entry(
            project=found,
            kind=kind,
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
        ),
        title=titles[kind],
        submit=_("Save"),
        back=_page(found),
        project=found,
    )


@signed_in
@_get_or_post
def new_decision(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write down what was decided outside of gates."""
    found = kept(request, key)
    form = DecisionNoteForm(sent(request), initial={"decided_on": today()})
    return form_or_do(
        request,
        form,
        lambda: services.note_decision(
            project=found, facts=form.facts(), by=signed_in_person(request), at=clock.now()
        ),
        title=_("Note a decision"),
        submit=_("Save"),
        back=_page(found),
        project=found,
        note=_("It stands from then on. What is decided at gates stands there."),
    )


@signed_in
@_get_or_post
def change_entry(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say otherwise what an open entry says."""
    found = _entry(request, key)
    require_keeping(request, found.project)
    if not found.is_open:
        raise Http404
    form = EntryForm(sent(request), kind=found.kind, initial=EntryForm.initial_of(found))
    return form_or_do(
        request,
        form,
        lambda: services.change_entry(
            entry=found,
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Change: %(title)s") % {"title": found.title},
        submit=_("Save"),
        back=_page(found.project),
        project=found.project,
        seen=found,
    )


@signed_in
@_get_or_post
def close_entry(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say how a risk ended or an issue was solved: who looks after it, or keeps the project."""
    found, by = _entry(request, key), signed_in_person(request)
    if found.owner_id != by.pk:
        require_keeping(request, found.project)
    form = CloseForm(sent(request), initial={"closed_on": today()})
    return form_or_do(
        request,
        form,
        lambda: services.close_entry(entry=found, by=by, at=clock.now(), **form.cleaned_data),
        title=_("Close: %(title)s") % {"title": found.title},
        submit=_("Close it"),
        back=_page(found.project),
        project=found.project,
        note=_("What is closed stands as it is."),
    )


@signed_in
@_get_or_post
def decide_change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Accept a change or not: who stands for the project, or coordinates."""
    found, by = _entry(request, key), signed_in_person(request)
    require_approving(request, found.project)
    form = ChangeDecisionForm(sent(request), initial={"decided_on": today()})
    return form_or_do(
        request,
        form,
        lambda: services.decide_change(
            entry=found,
            is_accepted=form.cleaned_data["verdict"] == "YES",
            reason=form.cleaned_data["reason"],
            decided_on=form.cleaned_data["decided_on"],
            by=by,
            at=clock.now(),
        ),
        title=_("Decide on the change"),
        submit=_("Decide"),
        back=_page(found.project),
        project=found.project,
        note=found.title,
    )
