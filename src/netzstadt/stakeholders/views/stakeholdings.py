"""The stakeholder analysis of an object: grid and list, and how parties are assessed."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.permissions import SEE_DIRECTORY
from netzstadt.core.access.rules import needs, request_may, signed_in_person
from netzstadt.core.days import today
from netzstadt.core.form_pages import form_page, saved, sent
from netzstadt.core.objects import card_of
from netzstadt.lib import clock
from netzstadt.stakeholders.forms.stakeholdings import AssessmentForm
from netzstadt.stakeholders.permissions import ASSESS_STAKEHOLDERS
from netzstadt.stakeholders.queries import stakeholdings as queries
from netzstadt.stakeholders.services import stakeholdings as services
from netzstadt.stakeholders.views.experts import about_of

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _page(about: str) -> str:
    return f"{reverse('stakeholders:stakeholdings')}?{urlencode({'about': about})}"


@needs(SEE_DIRECTORY, anywhere=True)
@require_safe
def analysis(request: HttpRequest) -> HttpResponse:
    """Who has to do with an object: by influence and interest as a grid, and as a list."""
    text = request.GET.get("about", "")
    about = about_of(request, text)
    if about is None:
        raise Http404
    ref, card = about
    found = queries.standings(ref.model, ref.id, to=signed_in_person(request))
    context = {
        "about": card,
        "about_text": text,
        "standings": found,
        "grid": queries.grid(found),
        "scale": queries.SCALE,
        "may_assess": request_may(request, ASSESS_STAKEHOLDERS, anywhere=True),
    }
    return render(request, "stakeholders/stakeholdings.html", context)


@needs(ASSESS_STAKEHOLDERS, anywhere=True)
@_get_or_post
def assess(request: HttpRequest) -> HttpResponse:
    """Write down how a party is seen."""
    by, text = signed_in_person(request), request.GET.get("about", "")
    about = about_of(request, text)
    if about is None:
        raise Http404
    ref, card = about
    initial: dict[str, Any] = {"on": today(), "influence": 3, "interest": 3, "attitude": "UNKNOWN"}
    initial["party"] = request.GET.get("party", "")
    form = AssessmentForm(sent(request), to=by, initial=initial)
    if saved(
        request,
        form,
        lambda: services.assess_stakeholder(
            party=form.cleaned_data["party"],
            about=(ref.model, ref.id),
            assessment=form.assessment(),
            by=by,
            at=clock.now(),
        ),
    ):
        messages.success(request, _("Saved."))
        return redirect(_page(text))
    return form_page(
        request,
        "stakeholders/stakeholding_form.html",
        form,
        about=card,
        back=_page(text),
    )


@needs(ASSESS_STAKEHOLDERS, anywhere=True)
@require_POST
def remove(request: HttpRequest, key: UUID) -> HttpResponse:
    """Remove an assessment."""
    by = signed_in_person(request)
    found = queries.stakeholding(key, to=by)
    if found is None or card_of(found.about_model, found.about_id, to=by) is None:
        raise Http404
    about = f"{found.about_model}:{found.about_id}"
    services.remove_assessment(stakeholding=found, by=by, at=clock.now())
    messages.success(request, _("The assessment is removed."))
    return redirect(_page(about))
