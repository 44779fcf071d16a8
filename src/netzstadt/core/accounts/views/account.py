"""One's own account: what one may do, the password, the sessions."""

from django.contrib import messages
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access import queries as access
from netzstadt.core.access.queries import explain
from netzstadt.core.access.rules import signed_in, signed_in_person
from netzstadt.core.accounts import queries
from netzstadt.core.accounts import sign_in as progress
from netzstadt.core.accounts.forms import ChangePasswordForm
from netzstadt.core.accounts.limits import busy, place_to_check
from netzstadt.core.accounts.services import passwords
from netzstadt.core.accounts.services import sessions as session_services
from netzstadt.core.accounts.views.rules import confirmed_at
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock


@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: who one is here, what one may do, how one signs in."""
    person = signed_in_person(request)
    context = {
        "roles": explain.reasons(access.held(person), to=person),
        "factors": queries.factors_of(person),
        "session_count": queries.sessions_of(person, at=clock.now()).count(),
    }
    return render(request, "accounts/account.html", context)


@signed_in
@sensitive_post_parameters("current", "new", "repeated")
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password. The current one is counted when wrong, as at signing in."""
    person = signed_in_person(request)
    form = ChangePasswordForm(request.POST or None)
    if form.is_valid():
        with place_to_check() as is_free:
            if not is_free:
                return busy(request)
            if _changed(request, form):
                messages.success(
                    request, _("The password is changed. Your other sessions have been ended.")
                )
                return redirect("accounts:account")
    context = {"form": form, "has_password": person.has_usable_password()}
    return render(request, "accounts/password.html", context, status=422 if form.errors else 200)


def _changed(request: HttpRequest, form: ChangePasswordForm) -> bool:
    person = signed_in_person(request)
    current, new = form.cleaned_data["current"], form.cleaned_data["new"]
    if authenticate(request, username=person.email, password=current) != person:
        form.add_error("current", _("The current password is not right."))
        return False
    try:
        passwords.change_own_password(
            person=person,
            current=current,
            new=new,
            keep_session=request.session.session_key,
            at=clock.now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    update_session_auth_hash(request, person)
    if queries.has_second_factor(person):
        progress.note_again(request)  # the password alone does not show that it is still she
    else:
        progress.confirm(request)
    return True


@signed_in
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    found = queries.sessions_of(signed_in_person(request), at=clock.now())[:100]
    context = {"sessions": found, "current_key": request.session.session_key}
    return render(request, "accounts/sessions.html", context)


@signed_in
@require_POST
@confirmed_at("accounts:sessions")
def end(request: HttpRequest, session_id) -> HttpResponse:
    """End one of one's sessions."""
    is_ended = session_services.end_session(
        person=signed_in_person(request), session_id=session_id, at=clock.now()
    )
    if not request.session.exists(request.session.session_key or ""):
        logout(request)  # it was this one
    if is_ended:
        messages.success(request, _("The session has ended."))
    else:
        messages.info(request, _("This session had ended already."))
    return redirect("accounts:sessions")


@signed_in
@require_POST
@confirmed_at("accounts:sessions")
def end_others(request: HttpRequest) -> HttpResponse:
    """End all of one's sessions but this one."""
    person = signed_in_person(request)
    session_services.end_other_sessions(
        person=person, keep=request.session.session_key, by=person, at=clock.now()
    )
    messages.success(request, _("All other sessions have ended."))
    return redirect("accounts:sessions")
