"""Asking experts: the request, whether she accepts, her statement, and what it did."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.objects import card_of
from netzstadt.stakeholders import events
from netzstadt.stakeholders.models import ExpertRequest, Party, RequestState
from netzstadt.stakeholders.services.network_refusals import NetworkRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@transaction.atomic
def ask_expert(
    *,
    party: Party,
    about: tuple[str, uuid.UUID],
    question: str,
    by: "Person",
    at: datetime,
) -> ExpertRequest:
    """Ask an expert for a statement about an object (its kind and id).

    Raises NetworkRefused if nothing is asked, it is no person, or ``by`` does not see the object.
    """
    if not question.strip():
        raise NetworkRefused(_("Say what you ask."))
    if not party.is_person:
        raise NetworkRefused(_("Ask a person: organisations give no statement."))
    model, key = about
    if card_of(model, key, to=by) is None:
        raise NetworkRefused(_("What you ask about is not there any more."))
    made = ExpertRequest.objects.create(
        party=party,
        about_model=model,
        about_id=key,
        question=question.strip(),
        asked_by=by,
        asked_at=at,
        changed_at=at,
    )
    audit.record(
        events.ExpertAsked(object_id=made.pk, party_id=party.pk, about_model=model, about_id=key),
        by=by,
    )
    return made


@transaction.atomic
def accept_request(*, request: ExpertRequest, by: "Person", at: datetime) -> None:
    """Say that a statement will come. Raises NetworkRefused if it is answered or over already."""
    current = _open(request)
    if current.state == RequestState.ACCEPTED:
        return
    _move(current, RequestState.ACCEPTED, at, accepted_at=at)
    audit.record(events.ExpertAccepted(object_id=current.pk), by=by)


@transaction.atomic
def decline_request(*, request: ExpertRequest, reason: str, by: "Person", at: datetime) -> None:
    """Say that no statement will come, and why. Raises NetworkRefused."""
    current = _open(request)
    if not reason.strip():
        raise NetworkRefused(_("Say why, and who could help instead."))
    _move(current, RequestState.DECLINED, at, declined_because=reason.strip())
    audit.record(events.ExpertDeclined(object_id=current.pk), by=by)


@transaction.atomic
def withdraw_request(*, request: ExpertRequest, by: "Person", at: datetime) -> None:
    """Say that no statement is needed any more. Raises NetworkRefused."""
    current = _open(request)
    _move(current, RequestState.WITHDRAWN, at)
    audit.record(events.ExpertRequestWithdrawn(object_id=current.pk), by=by)


@transaction.atomic
def give_statement(*, request: ExpertRequest, text: str, by: "Person", at: datetime) -> None:
    """Give the statement; it stands as it is given. Raises NetworkRefused."""
    current = _open(request)
    if not text.strip():
        raise NetworkRefused(_("Write something first."))
    _move(
        current,
        RequestState.STATED,
        at,
        accepted_at=current.accepted_at or at,
        statement=text.strip(),
        stated_at=at,
    )
    audit.record(
        events.StatementGiven(
            object_id=current.pk, about_model=current.about_model, about_id=current.about_id
        ),
        by=by,
    )


@transaction.atomic
def note_effect(
    *, request: ExpertRequest, effect: str, note: str, by: "Person", at: datetime
) -> None:
    """Write down what a statement did, and why; later again, as things go on.

    Raises NetworkRefused if there is no statement, or no word of what came of it.
    """
    current = _held(request)
    if current.state != RequestState.STATED:
        raise NetworkRefused(_("There is no statement yet."))
    if not note.strip():
        raise NetworkRefused(_("Say what came of it."))
    if (current.effect, current.effect_note) == (effect, note.strip()):
        return
    current.effect, current.effect_note, current.effect_at = effect, note.strip(), at
    current.changed_at = at
    with refused():
        current.save()
    audit.record(
        events.EffectNoted(
            object_id=current.pk,
            statement_effect=effect,
            about_model=current.about_model,
            about_id=current.about_id,
        ),
        by=by,
    )


def _held(request: ExpertRequest) -> ExpertRequest:
    return ExpertRequest.objects.select_for_update(no_key=True).get(pk=request.pk)


def _open(request: ExpertRequest) -> ExpertRequest:
    current = _held(request)
    if not current.is_open:
        raise NetworkRefused(_("This request is answered or over already."))
    return current


def _move(request: ExpertRequest, state: str, at: datetime, **columns: object) -> None:
    request.state, request.changed_at = state, at
    for name, value in columns.items():
        setattr(request, name, value)
    with refused():
        request.save()
