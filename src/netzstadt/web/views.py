"""Pages that show several rooms at once."""

import time as seconds
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from netzstadt.core.access.rules import person_of, public
from netzstadt.lib import live_tickets
from netzstadt.urbandata import queries as urbandata

NEWEST = 8
PROPERTIES = 12


@public
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What the city measures now."""
    person = person_of(request)
    newest = urbandata.stations(urbandata.Wanted(sort="newest"), to=person, limit=NEWEST)
    series = [str(one.pk) for row in newest.rows for one in row.latest]
    query = {"series": ",".join(series)}
    if person is not None:
        now = int(seconds.time())
        query["ticket"] = live_tickets.issue_ticket(person.pk, now=now, key=settings.SECRET_KEY)
    figures, properties = urbandata.overview(to=person, limit=PROPERTIES)
    context = {
        "figures": figures,
        "page": newest,
        "properties": properties,
        "live": f"/live/values?{urlencode(query, safe=',')}" if series else "",
    }
    return render(request, "web/home.html", context)
