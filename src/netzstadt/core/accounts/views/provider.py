"""Signing in with the city's OpenID Connect provider, and ending an account's link with it."""

import logging
from dataclasses import asdict

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access.rules import public, signed_in, signed_in_person
from netzstadt.core.accounts import oidc
from netzstadt.core.accounts.models import ExternalIdentity
from netzstadt.core.accounts.services import identities
from netzstadt.core.accounts.views.rules import confirmed
from netzstadt.core.accounts.views.sign_in import go_on
from netzstadt.core.refusal import Refusal
from netzstadt.core.ui.queries import safe_target
from netzstadt.lib import clock

logger = logging.getLogger(__name__)
_QUESTION = "accounts_question"


def configured() -> oidc.Provider:
    """The provider of this installation. Raises Http404 where there is none."""
    config = settings.CONFIG
    if not config.oidc_issuer:
        raise Http404
    return oidc.Provider(
        name=config.oidc_name,
        issuer=config.oidc_issuer,
        client_id=config.oidc_client_id,
        client_secret=config.oidc_client_secret,
        redirect_uri=f"{config.public_url}{reverse('accounts:provider-callback')}",
    )


@public
@never_cache
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider, by a click here.

    Another site that sends a browser to this address signs nobody in behind her back.
    """
    provider = configured()
    if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        return redirect_to_login(safe_target(request))
    question = oidc.new_question(provider)
    try:
        address = oidc.address_to_ask(provider, question)
    except oidc.ProviderUnreachable as error:
        return _refused(request, provider, error)
    request.session[_QUESTION] = asdict(question) | {"target": safe_target(request)}
    return HttpResponseRedirect(address)


@public
@never_cache
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer, to a question of this browser alone, and once."""
    provider = configured()
    asked = request.session.pop(_QUESTION, None)
    if asked is None:
        return _refused(request, provider, oidc.AnswerRefused("nobody asked"))
    target = asked.pop("target")
    answer = {name: request.GET.get(name, "") for name in ("state", "code", "iss", "error")}
    try:
        identity = oidc.identity_from(provider, oidc.Question(**asked), answer)
        person = identities.person_of_identity(
            identity=identity,
            domains=frozenset(settings.CONFIG.oidc_domains),
            creates_persons=settings.CONFIG.oidc_creates_persons,
            at=clock.now(),
        )
    except (oidc.AnswerRefused, oidc.ProviderUnreachable, Refusal) as error:
        return _refused(request, provider, error)
    is_one = settings.CONFIG.oidc_second_factor or identity.is_of_one_factor
    has_both = "" if is_one else "provider"
    return go_on(request, person, target=target, has_both=has_both)


def _refused(request: HttpRequest, provider: oidc.Provider, error: Exception) -> HttpResponse:
    """Say what is wrong as far as a person can do something about it; the log has the rest."""
    if isinstance(error, Refusal):
        reason, status = str(error), 403
    elif isinstance(error, oidc.ProviderUnreachable):
        reason, status = _("The provider cannot be reached now. Try again later."), 502
        logger.warning("OpenID Connect: %s", error)
    else:
        reason, status = _("The provider’s answer was not accepted. Sign in once more."), 403
        logger.warning("OpenID Connect: %s", error)
    context = {"reason": reason, "provider_name": provider.name}
    return render(request, "accounts/provider_refused.html", context, status=status)


@signed_in
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def unlink(request: HttpRequest, identity_id) -> HttpResponse:
    """End the link of one's account with a provider, after asking."""
    person = signed_in_person(request)
    if request.method == "POST":
        identities.unlink_identity(person=person, identity_id=identity_id, at=clock.now())
        messages.success(request, _("Your account is no longer linked with this provider."))
        return redirect("accounts:security")
    context = {
        "identity": get_object_or_404(ExternalIdentity, person=person, pk=identity_id),
        "issuer": settings.CONFIG.oidc_issuer,
        "provider_name": settings.CONFIG.oidc_name,
    }
    return render(request, "accounts/provider_unlink.html", context)
