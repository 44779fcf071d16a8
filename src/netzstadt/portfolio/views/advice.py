"""Advice in the office: departments ask, the office takes up, answers, hands over into projects."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.rules import (
    PermissionMissing,
    needs,
    request_may,
    require,
    signed_in,
    signed_in_person,
)
from netzstadt.core.days import today
from netzstadt.core.form_pages import form_page, sent
from netzstadt.core.orgs.queries import units
from netzstadt.lib import clock
from netzstadt.portfolio.forms.advice import (
    AcceptForm,
    AdviceFilter,
    AnswerForm,
    AskForm,
    CloseForm,
    DeclineForm,
    EffortForm,
    MessageForm,
    RateForm,
    project_of,
)
from netzstadt.portfolio.forms.projects import NewProjectForm
from netzstadt.portfolio.models import Advice
from netzstadt.portfolio.permissions import ADVISE, ASK_ADVICE, KEEP_PROJECTS
from netzstadt.portfolio.queries import advice as queries
from netzstadt.portfolio.services import advice as services
from netzstadt.portfolio.views.keeping import begun, new_page
from netzstadt.portfolio.views.pages import form_or_do, may_in_unit

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PAGE = 25


@signed_in
@require_safe
def advice_list(request: HttpRequest) -> HttpResponse:
    """Requests for advice: what waits longest comes first."""
    form = AdviceFilter(request.GET)
    wanted = form.wanted()
    found = queries.listed(wanted, to=signed_in_person(request))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    names, now = units.titles_of(one.unit_id for one in page), clock.now()
    context = {
        "form": form,
        "page": page,
        "rows": [(one, names.get(one.unit_id, ""), (now - one.waits_since).days) for one in page],
        "is_filtered": wanted.is_anything,
        "query": urlencode({k: v for k, v in request.GET.items() if k in form.fields and v}),
        "may_ask": request_may(request, ASK_ADVICE, anywhere=True),
    }
    status = 422 if form.errors else 200
    return render(request, "portfolio/advice_list.html", context, status=status)


@needs(ASK_ADVICE, anywhere=True)
@_get_or_post
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the office for advice."""
    form = AskForm(sent(request))
    if request.method == "POST" and form.is_valid():
        of = Advice(unit=form.cleaned_data["unit"])
        if may_in_unit(
            request, ASK_ADVICE, of, form, _("You may ask only for a unit of your own.")
        ):
            made = services.ask_advice(
                facts=form.facts(), by=signed_in_person(request), at=clock.now()
            )
            messages.success(request, _("The office has your request. You are told of its answer."))
            return redirect("portfolio:advice", key=made.pk)
    back = reverse("portfolio:advice-list")
    return form_page(request, "portfolio/advice_new.html", form, back=back)


def _seen(request: HttpRequest, key: UUID) -> Advice:
    found = queries.advice(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    return found


def _may_advise(request: HttpRequest, advice: Advice) -> bool:
    return request_may(request, ADVISE) or advice.adviser_id == signed_in_person(request).pk


def _advised(request: HttpRequest, key: UUID) -> Advice:
    """A request that who asks may answer. Raises Http404, PermissionMissing."""
    found = _seen(request, key)
    if found.adviser_id != signed_in_person(request).pk:
        require(request, ADVISE)
    return found


def _taking_part(request: HttpRequest, key: UUID) -> Advice:
    """A request that who asks has a part in. Raises Http404, PermissionMissing."""
    found = _seen(request, key)
    if found.asked_by_id == signed_in_person(request).pk:
        return found
    return _advised(request, key)


@signed_in
@require_safe
def advice(request: HttpRequest, key: UUID) -> HttpResponse:
    """One request: what is needed, what was answered, what came of it."""
    found, person = _seen(request, key), signed_in_person(request)
    is_asker = found.asked_by_id == person.pk
    may_advise = _may_advise(request, found)
    context = {
        "advice": found,
        "unit": units.titles_of([found.unit_id]).get(found.unit_id, ""),
        "letters": queries.messages_of(found),
        "minutes": queries.minutes_of(found) if may_advise else 0,
        "message_form": MessageForm(),
        "rate_form": RateForm(initial={"rating": found.rating}),
        "is_asker": is_asker,
        "may_advise": may_advise,
        "may_take_up": request_may(request, ADVISE),
        "may_begin": may_advise and request_may(request, KEEP_PROJECTS, anywhere=True),
        "may_write": (is_asker or may_advise) and (found.is_open or found.state == "ANSWERED"),
        "today": today(),
    }
    return render(request, "portfolio/advice.html", context)


def _form_or_do(
    request: HttpRequest,
    advice: Advice,
    form: forms.Form,
    do: Callable[[], object],
    words: tuple[str, str],
) -> HttpResponse:
    """Show a form (its title and button are ``words``), or do what was typed and go back."""
    title, submit = words
    return form_or_do(
        request,
        form,
        do,
        title=title,
        submit=submit,
        back=reverse("portfolio:advice", args=[advice.pk]),
        template="portfolio/advice_form.html",
        advice=advice,
    )


@needs(ADVISE)
@_get_or_post
def accept(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a request up, and say who advises."""
    found, by = _seen(request, key), signed_in_person(request)
    form = AcceptForm(sent(request), initial={"adviser": (found.adviser or by).email})
    return _form_or_do(
        request,
        found,
        form,
        lambda: services.accept_advice(
            advice=found, adviser=form.cleaned_data["adviser"], by=by, at=clock.now()
        ),
        (_("Take it up"), _("Take it up")),
    )


@signed_in
@_get_or_post
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answer a request."""
    found, by = _advised(request, key), signed_in_person(request)
    form = AnswerForm(sent(request))
    return _form_or_do(
        request,
        found,
        form,
        lambda: services.answer_advice(
            advice=found, on=today(), by=by, at=clock.now(), **form.cleaned_data
        ),
        (_("Answer"), _("Answer")),
    )


@signed_in
@_get_or_post
def write(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask back, or tell more."""
    found, by = _taking_part(request, key), signed_in_person(request)
    form = MessageForm(sent(request))
    return _form_or_do(
        request,
        found,
        form,
        lambda: services.write_message(
            advice=found, text=form.cleaned_data["text"], by=by, at=clock.now()
        ),
        (_("Write a message"), _("Send")),
    )


@signed_in
@_get_or_post
def note_effort(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note how much time advice took."""
    found, by = _advised(request, key), signed_in_person(request)
    form = EffortForm(sent(request), initial={"on": today()})
    return _form_or_do(
        request,
        found,
        form,
        lambda: services.note_effort(advice=found, by=by, at=clock.now(), **form.cleaned_data),
        (_("Note the effort"), _("Save")),
    )


@needs(ADVISE)
@_get_or_post
def decline(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that the office does not advise on this, and why."""
    found, by = _seen(request, key), signed_in_person(request)
    form = DeclineForm(sent(request))
    return _form_or_do(
        request,
        found,
        form,
        lambda: services.decline_advice(
            advice=found, reason=form.cleaned_data["reason"], by=by, at=clock.now()
        ),
        (_("Decline it"), _("Decline it")),
    )


@signed_in
@_get_or_post
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say what came of advice."""
    found, by = _taking_part(request, key), signed_in_person(request)
    form = CloseForm(sent(request))
    return _form_or_do(
        request,
        found,
        form,
        lambda: services.close_advice(
            advice=found, result=form.cleaned_data["result"], by=by, at=clock.now()
        ),
        (_("Close it"), _("Close it")),
    )


@signed_in
@require_POST
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that no advice is needed any more: who asked does."""
    found, by = _seen(request, key), signed_in_person(request)
    if found.asked_by_id != by.pk:
        raise PermissionMissing(ASK_ADVICE)
    services.withdraw_advice(advice=found, by=by, at=clock.now())
    messages.success(request, _("Withdrawn."))
    return redirect("portfolio:advice", key=key)


@signed_in
@_get_or_post
def rate(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say how satisfied one is with an answer."""
    found, by = _seen(request, key), signed_in_person(request)
    if found.asked_by_id != by.pk:
        raise PermissionMissing(ASK_ADVICE)
    form = RateForm(sent(request), initial={"rating": found.rating})
    return _form_or_do(
        request,
        found,
        form,
        lambda: services.rate_advice(
            advice=found, rating=form.cleaned_data["rating"], by=by, at=clock.now()
        ),
        (_("How satisfied are you?"), _("Send")),
    )


@needs(KEEP_PROJECTS, anywhere=True)
@_get_or_post
def hand_over(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let advice become a project."""
    found, by = _advised(request, key), signed_in_person(request)
    form = NewProjectForm(sent(request), initial=project_of(found))
    made = begun(
        request,
        form,
        lambda: services.hand_over(
            advice=found,
            facts=form.facts(),
            method=form.cleaned_data["method"],
            responsibility=form.responsibility(),
            by=by,
            at=clock.now(),
        ),
    )
    if made is not None:
        messages.success(request, _("The advice became a project, which says so."))
        return redirect("portfolio:project", key=made.pk)
    return new_page(request, form, back=reverse("portfolio:advice", args=[key]), advice=found)
