"""Gates: who decides at them, what is asked, the decision itself, its conditions."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.rules import (
    request_may,
    require,
    signed_in,
    signed_in_person,
)
from netzstadt.core.days import today
from netzstadt.core.form_pages import sent
from netzstadt.lib import clock
from netzstadt.portfolio import queries
from netzstadt.portfolio.forms.gates import (
    CriteriaForm,
    CriterionForm,
    DecisionForm,
    MeetForm,
    PrepareForm,
)
from netzstadt.portfolio.models import Gate
from netzstadt.portfolio.permissions import NAME_DECIDERS
from netzstadt.portfolio.services import gates as services
from netzstadt.portfolio.services.refusals import PortfolioRefused
from netzstadt.portfolio.views.pages import form_or_do, may_keep, require_keeping
from netzstadt.portfolio.views.reading import is_inside

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _seen(request: HttpRequest, key: UUID) -> Gate:
    found = queries.gate(key, to=signed_in_person(request))
    if found is None or not is_inside(request):
        raise Http404
    return found


def _kept(request: HttpRequest, key: UUID) -> Gate:
    found = _seen(request, key)
    require_keeping(request, found.project)
    return found


def _page(gate: Gate) -> str:
    return reverse("portfolio:gate", args=[gate.pk])


@signed_in
@require_safe
def gate(request: HttpRequest, key: UUID) -> HttpResponse:
    """One gate: what is asked and answered, who decides, what was decided."""
    found, person = _seen(request, key), signed_in_person(request)
    context = {
        "gate": found,
        "project": found.project,
        "criteria": queries.criteria_of(found),
        "deciders": queries.deciders_at(found),
        "decisions": queries.decisions_at(found),
        "is_to_come": not found.project.is_over and not found.is_behind(found.project),
        "may_keep": may_keep(request, found.project),
        "may_name": _may_name(request, found),
        "may_decide": queries.may_decide(person, found),
        "today": today(),
    }
    return render(request, "portfolio/gate.html", context)


def _may_name(request: HttpRequest, gate: Gate) -> bool:
    is_sponsor = gate.project.sponsor_id == signed_in_person(request).pk
    return is_sponsor or request_may(request, NAME_DECIDERS, gate.project)


@signed_in
@_get_or_post
def prepare(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say who decides at a gate and by when: who stands for the project may, and who leads a
    unit or coordinates."""
    found = _seen(request, key)
    if found.project.sponsor_id != signed_in_person(request).pk:
        require(request, NAME_DECIDERS, found.project)
    form = PrepareForm(sent(request), initial=PrepareForm.initial_of(found))
    return form_or_do(
        request,
        form,
        lambda: services.prepare_gate(
            gate=found,
            deciders=form.cleaned_data["deciders"],
            due_on=form.cleaned_data["due_on"],
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Who decides: %(gate)s") % {"gate": found.title},
        submit=_("Save"),
        back=_page(found),
        project=found.project,
    )


@signed_in
@_get_or_post
def criteria(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answer the criteria of a gate."""
    found = _kept(request, key)
    initial = {"seen": found.project.changed_at.isoformat()}
    form = CriteriaForm(sent(request), criteria=queries.criteria_of(found), initial=initial)
    return form_or_do(
        request,
        form,
        lambda: services.answer_criteria(
            gate=found,
            judgements=form.judgements(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Answer the criteria: %(gate)s") % {"gate": found.title},
        submit=_("Save"),
        back=_page(found),
        project=found.project,
    )


@signed_in
@_get_or_post
def new_criterion(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask something of the project's own at a gate."""
    found = _kept(request, key)
    form = CriterionForm(sent(request))
    return form_or_do(
        request,
        form,
        lambda: services.add_criterion(
            gate=found, by=signed_in_person(request), at=clock.now(), **form.cleaned_data
        ),
        title=_("Ask for something more: %(gate)s") % {"gate": found.title},
        submit=_("Add"),
        back=_page(found),
        project=found.project,
    )


@signed_in
@require_POST
def ask(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask those named for a gate to decide."""
    found = _kept(request, key)
    services.ask_for_decision(gate=found, by=signed_in_person(request), at=clock.now())
    messages.success(request, _("Those who decide are asked and told."))
    return redirect(_page(found))


@signed_in
@_get_or_post
def decide(request: HttpRequest, key: UUID) -> HttpResponse:
    """Decide at a gate, as one of those named for it."""
    found, by = _seen(request, key), signed_in_person(request)
    if not queries.may_decide(by, found):
        raise PortfolioRefused(
            _("Who is named for this gate decides, herself, while the project is at it.")
        )
    initial = {"decided_on": today(), "seen": found.project.changed_at.isoformat()}
    form = DecisionForm(sent(request), project=found.project, initial=initial)
    return form_or_do(
        request,
        form,
        lambda: services.decide_gate(
            gate=found,
            outcome=form.cleaned_data["outcome"],
            reason=form.cleaned_data["reason"],
            conditions=form.conditions(),
            decided_on=form.cleaned_data["decided_on"],
            by=by,
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Decide: %(gate)s") % {"gate": found.title},
        submit=_("Decide"),
        back=_page(found),
        project=found.project,
        done=_("It is decided. Who has a part in the project is told."),
        note=_("A decision stands: it cannot be changed, only followed by another one."),
        criteria=queries.criteria_of(found),
        conditions=queries.conditions_open(found.project),
        today=today(),
    )


@signed_in
@_get_or_post
def meet_condition(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that a condition is met: who has to meet it, or who keeps the project."""
    by = signed_in_person(request)
    found = queries.condition(key, to=by)
    if found is None:
        raise Http404
    of = found.decision.gate
    if found.responsible_id != by.pk:
        require_keeping(request, of.project)
    form = MeetForm(sent(request), initial={"met_on": today()})
    return form_or_do(
        request,
        form,
        lambda: services.meet_condition(
            condition=found, by=by, at=clock.now(), **form.cleaned_data
        ),
        title=_("Condition met"),
        submit=_("Save"),
        back=_page(of),
        project=of.project,
        note=found.text,
    )
