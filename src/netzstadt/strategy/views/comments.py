"""Comments on an edition: writing and reading them, and the office's answers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.rules import needs, person_of, public, signed_in_person
from netzstadt.core.city.services.feedback import TooManyMessages
from netzstadt.core.clients import client_of
from netzstadt.core.days import today
from netzstadt.core.form_pages import sent
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock
from netzstadt.strategy import queries
from netzstadt.strategy.forms.comments import AnswerForm, CommentForm, HideForm
from netzstadt.strategy.models import Comment, Edition, ElementVersion
from netzstadt.strategy.permissions import KEEP_STRATEGY
from netzstadt.strategy.queries import comments as reading
from netzstadt.strategy.services import comments as services
from netzstadt.strategy.views.pages import edition_or_404, form_or_do, uuid_of

_PAGE = 25
_AN_HOUR_S = 3600
_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _about(request: HttpRequest, edition: Edition) -> ElementVersion | None:
    """The element that the address names; None where it is about the whole edition."""
    asked = request.GET.get("element", "")
    if not asked:
        return None
    key = uuid_of(asked)
    if key is None:
        raise Http404
    return get_object_or_404(edition.elements.select_related("element"), element_id=key)


@public
@require_safe
def shown(request: HttpRequest, edition_id) -> HttpResponse:
    """What people said to an edition, and the answers."""
    edition = edition_or_404(request, edition_id)
    about = _about(request, edition)
    found = reading.shown_comments(
        edition, to=person_of(request), element_id=about.element_id if about else None
    )
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    context = {
        "edition": edition,
        "chosen": about,
        "page": page,
        "abouts": reading.about(list(page), edition),
        "is_open": services.takes_comments(edition, today()),
    }
    return render(request, "strategy/comments.html", context)


@public
@_get_or_post
def write(request: HttpRequest, edition_id) -> HttpResponse:
    """Say something to an edition or to an element of it."""
    edition = edition_or_404(request, edition_id)
    about = _about(request, edition)
    person = person_of(request)
    form = CommentForm(sent(request), signed_in_as=person.name if person else "")
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.write_comment(
                edition=edition,
                element_id=about.element_id if about else None,
                text=form.cleaned_data["text"],
                name=form.cleaned_data.get("name", ""),
                client=client_of(request),
                today=today(),
                by=person,
                at=clock.now(),
            )
        except TooManyMessages as refusal:
            form.add_error(None, str(refusal))
            status = 429
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Thank you. Your comment is shown from now on.")
                if person
                else _("Thank you. Your comment is shown once somebody has looked at it."),
            )
            asked = f"?element={about.element_id}" if about else ""
            return redirect(f"{reverse('strategy:comments', args=[edition.pk])}{asked}")
    status = 422 if form.errors and status == 200 else status
    context = {
        "edition": edition,
        "about": about,
        "form": form,
        "is_open": services.takes_comments(edition, today()),
    }
    response = render(request, "strategy/comment_form.html", context, status=status)
    if status == 429:
        response.headers["Retry-After"] = str(_AN_HOUR_S)
    return response


@needs(KEEP_STRATEGY)
@require_safe
def kept(request: HttpRequest, edition_id) -> HttpResponse:
    """All comments on an edition, those that wait first where they are asked for."""
    edition = edition_or_404(request, edition_id)
    counts = reading.counts(edition)
    show = request.GET.get("show", "")
    page = Paginator(reading.kept_comments(edition, show=show), _PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "edition": edition,
        "page": page,
        "abouts": reading.about(list(page), edition),
        "show": show,
        "choices": [
            ("", _("All"), counts["all"]),
            ("WAITING", _("To be looked at"), counts["waiting"]),
            ("UNANSWERED", _("Without an answer"), counts["unanswered"]),
        ],
    }
    return render(request, "strategy/comments_kept.html", context)


def _comment_or_404(request: HttpRequest, comment_id: Any) -> Comment:
    found = (
        Comment.objects.filter(
            pk=comment_id, edition__in=queries.visible_editions(to=person_of(request))
        )
        .select_related("edition__strategy", "author")
        .first()
    )
    if found is None:
        raise Http404
    return found


@needs(KEEP_STRATEGY)
@_get_or_post
def comment(request: HttpRequest, comment_id) -> HttpResponse:
    """One comment: whether it is shown, and the answer to it."""
    found = _comment_or_404(request, comment_id)
    form = AnswerForm(sent(request), initial={"outcome": found.outcome, "answer": found.answer})
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_comment(
                comment=found, by=signed_in_person(request), at=clock.now(), **form.cleaned_data
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The answer is saved."))
            return redirect("strategy:comments-kept", found.edition_id)
    context = {
        "comment": found,
        "edition": found.edition,
        "about": reading.about([found], found.edition).get(found.element_id or found.pk),
        "form": form,
    }
    return render(request, "strategy/comment.html", context, status=422 if form.errors else 200)


@needs(KEEP_STRATEGY)
@require_POST
def show(request: HttpRequest, comment_id) -> HttpResponse:
    """Let others see a comment."""
    found = _comment_or_404(request, comment_id)
    services.judge_comment(
        comment=found, is_shown=True, because="", by=signed_in_person(request), at=clock.now()
    )
    messages.success(request, _("The comment is shown."))
    return redirect("strategy:comment", found.pk)


@needs(KEEP_STRATEGY)
@_get_or_post
def hide(request: HttpRequest, comment_id) -> HttpResponse:
    """Do not let others see a comment, with the reason."""
    found = _comment_or_404(request, comment_id)
    form = HideForm(sent(request), initial={"because": found.hidden_because})
    return form_or_do(
        request,
        form,
        lambda: services.judge_comment(
            comment=found,
            is_shown=False,
            by=signed_in_person(request),
            at=clock.now(),
            **form.cleaned_data,
        ),
        title=_("Do not show the comment"),
        submit=_("Do not show it"),
        back=reverse("strategy:comment", args=[found.pk]),
        edition=found.edition,
    )


@needs(KEEP_STRATEGY)
@_get_or_post
def empty(request: HttpRequest, comment_id) -> HttpResponse:
    """Ask whether what a hidden comment says, and who said it, shall be removed; remove it."""
    found = _comment_or_404(request, comment_id)
    if request.method != "POST":
        context = {"comment": found, "edition": found.edition}
        return render(request, "strategy/comment_empty.html", context)
    services.empty_comment(comment=found, by=signed_in_person(request), at=clock.now())
    messages.success(request, _("The words of the comment are removed."))
    return redirect("strategy:comment", found.pk)
