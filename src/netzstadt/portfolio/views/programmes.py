"""Programmes and portfolios: read by those who may, kept by heads of units and the coordination."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access.rules import (
    needs,
    person_of,
    public,
    request_may,
    require,
    signed_in_person,
)
from netzstadt.core.form_pages import saved, sent
from netzstadt.core.orgs.queries import units
from netzstadt.lib import clock
from netzstadt.portfolio.forms.programmes import JoinForm, ProgrammeForm
from netzstadt.portfolio.models import Programme
from netzstadt.portfolio.permissions import KEEP_PROGRAMMES
from netzstadt.portfolio.queries import programmes as queries
from netzstadt.portfolio.services import programmes as services
from netzstadt.portfolio.views.pages import form_or_do, may_in_unit

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PAGE = 25


@public
@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    """Programmes and portfolios with how many projects they have."""
    page = Paginator(queries.listed(to=person_of(request)), PAGE).get_page(request.GET.get("page"))
    names = units.titles_of(one.unit_id for one in page)
    context = {
        "page": page,
        "rows": [(one, names.get(one.unit_id, "")) for one in page],
        "may_keep": request_may(request, KEEP_PROGRAMMES, anywhere=True),
    }
    return render(request, "portfolio/programmes.html", context)


@public
@require_safe
def programme(request: HttpRequest, key: UUID) -> HttpResponse:
    """One programme: what for, and its projects."""
    found = _seen(request, key)
    members = queries.members_of(found, to=person_of(request))
    page = Paginator(members, PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": found,
        "unit": units.titles_of([found.unit_id]).get(found.unit_id, ""),
        "page": page,
        "may_keep": request_may(request, KEEP_PROGRAMMES, found),
    }
    return render(request, "portfolio/programme.html", context)


def _seen(request: HttpRequest, key: UUID) -> Programme:
    found = queries.programme(key, to=person_of(request))
    if found is None:
        raise Http404
    return found


def _kept(request: HttpRequest, key: UUID) -> Programme:
    """A programme that who asks may keep. Raises Http404, PermissionMissing."""
    found = _seen(request, key)
    require(request, KEEP_PROGRAMMES, found)
    return found


def _page(key: UUID) -> str:
    return reverse("portfolio:programme", args=[key])


def _is_in_own_unit(request: HttpRequest, form: ProgrammeForm) -> bool:
    """Whether she may keep programmes in the unit that she chose; else the form says why not."""
    of = Programme(unit=form.cleaned_data["unit"])
    return may_in_unit(
        request, KEEP_PROGRAMMES, of, form, _("You may keep programmes only in a unit of your own.")
    )


@needs(KEEP_PROGRAMMES, anywhere=True)
@_get_or_post
def new_programme(request: HttpRequest) -> HttpResponse:
    """Set up a programme or portfolio."""
    form = ProgrammeForm(sent(request), initial={"visibility": "ADMINISTRATION"})
    made = None
    if request.method == "POST" and form.is_valid() and _is_in_own_unit(request, form):
        made = saved(
            request,
            form,
            lambda: services.begin_programme(
                facts=form.facts(), by=signed_in_person(request), at=clock.now()
            ),
        )
    if made is not None:
        messages.success(request, _("It is set up. Add its projects next."))
        return redirect(_page(made.pk))
    status = 422 if form.errors else 200
    context = {
        "form": form,
        "title": _("New programme or portfolio"),
        "submit": _("Set up"),
        "back": reverse("portfolio:programmes"),
    }
    return render(request, "portfolio/programme_form.html", context, status=status)


@needs(KEEP_PROGRAMMES, anywhere=True)
@_get_or_post
def change_programme(request: HttpRequest, key: UUID) -> HttpResponse:
    """Describe a programme otherwise."""
    found = _kept(request, key)
    form = ProgrammeForm(sent(request), initial=ProgrammeForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        _is_in_own_unit(request, form)
    return form_or_do(
        request,
        form,
        lambda: services.change_programme(
            programme=found,
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Change"),
        submit=_("Save"),
        back=_page(key),
        template="portfolio/programme_form.html",
        programme=found,
        seen=found,
    )


@needs(KEEP_PROGRAMMES, anywhere=True)
@_get_or_post
def join(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a project into a programme."""
    found, person = _kept(request, key), signed_in_person(request)
    form = JoinForm(sent(request), to=person)

    def do() -> None:
        if form.project is not None:
            services.join_project(
                programme=found,
                project=form.project,
                is_primary=form.cleaned_data["is_primary"],
                by=person,
                at=clock.now(),
            )

    return form_or_do(
        request,
        form,
        do,
        title=_("Add a project"),
        submit=_("Add"),
        back=_page(key),
        template="portfolio/programme_form.html",
        programme=found,
    )


@needs(KEEP_PROGRAMMES, anywhere=True)
@_get_or_post
def leave(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask, then take a project out of a programme."""
    member = queries.member(key, to=signed_in_person(request))
    if member is None:
        raise Http404
    require(request, KEEP_PROGRAMMES, member.programme)
    back = _page(member.programme_id)
    if request.method == "POST":
        services.leave_programme(member=member, by=signed_in_person(request), at=clock.now())
        messages.success(request, _("The project is taken out."))
        return redirect(back)
    context = {"member": member, "programme": member.programme, "back": back}
    return render(request, "portfolio/programme_leave.html", context)
