"""Who can help? A question finds experts; they are asked, and give statements."""

from collections.abc import Callable
from typing import Any
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

from netzstadt.core.access.permissions import SEE_DIRECTORY
from netzstadt.core.access.rules import (
    PermissionMissing,
    needs,
    person_of,
    public,
    request_may,
    require,
    signed_in,
    signed_in_person,
)
from netzstadt.core.form_pages import form_page, saved, sent
from netzstadt.core.objects import card_of
from netzstadt.core.rooms import ObjectCard
from netzstadt.lib import clock
from netzstadt.stakeholders.forms.experts import (
    DeclineRequestForm,
    EffectForm,
    QuestionForm,
    RequestFilter,
    RequestForm,
    StatementForm,
)
from netzstadt.stakeholders.models import ExpertRequest
from netzstadt.stakeholders.permissions import ASK_EXPERTS, KEEP_NETWORK
from netzstadt.stakeholders.queries import expert_requests as queries
from netzstadt.stakeholders.queries import experts, network
from netzstadt.stakeholders.queries.closeness import Ref
from netzstadt.stakeholders.services import expert_requests as services

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PAGE = 25


def about_of(request: HttpRequest, text: str) -> tuple[Ref, ObjectCard] | None:
    """The object that a question is about ("room.model:id"); None without one.

    Raises Http404 if there is none, or not for this reader.
    """
    if not text:
        return None
    model, _colon, key = text.partition(":")
    try:
        ref = Ref(model, UUID(key))
    except ValueError as error:
        raise Http404 from error
    card = card_of(ref.model, ref.id, to=person_of(request))
    if card is None:
        raise Http404
    return ref, card


@public
@require_safe
def who_can_help(request: HttpRequest) -> HttpResponse:
    """People who can help with a question, each with the reasons."""
    form = QuestionForm(request.GET if request.GET.get("q") else None)
    about_text = request.GET.get("about", "")
    about = about_of(request, about_text)
    question = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    if not form.is_bound and about:
        form = QuestionForm(initial={"q": about[1].title})
    hits = (
        experts.who_can_help(question, to=person_of(request), about=about[0] if about else None)
        if question
        else []
    )
    context = {
        "form": form,
        "question": question,
        "hits": [(hit, experts.told(hit)) for hit in hits],
        "about": about[1] if about else None,
        "about_text": about_text,
        "ask_query": urlencode({"about": about_text, "q": question}),
        "is_inside": request_may(request, SEE_DIRECTORY, anywhere=True),
        "may_ask": about is not None and request_may(request, ASK_EXPERTS, anywhere=True),
    }
    status = 422 if form.errors else 200
    return render(request, "stakeholders/experts.html", context, status=status)


@signed_in
@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """Requests to experts in which who asks has a part: what waits first."""
    form = RequestFilter(request.GET)
    form.is_valid()
    person = signed_in_person(request)
    found = queries.listed(whose=form.cleaned_data.get("whose", ""), to=person)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    about = queries.abouts(list(page), to=person)
    context = {
        "form": form,
        "page": page,
        "rows": [(one, about.get(one.pk)) for one in page],
    }
    return render(
        request, "stakeholders/expert_requests.html", context, status=422 if form.errors else 200
    )


@needs(ASK_EXPERTS, anywhere=True)
@_get_or_post
def ask_expert(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask an expert for a statement about an object."""
    by = signed_in_person(request)
    party = network.party(key, to=by)
    about = about_of(request, request.GET.get("about", ""))
    if party is None or not party.is_person or about is None:
        raise Http404
    form = RequestForm(sent(request), initial={"question": request.GET.get("q", "")})
    ref, card = about
    made = saved(
        request,
        form,
        lambda: services.ask_expert(
            party=party,
            about=(ref.model, ref.id),
            question=form.cleaned_data["question"],
            by=by,
            at=clock.now(),
        ),
    )
    if made:
        messages.success(request, _("Asked. You are told of the answer."))
        return redirect("stakeholders:expert-request", key=made.pk)
    return form_page(
        request,
        "stakeholders/expert_form.html",
        form,
        title=_("Ask %(name)s") % {"name": party.name},
        submit=_("Ask"),
        back=card.url,
        about=card,
    )


def _seen(request: HttpRequest, key: UUID) -> ExpertRequest:
    found = queries.request(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    return found


def _may_answer(request: HttpRequest, found: ExpertRequest) -> bool:
    """The expert herself; who keeps the network writes down what came by letter or telephone."""
    person = signed_in_person(request)
    return queries.is_expert(found, person) or request_may(request, KEEP_NETWORK, found.party)


def _answered_by(request: HttpRequest, key: UUID) -> ExpertRequest:
    found = _seen(request, key)
    if not queries.is_expert(found, signed_in_person(request)):
        require(request, KEEP_NETWORK, found.party)
    return found


def _asked_by(request: HttpRequest, key: UUID) -> ExpertRequest:
    found = _seen(request, key)
    if found.asked_by_id != signed_in_person(request).pk:
        require(request, KEEP_NETWORK, found.party)
    return found


@signed_in
@require_safe
def expert_request(request: HttpRequest, key: UUID) -> HttpResponse:
    """One request: the question, the statement, what it did."""
    found, person = _seen(request, key), signed_in_person(request)
    is_asker = found.asked_by_id == person.pk
    context = {
        "one": found,
        "about": queries.about(found, to=person),
        "is_asker": is_asker,
        "may_answer": _may_answer(request, found),
        "may_note_effect": is_asker or request_may(request, KEEP_NETWORK, found.party),
    }
    return render(request, "stakeholders/expert_request.html", context)


def _do(
    request: HttpRequest,
    found: ExpertRequest,
    form: forms.Form,
    do: Callable[[], Any],
    words: tuple[str, str],
) -> HttpResponse:
    """Show a form (its title and button are ``words``), or do what was typed and go back."""
    back = reverse("stakeholders:expert-request", args=[found.pk])
    if saved(request, form, do):
        messages.success(request, _("Saved."))
        return redirect(back)
    about = queries.about(found, to=signed_in_person(request))
    return form_page(
        request,
        "stakeholders/expert_form.html",
        form,
        title=words[0],
        submit=words[1],
        back=back,
        about=about,
        one=found,
    )


@signed_in
@require_POST
def accept(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that a statement will come."""
    found = _answered_by(request, key)
    services.accept_request(request=found, by=signed_in_person(request), at=clock.now())
    messages.success(request, _("Accepted. Who asked is told."))
    return redirect("stakeholders:expert-request", key=key)


@signed_in
@_get_or_post
def decline(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that no statement will come, and why."""
    found, by = _answered_by(request, key), signed_in_person(request)
    form = DeclineRequestForm(sent(request))
    return _do(
        request,
        found,
        form,
        lambda: services.decline_request(
            request=found, reason=form.cleaned_data["reason"], by=by, at=clock.now()
        ),
        (_("Decline"), _("Decline")),
    )


@signed_in
@_get_or_post
def state(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give the statement."""
    found, by = _answered_by(request, key), signed_in_person(request)
    form = StatementForm(sent(request))
    return _do(
        request,
        found,
        form,
        lambda: services.give_statement(
            request=found, text=form.cleaned_data["text"], by=by, at=clock.now()
        ),
        (_("Give the statement"), _("Give it")),
    )


@signed_in
@require_POST
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that no statement is needed any more: who asked does."""
    found, by = _seen(request, key), signed_in_person(request)
    if found.asked_by_id != by.pk:
        raise PermissionMissing(ASK_EXPERTS)
    services.withdraw_request(request=found, by=by, at=clock.now())
    messages.success(request, _("Withdrawn."))
    return redirect("stakeholders:expert-request", key=key)


@signed_in
@_get_or_post
def note_effect(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write down what a statement did."""
    found, by = _asked_by(request, key), signed_in_person(request)
    form = EffectForm(sent(request), initial={"effect": found.effect, "note": found.effect_note})
    return _do(
        request,
        found,
        form,
        lambda: services.note_effect(
            request=found,
            effect=form.cleaned_data["effect"],
            note=form.cleaned_data["note"],
            by=by,
            at=clock.now(),
        ),
        (_("What the statement did"), _("Save")),
    )
