"""Saying where an object is, and importing areas and addresses."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from netzstadt.core.access.rules import needs, person_of, require, signed_in_person
from netzstadt.core.geo.account import Account, FileUnreadable
from netzstadt.core.geo.forms import ImportForm, PlaceForm
from netzstadt.core.geo.permissions import IMPORT_PLACES, KEEP_PLACES
from netzstadt.core.geo.queries import places
from netzstadt.core.geo.services import files
from netzstadt.core.geo.services import places as services
from netzstadt.core.objects import Spot, card_of
from netzstadt.core.rooms import ObjectCard
from netzstadt.lib import clock


def _kept(request: HttpRequest, model: str, object_id) -> ObjectCard:
    """The object, for who may say where it is."""
    card = card_of(model, object_id, to=person_of(request))
    if card is None:
        raise Http404
    require(request, KEEP_PLACES, Spot(card.model, card.id))
    return card


@needs(KEEP_PLACES, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, model: str, object_id) -> HttpResponse:
    """Say where an object is."""
    card = _kept(request, model, object_id)
    known = places.place_of(card.model, card.id)
    initial = {}
    if known is not None:
        initial = {
            "point": known.point,
            "address": known.address,
            "area": str(known.area_id or ""),
        }
    form = PlaceForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        picked = form.cleaned_data["point"]
        services.set_place(
            model=card.model,
            object_id=card.id,
            area=form.cleaned_data["area"],
            address=form.cleaned_data["address"],
            point=picked.point if picked else None,
            by=signed_in_person(request),
            at=clock.now(),
        )
        if picked is not None and picked.is_outside_city:
            messages.warning(request, _("Stored. The point lies outside the city: is that right?"))
        else:
            messages.success(request, _("Stored. It is found on the pages of its areas, too."))
        return redirect("geo:place", card.model, card.id)
    context = {"form": form, "card": card, "known": known}
    return render(request, "geo/place.html", context, status=422 if form.errors else 200)


@needs(KEEP_PLACES, anywhere=True)
@require_POST
def remove_place(request: HttpRequest, model: str, object_id) -> HttpResponse:
    """Take back where an object is."""
    card = _kept(request, model, object_id)
    services.remove_place(
        model=card.model, object_id=card.id, by=signed_in_person(request), at=clock.now()
    )
    messages.success(request, _("It is no longer said where this is."))
    return redirect("geo:place", card.model, card.id)


@needs(IMPORT_PLACES)
@require_http_methods(["GET", "HEAD", "POST"])
def import_places(request: HttpRequest) -> HttpResponse:
    """Import areas or addresses from a file, or see beforehand what would become of its rows."""
    form = ImportForm(request.POST if request.method == "POST" else None, request.FILES or None)
    account = None
    if request.method == "POST" and form.is_valid():
        try:
            account = _imported(request, form, is_preview="preview" in request.POST)
        except FileUnreadable as error:
            form.add_error("file", str(error))
    context = {"form": form, "account": account}
    return render(request, "geo/import.html", context, status=422 if form.errors else 200)


def _imported(request: HttpRequest, form: ImportForm, *, is_preview: bool) -> Account:
    data = form.cleaned_data
    whole = {
        "source": form.origin(),
        "file_name": data["file"].name,
        "by": signed_in_person(request),
        "at": clock.now(),
        "is_preview": is_preview,
    }
    if data["what"] == ImportForm.AREAS:
        return files.import_area_file(stream=data["file"].file, kind=data["kind"], **whole)
    return files.import_address_file(stream=data["file"].file, city=data["city"], **whole)
