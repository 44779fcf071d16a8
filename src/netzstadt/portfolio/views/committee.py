"""The report on projects for a committee, as PDF/UA, workbook and JSON."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from netzstadt.core.access.permissions import SEE_DIRECTORY
from netzstadt.core.access.rules import needs, signed_in_person
from netzstadt.lib import tables, typesetting
from netzstadt.portfolio import committee
from netzstadt.portfolio.views.reading import listed, unreadable

_BUSY_S = "30"


def _entries(request: HttpRequest) -> list[committee.Entry] | HttpResponse:
    """What goes into the report: the projects chosen, or all that the filter shows."""
    form = listed(request)
    if refusal := unreadable(form):
        return refusal
    try:
        chosen = [UUID(text) for text in request.GET.getlist("project")]
    except ValueError:
        return _plain(_("This is no project."), 422)
    try:
        found = committee.entries(form.wanted(), chosen, to=signed_in_person(request))
    except committee.TooMany:
        text = _("A report holds up to %(n)d projects. Filter the list, or choose some.")
        return _plain(text % {"n": committee.MOST}, 422)
    return found or _plain(_("No project fits."), 404)


def _plain(text: str, status: int, **headers: str) -> HttpResponse:
    content_type = "text/plain; charset=utf-8"
    return HttpResponse(text, status=status, content_type=content_type, headers=headers)


@needs(SEE_DIRECTORY, anywhere=True)
@require_safe
def as_pdf(request: HttpRequest) -> HttpResponse:
    """A document on the city's paper."""
    found = _entries(request)
    if isinstance(found, HttpResponse):
        return found
    at = committee.as_of(found)
    try:
        content = typesetting.typeset(
            "portfolio/typst/committee.typ", committee.document(found, at=at), at=at
        )
    except typesetting.Busy:
        text = _("Many documents are being made at the moment. Please try again in a minute.")
        return _plain(text, 503, **{"Retry-After": _BUSY_S})
    return _file(HttpResponse(content, content_type=typesetting.MEDIA_TYPE), "pdf")


@needs(SEE_DIRECTORY, anywhere=True)
@require_safe
def as_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    found = _entries(request)
    if isinstance(found, HttpResponse):
        return found
    content = tables.xlsx(
        "projects", committee.HEAD, committee.table(found), at=committee.as_of(found)
    )
    return _file(HttpResponse(content, content_type=tables.XLSX), "xlsx")


@needs(SEE_DIRECTORY, anywhere=True)
@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON: what was sealed, with its seal."""
    found = _entries(request)
    if isinstance(found, HttpResponse):
        return found
    return _file(JsonResponse(committee.plain(found)), "json")


def _file(response: Any, ending: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="projects-report.{ending}"'
    made: HttpResponse = response
    return made
