"""Changing sessions: signing in, ending, forgetting."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from netzstadt.core.accounts.events import SessionsEnded, SignInPaused
from netzstadt.core.accounts.models import Account, Language, SignedInSession
from netzstadt.core.audit import services as audit
from netzstadt.core.orgs.queries import persons as person_queries
from netzstadt.core.orgs.services import persons

if TYPE_CHECKING:
    import uuid

    from django.db.models import QuerySet

    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Where and how somebody signed in: shown to her among her sessions."""

    session_key: str
    device: str
    place: str
    factor: str
    language: str


@transaction.atomic
def begin_session(*, person: "Person", visit: Visit, at: datetime) -> None:
    """Note that ``person`` signed in, and in which language she did."""
    language = visit.language if visit.language in Language.values else Language.GERMAN
    Account.objects.update_or_create(person=person, defaults={"language": language})
    note_session(person=person, visit=visit, at=at)
    persons.note_sign_in(person=person, at=at)


@transaction.atomic
def note_session(*, person: "Person", visit: Visit, at: datetime) -> None:
    """Put a session on its person's list, or move it up there: she was active at ``at``.

    No event: it says nothing that signing in did not say.
    """
    # Ended in this moment by another request: then there is nothing to note.
    if not Session.objects.select_for_update().filter(pk=visit.session_key).exists():
        return
    row, is_new = SignedInSession.objects.get_or_create(
        session_id=visit.session_key,
        defaults={
            "person": person,
            "device": visit.device,
            "place": visit.place,
            "factor": visit.factor,
            "begun_at": at,
            "seen_at": at,
        },
    )
    if not is_new and row.seen_at < at:
        row.seen_at, row.place, row.factor = at, visit.place, visit.factor
        row.save(update_fields=["seen_at", "place", "factor"])


@transaction.atomic
def end_session(*, person: "Person", session_id: "uuid.UUID", at: datetime) -> bool:
    """End one session of ``person``; False if it has ended already or is not hers."""
    return _end(person, Session.objects.filter(pk__in=_keys(person, id=session_id)), person) > 0


@transaction.atomic
def end_other_sessions(
    *, person: "Person", keep: str | None, by: "Person | None", at: datetime
) -> int:
    """End all sessions of ``person`` but the one with the key ``keep``; return how many."""
    others = Session.objects.filter(pk__in=_keys(person)).exclude(pk=keep or "")
    return _end(person, others, by)


def _keys(person: "Person", **more: object) -> list[str]:
    rows = SignedInSession.objects.filter(person=person, **more)
    return list(rows.values_list("session_id", flat=True))


def _end(person: "Person", sessions: "QuerySet[Session]", by: "Person | None") -> int:
    # SignedInSession rows go with the sessions that they follow.
    _, by_model = sessions.delete()
    count = int(by_model.get("sessions.Session", 0))
    if count:
        audit.record(SessionsEnded(object_id=person.pk, count=count), by=by)
    return count


@transaction.atomic
def tell_of_pause(*, attempt_id: int, at: datetime) -> None:
    """Note that signing in was paused after the wrong passwords of an attempt, once a pause.

    An attempt at an address that nobody has leaves no trace: there is nobody to tell.
    """
    attempt = AccessAttempt.objects.filter(pk=attempt_id).first()
    person = person_queries.person_with(attempt.username) if attempt is not None else None
    if person is None or not person.is_active:
        return
    Account.objects.get_or_create(person=person)
    account = Account.objects.select_for_update().get(person=person)
    told = account.pause_told_at
    if told is not None and told > at - settings.AXES_COOLOFF_TIME:
        return
    account.pause_told_at = at
    account.save(update_fields=["pause_told_at"])
    audit.record(SignInPaused(object_id=person.pk), by=None)


def forget_expired_sessions(*, at: datetime) -> None:
    """Remove sessions that have expired, and counted wrong passwords older than a day.

    Both name people and addresses: what is no longer needed is not kept.
    """
    Session.objects.filter(expire_date__lt=at).delete()
    AccessAttempt.objects.filter(attempt_time__lt=at - timedelta(days=1)).delete()
