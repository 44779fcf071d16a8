"""The public side of the council: what is new, lists, one meeting, resolution or paper."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from netzstadt.core.access.rules import person_of, public, request_may
from netzstadt.lib import clock
from netzstadt.stakeholders.forms.council import CouncilFilter
from netzstadt.stakeholders.permissions import KEEP_COUNCIL
from netzstadt.stakeholders.queries import cards
from netzstadt.stakeholders.queries import council as queries


@public
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What is new; with words or a filter, the first resolutions and papers that fit."""
    form = _form(request)
    wanted, person = form.wanted(), person_of(request)
    query = _query(request, form)
    context = {
        "form": form,
        "query": urlencode(query),
        "is_filtered": bool(query),
        "resolutions": queries.resolutions(wanted, to=person, limit=queries.NEWEST),
        "papers": queries.papers(wanted, to=person, limit=queries.NEWEST),
        "coming": [] if query else queries.coming_meetings(to=person, at=clock.now()),
        "may_keep": request_may(request, KEEP_COUNCIL),
    }
    return render(request, "stakeholders/council.html", context)


@public
@require_safe
def resolution_list(request: HttpRequest) -> HttpResponse:
    """Resolutions, filtered."""
    return _list(request, "resolutions", queries.resolutions)


@public
@require_safe
def paper_list(request: HttpRequest) -> HttpResponse:
    """Papers, filtered."""
    return _list(request, "papers", queries.papers)


@public
@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Meetings, filtered."""
    return _list(request, "meetings", queries.meetings)


def _form(request: HttpRequest) -> CouncilFilter:
    return CouncilFilter(request.GET, bodies=queries.body_choices())


def _query(request: HttpRequest, form: CouncilFilter) -> dict[str, str]:
    """What is asked for and can be read."""
    names = set(form.fields) - form.errors.keys()
    return {name: str(value) for name, value in request.GET.items() if name in names and value}


def _list(request: HttpRequest, name: str, find: Callable[..., queries.Page]) -> HttpResponse:
    form = _form(request)
    after = request.GET.get("after", "")
    page = find(form.wanted(after=after), to=person_of(request))
    query = _query(request, form)
    here = reverse(f"stakeholders:{name}")
    following = urlencode({**query, "after": page.following})
    context = {
        "form": form,
        "page": page,
        "is_filtered": bool(query),
        "older": f"{here}?{following}" if page.following else "",
        "newer": f"{here}?{urlencode(query)}" if after else "",
        "may_keep": request_may(request, KEEP_COUNCIL),
    }
    return render(request, f"stakeholders/{name}.html", context, status=422 if form.errors else 200)


@public
@require_safe
def meeting(request: HttpRequest, key: UUID) -> HttpResponse:
    """One meeting with its agenda."""
    person = person_of(request)
    found = _found(queries.meeting(key, to=person))
    context = {
        "meeting": found,
        "title": cards.meeting_title(found),
        "agenda": queries.agenda_of(found, to=person),
        "may_keep": request_may(request, KEEP_COUNCIL) and found.is_manual,
    }
    return render(request, "stakeholders/meeting.html", context)


@public
@require_safe
def item(request: HttpRequest, key: UUID) -> HttpResponse:
    """One agenda item: what came of it, its text, its papers."""
    person = person_of(request)
    found = _found(queries.item(key, to=person))
    context = {
        "item": found,
        "shows_texts": found.deleted_at is None or request_may(request, KEEP_COUNCIL),
        "title": cards.item_title(found),
        "meeting_title": cards.meeting_title(found.meeting) if found.meeting else "",
        "papers": queries.papers_of([found], to=person).get(found.pk, []),
        "may_keep": request_may(request, KEEP_COUNCIL) and found.is_manual,
    }
    return render(request, "stakeholders/item.html", context)


@public
@require_safe
def paper(request: HttpRequest, key: UUID) -> HttpResponse:
    """One paper with its way through the bodies."""
    person = person_of(request)
    found = _found(queries.paper(key, to=person))
    context = {
        "paper": found,
        "shows_texts": found.deleted_at is None or request_may(request, KEEP_COUNCIL),
        "title": cards.paper_title(found),
        "way": queries.way_of(found, to=person),
        "may_keep": request_may(request, KEEP_COUNCIL) and found.is_manual,
    }
    return render(request, "stakeholders/paper.html", context)


def _found(one: Any) -> Any:
    if one is None:
        raise Http404
    return one
