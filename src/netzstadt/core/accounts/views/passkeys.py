"""Passkeys: what the browser is asked, and what it answers."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from netzstadt.core.access.rules import person_of, public, signed_in, signed_in_person
from netzstadt.core.accounts import passkeys, queries
from netzstadt.core.accounts import sign_in as progress
from netzstadt.core.accounts.forms import PasskeyForm
from netzstadt.core.accounts.models import Passkey
from netzstadt.core.accounts.services import factors
from netzstadt.core.accounts.views.rules import confirmed, own_factors
from netzstadt.core.city.queries import city_name
from netzstadt.lib import clock


def where(request: HttpRequest) -> dict[str, Any]:
    """For pages with a passkey button: whether it works at this address, or at which other."""
    party = passkeys.relying_party(settings.CONFIG, name=city_name())
    if party is None:
        return {"passkeys_work": False, "passkeys_at": ""}
    here = f"{request.scheme}://{request.get_host()}"
    return {"passkeys_work": here == party.origin, "passkeys_at": party.origin}


@public
@never_cache
@require_POST
def ask(request: HttpRequest) -> JsonResponse:
    """What the browser is to sign or to make, as WebAuthn's JSON; remembered for its answer."""
    party = passkeys.relying_party(settings.CONFIG, name=city_name())
    kind = request.POST.get("for", "")
    person = _asked_person(request, kind)
    if party is None or (person is None and kind != "sign-in"):
        return JsonResponse({"reason": _("Please sign in.")}, status=403)
    known = [bytes(key.credential_data) for key in _keys_of(person)]
    if kind == "add" and person is not None:
        options, state = passkeys.ask_for_new(
            party, person_id=person.pk, email=person.email, name=person.name, known=known
        )
    else:
        options, state = passkeys.ask_to_sign(party, known=known)
    progress.remember_challenge(request, kind, state)
    return JsonResponse(options)


def _asked_person(request: HttpRequest, kind: str):
    """Whose key is asked for: None where that is open, or nobody may be asked."""
    signed = person_of(request)
    pending = progress.pending_of(request) if signed is None else None
    if kind == "confirm":
        return signed
    if kind == "second-factor" and pending is not None and not pending[1].sets_up:
        return pending[0]
    if kind == "add":
        if signed is not None:
            return signed if progress.is_confirmed(request) else None
        return pending[0] if pending is not None and pending[1].sets_up else None
    return None


def _keys_of(person) -> list[Passkey]:
    return [] if person is None else queries.factors_of(person).passkeys


def answered(request: HttpRequest, kind: str, *, person=None) -> Passkey:
    """The passkey that signed what the browser was asked; of ``person``, if one is given.

    Raises CodeRefused with one text whatever is wrong.
    """
    refused = factors.CodeRefused(_("The passkey was not accepted. Try again."))
    form = PasskeyForm(request.POST)
    state = progress.challenge_of(request, kind)
    party = passkeys.relying_party(settings.CONFIG, name=city_name())
    answer = form.cleaned_data["answer"] if form.is_valid() else None
    if answer is None:
        raise factors.CodeRefused(
            _("No passkey answered. The page needs JavaScript and a browser that knows passkeys.")
        )
    if state is None or party is None:
        raise refused
    try:
        passkey = queries.passkey_with(passkeys.credential_of(answer))
        if passkey is None or (person is not None and passkey.person_id != person.pk):
            raise refused
        signed = passkeys.signed(
            party,
            state,
            answer,
            credential_data=bytes(passkey.credential_data),
            person_id=passkey.person_id,
        )
    except passkeys.PasskeyInvalid as error:
        raise refused from error
    factors.use_passkey(passkey=passkey, signed=signed, at=clock.now())
    return passkey


@public
@never_cache
@own_factors
@require_POST
def add(request: HttpRequest, *, person) -> HttpResponse:
    """Keep the key that the browser made."""
    form = PasskeyForm(request.POST)
    state = progress.challenge_of(request, "add")
    party = passkeys.relying_party(settings.CONFIG, name=city_name())
    answer = form.cleaned_data["answer"] if form.is_valid() else None
    if answer is None or state is None or party is None:
        messages.error(request, _("No passkey was made. Try again."))
        return redirect("accounts:set-up")
    try:
        made = passkeys.new_passkey(party, state, answer)
    except passkeys.PasskeyInvalid:
        messages.error(request, _("The passkey was not accepted. Try again."))
        return redirect("accounts:set-up")
    factors.add_passkey(
        person=person,
        made=made,
        name=form.cleaned_data["name"],
        keep_session=request.session.session_key,
        at=clock.now(),
    )
    return after_adding(request, person, "passkey")


def after_adding(request: HttpRequest, person, factor: str) -> HttpResponse:
    """After a new factor: sign in who waited for it, and see to recovery codes."""
    pending = progress.pending_of(request)
    if person_of(request) is None and pending is not None:
        progress.complete(request, person, factor=factor)
        progress.remember_target(request, pending[1].target)
    else:
        progress.with_factor(request, factor)
    if queries.factors_of(person).recovery_codes_left:
        messages.success(request, _("The second factor is set up."))
        return redirect("accounts:security")
    return redirect("accounts:recovery-codes")


@signed_in
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, passkey_id) -> HttpResponse:
    """Take a passkey out of use, after asking."""
    person = signed_in_person(request)
    if request.method == "POST":
        factors.remove_passkey(
            person=person,
            passkey_id=passkey_id,
            keep_session=request.session.session_key,
            at=clock.now(),
        )
        messages.success(request, _("The passkey is removed."))
        return redirect("accounts:security")
    keys = Passkey.objects.filter(person=person)
    passkey = get_object_or_404(keys, pk=passkey_id)
    return render(request, "accounts/passkey_remove.html", {"passkey": passkey})
