"""People's load: planned on a project, read for a unit and for oneself."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access.permissions import SEE_DIRECTORY
from netzstadt.core.access.rules import (
    PermissionMissing,
    needs,
    request_may,
    require,
    signed_in,
    signed_in_person,
)
from netzstadt.core.days import today
from netzstadt.core.form_pages import sent
from netzstadt.core.orgs.queries import units
from netzstadt.lib import clock
from netzstadt.portfolio.forms.plan import LoadForm, PersonPlannedForm
from netzstadt.portfolio.models import Project
from netzstadt.portfolio.permissions import SEE_LOAD
from netzstadt.portfolio.queries import load as queries
from netzstadt.portfolio.services import capacity
from netzstadt.portfolio.views.keeping import kept
from netzstadt.portfolio.views.pages import form_or_do


@needs(SEE_DIRECTORY, anywhere=True)
@require_safe
def load(request: HttpRequest) -> HttpResponse:
    """One's own load, project by project; for who leads, that of a unit, person by person."""
    person = signed_in_person(request)
    months = queries.months_from(today())
    mine = queries.of_person(person.pk, months, to=person)
    context: dict[str, object] = {
        "months": months,
        "mine": mine,
        "mine_total": queries.total(mine, months),
        "may_see_units": request_may(request, SEE_LOAD, anywhere=True),
    }
    status = 200
    if context["may_see_units"]:
        form = LoadForm(request.GET)
        context["form"] = form
        if form.is_valid() and (unit := form.cleaned_data["unit"]):
            try:
                require(request, SEE_LOAD, Project(unit=unit))
            except PermissionMissing:
                form.add_error("unit", _("You see the load of your own unit only."))
            else:
                lines, is_cut = queries.of_unit(unit.pk, months, to=person)
                context |= {
                    "unit_title": units.titles_of([unit.pk]).get(unit.pk, ""),
                    "lines": lines,
                    "is_cut": is_cut,
                    "total": queries.total(lines, months),
                }
        status = 422 if form.errors else 200
    return render(request, "portfolio/load.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def plan_person(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say how much of somebody's time a project takes."""
    project = kept(request, key)
    form = PersonPlannedForm(sent(request))

    def do() -> None:
        data = form.cleaned_data
        capacity.plan_person(
            project=project,
            person=data["person"],
            months=(data["first_month"], data["last_month"]),
            percent=data["percent"],
            role=data["role"],
            by=signed_in_person(request),
            at=clock.now(),
        )

    return form_or_do(
        request,
        form,
        do,
        title=_("Plan a person"),
        submit=_("Save"),
        back=reverse("portfolio:plan", args=[key]) + "#people",
        project=project,
        note=_("What was said of these months before is replaced. She is told."),
    )
