"""One's own second factor: an app, passkeys, recovery codes; and resetting that of others."""

from collections.abc import Sequence
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access.rules import needs, person_of, public, signed_in, signed_in_person
from netzstadt.core.accounts import queries, totp
from netzstadt.core.accounts import sign_in as progress
from netzstadt.core.accounts.forms import CodeForm, ReasonForm
from netzstadt.core.accounts.permissions import RESET_SECOND_FACTOR
from netzstadt.core.accounts.services import factors
from netzstadt.core.accounts.views import passkeys
from netzstadt.core.accounts.views.rules import confirmed, own_factors
from netzstadt.core.city.queries import city_name
from netzstadt.core.orgs.queries import persons
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock


@signed_in
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """What one signs in with."""
    person = signed_in_person(request)
    context = {
        "factors": queries.factors_of(person),
        "identities": queries.identities_of(person),
        "issuer": settings.CONFIG.oidc_issuer,
        "provider_name": settings.CONFIG.oidc_name,
        "is_needed": queries.needs_second_factor(person),
    }
    return render(request, "accounts/security.html", context)


@public
@never_cache
@own_factors
@require_safe
def set_up(request: HttpRequest, *, person) -> HttpResponse:
    """Choose a second factor: an app or a passkey."""
    context = {
        "factors": queries.factors_of(person),
        "is_first": person_of(request) is None,
        "is_demo": person.is_demo,
        **passkeys.where(request),
    }
    return render(request, "accounts/set_up.html", context)


@public
@sensitive_post_parameters("code")
@never_cache
@own_factors
@require_http_methods(["GET", "HEAD", "POST"])
def add_app(request: HttpRequest, *, person) -> HttpResponse:
    """Show an app the key, and have it show a code of it."""
    key = progress.key_to_set_up(request, make=request.method != "POST")
    if key is None:
        return redirect("accounts:app")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            code = form.cleaned_data["code"]
            factors.add_code_generator(
                person=person,
                key=key,
                code=code,
                keep_session=request.session.session_key,
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            progress.forget_key(request)
            return passkeys.after_adding(request, person, "code")
    address = totp.address(key, account=person.email, issuer=city_name())
    context = {"form": form, "key": totp.as_text(key), "picture": totp.picture(address)}
    return render(request, "accounts/app.html", context, status=422 if form.errors else 200)


@signed_in
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def remove_app(request: HttpRequest) -> HttpResponse:
    """Take the app out of use, after asking."""
    if request.method == "POST":
        factors.remove_code_generator(
            person=signed_in_person(request),
            keep_session=request.session.session_key,
            at=clock.now(),
        )
        messages.success(request, _("The authenticator app is removed."))
        return redirect("accounts:security")
    return render(request, "accounts/app_remove.html")


@signed_in
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make recovery codes and show them, once."""
    person = signed_in_person(request)
    codes: Sequence[str] = ()
    if request.method == "POST":
        codes = factors.make_recovery_codes(person=person, at=clock.now())
    context = {
        "codes": codes,
        "file": "data:text/plain;charset=utf-8," + quote("\n".join([*codes, ""])),
        "factors": queries.factors_of(person),
        "go_on": progress.remembered_target(request) if codes else "",
        "home": resolve_url(settings.LOGIN_REDIRECT_URL),
    }
    return render(request, "accounts/recovery_codes.html", context)


@needs(RESET_SECOND_FACTOR)
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def reset_second_factor(request: HttpRequest, person_id) -> HttpResponse:
    """Take the second factor of somebody away who lost it."""
    person = get_object_or_404(persons.persons(), pk=person_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            factors.reset_second_factor(
                person=person,
                reason=form.cleaned_data["reason"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The second factor is reset; the person was told by mail."))
            return redirect("orgs:person", person.pk)
    context = {"form": form, "person": person, "factors": queries.factors_of(person)}
    status = 422 if form.errors else 200
    return render(request, "accounts/reset_second_factor.html", context, status=status)
