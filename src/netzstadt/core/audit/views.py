"""Reading the audit trail."""

from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from netzstadt.core.access.permissions import READ_AUDIT_TRAIL
from netzstadt.core.access.rules import needs
from netzstadt.core.audit import queries
from netzstadt.core.audit.forms import TrailForm


def _midnight(day: date | None) -> datetime | None:
    """The beginning of a calendar day of the city; None stays None."""
    return None if day is None else timezone.make_aware(datetime.combine(day, time.min))


@needs(READ_AUDIT_TRAIL)
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """The trail, newest first, filtered and by keyset."""
    form = TrailForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    until = wanted.get("until")
    page = queries.trail(
        person_id=wanted.get("person"),
        object_id=wanted.get("object"),
        name=wanted.get("name", ""),
        since=_midnight(wanted.get("since")),
        until=_midnight(until + timedelta(days=1)) if until else None,
        before=wanted.get("before"),
    )
    context = {"page": page, "form": form, "is_filtered": any(wanted.values())}
    return render(request, "audit/trail.html", context, status=400 if form.errors else 200)
