"""Taking elevated rights for some hours, and giving them back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from netzstadt.core.access import queries as rights
from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import ELEVATE, Role
from netzstadt.core.access.rules import held_by, needs, signed_in_person
from netzstadt.core.accounts.forms import ElevateForm
from netzstadt.core.accounts.views.rules import confirmed
from netzstadt.lib import clock


@needs(ELEVATE)
@require_http_methods(["GET", "HEAD", "POST"])
def elevate(request: HttpRequest) -> HttpResponseBase:
    """Take elevated rights for some hours, with a reason; or give them back early."""
    current = next((held for held in held_by(request) if held.role == Role.ELEVATED), None)
    if current is None:
        return _take(request)
    if request.method == "POST":
        grant = rights.current_grants().get(pk=current.source_id)
        access.revoke_role(grant=grant, by=signed_in_person(request), at=clock.now())
        messages.success(request, _("You have given your elevated rights back."))
        return redirect("accounts:elevate")
    return render(request, "accounts/elevate.html", {"current": current})


@confirmed
def _take(request: HttpRequest) -> HttpResponse:
    form = ElevateForm(request.POST or None)
    if form.is_valid():
        access.elevate(person=signed_in_person(request), **form.cleaned_data, at=clock.now())
        messages.success(request, _("You have elevated rights now; they end by themselves."))
        return redirect("accounts:elevate")
    status = 422 if form.errors else 200
    return render(request, "accounts/elevate.html", {"form": form}, status=status)
