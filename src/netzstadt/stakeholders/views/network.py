"""The network as it is read: the list of people and organisations, and each with its page."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from netzstadt.core.access.permissions import SEE_DIRECTORY
from netzstadt.core.access.rules import needs, person_of, public, request_may, signed_in_person
from netzstadt.core.orgs.queries import units
from netzstadt.lib.spreadsheets import csv_lines, inert
from netzstadt.stakeholders.forms.network import PartyFilter
from netzstadt.stakeholders.models import Party
from netzstadt.stakeholders.permissions import ASK_EXPERTS, KEEP_NETWORK
from netzstadt.stakeholders.queries import network as queries

if TYPE_CHECKING:
    from django.db.models import QuerySet

PAGE = 25
HEAD = (
    *("kind", "name", "sector", "role", "organisation", "email", "phone", "web"),
    *("visibility", "topics"),
)
_AT_ONCE = 500


@public
@require_safe
def party_list(request: HttpRequest) -> HttpResponse:
    """People and organisations, filtered."""
    is_inside = request_may(request, SEE_DIRECTORY, anywhere=True)
    form = PartyFilter(request.GET, is_inside=is_inside)
    wanted = form.wanted()
    page = Paginator(queries.parties(wanted, to=person_of(request)), PAGE).get_page(
        request.GET.get("page")
    )
    known = queries.expertise_of([one.pk for one in page])
    context = {
        "form": form,
        "page": page,
        "rows": [(one, known.get(one.pk, [])[:3]) for one in page],
        "is_filtered": wanted.is_anything,
        "is_inside": is_inside,
        "query": urlencode({k: v for k, v in request.GET.items() if k in form.fields and v}),
        "may_keep": request_may(request, KEEP_NETWORK, anywhere=True),
    }
    status = 422 if form.errors else 200
    return render(request, "stakeholders/parties.html", context, status=status)


@needs(SEE_DIRECTORY, anywhere=True)
@require_safe
def as_csv(request: HttpRequest) -> HttpResponseBase:
    """The parties of a list as a table, with how to reach them: for the administration."""
    form = PartyFilter(request.GET, is_inside=True)
    if not form.is_valid():
        text = " ".join(f"{form[name].label}: {found[0]}" for name, found in form.errors.items())
        return HttpResponse(text, status=422, content_type="text/plain; charset=utf-8")
    found = queries.parties(form.wanted(), to=signed_in_person(request))
    lines = csv_lines(HEAD, ([inert(text) for text in row] for row in _rows(found)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="network.csv"'
    return response


def _rows(found: "QuerySet[Party, Any]") -> Iterator[list[str]]:
    """Line after line, topics read for some hundred at once."""
    batch: list[Party] = []
    for one in found.iterator(chunk_size=_AT_ONCE):
        batch.append(one)
        if len(batch) == _AT_ONCE:
            yield from _cells(batch)
            batch = []
    yield from _cells(batch)


def _cells(batch: list[Party]) -> Iterator[list[str]]:
    known = queries.expertise_of([one.pk for one in batch])
    for one in batch:
        yield [
            *(one.kind, one.name, one.sector, one.role),
            one.organisation.name if one.organisation else "",
            *(one.email, one.phone, one.web, one.visibility),
            ", ".join(each.topic for each in known.get(one.pk, [])),
        ]


@public
@require_safe
def party(request: HttpRequest, key: UUID) -> HttpResponse:
    """One person or organisation: what it does and knows, with whom it works."""
    person = person_of(request)
    found = queries.party(key, to=person)
    if found is None:
        raise Http404
    is_inside = request_may(request, SEE_DIRECTORY, anywhere=True)
    people = Paginator(queries.people_of(found, to=person), PAGE)
    context = {
        "party": found,
        "is_inside": is_inside,
        "unit": units.titles_of([found.unit_id]).get(found.unit_id, "") if is_inside else "",
        "expertise": queries.expertise_of([found.pk]).get(found.pk, []),
        "relations": queries.relations_of(found, to=person),
        "people": None if found.is_person else people.get_page(request.GET.get("page")),
        "consents": queries.consents_of(found) if is_inside and found.is_person else [],
        "is_public_now": queries.shown_outside(found),
        "may_keep": request_may(request, KEEP_NETWORK, found),
        "may_ask": found.is_person and request_may(request, ASK_EXPERTS, anywhere=True),
        "is_herself": person is not None and found.person_id == person.pk,
    }
    return render(request, "stakeholders/party.html", context)
