"""Gates: who decides at them, what is asked, the decision itself, its conditions."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.rules import (
    needs,
    request_may,
    require,
    signed_in,
    signed_in_person,
)
from netzstadt.core.days import today
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
from netzstadt.portfolio.permissions import KEEP_PROJECTS
from netzstadt.portfolio.services import gates as services
from netzstadt.portfolio.services.refusals import PortfolioRefused
from netzstadt.portfolio.views.pages import form_or_do, sent

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _seen(request: HttpRequest, key: UUID) -> Gate:
    found = queries.gate(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    return found


def _kept(request: HttpRequest, key: UUID) -> Gate:
    found = _seen(request, key)
    require(request, KEEP_PROJECTS, found.project)
    return found


def _page(gate: Gate) -> str:
    return reverse("portfolio:gate", args=[gate.pk])


@signed_in
@require_safe
def gate(request: HttpRequest, key: UUID) -> HttpResponse:
    """One gate: what is asked and answered, who decides, what was decided."""
    found, person = _seen(request, key), signed_in_person(request)
    full = next(one for one in queries.gates_of(found.project) if one.pk == found.pk)
    decides = queries.decides_at(person, found)
    context = {
        "gate": full,
        "project": found.project,
        "criteria": queries.criteria_of(found),
        "is_here": found.is_here,
        "may_keep": request_may(request, KEEP_PROJECTS, found.project),
        "may_decide": found.is_here and decides,
        "decides": decides,
        "today": today(),
    }
    return render(request, "portfolio/gate.html", context)


@needs(KEEP_PROJECTS, anywhere=True)
@_get_or_post
def prepare(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say who decides at a gate and by when."""
    found = _kept(request, key)
    form = PrepareForm(sent(request), initial=PrepareForm.initial_of(found))
    return form_or_do(
        request,
        form,
        lambda: services.prepare_gate(
            gate=found, by=signed_in_person(request), at=clock.now(), **form.cleaned_data
        ),
        title=_("Who decides: %(gate)s") % {"gate": found.title},
        submit=_("Save"),
        back=_page(found),
        project=found.project,
    )


@needs(KEEP_PROJECTS, anywhere=True)
@_get_or_post
def criteria(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answer the criteria of a gate."""
    found = _kept(request, key)
    form = CriteriaForm(sent(request), criteria=queries.criteria_of(found))
    return form_or_do(
        request,
        form,
        lambda: services.answer_criteria(
            gate=found,
            judgements=form.judgements(),
            by=signed_in_person(request),
            at=clock.now(),
        ),
        title=_("Answer the criteria: %(gate)s") % {"gate": found.title},
        submit=_("Save"),
        back=_page(found),
        project=found.project,
    )


@needs(KEEP_PROJECTS, anywhere=True)
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


@needs(KEEP_PROJECTS, anywhere=True)
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
    if not queries.decides_at(by, found):
        raise PortfolioRefused(_("Only who is named for this gate decides at it."))
    if not found.is_here:
        raise PortfolioRefused(_("The project is not at this gate. Look at it again."))
    form = DecisionForm(sent(request), project=found.project, initial={"decided_on": today()})
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
        ),
        title=_("Decide: %(gate)s") % {"gate": found.title},
        submit=_("Decide"),
        back=_page(found),
        project=found.project,
        done=_("It is decided. Who has a part in the project is told."),
        note=_("A decision stands: it cannot be changed, only followed by another one."),
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
        require(request, KEEP_PROJECTS, of.project)
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
