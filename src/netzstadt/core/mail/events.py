"""What happens to the mail server and to mail."""

from dataclasses import dataclass
from typing import Any, ClassVar

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class MailServerChanged(Event):
    """The mail server was set up or changed; passwords are never written down here."""

    name = "mail.server.changed"
    object_model = "mail.server"

    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class MailServerRemoved(Event):
    """Mail no longer goes out; it is kept here."""

    name = "mail.server.removed"
    object_model = "mail.server"

    before: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class MailServerTried(Event):
    """The mail server was tried with a mail to an address of somebody's choice."""

    name = "mail.server.tried"
    object_model = "mail.server"
    personal: ClassVar[frozenset[str]] = frozenset({"address", "answer"})

    address: str
    is_accepted: bool
    answer: str


@dataclass(frozen=True, kw_only=True)
class MailFailed(Event):
    """A mail could not be sent, and is not tried again by itself."""

    name = "mail.outgoing.failed"
    object_model = "mail.outgoing"
    personal: ClassVar[frozenset[str]] = frozenset({"answer"})

    tries: int
    answer: str


@dataclass(frozen=True, kw_only=True)
class MailSentAgain(Event):
    """A mail that had not gone out was put into the queue again."""

    name = "mail.outgoing.sent_again"
    object_model = "mail.outgoing"
