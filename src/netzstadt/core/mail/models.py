"""The mail server that an administrator named, and the mail that goes out."""

import uuid
from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.ids import new_id

# Nothing that could begin a header of its own may stand in a header.
ONE_LINE = r"^[^[:cntrl:]]*$"


class Security(models.TextChoices):
    """How the way to the mail server is kept from listeners."""

    STARTTLS = "STARTTLS", _("STARTTLS (mostly port 587)")
    TLS = "TLS", _("TLS from the first byte (mostly port 465)")
    NONE = "NONE", _("None: a server on this machine only")


class MailServer(models.Model):
    """The one mail server through which mail goes out; no row, no server."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    is_the_one = models.BooleanField(default=True, unique=True)
    host = models.CharField(_("Host name"), max_length=253)
    port = models.PositiveIntegerField(_("Port"))
    security = models.TextField(_("Security"), choices=Security.choices)
    user = models.CharField(_("User name"), max_length=254, blank=True)
    # Encrypted; empty where the server asks for none.
    password_encrypted = models.TextField(blank=True)
    sender_name = models.CharField(_("Name of the sender"), max_length=100)
    sender_address = models.EmailField(_("Address of the sender"))
    changed_at = models.DateTimeField()
    # A server that could not be reached is left alone until then: waiting for it in vain, mail
    # after mail, would keep the worker from everything else.
    silent_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(is_the_one=True), name="mail_server_one"),
            models.CheckConstraint(
                condition=models.Q(port__gte=1, port__lte=65535), name="mail_server_port"
            ),
            models.CheckConstraint(
                condition=models.Q(security__in=Security.values), name="mail_server_security"
            ),
            models.CheckConstraint(
                condition=models.Q(password_encrypted="") | ~models.Q(user=""),
                name="mail_server_password_has_user",
            ),
            models.CheckConstraint(
                condition=models.Q(sender_name__regex=ONE_LINE, sender_address__regex=ONE_LINE),
                name="mail_server_sender_one_line",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class State(models.TextChoices):
    """How far a mail has come."""

    WAITING = "WAITING", _("waits to be sent")
    SENDING = "SENDING", _("is being sent")
    SENT = "SENT", _("sent")
    FAILED = "FAILED", _("not sent")
    KEPT = "KEPT", _("kept here: there is no mail server")


class OutgoingMail(models.Model):
    """One mail to one address. Written with the change that it tells of, sent by a job."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person = models.ForeignKey("orgs.Person", null=True, on_delete=models.PROTECT, related_name="+")
    address = models.EmailField(_("Recipient"))
    subject = models.CharField(_("Subject"), max_length=200)
    # Emptied after some weeks; ``text_removed_at`` says when.
    text = models.TextField(_("Text"), blank=True)
    html = models.TextField(blank=True)
    text_removed_at = models.DateTimeField(null=True)
    # Where a mail program ends such mails for its reader, with one POST (RFC 8058).
    unsubscribe_url = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    state = models.TextField(_("State"), choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("Tries"), default=0)
    created_at = models.DateTimeField(_("Written at"))
    # When it is tried next while it waits; when another worker may take it while it is sent.
    due_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("Sent at"), null=True)
    # What the server, or the way to it, answered last.
    answer = models.TextField(_("Answer of the server"), blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="mail_outgoing_state"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    subject__regex=ONE_LINE,
                    address__regex=ONE_LINE,
                    unsubscribe_url__regex=r"^[!-~]*$",
                ),
                name="mail_outgoing_one_line",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.SENT, sent_at__isnull=False)
                | (~models.Q(state=State.SENT) & models.Q(sent_at__isnull=True)),
                name="mail_outgoing_sent_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=(State.WAITING, State.SENDING), due_at__isnull=False)
                | (
                    ~models.Q(state__in=(State.WAITING, State.SENDING))
                    & models.Q(due_at__isnull=True)
                ),
                name="mail_outgoing_open_is_due",
            ),
            models.CheckConstraint(
                condition=models.Q(text_removed_at__isnull=True) | models.Q(text="", html=""),
                name="mail_outgoing_removed_is_empty",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="mail_outgoing_due",
                condition=models.Q(state__in=("WAITING", "SENDING")),
            ),
            models.Index(fields=["-created_at", "-id"], name="mail_outgoing_newest"),
            models.Index(fields=["person", "-created_at"], name="mail_outgoing_person"),
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"

    @property
    def may_be_sent_again(self) -> bool:
        """Whether "send again" makes sense: it did not go out, and its text is still there."""
        return self.state in {State.FAILED, State.KEPT} and self.text_removed_at is None


# Pauses before the second try, the third …; after the last the mail has failed. About two days, as
# mail servers do (RFC 5321, 4.5.4.1).
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 720, 720))
# How long a server that could not be reached is left alone.
LEFT_ALONE = timedelta(minutes=1)
# A worker that sends a mail has it for itself so long; if it dies, another one takes it.
SENT_WITHIN = timedelta(minutes=5)
