"""One's own absences and deputies, and whom one stands in for."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from netzstadt.core.access.rules import signed_in, signed_in_person
from netzstadt.core.days import today
from netzstadt.core.orgs.forms.units import AbsenceForm, DeputyForm
from netzstadt.core.orgs.models import Absence, Deputy
from netzstadt.core.orgs.queries import members as queries
from netzstadt.core.orgs.queries import units
from netzstadt.core.orgs.services import members as services
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest) -> HttpResponse:
    """When one is away, and who stands in; both can be entered here."""
    person = signed_in_person(request)
    sent = request.POST.get("form")
    absence_form = AbsenceForm(request.POST if sent == "absence" else None, auto_id="absence-%s")
    deputy_form = DeputyForm(
        request.POST if sent == "deputy" else None,
        initial={"valid_from": today()},
        auto_id="deputy-%s",
    )
    if sent == "absence" and absence_form.is_valid() and _note(request, absence_form):
        return redirect("orgs:absence")
    if sent == "deputy" and deputy_form.is_valid() and _name(request, deputy_form):
        return redirect("orgs:absence")
    named = list(queries.deputies_named_by(person)[:50])
    unit_titles = units.titles_of(deputy.unit_id for deputy in named)
    context = {
        "absence_form": absence_form,
        "deputy_form": deputy_form,
        "absences": queries.absences_of(person)[:50],
        "deputies": [(deputy, unit_titles.get(deputy.unit_id, "")) for deputy in named],
        "represented": queries.represented_by(person),
        "today": today(),
    }
    status = 422 if absence_form.errors or deputy_form.errors else 200
    return render(request, "orgs/absence.html", context, status=status)


def _note(request: HttpRequest, form: AbsenceForm) -> bool:
    person = signed_in_person(request)
    try:
        services.note_absence(
            person=person,
            first_day=form.cleaned_data["first_day"],
            back_on=clock.day_after(form.cleaned_data["last_day"]),
            by=person,
            at=clock.now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Your absence is noted. Your deputies stand in for you."))
    return True


def _name(request: HttpRequest, form: DeputyForm) -> bool:
    person, data = signed_in_person(request), form.cleaned_data
    last = data["last_day"]
    try:
        services.name_deputy(
            person=person,
            deputy=data["deputy"],
            only_when_absent=data["only_when_absent"],
            unit=data["unit"],
            valid_from=data["valid_from"],
            valid_to=clock.day_after(last) if last else None,
            by=person,
            at=clock.now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("%(name)s stands in for you.") % {"name": data["deputy"].name})
    return True


@signed_in
@require_POST
def end_absence(request: HttpRequest, absence_id) -> HttpResponse:
    """Be back from today on, or not go at all."""
    person = signed_in_person(request)
    ended = get_object_or_404(Absence, pk=absence_id, person=person)
    services.end_absence(absence=ended, back_on=today(), by=person, at=clock.now())
    if ended.valid_from <= today():
        messages.success(request, _("Welcome back: your deputies no longer stand in for you."))
    else:
        messages.success(request, _("The absence is taken back."))
    return redirect("orgs:absence")


@signed_in
@require_POST
def end_deputy(request: HttpRequest, deputy_id) -> HttpResponse:
    """Let somebody no longer stand in for one."""
    person = signed_in_person(request)
    ended = get_object_or_404(Deputy, pk=deputy_id, person=person)
    services.end_deputy(deputy=ended, on=today(), by=person, at=clock.now())
    messages.success(
        request, _("%(name)s no longer stands in for you.") % {"name": ended.deputy.name}
    )
    return redirect("orgs:absence")
