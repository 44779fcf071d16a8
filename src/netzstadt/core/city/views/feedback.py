"""What people write to the city: the public forms, and the office's list."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.rules import needs, public, signed_in_person
from netzstadt.core.city import queries
from netzstadt.core.city.feedback_forms import FeedbackFilter, FeedbackForm, ReplyForm
from netzstadt.core.city.models import Category, FeedbackKind, FeedbackMessage
from netzstadt.core.city.permissions import ANSWER_FEEDBACK
from netzstadt.core.city.services import feedback as services
from netzstadt.core.clients import client_of
from netzstadt.core.mail import queries as mail
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock

_PAGE = 25
_AN_HOUR_S = 3600


@public
@require_http_methods(["GET", "HEAD", "POST"])
def barrier(request: HttpRequest) -> HttpResponse:
    """Report a barrier (§ 5 BITVNRW)."""
    return _form(request, FeedbackKind.BARRIER)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Write a message."""
    return _form(request, FeedbackKind.CONTACT)


def _form(request: HttpRequest, kind: FeedbackKind) -> HttpResponse:
    form = FeedbackForm(kind, request.POST or None, page=request.GET.get("page", ""))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.receive_feedback(
                kind=kind,
                category=Category(form.cleaned_data["category"]),
                page=form.cleaned_data["page"],
                text=form.cleaned_data["text"],
                email=form.cleaned_data["email"],
                client=client_of(request),
                language=get_language() or "de",
                at=clock.now(),
            )
        except services.TooManyMessages as refusal:
            form.add_error(None, str(refusal))
            status = 429
        else:
            return redirect("city:feedback-thanks")
    status = 422 if form.errors and status == 200 else status
    context = {"form": form, "is_barrier": kind == FeedbackKind.BARRIER, "city": queries.current()}
    response = render(request, "city/feedback_form.html", context, status=status)
    if status == 429:
        response.headers["Retry-After"] = str(_AN_HOUR_S)
    return response


@public
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """What happens now with what somebody wrote."""
    return render(request, "city/feedback_thanks.html")


@needs(ANSWER_FEEDBACK)
@require_safe
def messages_list(request: HttpRequest) -> HttpResponse:
    """What people wrote, newest first."""
    form = FeedbackFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.feedback(state=wanted.get("state", ""), kind=wanted.get("kind", ""))
    context = {
        "page": Paginator(found, _PAGE).get_page(request.GET.get("page")),
        "form": form,
        "is_filtered": any(wanted.values()),
        "today": clock.now().date(),
    }
    return render(request, "city/feedback_list.html", context, status=400 if form.errors else 200)


@needs(ANSWER_FEEDBACK)
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest, message_id) -> HttpResponse:
    """One message with its replies, and the form to answer it."""
    shown = _message_or_404(message_id)
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.reply_to_feedback(
                message=shown,
                text=form.cleaned_data["text"],
                is_final=form.cleaned_data["is_final"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            if shown.email:
                told = mail.on_its_way(_("The answer is on its way by mail."))
                messages.add_message(request, *told)
            else:
                messages.success(request, _("Noted."))
            return redirect("city:feedback-message", shown.pk)
    context = {"message": shown, "form": form, "city": queries.current()}
    context["has_mail_server"] = mail.has_server()
    return render(request, "city/feedback.html", context, status=422 if form.errors else 200)


@needs(ANSWER_FEEDBACK)
@require_POST
def take(request: HttpRequest, message_id) -> HttpResponse:
    """Say that the office works on it."""
    shown = _message_or_404(message_id)
    services.take_feedback(message=shown, by=signed_in_person(request), at=clock.now())
    return redirect("city:feedback-message", shown.pk)


def _message_or_404(message_id) -> FeedbackMessage:
    shown = queries.message(message_id)
    if shown is None:
        raise Http404
    return shown
