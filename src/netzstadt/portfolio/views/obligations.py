"""The office side of what grants oblige to."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from netzstadt.core.access.rules import signed_in, signed_in_person
from netzstadt.core.days import months_later, today
from netzstadt.core.form_pages import sent
from netzstadt.lib import clock
from netzstadt.portfolio.forms.funding import MeetForm, ObligationForm
from netzstadt.portfolio.models import Funding, Obligation
from netzstadt.portfolio.queries import funding as reading
from netzstadt.portfolio.services import obligations
from netzstadt.portfolio.views.funding import funding_page, kept_funding
from netzstadt.portfolio.views.pages import form_or_do, may_see_ledger, require_keeping

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@signed_in
@_get_or_post
def new_obligation(request: HttpRequest, key: UUID) -> HttpResponse:
    """Enter what a grant obliges to."""
    found = kept_funding(request, key)
    form = ObligationForm(sent(request), initial=_first_obligation(found))
    return form_or_do(
        request,
        form,
        lambda: obligations.add_obligation(
            funding=found, facts=form.facts(), by=signed_in_person(request), at=clock.now()
        ),
        title=_("New obligation"),
        submit=_("Add"),
        back=funding_page(found),
        project=found.project,
    )


def _first_obligation(found: Funding) -> dict[str, object]:
    """The first one is the proof of use, due as the programme says."""
    if found.obligations.exists() or found.granted_to is None:
        return {}
    due_on = months_later(found.granted_to, found.programme.proof_months)
    return {"kind": "FINAL_PROOF", "text": _("Send the proof of use"), "due_on": due_on}


@signed_in
@_get_or_post
def change_obligation(request: HttpRequest, key: UUID) -> HttpResponse:
    """Set an obligation otherwise."""
    found = _obligation(request, key)
    form = ObligationForm(sent(request), initial=ObligationForm.initial_of(found))
    return form_or_do(
        request,
        form,
        lambda: obligations.change_obligation(
            obligation=found,
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Change the obligation"),
        submit=_("Save"),
        back=funding_page(found.funding),
        project=found.funding.project,
        seen=found,
    )


@signed_in
@_get_or_post
def meet_obligation(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say how an obligation was met: who has to meet it may, and who keeps the project."""
    found = reading.obligation(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    if found.responsible_id != signed_in_person(request).pk:
        require_keeping(request, found.funding.project)
    form = MeetForm(sent(request), initial={"met_on": today()})
    reads = may_see_ledger(request, found.funding.project)
    return form_or_do(
        request,
        form,
        lambda: obligations.meet_obligation(
            obligation=found,
            met_on=form.cleaned_data["met_on"],
            evidence=form.cleaned_data["evidence"],
            by=signed_in_person(request),
            at=clock.now(),
        ),
        title=found.text,
        submit=_("It is met"),
        back=(
            funding_page(found.funding)
            if reads
            else reverse("portfolio:project", args=[found.funding.project_id])
        ),
        project=found.funding.project,
    )


def _obligation(request: HttpRequest, key: UUID) -> Obligation:
    found = reading.obligation(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    require_keeping(request, found.funding.project)
    return found
