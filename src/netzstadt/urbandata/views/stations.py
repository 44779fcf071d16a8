"""Pages of stations and of what they measure."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from netzstadt.core.access.rules import needs, person_of, public, request_may
from netzstadt.lib import clock, live_tickets
from netzstadt.urbandata import chart_pages, formats, map_features, queries, services
from netzstadt.urbandata.forms import MOST_PROPERTIES, PeriodForm, StationsForm, VisibilityForm
from netzstadt.urbandata.models import ObservedProperty, Series, Thing, Visibility
from netzstadt.urbandata.permissions import DECIDE_VISIBILITY, KEEP_API_KEYS, KEEP_THINGS

PROPERTY_PAGE = 50
ZOOMS = [str(zoom) for zoom in range(25)]


def _listening(request, series) -> dict[str, Any]:
    """The address at which a page hears of new values of its series."""
    person = person_of(request)
    address = live_tickets.live_address(
        (one.pk for one in series),
        person.pk if person else None,
        at=clock.now(),
        key=settings.SECRET_KEY,
    )
    return {"live": address}


def _form(request) -> StationsForm:
    found = queries.observed_properties(to=person_of(request))
    choices = [(str(one.pk), one.name) for one in found[:MOST_PROPERTIES]]
    return StationsForm(request.GET, properties=choices)


@public
@require_safe
def station_list(request: HttpRequest) -> HttpResponse:
    """All stations, on a map and in a list that says the same."""
    form = _form(request)
    page = queries.stations(form.wanted(after=request.GET.get("after", "")), to=person_of(request))
    left_out = {"after", *form.errors}
    query = {name: value for name, value in request.GET.items() if name not in left_out and value}
    here = reverse("urbandata:stations")
    following = f"{here}?{urlencode({**query, 'after': page.following})}" if page.following else ""
    first = f"{here}?{urlencode(query)}" if request.GET.get("after") else ""
    series = [one for row in page.rows for one in row.latest]
    context = {
        "form": form,
        "page": page,
        "older": following,
        "newer": first,
        "map_query": urlencode({k: v for k, v in query.items() if k in {"q", "property"}}),
        "is_filtered": bool(query.get("q") or query.get("property")),
        **_listening(request, series),
    }
    return render(request, "urbandata/station_list.html", context)


@public
@require_safe
@conditional_page
def station_map(request: HttpRequest) -> HttpResponse:
    """Stations as GeoJSON (RFC 7946) for the map; close together they are counted as a group.

    ``bounds`` (west,south,east,north) and ``zoom`` are the part of the map that is looked at;
    ``near`` (longitude,latitude) asks for what is around. What cannot be read is left out.
    """
    form = StationsForm(request.GET, properties=[])
    person = person_of(request)
    near = _numbers(request.GET.get("near", ""), 2)
    if near:
        part = map_features.map_around(*near, to=person)
    else:
        part = map_features.map_part(form.wanted(), to=person, area=_area(request))
    here = reverse("urbandata:stations")
    features = [
        *(_group(one, number) for number, one in enumerate(part.groups)),
        *(_feature(one, here) for one in part.features),
    ]
    document: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if part.bounds:
        document["bbox"] = part.bounds
    response = JsonResponse(document, content_type="application/geo+json")
    response["Cache-Control"] = "public, max-age=15" if person is None else "private, no-store"
    response["Vary"] = "Cookie, Accept-Language"
    return response


def _numbers(text: str, count: int) -> list[float] | None:
    """Longitudes and latitudes in turn, with commas between; None where they are none."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    is_place = all(abs(one) <= (90 if place % 2 else 180) for place, one in enumerate(found))
    return found if is_place and len(found) == count else None


def _area(request: HttpRequest) -> map_features.Area | None:
    corners = _numbers(request.GET.get("bounds", ""), 4)
    zoom = request.GET.get("zoom", "")
    if not corners or zoom not in ZOOMS:
        return None
    west, south, east, north = corners
    if west >= east or south >= north:
        return None
    return map_features.Area((west, south, east, north), int(zoom))


def _group(one: map_features.MapGroup, number: int) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": number,
        "bbox": one.bounds,
        "geometry": {"type": "Point", "coordinates": one.place},
        "properties": {"group": number, "stations": one.count},
    }


def _feature(one: map_features.MapFeature, here: str) -> dict[str, Any]:
    value = ""
    if one.number is not None:
        value = f"{one.observed}: {formats.number(one.number)} {one.unit}".strip()
    feature = {
        "type": "Feature",
        "id": str(one.key),
        "geometry": {"type": "Point", "coordinates": one.place},
        "properties": {
            "station": str(one.key),
            "name": one.name,
            "url": f"{here}{one.key}/",
            "value": value,
            "time": one.time.isoformat() if one.time else "",
            "simulated": one.is_simulated,
        },
    }
    if one.shape is not None:
        feature["shape"] = one.shape  # a foreign member (RFC 7946, 6.1)
    return feature


@public
@require_safe
@conditional_page
def outline(request: HttpRequest) -> HttpResponse:
    """The boundaries of the city as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "geometry": one.boundary,
            "properties": {
                "name": one.name,
                "attribution": one.attribution,
                "attributionUrl": one.attribution_url,
            },
        }
        for one in map_features.outlines()
    ]
    document = {"type": "FeatureCollection", "features": features}
    response = JsonResponse(document, content_type="application/geo+json")
    response["Cache-Control"] = "public, max-age=300"
    return response


@public
@require_safe
def station(request: HttpRequest, key) -> HttpResponse:
    """One station: its values now, the chart of one of its series, where it is, whose data."""
    person = person_of(request)
    found = queries.visible_things(to=person).select_related("data_source")
    thing = get_object_or_404(found, pk=key)
    series = queries.series_of(thing, to=person)
    for one in series:
        one.thing = thing
    chosen = _chosen(series, request.GET.get("series", ""))
    place = queries.station_place(thing)
    context = {
        "thing": thing,
        "place": place,
        "map_query": urlencode({"near": f"{place[0]},{place[1]}"}) if place else "",
        "cards": chart_pages.cards(series, at=clock.now()),
        "chosen": chosen,
        "api_address": formats.entity_address("Things", thing.iot_id),
        "may_decide": request_may(request, DECIDE_VISIBILITY),
        "may_keep": request_may(request, KEEP_THINGS, thing),
        "key_station": _name_for_keys(thing, request),
        "is_staff": person is not None,
        "flags": sorted(
            {
                flag
                for one in series
                if (state := queries.state_of(one)) is not None
                for flag in state.last_quality or ()
            }
        ),
        **_listening(request, series),
    }
    if chosen is not None:
        form = PeriodForm(request.GET)
        form.is_valid()
        on = form.cleaned_data.get("on")
        period = chart_pages.asked_period(chosen, form.cleaned_data.get("span", ""), on)
        view = chart_pages.chart_view(chosen, period, on=on, at=clock.now())
        context |= {"view": view, "form": form}
    return render(request, "urbandata/station.html", context)


def _name_for_keys(thing: Thing, request) -> str:
    """What the form for a key of this station is filled with; empty for whoever makes none."""
    if not request_may(request, KEEP_API_KEYS):
        return ""
    is_clear = queries.things_named([thing.name], to=person_of(request))
    return thing.name if is_clear else str(thing.pk)


def _chosen(series: list[Series], wanted: str) -> Series | None:
    if not wanted:
        return series[0] if series else None
    for one in series:
        if str(one.pk) == wanted:
            return one
    raise Http404


@needs(DECIDE_VISIBILITY)
@require_http_methods(["GET", "HEAD", "POST"])
def visibility(request: HttpRequest, key) -> HttpResponse:
    """Decide who may see a station; says beforehand what follows from it."""
    person = person_of(request)
    thing: Thing = get_object_or_404(queries.visible_things(to=person), pk=key)
    form = VisibilityForm(request.POST or None, initial={"visibility": thing.visibility})
    if request.method == "POST" and form.is_valid():
        chosen = Visibility(form.cleaned_data["visibility"])
        services.set_thing_visibility(thing=thing, visibility=chosen, by=person, at=clock.now())
        messages.success(
            request, _("This station can now be seen by: %(who)s.") % {"who": chosen.label}
        )
        return redirect("urbandata:station", key=key)
    status = 422 if form.errors else 200
    context = {"form": form, "thing": thing}
    return render(request, "urbandata/station_visibility.html", context, status=status)


@public
@require_safe
def property_list(request: HttpRequest) -> HttpResponse:
    """Everything that is measured in the city."""
    person = person_of(request)
    found = queries.observed_properties(to=person)
    page = Paginator(found, PROPERTY_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "properties": queries.with_extent(page.object_list, to=person)}
    return render(request, "urbandata/property_list.html", context)


@public
@require_safe
def observed_property(request: HttpRequest, key) -> HttpResponse:
    """One observed property: every station that measures it, with the latest values."""
    person = person_of(request)
    seen = queries.visible_series(to=person).filter(observed_property_id=key)
    observed = get_object_or_404(ObservedProperty, pk=key)
    if not seen.exists():
        raise Http404
    sort = request.GET.get("sort", "name")
    sorts = [
        ("name", _("By name")),
        ("highest", _("Highest")),
        ("lowest", _("Lowest")),
        ("newest", _("Newest")),
    ]
    page = Paginator(
        queries.series_measuring(observed, to=person, sort=sort), PROPERTY_PAGE
    ).get_page(request.GET.get("page"))
    context = {
        "observed": observed,
        "page": page,
        "sort": sort,
        "sorts": sorts,
        "map_query": urlencode({"property": str(observed.pk)}),
        **_listening(request, page.object_list),
    }
    return render(request, "urbandata/property.html", context)
