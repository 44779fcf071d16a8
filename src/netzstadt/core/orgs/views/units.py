"""The pages of the tree of units."""

import csv
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access.permissions import (
    KEEP_CONTACTS,
    MANAGE_MEMBERS,
    MANAGE_UNITS,
    SEE_DIRECTORY,
)
from netzstadt.core.access.rules import needs, request_may, require, signed_in_person
from netzstadt.core.days import today
from netzstadt.core.orgs import unit_files
from netzstadt.core.orgs.forms.units import (
    DayForm,
    MembershipForm,
    NewUnitForm,
    UnitContactForm,
    UnitFileForm,
    UnitForm,
)
from netzstadt.core.orgs.models import Membership, Unit, UnitVersion
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.models.units import UnitKind
from netzstadt.core.orgs.queries import contacts, members
from netzstadt.core.orgs.queries import units as queries
from netzstadt.core.orgs.services import members as member_services
from netzstadt.core.orgs.services import unit_import
from netzstadt.core.orgs.services import units as services
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock
from netzstadt.lib.spreadsheets import inert
from netzstadt.lib.tables import text_of


@needs(SEE_DIRECTORY, anywhere=True)
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The tree as it is on a day; with a text or a kind, the units that fit."""
    asked_on = request.GET.get("on", "")
    on = _day(asked_on)
    text = request.GET.get("q", "").replace("\0", "").strip()
    kind = request.GET.get("kind", "")
    kind = kind if kind in UnitKind.values else ""
    if text or kind:
        found = queries.units(on=on, text=text, kind=kind).order_by("short_name", "name", "pk")
        lines = [(0, version) for version in found[:500]]
    else:
        lines = queries.tree(on=on)
    context = {
        "lines": lines,
        "on": on,
        # Who asked for a day that is none shall not take today's units for those of her day.
        "not_a_day": asked_on if asked_on and on.isoformat() != asked_on else "",
        "is_today": on == today(),
        "text": text,
        "kind": kind,
        "kinds": UnitKind.choices,
        "coming": queries.coming_changes(),
        "may_change": request_may(request, MANAGE_UNITS),
    }
    return render(request, "orgs/units.html", context)


def _day(given: str) -> date:
    try:
        return parse_date(given) or today()
    except ValueError:
        return today()


@needs(SEE_DIRECTORY, anywhere=True)
@require_safe
def units_csv(request: HttpRequest) -> HttpResponse:
    """The tree as a file that the import takes again."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="units.csv"'
    response.write("\ufeff")  # spreadsheet programs take it for UTF-8
    writer = csv.writer(response, delimiter=";")
    writer.writerow(unit_files.COLUMNS)
    lines = queries.tree(on=_day(request.GET.get("on", "")))
    keys = {version.unit_id: version.unit.key for _depth, version in lines}
    for _depth, version in lines:
        unit = version.unit
        cells = [
            unit.key,
            keys.get(version.parent_id, "") if version.parent_id else "",
            version.kind,
            version.name,
        ]
        cells += [version.short_name, unit.email, unit.phone, unit.address, unit.website, unit.task]
        writer.writerow([inert(cell) for cell in cells])
    return response


@needs(SEE_DIRECTORY, anywhere=True)
@require_safe
def unit(request: HttpRequest, unit_id) -> HttpResponse:
    """One unit: where it lies, what lies below it, who belongs to it, what is decided for it."""
    shown = get_object_or_404(Unit, pk=unit_id)
    day = today()
    # Those to come stand first: the page shows all, its head the one that holds or held last.
    versions = list(queries.versions_of(shown.pk)[:100])
    version = next((one for one in versions if one.valid_from <= day), versions[-1])
    context = {
        "unit": shown,
        "version": version,
        "exists": version.holds_on(day),
        "path": queries.path_of(shown.pk)[:-1],
        "children": list(queries.children(shown.pk)[:200]),
        "members": members.members_of([shown.pk], and_later=True)[:200],
        "versions": versions,
        "contacts": contacts.contacts().filter(unit=shown)[:50],
        "today": day,
        "may_change": request_may(request, MANAGE_UNITS),
        "may_members": request_may(request, MANAGE_MEMBERS, shown),
        "may_contact": request_may(request, KEEP_CONTACTS, shown),
    }
    return render(request, "orgs/unit.html", context)


@needs(MANAGE_UNITS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_unit(request: HttpRequest) -> HttpResponse:
    """Found a unit."""
    initial = {"valid_from": today(), "parent": request.GET.get("parent", "")}
    form = NewUnitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_unit(
                key=form.cleaned_data["key"],
                facts=_facts(form),
                valid_from=form.cleaned_data["valid_from"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The unit is founded."))
            return redirect("orgs:unit", made.pk)
    context = {"form": form, "title": _("New unit"), "submit": _("Found the unit")}
    return _form_page(request, context)


@needs(MANAGE_UNITS)
@require_http_methods(["GET", "HEAD", "POST"])
def reorganise(request: HttpRequest, unit_id) -> HttpResponse:
    """Call a unit otherwise or let it stand elsewhere, from a day on."""
    changed = get_object_or_404(Unit, pk=unit_id)
    version = queries.last_version(changed.pk)
    initial = {
        "name": version.name,
        "short_name": version.short_name,
        "kind": version.kind,
        "parent": version.parent_id,
        "valid_from": today(),
    }
    form = UnitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.reorganise_unit(
                unit=changed,
                facts=_facts(form),
                valid_from=form.cleaned_data["valid_from"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The change is saved."))
            return redirect("orgs:unit", changed.pk)
    context = {
        "form": form,
        "unit": version,
        "title": _("Reorganise"),
        "submit": _("Save the change"),
    }
    return _form_page(request, context)


def _facts(form) -> services.UnitFacts:
    data = form.cleaned_data
    return services.UnitFacts(
        name=data["name"], kind=data["kind"], short_name=data["short_name"], parent=data["parent"]
    )


@needs(MANAGE_UNITS)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_change(request: HttpRequest, version_id) -> HttpResponse:
    """Take a reorganisation back that has not begun, after asking."""
    version = get_object_or_404(UnitVersion, pk=version_id)
    if request.method == "POST":
        services.withdraw_change(version=version, by=signed_in_person(request), at=clock.now())
        messages.success(request, _("The change is withdrawn."))
        return redirect("orgs:unit", version.unit_id)
    return render(request, "orgs/change_withdraw.html", {"version": version})


@needs(MANAGE_UNITS)
@require_http_methods(["GET", "HEAD", "POST"])
def dissolve(request: HttpRequest, unit_id) -> HttpResponse:
    """End a unit on a day."""
    ended = get_object_or_404(Unit, pk=unit_id)
    form = DayForm(request.POST or None, initial={"valid_to": today() + timedelta(days=1)})
    if request.method == "POST" and form.is_valid():
        try:
            services.dissolve_unit(
                unit=ended,
                valid_to=form.cleaned_data["valid_to"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The end of the unit is noted."))
            return redirect("orgs:unit", ended.pk)
    context = {
        "form": form,
        "unit": queries.last_version(ended.pk),
        "title": _("Dissolve"),
        "submit": _("Dissolve the unit"),
    }
    return _form_page(request, context)


@needs(KEEP_CONTACTS, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def change_contact(request: HttpRequest, unit_id) -> HttpResponse:
    """Say how a unit is reached and what it does."""
    changed = get_object_or_404(Unit, pk=unit_id)
    require(request, KEEP_CONTACTS, changed)
    initial = {name: getattr(changed, name) for name in services.CONTACT}
    form = UnitContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.change_contact(
            unit=changed,
            contact=form.cleaned_data,
            by=signed_in_person(request),
            at=clock.now(),
        )
        messages.success(request, _("Saved: this is how the unit is reached."))
        return redirect("orgs:unit", changed.pk)
    context = {
        "form": form,
        "unit": queries.last_version(changed.pk),
        "title": _("How the unit is reached"),
        "submit": _("Save"),
    }
    return _form_page(request, context)


@needs(MANAGE_MEMBERS, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def new_member(request: HttpRequest, unit_id) -> HttpResponse:
    """Let a person belong to a unit."""
    joined = get_object_or_404(Unit, pk=unit_id)
    require(request, MANAGE_MEMBERS, joined)
    initial = {"valid_from": today(), "function": Function.MEMBER}
    form = MembershipForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        last = data["last_day"]
        try:
            member_services.begin_membership(
                person=data["person"],
                unit=joined,
                function=Function(data["function"]),
                title=data["title"],
                valid_from=data["valid_from"],
                valid_to=clock.day_after(last) if last else None,
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("%(name)s is entered as a member.") % {"name": data["person"].name}
            )
            return redirect("orgs:unit", joined.pk)
    context = {
        "form": form,
        "unit": queries.last_version(joined.pk),
        "title": _("New member"),
        "submit": _("Add to the unit"),
    }
    return _form_page(request, context)


@needs(MANAGE_MEMBERS, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def end_membership(request: HttpRequest, membership_id) -> HttpResponse:
    """End a membership on a day."""
    ended = get_object_or_404(Membership.objects.select_related("unit", "person"), pk=membership_id)
    require(request, MANAGE_MEMBERS, ended.unit)
    form = DayForm(request.POST or None, initial={"valid_to": today() + timedelta(days=1)})
    if request.method == "POST" and form.is_valid():
        try:
            held = member_services.end_membership(
                membership=ended,
                valid_to=form.cleaned_data["valid_to"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("valid_to", str(refusal))
        else:
            told = _("The end is noted.") if held else _("The membership is withdrawn.")
            messages.success(request, told)
            return redirect("orgs:unit", ended.unit_id)
    context: dict[str, Any] = {
        "form": form,
        "unit": queries.last_version(ended.unit_id),
        "title": _("%(name)s leaves the unit") % {"name": ended.person.name},
        "submit": _("End the membership"),
    }
    return _form_page(request, context)


@needs(MANAGE_UNITS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_units(request: HttpRequest) -> HttpResponse:
    """Bring a tree in from a CSV file: choose, look at what would happen, do it."""
    form = UnitFileForm(
        request.POST or None, request.FILES or None, initial={"valid_from": today()}
    )
    context: dict[str, Any] = {"form": form, "columns": unit_files.COLUMNS}
    if request.method != "POST":
        return render(request, "orgs/units_import.html", context)
    if "content" in request.POST:
        return _do_import(request)
    if not form.is_valid():
        return render(request, "orgs/units_import.html", context, status=422)
    upload = form.cleaned_data["file"]
    content = upload.read(unit_files.MAX_BYTES + 1)
    file = unit_files.read(content)
    context["plan"] = unit_import.plan_import(file, valid_from=form.cleaned_data["valid_from"])
    context["content"] = text_of(content)
    context["file_name"] = upload.name
    return render(request, "orgs/units_import.html", context)


def _do_import(request: HttpRequest) -> HttpResponse:
    """Import what was looked at; it is read and compared again, so nothing is taken on trust."""
    plan = unit_import.import_units(
        file=unit_files.read(request.POST["content"].encode()),
        file_name=request.POST.get("file_name", ""),
        valid_from=_day(request.POST.get("valid_from", "")),
        by=signed_in_person(request),
        at=clock.now(),
    )
    messages.success(
        request,
        _("%(new)d units are new, %(changed)d are changed, %(unchanged)d were there already.")
        % {"new": len(plan.new), "changed": len(plan.changed), "unchanged": plan.unchanged},
    )
    return redirect("orgs:units")


def _form_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return render(request, "orgs/unit_form.html", context, status=status)
