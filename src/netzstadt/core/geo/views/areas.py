"""The public pages of areas, and finding a place."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import conditional_page, require_safe

from netzstadt.core.access.rules import person_of, public
from netzstadt.core.geo import queries
from netzstadt.core.geo.columns import Point
from netzstadt.core.geo.forms import AreasForm, FindForm
from netzstadt.core.geo.models import Area, AreaKind
from netzstadt.core.geo.queries import gazetteer, places
from netzstadt.core.geo.spelling import name_key

PAGE = 50
MOST_LETTERS = 200


@public
@require_safe
def area_list(request: HttpRequest) -> HttpResponse:
    """All areas, on a map and in a list that says the same."""
    form = AreasForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.areas(text_key=name_key(wanted.get("q", "")), kind=wanted.get("kind", ""))
    page = Paginator(found.select_related("parent").defer("geometry"), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "form": form,
        "page": page,
        "is_filtered": any(wanted.values()),
        "map_query": f"?kind={wanted['kind']}" if wanted.get("kind") else "",
    }
    return render(request, "geo/area_list.html", context, status=400 if form.errors else 200)


@public
@require_safe
def area(request: HttpRequest, area_id) -> HttpResponse:
    """One area: what it is, what lies in it as far as the reader may see, whose data it is."""
    try:
        found = queries.area(area_id)
    except Area.DoesNotExist as error:
        raise Http404 from error
    context = {
        "area": found,
        "path": queries.path_of(found),
        "parts": gazetteer.parts_of(found).defer("geometry")[:200],
        "contents": places.within(found, to=person_of(request)),
    }
    return render(request, "geo/area.html", context)


@public
@require_safe
@conditional_page
def area_map(request: HttpRequest) -> HttpResponse:
    """Outlines as GeoJSON: of one area, of a kind, or of all that are no statistical ones."""
    found = queries.areas().exclude(kind=AreaKind.STATISTICAL)
    kind, key = request.GET.get("kind", ""), request.GET.get("area", "")
    if kind in AreaKind.values:
        found = queries.areas(kind=kind)
    if key:
        found = Area.objects.filter(pk__in=[key] if _is_uuid(key) else [])
    features = [
        {
            "type": "Feature",
            "id": str(one.pk),
            "bbox": one.bounds,
            "geometry": geometry,
            "properties": {
                "name": one.name,
                "kind": one.kind,
                "url": reverse("geo:area", args=[one.pk]),
                "attribution": ", ".join(part for part in (one.source, one.licence) if part),
            },
        }
        for one, geometry in queries.drawn(found)
    ]
    response = JsonResponse(
        {"type": "FeatureCollection", "features": features}, content_type="application/geo+json"
    )
    response["Cache-Control"] = "public, max-age=300"
    return response


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


@public
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Which areas a place lies in, and what addresses are near: by map, name or coordinates."""
    form = FindForm(request.GET if any(name.startswith("place") for name in request.GET) else None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        picked = form.cleaned_data["place"]
        context |= {
            "picked": picked,
            "areas": queries.areas_at(picked.point),
            "addresses": gazetteer.nearest_addresses(picked.point),
        }
    return render(request, "geo/find.html", context, status=422 if form.errors else 200)


@public
@require_safe
def locate(request: HttpRequest) -> HttpResponse:
    """Places that are called so, for the map picker."""
    found = gazetteer.locate(request.GET.get("q", "")[:MOST_LETTERS], limit=8)
    rows = [
        {"title": one.title, "detail": one.detail, "point": one.point, "is_exact": one.is_exact}
        for one in found
    ]
    return JsonResponse({"places": rows})


@public
@require_safe
def at(request: HttpRequest) -> HttpResponse:
    """The areas in which a point lies, for the map picker to say."""
    point = _point(request)
    if point is None:
        return JsonResponse(
            {"detail": "longitude and latitude are numbers of degrees."},
            status=400,
            content_type="application/problem+json",
        )
    return JsonResponse({"areas": [one.name for one in reversed(queries.areas_at(point))]})


def _point(request: HttpRequest) -> Point | None:
    try:
        point = float(request.GET["longitude"]), float(request.GET["latitude"])
    except (KeyError, ValueError):
        return None
    return point if abs(point[0]) <= 180 and abs(point[1]) <= 90 else None
