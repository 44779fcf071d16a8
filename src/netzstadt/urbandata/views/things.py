"""The data engineer's pages of stations: list, station, making and changing, several at once."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core import days
from netzstadt.core.access.queries import units_where
from netzstadt.core.access.rules import held_by, needs, request_may, require, signed_in_person
from netzstadt.core.orgs.queries import units as org_units
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock
from netzstadt.urbandata.forms.things import (
    DeleteForm,
    PropertyForms,
    RetireForm,
    ThingForm,
    ThingsFilter,
    initial_of,
    property_rows,
)
from netzstadt.urbandata.models import Thing, Visibility
from netzstadt.urbandata.permissions import CORRECT_VALUES, DELETE_THINGS, KEEP_THINGS
from netzstadt.urbandata.queries import station_place, visible_things
from netzstadt.urbandata.queries import things as queries
from netzstadt.urbandata.services import things as services


def unit_choices(request: HttpRequest) -> tuple[list[tuple[str, str]], bool]:
    """The units to which this person may give a station; and whether it may be without one."""
    units = units_where(held_by(request), KEEP_THINGS)
    choices = [choice for choice in org_units.choices() if choice[0]]
    if units is None:
        return choices, True
    return [choice for choice in choices if choice[0] in {str(key) for key in units}], False


def kept(request: HttpRequest, key: UUID) -> Thing:
    """A station that this person keeps. Raises Http404 where she may not see it, and
    PermissionMissing where she sees it and does not keep it."""
    person = signed_in_person(request)
    thing = get_object_or_404(visible_things(to=person), pk=key)
    require(request, KEEP_THINGS, thing)
    return thing


@needs(KEEP_THINGS, anywhere=True)
@require_safe
def thing_list(request: HttpRequest) -> HttpResponse:
    """Every station that this person keeps, filtered, with what can be done with several."""
    units, _any = unit_choices(request)
    form = ThingsFilter(request.GET, units=units)
    form.is_valid()
    clean = form.cleaned_data
    day = clean.get("silent_since")
    wanted = queries.WantedThings(
        text=(clean.get("q") or "").strip(),
        visibility=clean.get("visibility") or "",
        unit_id=clean.get("unit"),
        state=clean.get("state") or "",
        silent_since=days.midnight(day) if day else None,
        after=request.GET.get("after", ""),
    )
    page = queries.thing_page(wanted, to=signed_in_person(request), at=clock.now())
    query = {name: value for name, value in request.GET.items() if name != "after" and value}
    here = reverse("urbandata:things")
    titles = org_units.titles_of(thing.unit_id for thing in page.things)
    context = {
        "form": form,
        "page": page,
        "rows": [(thing, titles.get(thing.unit_id, "")) for thing in page.things],
        "older": f"{here}?{urlencode({**query, 'after': page.following})}"
        if page.following
        else "",
        "newer": f"{here}?{urlencode(query)}" if wanted.after else "",
        "is_filtered": bool(query),
        "units": units,
        "visibilities": Visibility.choices,
    }
    return render(request, "urbandata/thing_list.html", context, status=422 if form.errors else 200)


@needs(KEEP_THINGS, anywhere=True)
@require_safe
def thing(request: HttpRequest, key: UUID) -> HttpResponse:
    """One station as it is kept: its facts, its Datastreams, what can be done, its history."""
    found = kept(request, key)
    context = {
        "thing": found,
        "unit": org_units.titles_of([found.unit_id]).get(found.unit_id) if found.unit_id else "",
        "place": station_place(found),
        "properties": property_rows(found.properties),
        "datastreams": queries.datastreams_of(found, to=signed_in_person(request)),
        "may_delete": request_may(request, DELETE_THINGS, found),
        "may_correct": request_may(request, CORRECT_VALUES, found),
    }
    return render(request, "urbandata/thing.html", context)


@needs(KEEP_THINGS, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def thing_new(request: HttpRequest) -> HttpResponse:
    """Make a station."""
    units, any_unit = unit_choices(request)
    initial = {"visibility": Visibility.ADMINISTRATION.value}
    form = ThingForm(request.POST or None, initial=initial, units=units, any_unit=any_unit)
    rows: Any = PropertyForms(request.POST or None, prefix="property")
    if request.method == "POST" and form.is_valid() & rows.is_valid():
        _require_unit(request, form.cleaned_data["unit"])
        try:
            made = services.create_thing(
                document=form.document(rows.properties()),
                place=form.location(),
                unit_id=form.cleaned_data["unit"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The station is made. Now say what it measures."))
            _tell_if_outside(request, form)
            return redirect("urbandata:thing", key=made.pk)
    return _form_page(request, form, rows, None)


@needs(KEEP_THINGS, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def thing_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a station."""
    found = kept(request, key)
    units, any_unit = unit_choices(request)
    form = ThingForm(
        request.POST or None,
        initial=initial_of(found, station_place(found)),
        units=units,
        any_unit=any_unit,
    )
    initial = property_rows(found.properties)
    rows: Any = PropertyForms(request.POST or None, initial=initial, prefix="property")
    if request.method == "POST" and form.is_valid() & rows.is_valid():
        if form.cleaned_data["unit"] != found.unit_id:
            _require_unit(request, form.cleaned_data["unit"])
        try:
            services.edit_thing(
                thing=found,
                document=form.document(rows.properties()),
                place=form.location(),
                unit_id=form.cleaned_data["unit"],
                by=signed_in_person(request),
                at=clock.now(),
                seen_at=form.seen_at,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            form.look_again(kept(request, key).changed_at)
        else:
            messages.success(request, _("The station is changed."))
            _tell_if_outside(request, form)
            return redirect("urbandata:thing", key=key)
    return _form_page(request, form, rows, found)


def _require_unit(request: HttpRequest, unit_id: UUID | None) -> None:
    """A station is only given to a unit for which one keeps stations."""
    require(request, KEEP_THINGS, SimpleNamespace(pk=None, unit_id=unit_id))


def _tell_if_outside(request: HttpRequest, form: ThingForm) -> None:
    if form.is_outside_city():
        messages.warning(request, _("The station stands outside the city: is that right?"))


def _form_page(request: HttpRequest, form: Any, rows: Any, found: Thing | None) -> HttpResponse:
    status = 422 if form.errors or any(rows.errors) or rows.non_form_errors() else 200
    context = {"form": form, "rows": rows, "thing": found}
    return render(request, "urbandata/thing_form.html", context, status=status)


@needs(KEEP_THINGS, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def thing_retire(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a station out of service; says beforehand what follows."""
    found = kept(request, key)
    form = RetireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.retire_things(
            things=[found],
            reason=form.cleaned_data["reason"],
            by=signed_in_person(request),
            at=clock.now(),
        )
        messages.success(request, _("The station is retired. Its values can still be read."))
        return redirect("urbandata:thing", key=key)
    context = {"form": form, "thing": found, "name": found.name}
    status = 422 if form.errors else 200
    return render(request, "urbandata/retire.html", context, status=status)


@needs(KEEP_THINGS, anywhere=True)
@require_POST
def thing_return(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a station back into service."""
    found = kept(request, key)
    services.return_things(things=[found], by=signed_in_person(request), at=clock.now())
    messages.success(request, _("The station is in service again."))
    return redirect("urbandata:thing", key=key)


@needs(DELETE_THINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def thing_delete(request: HttpRequest, key: UUID) -> HttpResponse:
    """Delete a station for good, after its name was typed; lists beforehand what goes."""
    found = kept(request, key)
    form = DeleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.delete_thing(
                thing=found,
                typed=form.cleaned_data["typed"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("typed", str(refusal))
        else:
            messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
            return redirect("urbandata:things")
    goes = queries.dependents_of(thing=found)
    context = {"form": form, "thing": found, "name": found.name}
    context |= {
        "goes": goes,
        "must_retire": goes.observations > 0 and found.retired_at is None,
        "back": reverse("urbandata:thing", args=[key]),
    }
    return render(request, "urbandata/delete.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class _Several:
    """What is done with several stations: the word of the form and what the button says."""

    action: str
    value: str
    text: str


@needs(KEEP_THINGS, anywhere=True)
@require_POST
def thing_several(request: HttpRequest) -> HttpResponse:
    """Change several stations at once: first a page says which they are and asks, then it does."""
    person = signed_in_person(request)
    keys = [key for key in map(_uuid, request.POST.getlist("things")) if key]
    chosen = list(queries.kept_things(to=person).filter(pk__in=keys[: services.MOST_AT_ONCE]))
    asked = _asked(request)
    if not chosen or asked is None:
        messages.warning(request, _("Choose stations, and what shall be done with them."))
        return redirect("urbandata:things")
    for found in chosen:
        require(request, KEEP_THINGS, found)
    reason = request.POST.get("reason", "").strip()
    if "confirmed" not in request.POST or (asked.action == "retire" and not reason):
        context = {"things": chosen, "asked": asked, "is_missing": "confirmed" in request.POST}
        status = 422 if context["is_missing"] else 200
        return render(request, "urbandata/thing_several.html", context, status=status)
    changed = _change(request, asked, chosen, reason)
    text = ngettext("%(n)d station is changed.", "%(n)d stations are changed.", changed)
    messages.success(request, text % {"n": changed})
    return redirect("urbandata:things")


def _asked(request: HttpRequest) -> _Several | None:
    action, _sep, value = request.POST.get("action", "").partition(":")
    if action == "visibility" and value in Visibility.values:
        label = Visibility(value).label
        return _Several(action, value, _("Can then be seen by: %(who)s") % {"who": label})
    if action == "unit":
        units, any_unit = unit_choices(request)
        title = dict(units).get(value) or (_("nobody") if any_unit and not value else "")
        if title:
            return _Several(action, value, _("Belongs then to: %(unit)s") % {"unit": title})
    if action == "retire":
        return _Several(action, "", _("Retired: takes no more values"))
    if action == "return":
        return _Several(action, "", _("In service again"))
    return None


def _change(request: HttpRequest, asked: _Several, chosen: list[Thing], reason: str) -> int:
    by, at = signed_in_person(request), clock.now()
    match asked.action:
        case "visibility":
            return services.set_visibility_of(
                things=chosen, visibility=Visibility(asked.value), by=by, at=at
            )
        case "unit":
            return services.set_owner_of(things=chosen, unit_id=_uuid(asked.value), by=by, at=at)
        case "retire":
            return services.retire_things(things=chosen, reason=reason, by=by, at=at)
    return services.return_things(things=chosen, by=by, at=at)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
