"""The data engineer's pages of Datastreams: making, changing, retiring, deleting, and silence."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.rules import needs, request_may, require, signed_in_person
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock
from netzstadt.urbandata import formats
from netzstadt.urbandata.forms.datastreams import NEW, DatastreamForm, initial_of_series
from netzstadt.urbandata.forms.things import DeleteForm, RetireForm
from netzstadt.urbandata.models import ObservedProperty, Sensor, Series, Thing
from netzstadt.urbandata.permissions import CORRECT_VALUES, DELETE_THINGS, KEEP_THINGS
from netzstadt.urbandata.queries import things as queries
from netzstadt.urbandata.queries import visible_series
from netzstadt.urbandata.queries.corrections import corrections_of
from netzstadt.urbandata.services import things as services
from netzstadt.urbandata.views.things import kept

PAGE = 50


def kept_series(request: HttpRequest, key: UUID) -> Series:
    """A Datastream whose station this person keeps. Raises Http404, PermissionMissing."""
    person = signed_in_person(request)
    found = visible_series(to=person).select_related(
        "thing", "state", "sensor", "observed_property", "expectation"
    )
    series = get_object_or_404(found, uuid=key)
    require(request, KEEP_THINGS, series.thing)
    return series


@needs(KEEP_THINGS, anywhere=True)
@require_safe
def datastream(request: HttpRequest, key: UUID) -> HttpResponse:
    """One Datastream as it is kept: its facts, its corrections, its history."""
    series = kept_series(request, key)
    context = {
        "series": series,
        "thing": series.thing,
        "corrections": corrections_of(series),
        "api_address": formats.entity_address("Datastreams", series.iot_id),
        "may_delete": request_may(request, DELETE_THINGS, series.thing),
        "may_correct": request_may(request, CORRECT_VALUES, series.thing),
    }
    return render(request, "urbandata/datastream.html", context)


@needs(KEEP_THINGS, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def datastream_new(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give a station a Datastream."""
    thing = kept(request, key)
    form = _form(request, thing, None)
    if request.method == "POST" and form.is_valid():
        document = _document(form)
        document["observationType"] = form.cleaned_data["kind"]
        try:
            made = services.create_datastream(
                thing=thing,
                document=document,
                rules=form.rules(),
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The Datastream is made and takes values."))
            return redirect("urbandata:datastream", key=made.uuid)
    return _form_page(request, form, thing, None)


@needs(KEEP_THINGS, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def datastream_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a Datastream."""
    series = kept_series(request, key)
    form = _form(request, series.thing, series)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_datastream(
                series=series,
                document=_changed(form, series),
                rules=form.rules(),
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The Datastream is changed."))
            return redirect("urbandata:datastream", key=key)
    return _form_page(request, form, series.thing, series)


def _form(request: HttpRequest, thing: Thing, series: Series | None) -> DatastreamForm:
    person = signed_in_person(request)
    return DatastreamForm(
        request.POST or None,
        initial=initial_of_series(series) if series is not None else {},
        observed=queries.observed_property_choices(to=person),
        sensors=queries.sensor_choices(to=person, thing=thing),
        series=series,
    )


def _form_page(
    request: HttpRequest, form: DatastreamForm, thing: Thing, series: Series | None
) -> HttpResponse:
    context = {"form": form, "thing": thing, "series": series}
    status = 422 if form.errors else 200
    return render(request, "urbandata/datastream_form.html", context, status=status)


def _document(form: DatastreamForm) -> dict[str, Any]:
    """The Datastream of a form as a document of the API."""
    data = form.cleaned_data
    return {
        "name": data["name"].strip(),
        "description": data["description"],
        "unitOfMeasurement": form.unit_document(),
        "ObservedProperty": form.new_observed()
        if data["observed"] == NEW
        else _link(ObservedProperty, data["observed"]),
        "Sensor": form.new_sensor() if data["sensor"] == NEW else _link(Sensor, data["sensor"]),
    }


def _changed(form: DatastreamForm, series: Series) -> dict[str, Any]:
    """What of the document differs from what the Datastream is."""
    document, fields = _document(form), set(form.changed_data)
    if not fields & {"unit", "unit_code", "unit_symbol"}:
        del document["unitOfMeasurement"]
    for name, own in (("ObservedProperty", "observed"), ("Sensor", "sensor")):
        if own not in fields:
            del document[name]
    for name in ("name", "description"):
        if document[name] == getattr(series, name):
            del document[name]
    return document


def _link(model: type[ObservedProperty] | type[Sensor], key: str) -> dict[str, Any]:
    return {"@iot.id": queries.iot_id_of(model, UUID(key))}


@needs(KEEP_THINGS, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def datastream_retire(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let a Datastream take no more values."""
    series = kept_series(request, key)
    form = RetireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.retire_datastream(
            series=series,
            reason=form.cleaned_data["reason"],
            by=signed_in_person(request),
            at=clock.now(),
        )
        messages.success(request, _("The Datastream is retired. Its values can still be read."))
        return redirect("urbandata:datastream", key=key)
    context = {"form": form, "thing": series.thing, "series": series, "name": series.name}
    status = 422 if form.errors else 200
    return render(request, "urbandata/retire.html", context, status=status)


@needs(KEEP_THINGS, anywhere=True)
@require_POST
def datastream_return(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let a Datastream take values again."""
    series = kept_series(request, key)
    services.return_datastream(series=series, by=signed_in_person(request), at=clock.now())
    messages.success(request, _("The Datastream takes values again."))
    return redirect("urbandata:datastream", key=key)


@needs(DELETE_THINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def datastream_delete(request: HttpRequest, key: UUID) -> HttpResponse:
    """Delete a Datastream for good, after its name was typed; lists beforehand what goes."""
    series = kept_series(request, key)
    form = DeleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.delete_datastream(
                series=series,
                typed=form.cleaned_data["typed"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("typed", str(refusal))
        else:
            messages.success(request, _("“%(name)s” is deleted.") % {"name": series.name})
            return redirect("urbandata:thing", key=series.thing_id)
    goes = queries.dependents_of(series=series)
    context = {
        "form": form,
        "thing": series.thing,
        "series": series,
        "name": series.name,
        "goes": goes,
        "must_retire": goes.observations > 0 and series.retired_at is None,
        "back": reverse("urbandata:datastream", args=[key]),
    }
    status = 422 if form.errors else 200
    return render(request, "urbandata/delete.html", context, status=status)


@needs(KEEP_THINGS, anywhere=True)
@require_safe
def silent(request: HttpRequest) -> HttpResponse:
    """The Datastreams that should have sent and have not: the longest silent first."""
    found = queries.silent_series(to=signed_in_person(request), at=clock.now())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "urbandata/silent_list.html", {"page": page})
