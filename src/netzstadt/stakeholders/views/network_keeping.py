"""Keeping the network: entries, their relations, consents and expertise."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from netzstadt.core.access.rules import (
    PermissionMissing,
    needs,
    require,
    signed_in,
    signed_in_person,
)
from netzstadt.core.days import today
from netzstadt.core.form_pages import form_page, saved, sent
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock
from netzstadt.stakeholders.forms.network import (
    ConsentForm,
    EndForm,
    ExpertiseForm,
    PartyForm,
    RelationForm,
)
from netzstadt.stakeholders.models import Expertise, Party, PartyKind
from netzstadt.stakeholders.permissions import KEEP_NETWORK
from netzstadt.stakeholders.queries import network as queries
from netzstadt.stakeholders.services import consents, expertise
from netzstadt.stakeholders.services import network as services

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])
_TITLES = {
    PartyKind.PERSON.value: lambda: _("New person"),
    PartyKind.ORGANISATION.value: lambda: _("New organisation"),
}


def _kept(request: HttpRequest, found: Party | None) -> Party:
    """A party that who asks keeps. Raises Http404, PermissionMissing."""
    if found is None:
        raise Http404
    require(request, KEEP_NETWORK, found)
    return found


def _party(request: HttpRequest, key: UUID) -> Party:
    return _kept(request, queries.party(key, to=signed_in_person(request)))


def _do(
    request: HttpRequest,
    party: Party,
    form: forms.Form,
    do: Callable[[], Any],
    words: tuple[str, str],
    **more: Any,
) -> HttpResponse:
    """Show a form (its title and button are ``words``), or do what was typed and go back."""
    back = reverse("stakeholders:party", args=[party.pk])
    if saved(request, form, do, again=more.pop("again", None)):
        messages.success(request, _("Saved."))
        return redirect(back)
    return form_page(
        request,
        "stakeholders/network_form.html",
        form,
        title=words[0],
        submit=words[1],
        back=back,
        party=party,
        **more,
    )


def _in_unit(request: HttpRequest, form: forms.Form) -> bool:
    """Whether who asks keeps the network in the unit that she chose; else the form says why not."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        require(request, KEEP_NETWORK, Party(unit=form.cleaned_data["unit"]))
    except PermissionMissing:
        form.add_error("unit", _("You may keep entries only in a unit of your own."))
        return False
    return True


@needs(KEEP_NETWORK, anywhere=True)
@_get_or_post
def new_party(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a person or an organisation into the network."""
    form = PartyForm(sent(request), kind=kind, initial={"visibility": "ADMINISTRATION"})
    if _in_unit(request, form):
        made = saved(
            request,
            form,
            lambda: services.enter_party(
                kind=kind, facts=form.facts(), by=signed_in_person(request), at=clock.now()
            ),
        )
        if made:
            messages.success(request, _("Taken in. What is known can follow: topics, consent."))
            return redirect("stakeholders:party", key=made.pk)
    return form_page(
        request,
        "stakeholders/network_form.html",
        form,
        title=_TITLES[kind](),
        submit=_("Take in"),
        back=reverse("stakeholders:network"),
    )


@needs(KEEP_NETWORK, anywhere=True)
@_get_or_post
def change_party(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change what is said of a party."""
    party = _party(request, key)
    form = PartyForm(sent(request), kind=party.kind, initial=PartyForm.initial_of(party))
    if request.method == "POST":
        _in_unit(request, form)
    return _do(
        request,
        party,
        form,
        lambda: services.change_party(
            party=party,
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        (_("Change the entry"), _("Save")),
        again=party,
    )


@needs(KEEP_NETWORK, anywhere=True)
@_get_or_post
def remove_party(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask, then remove a party with all that is known of it."""
    party, refusal = _party(request, key), ""
    if request.method == "POST":
        try:
            services.remove_party(party=party, by=signed_in_person(request), at=clock.now())
        except Refusal as error:
            refusal = str(error)
        else:
            messages.success(request, _("Removed, with all that was known."))
            return redirect("stakeholders:network")
    context = {"party": party, "refusal": refusal}
    status = 422 if refusal else 200
    return render(request, "stakeholders/party_remove.html", context, status=status)


@needs(KEEP_NETWORK, anywhere=True)
@_get_or_post
def relate(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note how a party stands to another one."""
    party, by = _party(request, key), signed_in_person(request)
    form = RelationForm(sent(request), to=by)
    return _do(
        request,
        party,
        form,
        lambda: services.relate(party=party, facts=form.facts(), by=by, at=clock.now()),
        (_("Note a relation"), _("Save")),
    )


@needs(KEEP_NETWORK, anywhere=True)
@_get_or_post
def end_relation(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that a relation has ended."""
    by = signed_in_person(request)
    found = queries.relation(key, to=by)
    party = _kept(request, found.source if found else None)
    assert found is not None
    form = EndForm(sent(request), initial={"on": today()})
    return _do(
        request,
        party,
        form,
        lambda: services.end_relation(
            relation=found, on=form.cleaned_data["on"], by=by, at=clock.now()
        ),
        (_("The relation has ended"), _("Save")),
    )


@needs(KEEP_NETWORK, anywhere=True)
@_get_or_post
def note_consent(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write down what a person consented to."""
    party, by = _party(request, key), signed_in_person(request)
    form = ConsentForm(sent(request), initial={"given_on": today(), "purpose": "SHOW"})
    return _do(
        request,
        party,
        form,
        lambda: consents.note_consent(party=party, facts=form.facts(), by=by, at=clock.now()),
        (_("Note a consent"), _("Save")),
    )


@needs(KEEP_NETWORK, anywhere=True)
@_get_or_post
def withdraw_consent(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write down that a person withdrew her consent."""
    by = signed_in_person(request)
    found = queries.consent(key, to=by)
    party = _kept(request, found.party if found else None)
    assert found is not None
    form = EndForm(sent(request), initial={"on": today()})
    return _do(
        request,
        party,
        form,
        lambda: consents.withdraw_consent(
            consent=found, on=form.cleaned_data["on"], by=by, at=clock.now()
        ),
        (_("The consent was withdrawn"), _("Save")),
    )


def _own_or_kept(request: HttpRequest, party: Party | None) -> Party:
    """A party that who asks keeps, or is herself: people say themselves what they know."""
    if party is None:
        raise Http404
    if party.person_id != signed_in_person(request).pk:
        require(request, KEEP_NETWORK, party)
    return party


def _known(request: HttpRequest, key: UUID) -> Expertise:
    found = queries.one_expertise(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    _own_or_kept(request, found.party)
    return found


@signed_in
@_get_or_post
def note_expertise(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say what somebody knows."""
    by = signed_in_person(request)
    party = _own_or_kept(request, queries.party(key, to=by))
    form = ExpertiseForm(sent(request))
    return _do(
        request,
        party,
        form,
        lambda: expertise.note_expertise(party=party, facts=form.facts(), by=by, at=clock.now()),
        (_("Add a topic"), _("Add")),
    )


@signed_in
@_get_or_post
def change_expertise(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say otherwise what somebody knows."""
    found, by = _known(request, key), signed_in_person(request)
    form = ExpertiseForm(sent(request), initial=ExpertiseForm.initial_of(found))
    return _do(
        request,
        found.party,
        form,
        lambda: expertise.change_expertise(
            expertise=found, facts=form.facts(), by=by, at=clock.now(), seen_at=form.seen_at
        ),
        (_("Change the topic"), _("Save")),
        again=found,
    )


@needs(KEEP_NETWORK, anywhere=True)
@require_POST
def confirm_expertise(request: HttpRequest, key: UUID) -> HttpResponse:
    """Confirm what somebody else knows."""
    by = signed_in_person(request)
    found = queries.one_expertise(key, to=by)
    party = _kept(request, found.party if found else None)
    assert found is not None
    try:
        expertise.confirm_expertise(expertise=found, by=by, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Confirmed."))
    return redirect("stakeholders:party", key=party.pk)


@signed_in
@require_POST
def remove_expertise(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say no longer that somebody knows a topic."""
    found = _known(request, key)
    party_id = found.party_id
    expertise.remove_expertise(expertise=found, by=signed_in_person(request), at=clock.now())
    messages.success(request, _("The topic is removed."))
    return redirect("stakeholders:party", key=party_id)
