"""Pages that show several rooms at once."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from netzstadt.core.access.rules import person_of, public
from netzstadt.lib import clock, live_tickets
from netzstadt.urbandata import queries as urbandata

NEWEST = 8
PROPERTIES = 12


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the city measures now."""
    person = person_of(request)
    newest = urbandata.stations(urbandata.Wanted(sort="newest"), to=person, limit=NEWEST)
    series = (one.pk for row in newest.rows for one in row.latest)
    figures, properties = urbandata.overview(to=person, limit=PROPERTIES)
    context = {
        "figures": figures,
        "page": newest,
        "properties": properties,
        "live": live_tickets.live_address(
            series, person.pk if person else None, at=clock.now(), key=settings.SECRET_KEY
        ),
    }
    return render(request, "web/home.html", context)
