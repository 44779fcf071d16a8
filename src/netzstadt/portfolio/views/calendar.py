"""The days of a project as a calendar file."""

from urllib.parse import urlparse
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from netzstadt.core.access.rules import person_of, public
from netzstadt.core.notices.queries import public_address
from netzstadt.portfolio import queries
from netzstadt.portfolio.queries import calendar
from netzstadt.portfolio.views.reading import is_inside
from netzstadt.standards import calendars as ical


@public
@require_safe
def as_ics(request: HttpRequest, key: UUID) -> HttpResponse:
    """What is still to come in a project, as iCalendar: milestones; for the administration also
    deliverables, tasks and gates."""
    project = queries.project(key, to=person_of(request))
    if project is None:
        raise Http404
    inside = is_inside(request)
    host = urlparse(settings.CONFIG.public_url).hostname or "localhost"
    page = "portfolio:plan" if inside else "portfolio:project"
    url = public_address(reverse(page, args=[key]))
    entries = [
        ical.DayEntry(
            uid=f"portfolio.{one.kind}.{one.id}@{host}",
            title=f"{project.key}: {one.title}",
            on=one.on,
            url=url,
            changed_at=one.changed_at,
        )
        for one in calendar.days_of(project, with_work=inside)
    ]
    content = ical.write_days(entries, name=f"{project.key} {project.title}")
    response = HttpResponse(content, content_type=ical.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{project.key}.ics"'
    return response
