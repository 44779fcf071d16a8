"""Django's way to send mail, as used by other packages: into the queue, in the transaction."""

from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import get_language

from netzstadt.core.mail import services
from netzstadt.core.mail.writing import as_html
from netzstadt.lib import clock


class QueueBackend(BaseEmailBackend):
    """Writes every message into the queue, one mail for each recipient: nobody reads of another.

    The sender is always the one that was set up. Attachments are refused: a mail names the page
    where something is to be had.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the messages; return how many."""
        count = 0
        for message in email_messages:
            if message.attachments:
                raise services.MailRefused("Mails carry no attachments; send an address instead.")
            language = get_language() or "de"
            subject, text = str(message.subject), str(message.body)
            for recipient in message.recipients():
                services.queue(
                    address=parseaddr(recipient)[1] or recipient,
                    subject=subject,
                    text=text,
                    html=as_html(subject, text, language),
                    language=language,
                    at=clock.now(),
                )
            count += 1
        return count
