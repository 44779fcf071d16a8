"""Entering by hand: forms of meetings, agenda items and papers, and withdrawing them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from netzstadt.core.access.rules import needs, signed_in_person
from netzstadt.core.form_pages import form_page, saved, sent
from netzstadt.core.meanwhile import SeenForm
from netzstadt.lib import clock
from netzstadt.stakeholders.forms.council import ItemForm, MeetingForm, PaperForm
from netzstadt.stakeholders.models.council import AgendaItem, Meeting, Paper
from netzstadt.stakeholders.permissions import KEEP_COUNCIL
from netzstadt.stakeholders.queries import cards
from netzstadt.stakeholders.queries import council as queries
from netzstadt.stakeholders.services import keeping as services

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _by_hand(found: Any) -> Any:
    """The object, if it was entered by hand and is still there. Raises Http404."""
    if found is None or not found.is_manual or found.deleted_at is not None:
        raise Http404
    return found


def _meeting(request: HttpRequest, key: UUID) -> Meeting:
    found: Meeting = _by_hand(queries.meeting(key, to=signed_in_person(request)))
    return found


def _item(request: HttpRequest, key: UUID) -> AgendaItem:
    found: AgendaItem = _by_hand(queries.item(key, to=signed_in_person(request)))
    return found


def _paper(request: HttpRequest, key: UUID) -> Paper:
    found: Paper = _by_hand(queries.paper(key, to=signed_in_person(request)))
    return found


def _page(request: HttpRequest, form: SeenForm, title: str, **more: Any) -> HttpResponse:
    return form_page(request, "stakeholders/form.html", form, title=title, **more)


@needs(KEEP_COUNCIL)
@_get_or_post
def new_meeting(request: HttpRequest) -> HttpResponse:
    """Enter a meeting."""
    form = MeetingForm(sent(request), initial={"visibility": "PUBLIC"})
    by = signed_in_person(request)
    made = saved(
        request,
        form,
        lambda: services.enter_meeting(facts=form.facts(), by=by, at=clock.now()),
    )
    if made:
        messages.success(request, _("The meeting is entered. Its agenda can follow now."))
        return redirect("stakeholders:meeting", key=made.pk)
    return _page(request, form, _("Enter a meeting"))


@needs(KEEP_COUNCIL)
@_get_or_post
def edit_meeting(request: HttpRequest, key: UUID) -> HttpResponse:
    """Correct a meeting."""
    found, by = _meeting(request, key), signed_in_person(request)
    form = MeetingForm(sent(request), initial=MeetingForm.initial_of(found))
    if saved(
        request,
        form,
        lambda: services.correct_meeting(
            meeting=found, facts=form.facts(), by=by, at=clock.now(), seen_at=form.seen_at
        ),
        again=found,
    ):
        messages.success(request, _("The meeting is corrected."))
        return redirect("stakeholders:meeting", key=key)
    return _page(request, form, _("Correct the meeting"), meeting=found)


@needs(KEEP_COUNCIL)
@_get_or_post
def new_item(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put an item on an agenda."""
    found, by = _meeting(request, key), signed_in_person(request)
    form = ItemForm(
        sent(request),
        initial={"is_public": True, "result_code": "NONE", "visibility": found.visibility},
    )
    made = saved(
        request,
        form,
        lambda: services.enter_item(meeting=found, facts=form.facts(), by=by, at=clock.now()),
    )
    if made:
        messages.success(request, _("The item stands on the agenda."))
        return redirect("stakeholders:item", key=made.pk)
    about = cards.meeting_title(found)
    return _page(request, form, _("Enter an agenda item"), meeting=found, about=about)


@needs(KEEP_COUNCIL)
@_get_or_post
def edit_item(request: HttpRequest, key: UUID) -> HttpResponse:
    """Correct an agenda item, or enter its result."""
    found, by = _item(request, key), signed_in_person(request)
    papers = queries.papers_of([found], to=by).get(found.pk, [])
    initial = ItemForm.initial_of(found, [one.reference for one in papers])
    form = ItemForm(sent(request), initial=initial)
    if saved(
        request,
        form,
        lambda: services.correct_item(
            item=found, facts=form.facts(), by=by, at=clock.now(), seen_at=form.seen_at
        ),
        again=found,
    ):
        messages.success(request, _("The agenda item is corrected."))
        return redirect("stakeholders:item", key=key)
    about = cards.meeting_title(found.meeting) if found.meeting else ""
    return _page(request, form, _("Correct the agenda item"), item=found, about=about)


@needs(KEEP_COUNCIL)
@_get_or_post
def new_paper(request: HttpRequest) -> HttpResponse:
    """Enter a paper."""
    form = PaperForm(sent(request), initial={"visibility": "PUBLIC"})
    by = signed_in_person(request)
    made = saved(
        request,
        form,
        lambda: services.enter_paper(facts=form.facts(), by=by, at=clock.now()),
    )
    if made:
        messages.success(request, _("The paper is entered."))
        return redirect("stakeholders:paper", key=made.pk)
    return _page(request, form, _("Enter a paper"))


@needs(KEEP_COUNCIL)
@_get_or_post
def edit_paper(request: HttpRequest, key: UUID) -> HttpResponse:
    """Correct a paper."""
    found, by = _paper(request, key), signed_in_person(request)
    form = PaperForm(sent(request), initial=PaperForm.initial_of(found))
    if saved(
        request,
        form,
        lambda: services.correct_paper(
            paper=found, facts=form.facts(), by=by, at=clock.now(), seen_at=form.seen_at
        ),
        again=found,
    ):
        messages.success(request, _("The paper is corrected."))
        return redirect("stakeholders:paper", key=key)
    return _page(request, form, _("Correct the paper"), paper=found)


@needs(KEEP_COUNCIL)
@_get_or_post
def withdraw_meeting(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask whether a meeting shall be withdrawn, and withdraw it."""
    found = _meeting(request, key)
    if request.method == "POST":
        services.withdraw_meeting(meeting=found, by=signed_in_person(request), at=clock.now())
        return _withdrawn(request, "stakeholders:meetings")
    return _ask(request, cards.meeting_title(found), "stakeholders:meeting", key)


@needs(KEEP_COUNCIL)
@_get_or_post
def withdraw_item(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask whether an agenda item shall be withdrawn, and withdraw it."""
    found = _item(request, key)
    if request.method == "POST":
        services.withdraw_item(item=found, by=signed_in_person(request), at=clock.now())
        return _withdrawn(request, "stakeholders:resolutions")
    return _ask(request, cards.item_title(found), "stakeholders:item", key)


@needs(KEEP_COUNCIL)
@_get_or_post
def withdraw_paper(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask whether a paper shall be withdrawn, and withdraw it."""
    found = _paper(request, key)
    if request.method == "POST":
        services.withdraw_paper(paper=found, by=signed_in_person(request), at=clock.now())
        return _withdrawn(request, "stakeholders:papers")
    return _ask(request, cards.paper_title(found), "stakeholders:paper", key)


def _withdrawn(request: HttpRequest, where: str) -> HttpResponse:
    messages.success(request, _("Withdrawn. What is linked with it says so."))
    return redirect(where)


def _ask(request: HttpRequest, title: str, where: str, key: UUID) -> HttpResponse:
    return render(
        request, "stakeholders/withdraw.html", {"title": title, "where": where, "key": key}
    )
