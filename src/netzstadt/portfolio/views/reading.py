"""What everybody reads: the list of projects, and each project with its story and its stage."""

from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import render
from django.views.decorators.http import require_safe

from netzstadt.core.access.permissions import SEE_DIRECTORY
from netzstadt.core.access.rules import person_of, public, request_may
from netzstadt.core.days import today
from netzstadt.core.orgs.queries import units
from netzstadt.lib import clock, tables
from netzstadt.lib.spreadsheets import inert
from netzstadt.portfolio import exports, gantt, queries
from netzstadt.portfolio.forms.projects import ProjectFilter
from netzstadt.portfolio.permissions import KEEP_PROJECTS
from netzstadt.portfolio.queries import money, programmes, reports
from netzstadt.portfolio.status_files import read
from netzstadt.portfolio.views import charts
from netzstadt.portfolio.views.pages import csv_file, may_keep

PAGE = 25


@public
@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """Projects, filtered."""
    form = listed(request)
    wanted = form.wanted()
    inside = is_inside(request)
    found = queries.projects(wanted, to=person_of(request))
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    names = units.titles_of(one.unit_id for one in page)
    standing = money.standings([one.pk for one in page]) if inside else {}
    context = {
        "form": form,
        "page": page,
        "rows": [(one, names.get(one.unit_id, ""), standing.get(one.pk)) for one in page],
        "is_filtered": wanted.is_anything,
        "query": urlencode(asked),
        "asked": asked.items(),
        "may_begin": request_may(request, KEEP_PROJECTS, anywhere=True),
        "is_inside": inside,
    }
    status = 422 if form.errors else 200
    return render(request, "portfolio/projects.html", context, status=status)


@public
@require_safe
def timeline(request: HttpRequest) -> HttpResponse:
    """The same projects in time: as a chart, and as its table."""
    form = listed(request)
    found = queries.projects(form.wanted(), to=person_of(request))
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    zoom = charts.zoom_of(request, otherwise=gantt.Zoom.QUARTERS)
    context = {
        "form": form,
        "page": page,
        "chart": gantt.draw(charts.of_projects(list(page), zoom=zoom, today=today())),
        "zooms": charts.zooms(zoom),
        "query": urlencode(asked),
    }
    status = 422 if form.errors else 200
    return render(request, "portfolio/timeline.html", context, status=status)


def listed(request: HttpRequest) -> ProjectFilter:
    """What a list of projects was asked for."""
    return ProjectFilter(
        request.GET,
        is_inside=is_inside(request),
        programmes=programmes.choices(to=person_of(request)),
    )


def is_inside(request: HttpRequest) -> bool:
    """Whether who asks belongs to the administration, or has a part in something of it: names,
    reasons and conditions are for her."""
    return request_may(request, SEE_DIRECTORY, anywhere=True)


def unreadable(form: ProjectFilter) -> HttpResponse | None:
    """A table that would not hold what was asked for is not made."""
    if form.is_valid():
        return None
    text = " ".join(f"{form[name].label}: {found[0]}" for name, found in form.errors.items())
    return HttpResponse(text, status=422, content_type="text/plain; charset=utf-8")


@public
@require_safe
def as_csv(request: HttpRequest) -> HttpResponseBase:
    """The projects of a list as a table."""
    form = listed(request)
    if refusal := unreadable(form):
        return refusal
    found = queries.projects(form.wanted(), to=person_of(request))
    rows = ([inert(text) for text in row] for row in exports.table(found))
    return csv_file(exports.HEAD, rows, "projects.csv")


@public
@require_safe
def as_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    form = listed(request)
    if refusal := unreadable(form):
        return refusal
    found = queries.projects(form.wanted(), to=person_of(request))
    content = tables.xlsx("projects", exports.HEAD, exports.table(found), at=clock.now())
    response = HttpResponse(content, content_type=tables.XLSX)
    response["Content-Disposition"] = 'attachment; filename="projects.xlsx"'
    return response


@public
@require_safe
def project(request: HttpRequest, key: UUID) -> HttpResponse:
    """One project: what it is for, how far it has come, its gates and milestones."""
    person = person_of(request)
    found = queries.project(key, to=person)
    if found is None:
        raise Http404
    gates = queries.gates_of(found)
    current = next((one for one in gates if one.is_here), None)
    inside = is_inside(request)
    last = reports.newest_report(found, is_inside=inside)
    context = {
        "project": found,
        "unit": units.titles_of([found.unit_id]).get(found.unit_id, ""),
        "gates": gates,
        "current": current,
        "may_decide": current is not None and queries.may_decide(person, current),
        "milestones": queries.milestones_of(found),
        "report": last,
        "content": last and read(last),
        "today": today(),
        "is_inside": inside,
        "may_keep": may_keep(request, found),
        "standing": money.standings([found.pk]).get(found.pk) if inside else None,
        "programmes": programmes.programmes_of(found, to=person),
    }
    return render(request, "portfolio/project.html", context)
