"""Choosing a new password by mail, and helping somebody to one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.permissions import MANAGE_PERSONS
from netzstadt.core.access.rules import needs, public, signed_in_person
from netzstadt.core.accounts import jobs as account_jobs
from netzstadt.core.accounts import queries
from netzstadt.core.accounts import sign_in as progress
from netzstadt.core.accounts.forms import ForgottenForm, NewPasswordForm
from netzstadt.core.accounts.limits import busy, place_to_check
from netzstadt.core.accounts.services import passwords
from netzstadt.core.accounts.views.rules import confirmed
from netzstadt.core.jobs import services as jobs
from netzstadt.core.mail import queries as mail
from netzstadt.core.orgs.queries import persons as person_queries
from netzstadt.core.orgs.services import persons
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock

_TOKEN = "accounts_reset"  # noqa: S105 - a name in the session


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same for every address."""
    form = ForgottenForm(request.POST or None)
    if form.is_valid():
        try:
            reset = passwords.ask_for_reset(
                account=form.cleaned_data["email"], language=get_language() or "", at=clock.now()
            )
        except passwords.TooManyResets:
            return busy(request)
        jobs.defer(account_jobs.send_reset, reset_id=str(reset.pk))
        return render(request, "accounts/forgotten_sent.html", {"email": reset.account})
    status = 422 if form.errors else 200
    return render(request, "accounts/forgotten.html", {"form": form}, status=status)


@public
@never_cache
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address, where histories and logs would keep it."""
    is_open = queries.open_reset(token, at=clock.now()) is not None
    progress.keep_token(request, _TOKEN, token if is_open else "")
    return redirect("accounts:reset")


@public
@sensitive_post_parameters("new", "repeated")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest) -> HttpResponse:
    """Choose a new password with the link of the mail. It signs nobody in."""
    token = request.session.get(_TOKEN, "")
    if queries.open_reset(token, at=clock.now()) is None:
        return render(request, "accounts/link_ended.html", {"is_reset": True}, status=410)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        with place_to_check() as is_free:
            if not is_free:
                return busy(request)
            try:
                passwords.reset_password(token=token, new=form.cleaned_data["new"], at=clock.now())
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                request.session.flush()
                messages.success(request, _("The new password holds. Sign in with it."))
                return redirect("accounts:login")
    status = 422 if form.errors else 200
    return render(request, "accounts/reset.html", {"form": form}, status=status)


@needs(MANAGE_PERSONS)
@confirmed
@sensitive_post_parameters("new", "repeated")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest, person_id) -> HttpResponse:
    """Help somebody who forgot hers: a link by mail or, where no mail arrives, a new password."""
    person = get_object_or_404(person_queries.persons(), pk=person_id)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            persons.change_password(
                person=person,
                new=form.cleaned_data["new"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The new password holds; all sessions of the person ended.")
            )
            return redirect("orgs:person", person.pk)
    context = {"person": person, "form": form}
    status = 422 if form.errors else 200
    return render(request, "accounts/set_password.html", context, status=status)


@needs(MANAGE_PERSONS)
@require_POST
def send_link(request: HttpRequest, person_id) -> HttpResponse:
    """Send somebody the link that she could have asked for herself."""
    person = get_object_or_404(person_queries.persons(), pk=person_id)
    if person.is_demo or not person.is_active:  # they are sent none; the page says why
        return redirect("accounts:set-password", person.pk)
    language = queries.language_of(person.pk)
    try:
        reset = passwords.ask_for_reset(account=person.email, language=language, at=clock.now())
    except passwords.TooManyResets:
        return busy(request)
    jobs.defer(account_jobs.send_reset, reset_id=str(reset.pk))
    messages.add_message(request, *mail.on_its_way(_("A link for a new password is on its way.")))
    return redirect("orgs:person", person.pk)
