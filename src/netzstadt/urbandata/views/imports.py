"""The account of imports: all of them, one with its rejected rows, and these as a file."""

import csv
import re
from collections.abc import Iterator
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from netzstadt.core.access.rules import needs
from netzstadt.core.orgs.queries import persons
from netzstadt.lib import clock
from netzstadt.lib.spreadsheets import Echo, inert
from netzstadt.urbandata import queries
from netzstadt.urbandata.models import ImportRun
from netzstadt.urbandata.permissions import SEE_IMPORTS
from netzstadt.urbandata.queries.things import import_run, rejects_of

PAGE = 25
REJECTS_PAGE = 50
_NUMBER = re.compile(r"[+-][0-9.,]+")


@needs(SEE_IMPORTS)
@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """Every import with the account of its rows."""
    page = Paginator(queries.import_runs(), PAGE).get_page(request.GET.get("page"))
    return render(request, "urbandata/import_list.html", {"page": page})


@needs(SEE_IMPORTS)
@require_safe
def import_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """One import: its account, how fast it was, who ran it, what was rejected and why."""
    run = _run(key)
    until = run.finished_at or clock.now()
    seconds = max((until - run.started_at).total_seconds(), 0.001)
    rejects = rejects_of(run)
    page = Paginator(rejects, REJECTS_PAGE).get_page(request.GET.get("page"))
    context = {
        "run": run,
        "who": persons.names_of([run.person_id]).get(run.person_id, "") if run.person_id else "",
        "seconds": seconds,
        "rate": run.rows_read / seconds,
        "page": page,
        "is_cut": page.paginator.count < run.rows_rejected,
    }
    return render(request, "urbandata/import_detail.html", context)


@needs(SEE_IMPORTS)
@require_safe
def import_rejects(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The rejected rows that are kept, as CSV."""
    run = _run(key)
    response = StreamingHttpResponse(_lines(run), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="rejects-{run.pk}.csv"'
    return response


def _run(key: UUID) -> ImportRun:
    run = import_run(key)
    if run is None:
        raise Http404
    return run


def _lines(run: ImportRun) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(("file", "line", "column", "value", "reason"))
    for each in rejects_of(run).iterator(chunk_size=500):
        texts = [_inert(text) for text in (each.file, each.field, each.value, each.reason)]
        yield writer.writerow((texts[0], each.line or "", *texts[1:]))


def _inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula; numbers stay as they are."""
    return text if _NUMBER.fullmatch(text) else inert(text)
