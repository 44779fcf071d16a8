"""Everything that changes the mail server, and the one way in which rooms send mail."""

import unicodedata
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from netzstadt.core.audit import services as audit
from netzstadt.core.jobs import services as jobs
from netzstadt.core.mail import queries, transport, writing
from netzstadt.core.mail.events import (
    MailFailed,
    MailSentAgain,
    MailServerChanged,
    MailServerRemoved,
    MailServerTried,
)
from netzstadt.core.mail.models import (
    LEFT_ALONE,
    PAUSES,
    SENT_WITHIN,
    MailServer,
    OutgoingMail,
    Security,
    State,
)
from netzstadt.core.mail.secrecy import encrypted
from netzstadt.core.orgs.queries import persons
from netzstadt.core.refusal import Refusal
from netzstadt.lib.addresses import is_loopback
from netzstadt.lib.ids import new_id

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_LONGEST_SUBJECT = 200


class MailRefused(Refusal):
    """The mail cannot be written or sent this way."""


class MailServerRefused(Refusal):
    """The mail server cannot be set up this way."""


# -- writing -----------------------------------------------------------------------------------


def send(
    *,
    to: "Person | str",
    subject: str | Promise,
    template: str,
    context: Mapping[str, Any],
    at: datetime,
    language: str = "de",
    unsubscribe_url: str = "",
) -> OutgoingMail:
    """Write a mail to a person or an address; a job sends it after the caller's commit.

    It exists exactly if the caller's change does: nothing is mailed that was rolled back.
    ``template`` names the room's plain text (``room/mail/invitation``); HTML is made of it.
    ``subject`` may be lazy and is translated into ``language``. ``unsubscribe_url`` is where one
    POST ends such mails (RFC 8058).

    Raises MailRefused if the address is none, or subject or address have more than one line.
    """
    title, text, html = writing.written(
        subject=subject, template=template, context=context, language=language
    )
    address = to if isinstance(to, str) else to.email
    person_id = None if isinstance(to, str) else to.pk
    return queue(
        address=address,
        person_id=person_id,
        subject=title,
        text=text,
        html=html,
        language=language,
        unsubscribe_url=unsubscribe_url,
        at=at,
    )


@transaction.atomic
def queue(
    *,
    address: str,
    subject: str,
    text: str,
    at: datetime,
    html: str = "",
    language: str = "de",
    person_id: uuid.UUID | None = None,
    unsubscribe_url: str = "",
) -> OutgoingMail:
    """Put a finished mail into the queue, in the caller's transaction; ``send`` writes it first.

    Without a mail server it is kept here, where administrators can read it. Of whom the address
    is, is looked up where the caller does not say.

    Raises MailRefused like ``send``.
    """
    if not _is_one_line(subject) or not _is_one_line(address):
        raise MailRefused(_("Subject and address of a mail have one line each."))
    try:
        validate_email(address)
        address = queries.as_sent(address)
    except (ValidationError, UnicodeError) as error:
        raise MailRefused(_("This is no e-mail address: %(it)s") % {"it": address}) from error
    person = persons.person_with(address) if person_id is None else persons.person(person_id)
    # The addresses of demo accounts are nobody's.
    is_demo = person is not None and person.is_demo
    goes_out = queries.has_server() and not is_demo
    mail = OutgoingMail.objects.create(
        person=person,
        address=address,
        subject=subject[:_LONGEST_SUBJECT],
        text=text,
        html=html,
        unsubscribe_url=unsubscribe_url,
        language=language,
        state=State.WAITING if goes_out else State.KEPT,
        created_at=at,
        due_at=at if goes_out else None,
    )
    if goes_out:
        _deliver_later(mail, at=None)
    return mail


def _is_one_line(text: str) -> bool:
    """Whether nothing in it ends a line or controls a machine; odd letters are fine."""
    return not any(unicodedata.category(sign) in {"Cc", "Zl", "Zp"} for sign in text)


def _deliver_later(mail: OutgoingMail, *, at: datetime | None) -> None:
    job = jobs.job_named("netzstadt.core.mail.jobs.deliver_mail")
    jobs.defer(job, at=at, mail_id=str(mail.pk))


# -- sending -----------------------------------------------------------------------------------


def deliver(*, mail_id: uuid.UUID, at: datetime) -> None:
    """Try to send a mail that is due: take it, talk to the server, note how it ended.

    The conversation holds no transaction open. A worker that dies in it leaves the mail taken for
    a few minutes; then it is tried again. Should the server have accepted it already, the second
    one has the same Message-ID.
    """
    taken = _take(mail_id, at)
    if taken is None:
        return
    mail, server = taken
    outcome = transport.send(server, mail)
    _conclude(mail, outcome, at)


@transaction.atomic
def _take(mail_id: uuid.UUID, at: datetime) -> tuple[OutgoingMail, MailServer] | None:
    due = OutgoingMail.objects.select_for_update(skip_locked=True).filter(
        pk=mail_id, state__in=(State.WAITING, State.SENDING), due_at__lte=at
    )
    mail = due.first()
    if mail is None:
        return None
    server = queries.server()
    if server is None:  # removed since the mail was written
        mail.state, mail.due_at = State.KEPT, None
        mail.save(update_fields=["state", "due_at"])
        return None
    if server.silent_until is not None and server.silent_until > at:
        mail.state, mail.due_at = State.WAITING, server.silent_until  # found again by the duty
        mail.save(update_fields=["state", "due_at"])
        return None
    mail.state, mail.due_at, mail.tries = State.SENDING, at + SENT_WITHIN, mail.tries + 1
    mail.save(update_fields=["state", "due_at", "tries"])
    return mail, server


@transaction.atomic
def _conclude(mail: OutgoingMail, outcome: transport.Outcome, at: datetime) -> None:
    """Note the outcome, unless another worker has taken the mail meanwhile."""
    same = OutgoingMail.objects.select_for_update().filter(
        pk=mail.pk, state=State.SENDING, tries=mail.tries
    )
    current = same.first()
    if current is None:
        return
    if outcome.cause in transport.UNREACHED:
        MailServer.objects.update(silent_until=at + LEFT_ALONE)
    current.answer, current.due_at = outcome.answer, None
    if outcome.is_accepted:
        current.state, current.sent_at = State.SENT, at
    elif outcome.is_final or current.tries > len(PAUSES):
        current.state = State.FAILED
        audit.record(
            MailFailed(object_id=current.pk, tries=current.tries, answer=outcome.answer), by=None
        )
    else:
        current.state = State.WAITING
        current.due_at = at + PAUSES[current.tries - 1]
        _deliver_later(current, at=current.due_at)
    current.save(update_fields=["state", "answer", "due_at", "sent_at"])


@transaction.atomic
def send_again(*, mail: OutgoingMail, by: "Person", at: datetime) -> None:
    """Put a mail that failed, or was kept for want of a server, into the queue again.

    Raises MailRefused if it went out or still waits, if its text is removed, or without a server.
    """
    current = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    if not current.may_be_sent_again:
        raise MailRefused(_("This mail is not one that failed, or its text is removed."))
    if not queries.has_server():
        raise MailRefused(_("There is no mail server yet; set one up first."))
    current.state, current.due_at, current.tries, current.answer = State.WAITING, at, 0, ""
    current.save(update_fields=["state", "due_at", "tries", "answer"])
    _deliver_later(current, at=None)
    audit.record(MailSentAgain(object_id=current.pk), by=by)


# -- the server --------------------------------------------------------------------------------


@transaction.atomic
def set_up_server(
    *, facts: Mapping[str, Any], password: str | None, by: "Person | None", at: datetime
) -> MailServer:
    """Name the mail server that mail goes out through, in place of the one before.

    ``facts`` are host, port, security, user, sender_name and sender_address. ``password`` is kept
    encrypted; None leaves the one that is there, as long as host and user stay the same: a
    password is never sent to another server than the one that it was typed in for.

    Raises MailServerRefused if mail would go over the network unencrypted.
    """
    with connection.cursor() as cursor:  # two who set it up first must not both make one
        cursor.execute("select pg_advisory_xact_lock(hashtext('netzstadt.mail.server'))")
    server = MailServer.objects.select_for_update().first() or MailServer(id=new_id())
    before = _facts_of(server)
    is_same = (server.host, server.user) == (facts["host"], facts["user"])
    server = _with_facts(server, facts)
    if password is not None:
        server.password_encrypted = encrypted(password)
    elif not is_same:
        server.password_encrypted = ""
    _check(server)
    server.changed_at, server.silent_until = at, None
    server.save()
    after = _facts_of(server)
    changed = {name for name in after if after[name] != before.get(name)}
    audit.record(
        MailServerChanged(
            object_id=server.pk,
            before={name: before.get(name) for name in sorted(changed)},
            after={name: after[name] for name in sorted(changed)}
            | ({"password": "set"} if password else {}),
        ),
        by=by,
    )
    return server


@transaction.atomic
def remove_server(*, by: "Person", at: datetime) -> None:
    """Send no more mail: what waits, and what is written from now on, is kept here.

    Raises MailServerRefused if there is none.
    """
    server = MailServer.objects.select_for_update().first()
    if server is None:
        raise MailServerRefused(_("There is no mail server."))
    audit.record(MailServerRemoved(object_id=server.pk, before=_facts_of(server)), by=by)
    server.delete()


def try_server(*, to: str, by: "Person", at: datetime) -> transport.Outcome:
    """Send a test mail at once and return what the server answered.

    Raises MailServerRefused without a server, MailRefused if ``to`` is no address.
    """
    server = queries.server()
    if server is None:
        raise MailServerRefused(_("There is no mail server yet; set one up first."))
    try:
        validate_email(to)
    except ValidationError as error:
        raise MailRefused(_("This is no e-mail address: %(it)s") % {"it": to}) from error
    subject, text, html = writing.written(
        subject=gettext_lazy("Test of the mail server"),
        template="mail/test",
        context={},
        language="de",
    )
    mail = OutgoingMail(
        address=queries.as_sent(to),
        subject=subject,
        text=text,
        html=html,
        language="de",
        created_at=at,
    )
    outcome = transport.send(server, mail)
    with transaction.atomic():
        event = MailServerTried(
            object_id=server.pk,
            address=to,
            is_accepted=outcome.is_accepted,
            answer=outcome.answer,
        )
        audit.record(event, by=by)
    return outcome


_FACTS = ("host", "port", "security", "user", "sender_name", "sender_address")


def _facts_of(server: MailServer) -> dict[str, Any]:
    return {name: getattr(server, name) for name in _FACTS if getattr(server, name) is not None}


def _with_facts(server: MailServer, facts: Mapping[str, Any]) -> MailServer:
    for name in _FACTS:
        setattr(server, name, facts[name])
    return server


def _check(server: MailServer) -> None:
    if server.security == Security.NONE and not is_loopback(server.host):
        raise MailServerRefused(
            _(
                "Without TLS, passwords and mail could be read on the way: only for a server on"
                " this machine (localhost)."
            )
        )


# -- keeping -----------------------------------------------------------------------------------


@transaction.atomic
def remove_texts(before: datetime, *, limit: int) -> int:
    """Empty at most ``limit`` mails written before ``before``; what remains is who, when, what of.

    One that still waits keeps its text.
    """
    old = OutgoingMail.objects.select_for_update(skip_locked=True).filter(
        created_at__lt=before,
        text_removed_at__isnull=True,
        state__in=(State.SENT, State.FAILED, State.KEPT),
    )
    keys = list(old.order_by("created_at").values_list("pk", flat=True)[:limit])
    return OutgoingMail.objects.filter(pk__in=keys).update(
        text="", html="", text_removed_at=before + TEXTS_KEPT
    )


@transaction.atomic
def remove_mails(before: datetime, *, limit: int) -> int:
    """Remove at most ``limit`` mails written before ``before`` altogether."""
    old = OutgoingMail.objects.select_for_update(skip_locked=True).filter(
        created_at__lt=before, state__in=(State.SENT, State.FAILED, State.KEPT)
    )
    keys = list(old.order_by("created_at").values_list("pk", flat=True)[:limit])
    return OutgoingMail.objects.filter(pk__in=keys).delete()[0]


TEXTS_KEPT = timedelta(days=30)
