"""Pages of links: tracing an object, linking it, ending a link."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access.rules import (
    needs,
    person_of,
    public,
    request_may,
    require,
    signed_in_person,
)
from netzstadt.core.links import drawing, queries, services
from netzstadt.core.links.forms import LinkForm, SearchForm, TraceForm
from netzstadt.core.links.permissions import KEEP_LINKS
from netzstadt.core.links.queries import Ref
from netzstadt.core.links.relations import RELATIONS
from netzstadt.core.objects import Spot
from netzstadt.core.rooms import ObjectCard
from netzstadt.lib import clock


@public
@require_safe
def trace(request: HttpRequest, model: str, object_id) -> HttpResponse:
    """All that an object leads to and comes from, as far as the reader may see it."""
    relations = [(one.name, str(one.title)) for one in RELATIONS.values()]
    form = TraceForm({"depth": "4", **request.GET.dict()}, relations=relations)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.trace(
        model,
        object_id,
        to=person_of(request),
        depth=wanted.get("depth") or 4,
        relations=[wanted["relation"]] if wanted.get("relation") else [],
    )
    if found is None:
        raise Http404
    context = {
        "trace": found,
        "form": form,
        "drawing": drawing.draw(found),
        "may_link": request_may(request, KEEP_LINKS, Spot(model, object_id)),
    }
    return render(request, "links/trace.html", context, status=400 if form.errors else 200)


def _card(request: HttpRequest, ref: Ref) -> ObjectCard:
    card = queries.card(ref, to=person_of(request))
    if card is None:
        raise Http404
    return card


@needs(KEEP_LINKS, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def new_link(request: HttpRequest, model: str, object_id) -> HttpResponse:
    """Link an object: look for the other one, choose it."""
    card = _card(request, Ref(model, object_id))
    here = Ref(card.model, card.id)
    require(request, KEEP_LINKS, Spot(*here))
    search = SearchForm(request.GET or None, directions=queries.directions(here.model))
    context: dict[str, Any] = {"card": card, "search": search, "here": here}
    if not search.is_valid():
        status = 422 if search.errors else 200
        return render(request, "links/link_new.html", context, status=status)
    direction = search.cleaned_data["relation"]
    text = search.cleaned_data["q"]
    found = queries.targets(text, direction, here, to=person_of(request))
    form = LinkForm(request.POST if request.method == "POST" else None, targets=found)
    if request.method == "POST" and form.is_valid():
        other = form.cleaned_data["target"]
        source, target = (here, other) if direction.is_outgoing else (other, here)
        services.link(
            source=source,
            relation=direction.relation.name,
            target=target,
            note=form.cleaned_data["note"],
            by=signed_in_person(request),
            at=clock.now(),
        )
        messages.success(request, _("Linked. Both objects say so from now on."))
        return redirect(f"{card.url}#links")
    context |= {"form": form, "found": found, "direction": direction}
    return render(request, "links/link_new.html", context, status=422 if form.errors else 200)


@needs(KEEP_LINKS, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def end_link(request: HttpRequest, link_id) -> HttpResponse:
    """Ask whether a link shall end, and end it."""
    link = get_object_or_404(queries.open_links(), pk=link_id)
    ends = queries.ends_of(link, to=person_of(request))
    if ends is None:
        raise Http404
    spots = [
        Spot(link.source_model, link.source_id),
        Spot(link.target_model, link.target_id),
    ]
    # Who keeps either object may end what joins it to others.
    allowed = next((spot for spot in spots if request_may(request, KEEP_LINKS, spot)), spots[0])
    require(request, KEEP_LINKS, allowed)
    source, target = ends
    if request.method == "POST":
        services.unlink(link=link, by=signed_in_person(request), at=clock.now())
        messages.success(request, _("The link is ended. The histories still tell of it."))
        return redirect(f"{source.url}#links")
    context = {
        "source": source,
        "target": target,
        "relation": RELATIONS[link.relation].title,
        "link": link,
    }
    return render(request, "links/link_end.html", context)
