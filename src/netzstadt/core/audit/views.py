"""Reading the audit trail."""

import csv
import json
import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core import days
from netzstadt.core.access.permissions import READ_AUDIT_TRAIL, SEE_DIRECTORY
from netzstadt.core.access.rules import needs, request_may, signed_in_person
from netzstadt.core.audit import queries, services
from netzstadt.core.audit.forms import TrailForm
from netzstadt.core.facts import named
from netzstadt.core.objects import card_of
from netzstadt.core.orgs.queries import persons
from netzstadt.core.rooms import event_title, kind_of
from netzstadt.lib import clock
from netzstadt.lib.spreadsheets import Echo, inert

EXPORT_PAGE = 500
EXPORT_LIMIT = 1_000_000


def _filter(wanted: dict[str, Any]) -> dict[str, Any]:
    since, until = wanted.get("since"), wanted.get("until")
    unit = wanted.get("unit")
    return {
        "person_id": wanted.get("person"),
        "object_id": wanted.get("object"),
        "unit_id": uuid.UUID(unit) if unit else None,
        "name": wanted.get("name", ""),
        "since": days.midnight(since) if since else None,
        "until": days.midnight(clock.day_after(until)) if until else None,
    }


@needs(READ_AUDIT_TRAIL)
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """The trail, newest first, filtered and by keyset."""
    form = TrailForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = queries.trail(**_filter(wanted), before=wanted.get("before"))
    doer = wanted.get("person")
    context = {
        "page": page,
        "form": form,
        "is_filtered": any(wanted.values()),
        "named": named(page.entries, to=signed_in_person(request), shows_ids=True),
        "doer": persons.names_of([doer]).get(doer) if doer else None,
    }
    return render(request, "audit/trail.html", context, status=400 if form.errors else 200)


@needs(READ_AUDIT_TRAIL)
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The filtered trail as a file, newest first; that it was taken stands in the trail."""
    form = TrailForm(request.POST)
    if not form.is_valid():
        return redirect("audit:trail")
    given = {name: str(value) for name, value in form.cleaned_data.items() if value}
    services.note_export(filters=given, by=signed_in_person(request), at=clock.now())
    is_json = request.POST.get("format") == "json"
    lines = _json_lines if is_json else _csv_lines
    response = StreamingHttpResponse(
        lines(_filter(form.cleaned_data)),
        content_type="application/x-ndjson" if is_json else "text/csv; charset=utf-8",
    )
    ending = "ndjson" if is_json else "csv"
    response.headers["Content-Disposition"] = f'attachment; filename="audit-trail.{ending}"'
    return response


def _entries(wanted: dict[str, Any]) -> Iterator[Any]:
    before = None
    for _page in range(EXPORT_LIMIT // EXPORT_PAGE):
        page = queries.trail(**wanted, before=before, limit=EXPORT_PAGE)
        yield from page.entries
        before = page.before
        if before is None:
            return


def _csv_lines(wanted: dict[str, Any]) -> Iterator[str]:
    writer = csv.writer(Echo(), delimiter=";")
    yield "\ufeff"
    yield writer.writerow(
        ["sequence", "at", "person", "acting_for", "event", "title", "object", "id", "facts"]
    )
    for entry in _entries(wanted):
        facts = json.dumps({**entry.data, **(entry.personal or {})}, ensure_ascii=False)
        yield writer.writerow(
            [
                entry.sequence,
                entry.at.isoformat(),
                inert(entry.person.name) if entry.person else "",
                inert(entry.acting_for.name) if entry.acting_for else "",
                entry.name,
                event_title(entry.name),
                entry.object_model,
                entry.object_id,
                facts,
            ]
        )


def _json_lines(wanted: dict[str, Any]) -> Iterator[str]:
    for entry in _entries(wanted):
        line = {
            "sequence": entry.sequence,
            "id": str(entry.id),
            "at": entry.at.isoformat(),
            "person_id": str(entry.person_id) if entry.person_id else None,
            "acting_for_id": str(entry.acting_for_id) if entry.acting_for_id else None,
            "api_key_id": str(entry.api_key_id) if entry.api_key_id else None,
            "event": entry.name,
            "object_model": entry.object_model,
            "object_id": str(entry.object_id),
            "data": entry.data,
            "personal": entry.personal,
        }
        yield json.dumps(line, ensure_ascii=False) + "\n"


@needs(READ_AUDIT_TRAIL)
@require_http_methods(["GET", "HEAD", "POST"])
def chain(request: HttpRequest) -> HttpResponse:
    """Whether the trail is whole: the checks of the sealed chain, and one more if asked."""
    if request.method == "POST":
        services.ask_for_check(by=signed_in_person(request), at=clock.now())
        messages.success(
            request, _("The chain is being checked; the result will stand here in a moment.")
        )
        return redirect("audit:chain")
    sealed, waiting = queries.chain_state()
    context = {"checks": queries.last_checks(), "sealed": sealed, "waiting": waiting}
    return render(request, "audit/chain.html", context)


@needs(SEE_DIRECTORY, anywhere=True)
@require_safe
def history(request: HttpRequest, model: str, object_id) -> HttpResponse:
    """Everything that happened to one object, and what is different between two of its states.

    Whoever may see the object may read it; the trail's readers may read all.
    """
    card = card_of(model, object_id, to=signed_in_person(request))
    if card is None and not request_may(request, READ_AUDIT_TRAIL):
        raise Http404
    before = request.GET.get("before", "")
    page = queries.history(
        model, object_id, before=int(before) if before.isdecimal() and len(before) < 19 else None
    )
    difference = _difference(request, model, object_id)
    context = {
        "page": page,
        "named": named(
            page.entries,
            to=signed_in_person(request),
            changed=difference.changed if difference else None,
        ),
        "card": card,
        "kind": kind_of(model),
        "model": model,
        "object_id": object_id,
        "before": before,
        "difference": difference,
    }
    return render(request, "audit/history.html", context)


def _difference(request: HttpRequest, model: str, object_id) -> queries.Difference | None:
    """The difference of the two states that the address names; None where it names none."""
    chosen = []
    for name in ("first", "second"):
        try:
            entry = queries.entry(uuid.UUID(request.GET.get(name, "")))
        except (ValueError, ObjectDoesNotExist):
            return None
        if entry.object_id != object_id:
            return None
        chosen.append(entry)
    try:
        return queries.difference(*chosen)
    except ValueError:
        messages.error(request, _("Too much lies between the two; choose states closer by."))
        return None
