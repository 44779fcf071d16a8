"""Reading the mail server's facts and the mail that goes out."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from netzstadt.core.mail.models import MailServer, OutgoingMail, State

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


def server() -> MailServer | None:
    """The mail server that was set up, or None: then mail is kept here."""
    return MailServer.objects.first()


def has_server() -> bool:
    """Whether mail goes out at all."""
    return MailServer.objects.exists()


def on_its_way(text: str) -> tuple[int, str]:
    """What somebody is told who had a mail sent, with its level: ``text``, or that it is kept."""
    if has_server():
        return messages.SUCCESS, text
    return messages.WARNING, _(
        "No mail server is set up: the mail was not sent, it is kept under Mail. Tell the person in"
        " another way, or send it from there once a server is set up."
    )


def outgoing(*, state: str = "", text: str = "") -> QuerySet[OutgoingMail, Any]:
    """All mail, newest first, without its texts; ``text`` looks in address and subject."""
    found = OutgoingMail.objects.defer("text", "html").order_by("-created_at", "-id")
    if state:
        found = found.filter(state=state)
    if text:
        found = found.filter(Q(address__icontains=text) | Q(subject__icontains=text))
    return found


def mail(mail_id: uuid.UUID) -> OutgoingMail | None:
    """One mail with its text; None if there is none."""
    return OutgoingMail.objects.filter(pk=mail_id).first()


def as_sent(address: str) -> str:
    """The address with its host name as mail servers know it (IDNA). Raises UnicodeError."""
    local, _at, host = address.rpartition("@")
    return f"{local}@{host.encode('idna').decode()}"


def addresses_of(person: "Person") -> list[str]:
    """How the address of a person stands in mail: as she wrote it, and as mail servers know it."""
    try:
        return [person.email, as_sent(person.email)]
    except UnicodeError:  # no mail server knows it, so no mail was queued to it
        return [person.email]


def mail_to(person: "Person") -> QuerySet[OutgoingMail, Any]:
    """What was written to this person, newest first, with texts; also what went to her address
    before she had an account."""
    hers = Q(person=person)
    for address in addresses_of(person):
        hers |= Q(address__iexact=address)
    return OutgoingMail.objects.filter(hers).order_by("-created_at", "-id")


def due(*, at: datetime, limit: int) -> list[uuid.UUID]:
    """The mail that should have been tried by ``at``: its job was lost, or its worker died."""
    open_ = OutgoingMail.objects.filter(state__in=(State.WAITING, State.SENDING), due_at__lte=at)
    return list(open_.order_by("due_at").values_list("pk", flat=True)[:limit])


def personal_data(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """What is kept of the mail to this person."""
    return {
        "mail": [
            {
                "written_at": one.created_at.isoformat(),
                "address": one.address,
                "subject": one.subject,
                "text": one.text,
                "state": one.state,
                "sent_at": one.sent_at.isoformat() if one.sent_at else None,
            }
            for one in mail_to(person)
        ]
    }
