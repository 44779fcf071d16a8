"""Advice: asked for in a department's words, taken up, answered, closed with its result."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.access import services as access
from netzstadt.core.audit import services as audit
from netzstadt.core.links import services as links
from netzstadt.portfolio import events
from netzstadt.portfolio.models import (
    Advice,
    AdviceEffort,
    AdviceMessage,
    AdviceState,
    Project,
    Result,
)
from netzstadt.portfolio.services import projects
from netzstadt.portfolio.services.keys import next_key
from netzstadt.portfolio.services.refusals import PortfolioRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class AdviceFacts:
    """What a department asks, in its words."""

    title: str
    need: str
    topic: str
    unit_id: uuid.UUID
    wanted_on: date | None = None


@transaction.atomic
def ask_advice(
    *, facts: AdviceFacts, by: "Person | None", at: datetime, is_demo: bool = False
) -> Advice:
    """Ask the office for advice. Raises PortfolioRefused if nothing is asked."""
    if not facts.title.strip() or not facts.need.strip():
        raise PortfolioRefused(_("Say in your words what you need."))
    made = Advice.objects.create(
        key=next_key("portfolio_advice", "B", at),
        title=facts.title.strip(),
        need=facts.need.strip(),
        topic=facts.topic,
        unit_id=facts.unit_id,
        wanted_on=facts.wanted_on,
        asked_by=by,
        asked_at=at,
        waits_since=at,
        changed_at=at,
        is_demo=is_demo,
    )
    audit.record(
        events.AdviceAsked(
            object_id=made.pk, number=made.key, advice_topic=made.topic, unit_id=made.unit_id
        ),
        by=by,
    )
    return made


@transaction.atomic
def accept_advice(*, advice: Advice, adviser: "Person", by: "Person | None", at: datetime) -> None:
    """Take a request up and say who advises; later, give it to somebody else.

    Raises PortfolioRefused if it is answered or over already, or the account is out of use.
    """
    current = _open(advice)
    if not adviser.is_active:
        raise PortfolioRefused(_("This account is out of use: name somebody else."))
    access.refuse_rights_to_a_deputy_herself(person=adviser, by=by)
    if current.state == AdviceState.ACCEPTED and current.adviser_id == adviser.pk:
        return
    current.adviser = adviser
    _move(current, AdviceState.ACCEPTED, at, accepted_at=current.accepted_at or at)
    audit.record(events.AdviceAccepted(object_id=current.pk, adviser_id=adviser.pk), by=by)


@transaction.atomic
def write_message(*, advice: Advice, text: str, by: "Person", at: datetime) -> AdviceMessage:
    """Ask back, or tell more. Who asked and writes after an answer needs more: the office owes an
    answer again.

    Raises PortfolioRefused if the request is over, or the text is empty.
    """
    current = _going_on(advice)
    made = _message(current, text, by, at, is_answer=False)
    if current.state == AdviceState.ANSWERED and by.pk == current.asked_by_id:
        _move(
            current,
            AdviceState.ACCEPTED,
            at,
            accepted_at=current.accepted_at or at,
            waits_since=at,
        )
    audit.record(events.AdviceMessageWritten(object_id=current.pk, message_id=made.pk), by=by)
    return made


@transaction.atomic
def answer_advice(
    *, advice: Advice, text: str, minutes: int | None, on: date, by: "Person", at: datetime
) -> None:
    """Answer a request; who answers what nobody took up yet has taken it up.

    ``minutes`` is the time that the advice took on a day, where somebody notes it.

    Raises PortfolioRefused if the request is over, or the text is empty.
    """
    current = _going_on(advice)
    made = _message(current, text, by, at, is_answer=True)
    if current.adviser_id is None:
        current.adviser = by.acting_for or by
    _move(
        current,
        AdviceState.ANSWERED,
        at,
        accepted_at=current.accepted_at or at,
        answered_at=current.answered_at or at,
    )
    if minutes:
        _note(current, minutes, on, by)
    audit.record(events.AdviceAnswered(object_id=current.pk, message_id=made.pk), by=by)


@transaction.atomic
def note_effort(*, advice: Advice, minutes: int, on: date, by: "Person", at: datetime) -> None:
    """Note how much time advice took on a day, also after it is closed. Raises PortfolioRefused."""
    current = _held(advice)
    _note(current, minutes, on, by)
    audit.record(events.AdviceEffortNoted(object_id=current.pk), by=by)


def _note(advice: Advice, minutes: int, on: date, by: "Person") -> None:
    with refused():
        AdviceEffort.objects.create(advice=advice, person=by, on=on, minutes=minutes)


@transaction.atomic
def decline_advice(*, advice: Advice, reason: str, by: "Person | None", at: datetime) -> None:
    """Say that the office does not advise on this, and why. Raises PortfolioRefused."""
    current = _open(advice)
    if not reason.strip():
        raise PortfolioRefused(_("Say why, and who could help instead."))
    current.declined_because = reason.strip()
    _move(current, AdviceState.DECLINED, at)
    audit.record(events.AdviceDeclined(object_id=current.pk), by=by)


@transaction.atomic
def withdraw_advice(*, advice: Advice, by: "Person | None", at: datetime) -> None:
    """Say that no advice is needed any more. Raises PortfolioRefused."""
    current = _open(advice)
    _move(current, AdviceState.WITHDRAWN, at)
    audit.record(events.AdviceWithdrawn(object_id=current.pk), by=by)


@transaction.atomic
def close_advice(*, advice: Advice, result: str, by: "Person | None", at: datetime) -> None:
    """Say what came of advice that was answered.

    Raises PortfolioRefused if it was not answered, or a project is to come of it: ``hand_over``.
    """
    current = _answered(advice)
    if result == Result.PROJECT:
        raise PortfolioRefused(_("Hand it over into a project: that closes it."))
    _close(current, result, None, by, at)


@transaction.atomic
def hand_over(
    *,
    advice: Advice,
    facts: projects.ProjectFacts,
    method: str,
    responsibility: projects.Responsibility,
    by: "Person | None",
    at: datetime,
) -> Project:
    """Let advice become a project, which keeps where it comes from; that closes the advice.

    Raises PortfolioRefused if it was not answered, or the project cannot be begun so.
    """
    current = _answered(advice)
    project = projects.begin_project(
        facts=facts, method=method, responsibility=responsibility, by=by, at=at
    )
    links.link(
        source=links.Ref("portfolio.project", project.pk),
        relation="derived_from",
        target=links.Ref("portfolio.advice", current.pk),
        by=None,  # as a part of this; who may hand over sees both
        at=at,
    )
    _close(current, Result.PROJECT, project.pk, by, at)
    return project


@transaction.atomic
def rate_advice(*, advice: Advice, rating: int, by: "Person", at: datetime) -> None:
    """Say how satisfied one is with an answer, 1 (not at all) to 5 (very); again changes it.

    Raises PortfolioRefused if it was not answered, or somebody else asked.
    """
    current = _held(advice)
    if current.asked_by_id != by.pk:
        raise PortfolioRefused(_("Only who asked says how satisfied she is."))
    if current.answered_at is None or not 1 <= rating <= 5:
        raise PortfolioRefused(_("It can be rated once it is answered, from 1 to 5."))
    if current.rating == rating:
        return
    current.rating, current.rated_at = rating, at
    current.save(update_fields=["rating", "rated_at"])
    audit.record(events.AdviceRated(object_id=current.pk, rating=rating), by=by)


def _held(advice: Advice) -> Advice:
    return Advice.objects.select_for_update(no_key=True).get(pk=advice.pk)


def _open(advice: Advice) -> Advice:
    current = _held(advice)
    if not current.is_open:
        raise PortfolioRefused(_("This request is answered or over already."))
    return current


def _going_on(advice: Advice) -> Advice:
    current = _held(advice)
    if not current.is_open and current.state != AdviceState.ANSWERED:
        raise PortfolioRefused(_("This request is over. Ask anew where more is needed."))
    return current


def _answered(advice: Advice) -> Advice:
    current = _held(advice)
    if current.state != AdviceState.ANSWERED:
        raise PortfolioRefused(_("It is closed once it was answered; answer it first."))
    return current


def _message(
    advice: Advice, text: str, by: "Person", at: datetime, *, is_answer: bool
) -> AdviceMessage:
    if not text.strip():
        raise PortfolioRefused(_("Write something first."))
    return AdviceMessage.objects.create(
        advice=advice, author=by, written_at=at, text=text.strip(), is_answer=is_answer
    )


def _move(advice: Advice, state: str, at: datetime, **columns: object) -> None:
    advice.state, advice.changed_at = state, at
    for name, value in columns.items():
        setattr(advice, name, value)
    advice.save()


def _close(
    advice: Advice,
    result: str,
    project_id: uuid.UUID | None,
    by: "Person | None",
    at: datetime,
) -> None:
    _move(advice, AdviceState.CLOSED, at, closed_at=at, result=result)
    audit.record(
        events.AdviceClosed(object_id=advice.pk, advice_result=result, project_id=project_id),
        by=by,
    )
