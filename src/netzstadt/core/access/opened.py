"""One object opened to single people: partners from outside, and colleagues who see no more."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from netzstadt.core.access import queries, services
from netzstadt.core.access.forms import OpenForm
from netzstadt.core.access.permissions import OPEN_TO_OTHERS, Role
from netzstadt.core.access.rules import needs, require, signed_in_person
from netzstadt.core.objects import Spot, card_of
from netzstadt.core.refusal import Refusal
from netzstadt.core.rooms import ObjectCard, object_kinds
from netzstadt.lib import clock

_PAGE = 50


def _card(request: HttpRequest, model: str, key: uuid.UUID) -> ObjectCard:
    """The object, if it can be opened and who is signed in may do so and sees it herself."""
    kind = object_kinds().get(model)
    card = card_of(model, key, to=signed_in_person(request))
    if kind is None or not kind.may_be_opened or card is None:
        raise Http404
    require(request, OPEN_TO_OTHERS, Spot(model, key))
    return card


@needs(OPEN_TO_OTHERS, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def opened_to(request: HttpRequest, model: str, key: uuid.UUID) -> HttpResponse:
    """Who was let in to one object, and letting somebody in."""
    card = _card(request, model, key)
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person, role = form.cleaned_data["person"], Role(form.cleaned_data["role"])
        try:
            services.grant_role(
                person=person,
                role=role,
                for_object=(model, key),
                until=form.until,
                reason=form.cleaned_data["reason"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("person", str(refusal))
        else:
            messages.success(
                request,
                _("%(name)s is let in as: %(role)s.") % {"name": person.name, "role": role.label},
            )
            return redirect("access:opened-to", model, key)
    grants = queries.current_grants().filter(object_id=key).order_by("person__sort_key", "pk")
    context = {
        "card": card,
        "form": form,
        "page": Paginator(grants, _PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "access/opened_to.html", context, status=422 if form.errors else 200)


@needs(OPEN_TO_OTHERS, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, grant_id: uuid.UUID) -> HttpResponse:
    """Ask whether somebody shall be let in no longer, and end it."""
    grant = get_object_or_404(queries.current_grants().exclude(object_model=""), pk=grant_id)
    card = _card(request, grant.object_model, grant.object_id)
    if request.method == "POST":
        services.revoke_role(grant=grant, by=signed_in_person(request), at=clock.now())
        messages.success(request, _("%(name)s is let in no longer.") % {"name": grant.person.name})
        return redirect("access:opened-to", grant.object_model, grant.object_id)
    return render(request, "access/close.html", {"grant": grant, "card": card})
