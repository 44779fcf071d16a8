"""The conversation with a mail server: one mail, and what the server answered."""

import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import Enum
from typing import TYPE_CHECKING

from netzstadt.core.mail.models import OutgoingMail, Security
from netzstadt.core.mail.secrecy import PasswordUnreadable, decrypted
from netzstadt.lib.addresses import is_loopback

if TYPE_CHECKING:
    from netzstadt.core.mail.models import MailServer

TIMEOUT_S = 20.0
_LONGEST_ANSWER = 1000


class Cause(Enum):
    """What a failed try was about, as far as it can be told: which advice helps."""

    NAME = "the host's name is not known"
    REFUSED = "nobody listens there"
    TIMEOUT = "no answer in time"
    CERTIFICATE = "the certificate is not trusted"
    TLS = "no encrypted connection came about"
    LOGIN = "user name and password are not accepted"
    PASSWORD = "the stored password cannot be read"  # noqa: S105 - no password
    SENDER = "the sender's address is not accepted"
    RECIPIENT = "the recipient's address is not accepted"
    RELAY = "the server does not pass on mail to this address"
    CUT_OFF = "the connection ended in the middle"
    OTHER = "something else"


# What other mail would meet as well, after the same wait.
UNREACHED = frozenset({Cause.NAME, Cause.REFUSED, Cause.TIMEOUT})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try ended. ``answer`` is the server's own, or what the way to it said."""

    is_accepted: bool
    answer: str
    cause: Cause | None = None
    is_final: bool = False


def send(server: "MailServer", mail: OutgoingMail) -> Outcome:
    """Hand ``mail`` to the server.

    The answer to the mail itself counts: whatever happens after it was accepted, it is sent. A
    server that refuses the recipient or the mail for good (5xx) ends the tries; all else may pass:
    a busy server, a password that an administrator is about to correct.
    """
    if server.security == Security.NONE and not is_loopback(server.host):
        return Outcome(False, "Without TLS mail goes to this machine only.", Cause.TLS)
    try:
        password = decrypted(server.password_encrypted)
    except PasswordUnreadable as error:
        return Outcome(False, str(error), Cause.PASSWORD)
    try:
        return _conversation(server, password, mail)
    except smtplib.SMTPException as error:
        return _outcome_of(error)
    except (OSError, UnicodeError) as error:
        return Outcome(False, _shortened(str(error) or type(error).__name__), _cause_of(error))


def message_of(server: "MailServer", mail: OutgoingMail) -> EmailMessage:
    """The mail as it is handed over: plain text and simple HTML, marked as automatic."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(server.sender_name, addr_spec=server.sender_address)
    message["To"] = Address(addr_spec=mail.address)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    # The same at every try: a mail that arrives twice is known by it.
    message["Message-ID"] = f"<{mail.pk}@{server.sender_address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office notes in return
    if mail.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    message["Content-Language"] = mail.language
    return message


def _conversation(server: "MailServer", password: str, mail: OutgoingMail) -> Outcome:
    context = ssl.create_default_context()
    smtp: smtplib.SMTP
    if server.security == Security.TLS:
        smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    try:
        if server.security == Security.STARTTLS:
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, password)
        code, answer = _hand_over(smtp, server, mail)
    except BaseException:
        smtp.close()
        raise
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError):
        smtp.close()  # it was accepted; how they part does not matter
    return Outcome(True, _words(code, answer))


def _hand_over(smtp: smtplib.SMTP, server: "MailServer", mail: OutgoingMail) -> tuple[int, bytes]:
    code, answer = smtp.mail(server.sender_address)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, answer, server.sender_address)
    code, answer = smtp.rcpt(mail.address)
    if code not in {250, 251}:
        raise smtplib.SMTPRecipientsRefused({mail.address: (code, answer)})
    code, answer = smtp.data(message_of(server, mail).as_bytes())
    if code != 250:
        raise smtplib.SMTPDataError(code, answer)
    return code, answer


def _outcome_of(error: smtplib.SMTPException) -> Outcome:
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, answer = next(iter(error.recipients.values()))
            words = _words(code, answer)
            is_relay = "relay" in words.lower() or code == 551
            return Outcome(False, words, Cause.RELAY if is_relay else Cause.RECIPIENT, code >= 500)
        case smtplib.SMTPAuthenticationError():
            return Outcome(False, _words(error.smtp_code, error.smtp_error), Cause.LOGIN)
        case smtplib.SMTPSenderRefused():
            is_unknown = error.smtp_code == 530  # RFC 4954, 6: log in first
            cause = Cause.LOGIN if is_unknown else Cause.SENDER
            return Outcome(False, _words(error.smtp_code, error.smtp_error), cause)
        case smtplib.SMTPDataError():
            words = _words(error.smtp_code, error.smtp_error)
            return Outcome(False, words, Cause.OTHER, error.smtp_code >= 500)
        case smtplib.SMTPNotSupportedError():
            is_tls = "STARTTLS" in str(error)
            return Outcome(False, _shortened(str(error)), Cause.TLS if is_tls else Cause.LOGIN)
        case smtplib.SMTPServerDisconnected():
            return Outcome(False, _shortened(str(error)), Cause.CUT_OFF)
        case smtplib.SMTPResponseException():
            return Outcome(False, _words(error.smtp_code, error.smtp_error), Cause.OTHER)
    return Outcome(False, _shortened(str(error)), Cause.OTHER)


def _cause_of(error: Exception) -> Cause:
    match error:
        case ssl.SSLCertVerificationError():
            return Cause.CERTIFICATE
        case ssl.SSLError():
            return Cause.TLS
        case ConnectionRefusedError():
            return Cause.REFUSED
        case TimeoutError():
            return Cause.TIMEOUT
        case ConnectionError():
            return Cause.CUT_OFF
        case OSError() if type(error).__name__ in {"gaierror", "herror"}:
            return Cause.NAME
        case UnicodeError():
            return Cause.NAME
    return Cause.OTHER


def _words(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return _shortened(f"{code} {text}")


def _shortened(text: str) -> str:
    """On one line, without what a hostile server could do to a terminal or a page."""
    one_line = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(one_line.split())[:_LONGEST_ANSWER]
