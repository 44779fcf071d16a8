"""Everything that is done with people's data across the rooms."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from netzstadt.core.access import queries as access
from netzstadt.core.access import services as grants
from netzstadt.core.audit import services as audit
from netzstadt.core.privacy import queries
from netzstadt.core.privacy.events import (
    DataExported,
    ErasureAsked,
    ErasureRefused,
    PeriodEnded,
    PersonErased,
)
from netzstadt.core.privacy.models import ErasureRequest, Removal, RequestState
from netzstadt.core.privacy.permissions import ANSWER_REQUESTS
from netzstadt.core.refusal import Refusal
from netzstadt.core.rooms import resolved, rooms
from netzstadt.lib.ids import new_id

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# "Within one month of receipt" (Art. 12 Para. 3 GDPR): a number of days that never exceeds it.
ANSWER_WITHIN = timedelta(days=28)
BATCH = 1_000


class PrivacyRefused(Refusal):
    """This cannot be done with a person's data."""


@transaction.atomic
def export_person(*, person: "Person", by: "Person | None", at: datetime) -> dict[str, Any]:
    """Everything that the rooms know of ``person`` (Art. 15 and 20 GDPR), recorded as taken out.

    Raises PrivacyRefused if somebody else asks who does not answer such requests.
    """
    if by is not None and by.pk != person.pk and not access.may(by, ANSWER_REQUESTS):
        raise PrivacyRefused(_("Only the person herself may take her data out."))
    found = {
        "person": str(person.pk),
        "made_at": at.isoformat(),
        "rooms": queries.collect(person),
    }
    audit.record(DataExported(object_id=person.pk), by=by)
    return found


@transaction.atomic
def ask_for_erasure(*, person: "Person", reason: str, at: datetime) -> ErasureRequest:
    """Let a person ask to be erased; it is answered within a month.

    Raises PrivacyRefused if such a request of hers is open.
    """
    try:
        with transaction.atomic():
            made = ErasureRequest.objects.create(
                person=person,
                reason=reason.strip(),
                asked_at=at,
                due_on=(timezone.localtime(at) + ANSWER_WITHIN).date(),
            )
    except IntegrityError as error:
        raise PrivacyRefused(_("You have asked already; it is being looked at.")) from error
    audit.record(ErasureAsked(object_id=person.pk, request_id=made.pk), by=person)
    return made


@transaction.atomic
def refuse_erasure(*, request: ErasureRequest, answer: str, by: "Person", at: datetime) -> None:
    """Refuse a request, with the reason that the person reads.

    Raises PrivacyRefused without a reason, or if it is answered already.
    """
    if not answer.strip():
        raise PrivacyRefused(_("Say why: the person has a right to know (Art. 12 Para. 4 GDPR)."))
    locked = _open_request(request)
    locked.state, locked.answer, locked.answered_at = RequestState.REFUSED, answer.strip(), at
    locked.save(update_fields=["state", "answer", "answered_at"])
    audit.record(ErasureRefused(object_id=locked.person_id, request_id=locked.pk), by=by)


@transaction.atomic
def erase_person(
    *, person: "Person", by: "Person | None", at: datetime
) -> tuple[dict[str, int], dict[str, str]]:
    """Erase what is known of ``person`` in all rooms, at once and for good (Art. 17 GDPR).

    Rows that others need keep an account without name, address and password; the audit trail keeps
    its entries without their personal part, and its chain verifies as before. Returns how much of
    what was erased, and what stays with the reason.

    Raises PrivacyRefused if ``by`` may not do so, it is one's own account, or the last
    administrator's.
    """
    if by is not None and not access.may(by, ANSWER_REQUESTS):
        raise PrivacyRefused(_("You may not erase persons; take elevated rights first."))
    if by is not None and by.pk == person.pk:
        raise PrivacyRefused(_("You cannot erase yourself: ask for it, somebody else does it."))
    grants.lock_administrators()
    if access.is_last_administrator(person, at=at):
        raise PrivacyRefused(
            _("This is the last administrator. Give the role to somebody else first.")
        )
    erased: dict[str, int] = {}
    stays: dict[str, str] = {}
    # Rooms above first: what they keep points to what lies below.
    for room in reversed(list(rooms())):
        if room.personal_data is None:
            continue
        for what, result in resolved(room.personal_data.erase)(person, by=by, at=at).items():
            if isinstance(result, int):
                erased[f"{room.label}.{what}"] = result
            else:
                stays[f"{room.label}.{what}"] = str(result)
    ErasureRequest.objects.filter(person=person, state=RequestState.OPEN).update(
        state=RequestState.DONE, answered_at=at
    )
    audit.record(PersonErased(object_id=person.pk, erased=erased, stays=stays), by=by)
    return erased, stays


def _open_request(request: ErasureRequest) -> ErasureRequest:
    locked = ErasureRequest.objects.select_for_update().get(pk=request.pk)
    if locked.state != RequestState.OPEN:
        raise PrivacyRefused(_("This request is answered already."))
    return locked


def export_requests(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """What this room knows of a person: her requests."""
    rows = ErasureRequest.objects.filter(person=person).order_by("asked_at")
    return {
        "requests": [
            {"asked_at": row.asked_at.isoformat(), "state": row.state, "reason": row.reason,
             "answer": row.answer}
            for row in rows
        ]
    }  # fmt: skip


def erase_requests(person: "Person", *, by: "Person | None", at: datetime) -> dict[str, int | str]:
    """Requests stay as proof that they were answered; their words are emptied."""
    asked = ErasureRequest.objects.filter(person=person)
    asked.update(reason="")
    asked.exclude(answer="").update(answer="–")
    return {"requests": _("stay without their words, as proof that they were answered")}


def keep_periods(*, at: datetime) -> dict[str, int]:
    """Remove what is older than its room's period; return how many of what.

    Each batch is a transaction with its own entry in the log and in the trail, so that a run that
    is stopped leaves nothing half-done and can be repeated.
    """
    removed: dict[str, int] = {}
    for rule in queries.retentions():
        before = at - rule.keep
        while True:
            with transaction.atomic():
                count: int = resolved(rule.remove)(before, limit=BATCH)
                if count:
                    Removal.objects.create(rule=rule.key, at=at, before=before, removed=count)
                    audit.record(
                        PeriodEnded(object_id=new_id(), rule=rule.key, removed=count), by=None
                    )
            if count:
                removed[rule.key] = removed.get(rule.key, 0) + count
            if count < BATCH:
                break
    return removed
