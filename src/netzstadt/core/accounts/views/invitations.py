"""Inviting people, and accepting an invitation."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.permissions import MANAGE_PERSONS
from netzstadt.core.access.rules import needs, public, signed_in_person
from netzstadt.core.accounts import queries
from netzstadt.core.accounts import sign_in as progress
from netzstadt.core.accounts.forms import InvitationForm, NewPasswordForm
from netzstadt.core.accounts.limits import busy, place_to_check
from netzstadt.core.accounts.services import invitations as services
from netzstadt.core.accounts.views.sign_in import go_on
from netzstadt.core.mail import queries as mail
from netzstadt.core.orgs.queries import units
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock

_TOKEN = "accounts_invitation"  # noqa: S105 - a name in the session
_PAGE = 25


@needs(MANAGE_PERSONS)
@require_safe
def invitations(request: HttpRequest) -> HttpResponse:
    """Who is invited, and what became of it."""
    page = Paginator(queries.invitations(), _PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "now": clock.now()}
    return render(request, "accounts/invitations.html", context)


@needs(MANAGE_PERSONS)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody."""
    form = InvitationForm(
        request.POST or None, units=units.choices(), initial={"language": get_language()}
    )
    if form.is_valid():
        unit = form.cleaned_data["unit"]
        try:
            services.invite_person(
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                roles=form.cleaned_data["roles"],
                unit_id=uuid.UUID(unit) if unit else None,
                language=form.cleaned_data["language"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.add_message(request, *mail.on_its_way(_("The invitation is on its way.")))
            return redirect("accounts:invitations")
    status = 422 if form.errors else 200
    return render(request, "accounts/invite.html", {"form": form}, status=status)


@needs(MANAGE_PERSONS)
@require_POST
def renew(request: HttpRequest, invitation_id) -> HttpResponse:
    """Send an invitation anew."""
    invitation = get_object_or_404(queries.invitations(), pk=invitation_id)
    services.renew_invitation(invitation=invitation, by=signed_in_person(request), at=clock.now())
    told = _("A new link is on its way; the earlier one no longer works.")
    messages.add_message(request, *mail.on_its_way(told))
    return redirect("accounts:invitations")


@needs(MANAGE_PERSONS)
@require_POST
def withdraw(request: HttpRequest, invitation_id) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(queries.invitations(), pk=invitation_id)
    services.withdraw_invitation(
        invitation=invitation, by=signed_in_person(request), at=clock.now()
    )
    messages.success(request, _("The invitation is withdrawn; its link no longer works."))
    return redirect("accounts:invitations")


@public
@never_cache
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address, where histories and logs would keep it."""
    is_open = queries.open_invitation(token, at=clock.now()) is not None
    progress.keep_token(request, _TOKEN, token if is_open else "")
    return redirect("accounts:invitation")


@public
@sensitive_post_parameters("new", "repeated")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Choose a password; then the second factor is set up."""
    token = request.session.get(_TOKEN, "")
    invitation = queries.open_invitation(token, at=clock.now())
    if invitation is None:
        return render(request, "accounts/link_ended.html", status=410)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        with place_to_check() as is_free:
            if not is_free:
                return busy(request)
            try:
                person = services.accept_invitation(
                    token=token, password=form.cleaned_data["new"], at=clock.now()
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                return go_on(request, person, target="", needs_both=bool(invitation.roles))
    context = {"form": form, "invitation": invitation}
    return render(request, "accounts/invitation.html", context, status=422 if form.errors else 200)
