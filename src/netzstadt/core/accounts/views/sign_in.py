"""Signing in and out, the second factor, and showing again who it is."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from netzstadt.core.access.rules import person_of, public, signed_in, signed_in_person
from netzstadt.core.accounts import queries
from netzstadt.core.accounts import sign_in as progress
from netzstadt.core.accounts.forms import CodeForm, ConfirmBothForm, ConfirmForm, SignInForm
from netzstadt.core.accounts.limits import busy, place_to_check
from netzstadt.core.accounts.services import factors
from netzstadt.core.accounts.views import passkeys
from netzstadt.core.orgs import demo
from netzstadt.core.refusal import Refusal
from netzstadt.core.ui.queries import safe_target
from netzstadt.lib import clock


@public
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with e-mail address and password; the session gets a new key."""
    target = safe_target(request)
    form = SignInForm(request, request.POST or None)
    if form.is_bound:
        with place_to_check() as is_free:
            if not is_free:
                return busy(request)
            form.full_clean()
    if form.is_valid():
        return go_on(request, form.get_user(), target=target)
    if getattr(request, "axes_locked_out", False):
        return render(request, "accounts/sign_in.html", {"form": form})  # axes answers instead
    return _sign_in_page(request, form, target, status=422 if form.is_bound else 200)


def _sign_in_page(request: HttpRequest, form, target: str, *, status: int) -> HttpResponse:
    context = {
        "form": form,
        "next": target,
        "demo_accounts": demo.accounts_to_show(),
        "provider_name": settings.CONFIG.oidc_name if settings.CONFIG.oidc_issuer else "",
        **passkeys.where(request),
    }
    return render(request, "accounts/sign_in.html", context, status=status)


def go_on(
    request: HttpRequest, person, *, target: str, has_both: str = "", needs_both: bool = False
) -> HttpResponse:
    """Lead to the next step, or to where the person wanted to go."""
    step = progress.go_on(request, person, target=target, has_both=has_both, needs_both=needs_both)
    return redirect(step or target or resolve_url(settings.LOGIN_REDIRECT_URL))


@public
@never_cache
@require_POST
def sign_in_with_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey alone: it is had, and it verified its person."""
    target = safe_target(request)
    try:
        passkey = passkeys.answered(request, "sign-in")
    except Refusal as refusal:
        form = SignInForm(request)
        messages.error(request, str(refusal))
        return _sign_in_page(request, form, target, status=422)
    return go_on(request, passkey.person, target=target, has_both="passkey")


@public
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show the second factor after the first one."""
    if person_of(request) is not None:
        return redirect(settings.LOGIN_REDIRECT_URL)
    found = progress.pending_of(request)
    if found is None or found[1].sets_up:
        messages.info(request, _("Please sign in."))
        return redirect("accounts:login")
    person, pending = found
    form = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST":
        try:
            factor = _shown_factor(request, person, form)
        except Refusal as refusal:
            form = form if form.is_bound else CodeForm({"code": ""})
            form.errors.clear()
            form.add_error(None, str(refusal))
        else:
            if factor:
                progress.complete(request, person, factor=factor)
                return redirect(pending.target or resolve_url(settings.LOGIN_REDIRECT_URL))
    context = {
        "form": form,
        "factors": queries.factors_of(person),
        "paused_until": queries.codes_paused_until(person, at=clock.now()),
        **passkeys.where(request),
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/second_factor.html", context, status=status)


def _shown_factor(request: HttpRequest, person, form: CodeForm) -> str:
    if "answer" in request.POST:
        passkeys.answered(request, "second-factor", person=person)
        return "passkey"
    if not form.is_valid():
        return ""
    return factors.use_code(person=person, code=form.cleaned_data["code"], at=clock.now())


@signed_in
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Show again who it is, with as many factors as at signing in; a passkey is two at once."""
    person = signed_in_person(request)
    target = safe_target(request) or resolve_url("accounts:security")
    form_of = _form_to_confirm(person)
    form = form_of(request.POST if "answer" not in request.POST and request.POST else None)
    if request.method == "POST":
        try:
            if "answer" in request.POST:
                passkeys.answered(request, "confirm", person=person)
                is_she = True
            elif form.is_valid():
                with place_to_check() as is_free:
                    if not is_free:
                        return busy(request)
                    is_she = _is_she(request, person, form)
            else:
                is_she = False
        except Refusal as refusal:
            form = form if form.is_bound else form_of({})
            form.errors.clear()
            form.add_error(None, str(refusal))
            is_she = False
        if is_she:
            progress.confirm(request)
            return redirect(target)
    context = {
        "form": form,
        "next": target,
        "factors": queries.factors_of(person),
        **passkeys.where(request),
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/confirm.html", context, status=status)


def _form_to_confirm(person) -> type[CodeForm | ConfirmForm]:
    if not person.has_usable_password():
        return CodeForm
    return ConfirmBothForm if queries.has_second_factor(person) else ConfirmForm


def _is_she(request: HttpRequest, person, form) -> bool:
    """Check password, code or both. Wrong passwords are counted as at signing in."""
    given = form.cleaned_data.get("password")
    if given is not None and authenticate(request, username=person.email, password=given) != person:
        form.add_error("password", _("This is not your password."))
        return False
    if "code" in form.cleaned_data:
        factors.use_code(person=person, code=form.cleaned_data["code"], at=clock.now())
    return True


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.info(request, _("You are signed out."))
    return redirect(settings.LOGOUT_REDIRECT_URL)
