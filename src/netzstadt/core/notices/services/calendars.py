"""The secret address of a person's calendar."""

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.notices.events import CalendarClosed, CalendarOpened
from netzstadt.core.notices.models import CalendarAddress
from netzstadt.core.refusal import Refusal

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


class CalendarRefused(Refusal):
    """The calendar has no address that could be ended."""


def digest_of(token: str) -> bytes:
    """What is kept of a secret: 256 random bits cannot be guessed, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def etag_of(content: bytes) -> str:
    """The entity tag of a calendar with this content."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


@transaction.atomic
def open_calendar(*, person: "Person", by: "Person | None", at: datetime) -> str:
    """Give a person's calendar a new secret address and return its secret, which is kept nowhere.

    An address that she had before leads nowhere from now on.
    """
    token = secrets.token_urlsafe(32)
    CalendarAddress.objects.update_or_create(
        person=person,
        defaults={
            "token_digest": digest_of(token),
            "made_at": at,
            "content_digest": None,
            "content_changed_at": None,
        },
    )
    audit.record(CalendarOpened(object_id=person.pk), by=by)
    return token


@transaction.atomic
def close_calendar(*, person: "Person", by: "Person | None", at: datetime) -> None:
    """Take the address of a person's calendar away.

    Raises CalendarRefused if it has none.
    """
    if not CalendarAddress.objects.filter(person=person).delete()[0]:
        raise CalendarRefused(_("Your calendar has no address."))
    audit.record(CalendarClosed(object_id=person.pk), by=by)


def note_content(*, calendar: CalendarAddress, content: bytes, at: datetime) -> datetime:
    """Note what a calendar holds now; return since when it has been so.

    Written only where something changed. An entry that went away changes it as well, which no
    entry's own time would tell.
    """
    digest = hashlib.sha256(content).digest()
    known = calendar.content_digest
    if known is not None and bytes(known) == digest and calendar.content_changed_at is not None:
        return calendar.content_changed_at
    # HTTP knows whole seconds.
    changed_at = at.replace(microsecond=0)
    CalendarAddress.objects.filter(pk=calendar.pk, token_digest=calendar.token_digest).update(
        content_digest=digest, content_changed_at=changed_at
    )
    return changed_at
