"""The office's pages of council information systems: connect, harvest now, how it went."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.rules import needs, signed_in_person
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock
from netzstadt.stakeholders.forms.council import SourceForm
from netzstadt.stakeholders.models.harvests import CouncilSource
from netzstadt.stakeholders.permissions import KEEP_COUNCIL
from netzstadt.stakeholders.queries import sources as queries
from netzstadt.stakeholders.services import sources as services


@needs(KEEP_COUNCIL)
@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    """All systems with their last harvest, and the ways to enter something by hand."""
    return render(request, "stakeholders/source_list.html", {"states": queries.sources()})


@needs(KEEP_COUNCIL)
@require_http_methods(["GET", "HEAD", "POST"])
def new_source(request: HttpRequest) -> HttpResponse:
    """Connect a system by its address."""
    form = SourceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_source(
                address=form.cleaned_data["address"], by=signed_in_person(request), at=clock.now()
            )
        except Refusal as refusal:
            form.add_error("address", str(refusal))
        else:
            messages.success(request, _("Connected. The first harvest begins now."))
            return redirect("stakeholders:source", key=made.pk)
    status = 422 if form.errors else 200
    return render(request, "stakeholders/source_new.html", {"form": form}, status=status)


@needs(KEEP_COUNCIL)
@require_safe
def source(request: HttpRequest, key: UUID) -> HttpResponse:
    """One system: how far its harvest is, what is here of it, what could not be read."""
    found = _source(key)
    harvests = list(queries.harvests_of(found))
    context = {
        "source": found,
        "last": harvests[0] if harvests else None,
        "harvests": harvests,
        "holdings": queries.holdings_of(found),
    }
    return render(request, "stakeholders/source.html", context)


@needs(KEEP_COUNCIL)
@require_POST
def harvest(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have a system harvested now."""
    services.ask_for_harvest(source=_source(key), by=signed_in_person(request), at=clock.now())
    messages.success(request, _("The harvest begins. Open this page again to see how far it is."))
    return redirect("stakeholders:source", key=key)


@needs(KEEP_COUNCIL)
@require_POST
def pause(request: HttpRequest, key: UUID) -> HttpResponse:
    """Harvest a system no more."""
    services.pause_source(source=_source(key), by=signed_in_person(request), at=clock.now())
    messages.success(request, _("Paused. What was harvested stays."))
    return redirect("stakeholders:source", key=key)


@needs(KEEP_COUNCIL)
@require_POST
def resume(request: HttpRequest, key: UUID) -> HttpResponse:
    """Harvest a system again."""
    services.resume_source(source=_source(key), by=signed_in_person(request), at=clock.now())
    messages.success(request, _("Resumed. It is harvested within the hour."))
    return redirect("stakeholders:source", key=key)


def _source(key: UUID) -> CouncilSource:
    found = queries.source(key)
    if found is None:
        raise Http404
    return found
