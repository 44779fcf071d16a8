"""Choosing a new password by mail."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.accounts import mails, queries, tokens
from netzstadt.core.accounts.events import PasswordResetSent, PasswordResetUsed
from netzstadt.core.accounts.models import Language, PasswordReset
from netzstadt.core.accounts.services import sessions
from netzstadt.core.audit import services as audit
from netzstadt.core.orgs.queries import persons as person_queries
from netzstadt.core.orgs.services import persons
from netzstadt.core.refusal import Refusal

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

VALID_FOR = timedelta(hours=1)
KEPT_FOR = timedelta(days=1)
# Nobody's inbox is flooded by others who type her address.
MAILS_AN_HOUR = 3
# Asked for and not yet looked up: a flood of questions is turned away before it fills the table.
WAITING_AT_MOST = 200


class ResetRefused(Refusal):
    """The password cannot be chosen with this link."""


class TooManyResets(Refusal):
    """Too many people ask at this moment."""


@transaction.atomic
def change_own_password(
    *, person: "Person", current: str, new: str, keep_session: str | None, at: datetime
) -> None:
    """Change one's own password; all sessions end but the one that is kept.

    Raises PersonRefused if the current one is wrong or the new one too weak.
    """
    persons.change_password(person=person, current=current, new=new, by=person, at=at)
    sessions.end_other_sessions(person=person, keep=keep_session, by=person, at=at)


@transaction.atomic
def ask_for_reset(*, account: str, language: str, at: datetime) -> PasswordReset:
    """Note that somebody wants a new password for an address; a job does the rest.

    Whether the address is known is not asked here: the way and the time are the same for all. No
    event: that somebody typed an address says nothing of a person.

    Raises TooManyResets where so many wait that the mails would not be sent soon.
    """
    if PasswordReset.objects.filter(person__isnull=True).count() >= WAITING_AT_MOST:
        raise TooManyResets(_("Too many people ask for a new password now. Try again later."))
    known = language if language in Language.values else Language.GERMAN
    return PasswordReset.objects.create(account=account[:254], language=known, asked_at=at)


def send_reset(*, reset_id: uuid.UUID | str, at: datetime) -> None:
    """Send the link for a new password to the person with the address, if there is one.

    The token is made here and is in the mail alone. A person who may not sign in, a demo account,
    and somebody who was sent three in an hour are sent nothing.
    """
    with transaction.atomic():
        reset = PasswordReset.objects.select_for_update().filter(pk=reset_id).first()
        if reset is None or reset.ended_at is not None:
            return
        person = person_queries.person_with(reset.account)
        if person is None or not person.is_active or person.is_demo:
            reset.delete()
            return
        recent = PasswordReset.objects.filter(person=person, asked_at__gt=at - timedelta(hours=1))
        if recent.exclude(pk=reset.pk).count() >= MAILS_AN_HOUR:
            reset.delete()
            return
        token = tokens.new_token()
        PasswordReset.objects.filter(person=person, ended_at__isnull=True).update(ended_at=at)
        reset.person, reset.token_digest = person, tokens.digest_of(token)
        reset.password_digest = tokens.digest_of(person.password)
        reset.expires_at, reset.ended_at = at + VALID_FOR, None
        reset.save()
        audit.record(PasswordResetSent(object_id=person.pk), by=None)
    mails.send_reset(to=person.email, name=person.name, token=token, language=reset.language)


@transaction.atomic
def reset_password(*, token: str, new: str, at: datetime) -> None:
    """Set the password that somebody chose with the link that she was sent; the link ends.

    All her sessions end with the old password. She is not signed in by this: the second factor is
    asked for as ever.

    Raises ResetRefused if the link is used or too old, PersonRefused if the password is too weak.
    """
    found = queries.open_reset(token, at=at)
    locked = (
        PasswordReset.objects.select_for_update().filter(pk=found.pk).first() if found else None
    )
    if found is None or locked is None or locked.ended_at is not None or found.person is None:
        raise ResetRefused(_("This link has been used or is too old. Ask for a new one."))
    persons.change_password(person=found.person, new=new, by=None, at=at)
    sessions.end_other_sessions(person=found.person, keep=None, by=found.person, at=at)
    locked.ended_at = at
    locked.save(update_fields=["ended_at"])
    audit.record(PasswordResetUsed(object_id=found.person.pk), by=found.person)


def end_resets(*, person_id: uuid.UUID, at: datetime) -> None:
    """End every link for a new password that a person was sent. No event: another one says why."""
    PasswordReset.objects.filter(person_id=person_id, ended_at__isnull=True).update(ended_at=at)


def forget_resets(*, at: datetime) -> None:
    """Remove what was asked for more than a day ago: it names people."""
    PasswordReset.objects.filter(asked_at__lt=at - KEPT_FOR).delete()
