"""One's deadlines: as a page, as a calendar with a secret address, one by one."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlparse

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access.rules import public, signed_in, signed_in_person
from netzstadt.core.accounts import queries as accounts
from netzstadt.core.city.queries import city_name
from netzstadt.core.notices import queries
from netzstadt.core.notices.services import calendars as services
from netzstadt.core.rooms import Deadline
from netzstadt.lib import clock
from netzstadt.standards import calendars as ical

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# A calendar shows what was due lately, and what is due within two years.
_BACK = timedelta(days=90)
_AHEAD = timedelta(days=730)
_REFRESH = timedelta(hours=1)


@signed_in
@require_safe
def deadlines(request: HttpRequest) -> HttpResponse:
    """One's own deadlines, the next first."""
    today = timezone.localdate()
    found = _deadlines(signed_in_person(request))
    context = {
        "coming": [one for one in found if one.on >= today],
        "late": [one for one in found if one.on < today],
    }
    return render(request, "notices/deadlines.html", context)


@signed_in
@require_safe
def deadline(request: HttpRequest, uid: str) -> HttpResponse:
    """One deadline as a file for one's own calendar."""
    found = [one for one in _deadlines(signed_in_person(request)) if one.uid == uid]
    if not found:
        raise Http404
    response = HttpResponse(
        ical.write_days(_entries(found, datetime(1970, 1, 1, tzinfo=UTC))),
        content_type=ical.MEDIA_TYPE,
    )
    response.headers["Content-Disposition"] = 'attachment; filename="deadline.ics"'
    return response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Switch one's calendar on, give it a new address, switch it off."""
    person = signed_in_person(request)
    context: dict[str, object] = {}
    status = 200
    if request.method == "POST":
        if request.POST.get("do") == "close":
            services.close_calendar(person=person, by=person, at=clock.now())
            messages.success(request, _("Your calendar has no address any more."))
            return redirect("notices:calendar")
        token = services.open_calendar(person=person, by=person, at=clock.now())
        path = reverse("notices:calendar-feed", args=[token])
        context["address"], status = queries.public_address(path), 201
    context["calendar"] = queries.has_calendar(person)
    return render(request, "notices/calendar.html", context, status=status)


@public
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of whoever this secret belongs to; what it shows is judged as for herself."""
    found = queries.calendar_with(services.digest_of(token))
    if found is None:
        raise Http404
    with translation.override(accounts.language_of(found.person.pk)):
        content = ical.write_days(
            _entries(_deadlines(found.person), found.made_at),
            name=_("My deadlines – %(city)s") % {"city": city_name()},
            refresh=_REFRESH,
        )
    changed_at = services.note_content(calendar=found, content=content, at=clock.now())
    response = HttpResponse(content, content_type=ical.MEDIA_TYPE)
    response.headers["ETag"] = etag = services.etag_of(content)
    response.headers["Last-Modified"] = http_date(changed_at.timestamp())
    # Kept by its reader alone, and asked for again before it is shown.
    response.headers["Cache-Control"] = "private, no-cache"
    conditional = get_conditional_response(
        request, etag=etag, last_modified=int(changed_at.timestamp()), response=response
    )
    return conditional or response


def _deadlines(person: "Person") -> list[Deadline]:
    today = timezone.localdate()
    return queries.deadlines_of(person, since=today - _BACK, until=today + _AHEAD)


def _entries(found: Iterable[Deadline], made_at: datetime) -> list[ical.DayEntry]:
    host = urlparse(settings.CONFIG.public_url).hostname or "localhost"
    return [
        ical.DayEntry(
            uid=f"{one.uid}@{host}",
            title=one.title,
            on=one.on,
            url=queries.public_address(one.url),
            changed_at=one.changed_at or made_at,
        )
        for one in found
    ]
