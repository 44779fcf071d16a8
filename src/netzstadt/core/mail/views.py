"""Pages about mail: the server, what goes out, and the demo's letter box."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.rules import needs, signed_in, signed_in_person
from netzstadt.core.mail import queries, services
from netzstadt.core.mail.advice import ADVICE
from netzstadt.core.mail.forms import MailServerForm, OutgoingFilter, TrialForm
from netzstadt.core.mail.models import OutgoingMail, State
from netzstadt.core.mail.permissions import MANAGE_MAIL
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock

_PAGE = 25


@needs(MANAGE_MAIL)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def server(request: HttpRequest) -> HttpResponse:
    """Set up the mail server."""
    current = queries.server()
    form = MailServerForm.of(current, request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        password = facts.pop("password") or None
        try:
            services.set_up_server(
                facts=facts, password=password, by=signed_in_person(request), at=clock.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The mail server is set up. Now send a test mail."))
            return redirect("mail:server")
    context = {
        "form": form,
        "server": current,
        "trial": TrialForm(initial={"to": signed_in_person(request).email}),
    }
    return render(request, "mail/server.html", context, status=422 if form.errors else 200)


@needs(MANAGE_MAIL)
@require_POST
def try_server(request: HttpRequest) -> HttpResponse:
    """Send a test mail and show the server's answer with what to do."""
    current = queries.server()
    trial = TrialForm(request.POST)
    context: dict[str, Any] = {
        "form": MailServerForm.of(current),
        "server": current,
        "trial": trial,
    }
    if not trial.is_valid():
        return render(request, "mail/server.html", context, status=422)
    outcome = services.try_server(
        to=trial.cleaned_data["to"], by=signed_in_person(request), at=clock.now()
    )
    context |= {
        "outcome": outcome,
        "advice": ADVICE[outcome.cause] if outcome.cause is not None else "",
    }
    return render(request, "mail/server.html", context)


@needs(MANAGE_MAIL)
@require_http_methods(["GET", "HEAD", "POST"])
def remove_server(request: HttpRequest) -> HttpResponse:
    """Send no more mail, after asking."""
    if request.method == "POST":
        services.remove_server(by=signed_in_person(request), at=clock.now())
        messages.success(request, _("No mail goes out any more; it is kept here."))
        return redirect("mail:outgoing")
    return render(request, "mail/server_remove.html", {"server": queries.server()})


@needs(MANAGE_MAIL)
@require_safe
def outgoing(request: HttpRequest) -> HttpResponse:
    """All mail, newest first."""
    form = OutgoingFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.outgoing(state=wanted.get("state", ""), text=wanted.get("q", ""))
    context = {
        "page": Paginator(found, _PAGE).get_page(request.GET.get("page")),
        "form": form,
        "has_server": queries.has_server(),
        "is_filtered": any(wanted.values()),
    }
    return render(request, "mail/outgoing.html", context, status=400 if form.errors else 200)


@needs(MANAGE_MAIL)
@require_safe
def mail(request: HttpRequest, mail_id) -> HttpResponse:
    """One mail. Its text is shown only where nobody but us can have read it to its recipient:
    when it was kept for want of a server, or in the demo."""
    shown = _mail_or_404(mail_id)
    is_readable = shown.state == State.KEPT or settings.CONFIG.demo
    return render(request, "mail/mail.html", {"mail": shown, "is_readable": is_readable})


@needs(MANAGE_MAIL)
@require_POST
def send_again(request: HttpRequest, mail_id) -> HttpResponse:
    """Put a mail that did not go out into the queue again."""
    shown = _mail_or_404(mail_id)
    services.send_again(mail=shown, by=signed_in_person(request), at=clock.now())
    messages.success(request, _("The mail is in the queue again."))
    return redirect("mail:mail", shown.pk)


@signed_in
@require_safe
def letter_box(request: HttpRequest) -> HttpResponse:
    """In the demo, what was written to who is signed in; there is no mail server there."""
    if not settings.CONFIG.demo:
        raise Http404
    found = queries.mail_to(signed_in_person(request))
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    return render(request, "mail/letter_box.html", {"page": page})


def _mail_or_404(mail_id) -> OutgoingMail:
    shown = queries.mail(mail_id)
    if shown is None:
        raise Http404
    return shown
