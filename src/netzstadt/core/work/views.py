"""The start pages: my work, the cockpit, and arranging them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access.queries import anywhere, held_once
from netzstadt.core.access.rules import held_by, needs, signed_in, signed_in_person
from netzstadt.core.work import queries, services
from netzstadt.core.work.permissions import OPEN_COCKPIT
from netzstadt.lib import clock

_TITLES = {
    "waits": gettext_lazy("What waits for me"),
    "late": gettext_lazy("Deadlines"),
    "changed": gettext_lazy("What changed"),
    queries.COCKPIT: gettext_lazy("Cockpit"),
}


@signed_in
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What waits for me, what is late, what changed."""
    person, roles = signed_in_person(request), held_by(request)
    with held_once(person, roles):
        arranged = queries.tiles(person, roles, places=queries.PLACES)
        shown = queries.shown(person, arranged, at=clock.now())
        steps = queries.first_steps(person, roles)
    context = {
        "roles": roles,
        "steps": steps,
        "places": [
            (place, _TITLES[place], [one for one in shown if one.tile.place == place])
            for place in queries.PLACES
        ],
        "is_empty": not shown,
    }
    return render(request, "work/my_work.html", context)


@needs(OPEN_COCKPIT, anywhere=True)
@require_safe
def cockpit(request: HttpRequest) -> HttpResponse:
    """The figures of the rooms, for who leads and coordinates."""
    person, roles = signed_in_person(request), held_by(request)
    with held_once(person, roles):
        arranged = queries.tiles(person, roles, places=[queries.COCKPIT])
        shown = queries.shown(person, arranged, at=clock.now())
    context = {"shown": shown, "hides_all": bool(arranged) and not shown}
    return render(request, "work/cockpit.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def arrange(request: HttpRequest) -> HttpResponse:
    """Move, hide and show the tiles of both pages, one step at a time."""
    person, roles = signed_in_person(request), held_by(request)
    places = [*queries.PLACES]
    if anywhere(roles, OPEN_COCKPIT):
        places.append(queries.COCKPIT)
    arranged = queries.tiles(person, roles, places=places)
    if request.method == "POST":
        if request.POST.get("do") == "reset":
            services.reset_tiles(person=person, at=clock.now())
            messages.success(request, _("Your start pages are as they were at first."))
        else:
            tiles, hidden = _changed(request, arranged)
            services.arrange_tiles(person=person, tiles=tiles, hidden=hidden, at=clock.now())
        return redirect("work:arrange")
    groups = [
        (_TITLES[place], [one for one in arranged if one.tile.place == place]) for place in places
    ]
    return render(request, "work/arrange.html", {"groups": groups})


def _changed(request: HttpRequest, arranged: list[queries.Arranged]) -> tuple[list[str], list[str]]:
    """The order and the hidden tiles after what the button says; unknown words change nothing."""
    order = [one.tile.key for one in arranged]
    place_of = {one.tile.key: one.tile.place for one in arranged}
    hidden = {one.tile.key for one in arranged if one.is_hidden}
    tile, do = request.POST.get("tile", ""), request.POST.get("do", "")
    if tile not in order:
        return order, sorted(hidden)
    if do == "hide":
        hidden.add(tile)
    elif do == "show":
        hidden.discard(tile)
    elif do in {"up", "down"}:
        beside = [key for key in order if place_of[key] == place_of[tile]]
        to = beside.index(tile) + (1 if do == "down" else -1)
        if 0 <= to < len(beside):
            first, second = order.index(tile), order.index(beside[to])
            order[first], order[second] = order[second], order[first]
    return order, sorted(hidden)
