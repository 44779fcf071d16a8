"""What people write to the city: taking it in, working on it, answering it, removing it."""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from netzstadt.core.audit import services as audit
from netzstadt.core.city import queries
from netzstadt.core.city.events import FeedbackReceived, FeedbackReplied, FeedbackTaken
from netzstadt.core.city.models import (
    Category,
    FeedbackKind,
    FeedbackMessage,
    FeedbackReply,
    FeedbackState,
    FeedbackTry,
)
from netzstadt.core.mail import queries as mail_queries
from netzstadt.core.mail import services as mail
from netzstadt.core.refusal import Refusal

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# § 5 (2) BITVNRW: within two to at most six weeks, or word in between.
ANSWERED_WITHIN = timedelta(weeks=6)
TRIES_AN_HOUR = 5


class FeedbackRefused(Refusal):
    """The message cannot be taken in or answered this way."""


class TooManyMessages(FeedbackRefused):
    """This address has sent too many messages within an hour."""


@transaction.atomic
def receive_feedback(
    *,
    kind: FeedbackKind,
    category: Category,
    text: str,
    client: str,
    language: str,
    at: datetime,
    page: str = "",
    email: str = "",
) -> FeedbackMessage:
    """Take in a report of a barrier or a message, and tell the city's contact address.

    ``client`` is where it comes from; it limits how many are taken in an hour and is kept for a
    day, as a keyed digest only. The notice says that there is something to read, not what.

    Raises TooManyMessages beyond the limit.
    """
    count_try(client, at=at, purpose="feedback", most=TRIES_AN_HOUR)
    is_barrier = kind == FeedbackKind.BARRIER
    due_on = timezone.localdate(at) + ANSWERED_WITHIN if is_barrier else None
    message = FeedbackMessage.objects.create(
        kind=kind,
        category=category,
        page=page,
        text=text,
        email=email,
        language=language,
        received_at=at,
        answer_due_on=due_on,
    )
    audit.record(
        FeedbackReceived(object_id=message.pk, kind=kind.value, category=category.value), by=None
    )
    city = queries.current()
    if city.contact_email:
        mail.send(
            to=city.contact_email,
            subject=gettext_lazy("Somebody wrote to the city"),
            template="city/mail/notice",
            context={"message": message, "url": _office_url(message), "city": city},
            language=city.language,
            at=at,
        )
    return message


def count_try(client: str, *, at: datetime, purpose: str, most: int) -> None:
    """Count that ``client``, an address or an account, sends something; kept as a keyed digest.

    Raises TooManyMessages beyond ``most`` of one purpose within an hour.
    """
    digest = hmac.digest(
        settings.SECRET_KEY.encode(), f"netzstadt {purpose} {client}".encode(), hashlib.sha256
    )
    with connection.cursor() as cursor:  # two at once must not both be the last one
        key = int.from_bytes(digest[:8], "big", signed=True)
        cursor.execute("select pg_advisory_xact_lock(%s)", (key,))
    recent = FeedbackTry.objects.filter(client_digest=digest, at__gt=at - timedelta(hours=1))
    if recent.count() >= most:
        raise TooManyMessages(
            _(
                "Several messages have come from your connection within an hour. Please try again"
                " later, or write to the address in the imprint."
            )
        )
    FeedbackTry.objects.create(client_digest=digest, at=at)


def _office_url(message: FeedbackMessage) -> str:
    path = reverse("city:feedback-message", args=[message.pk])
    return f"{settings.CONFIG.public_url}{path}"


@transaction.atomic
def take_feedback(*, message: FeedbackMessage, by: "Person", at: datetime) -> None:
    """Say that the office works on it.

    Raises FeedbackRefused if it is not new.
    """
    current = FeedbackMessage.objects.select_for_update().get(pk=message.pk)
    if current.state != FeedbackState.NEW:
        raise FeedbackRefused(_("Somebody has taken this message already."))
    current.state = FeedbackState.IN_WORK
    current.save(update_fields=["state"])
    audit.record(FeedbackTaken(object_id=current.pk), by=by)


@transaction.atomic
def reply_to_feedback(
    *, message: FeedbackMessage, text: str, is_final: bool, by: "Person", at: datetime
) -> FeedbackReply:
    """Answer a message, for good or with word in between; by mail where an address was left.

    An answer to a barrier names the procedure that is open to who is not content
    (§ 5 (2) BITVNRW).

    Raises FeedbackRefused if it was answered for good already.
    """
    current = FeedbackMessage.objects.select_for_update().get(pk=message.pk)
    if current.state == FeedbackState.ANSWERED:
        raise FeedbackRefused(_("This message was answered already."))
    reply = FeedbackReply.objects.create(
        message=current,
        text=text,
        is_final=is_final,
        was_mailed=bool(current.email) and mail_queries.has_server(),
        by=by,
        at=at,
    )
    current.state = FeedbackState.ANSWERED if is_final else FeedbackState.IN_WORK
    current.answered_at = at if is_final else None
    current.save(update_fields=["state", "answered_at"])
    if current.email:
        mail.send(
            to=current.email,
            subject=gettext_lazy("Answer to your message"),
            template="city/mail/answer",
            context={"message": current, "reply": reply, "city": queries.current()},
            language=current.language,
            at=at,
        )
    event = FeedbackReplied(object_id=current.pk, is_final=is_final, was_mailed=reply.was_mailed)
    audit.record(event, by=by)
    return reply


@transaction.atomic
def remove_feedback(before: datetime, *, limit: int) -> int:
    """Remove at most ``limit`` messages, with their replies, that were answered before ``before``.

    What waits for an answer stays: removing it would answer nobody.
    """
    old = FeedbackMessage.objects.filter(answered_at__lt=before).order_by("answered_at")
    keys = list(old.values_list("pk", flat=True)[:limit])
    FeedbackMessage.objects.filter(pk__in=keys).delete()
    return len(keys)


def forget_tries(*, at: datetime) -> None:
    """Remove the counted messages of more than a day ago."""
    FeedbackTry.objects.filter(at__lt=at - timedelta(days=1)).delete()
