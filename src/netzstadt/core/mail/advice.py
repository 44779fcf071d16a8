"""What to do when a mail server says no, in words for the administrator who asked."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from netzstadt.core.mail.transport import Cause

ADVICE: Mapping[Cause, str | Promise] = MappingProxyType(
    {
        Cause.NAME: _("Nobody knows this host name. Check its spelling."),
        Cause.REFUSED: _(
            "Nobody listens at this host and port. Check the port: 587 for STARTTLS, 465 for TLS."
        ),
        Cause.TIMEOUT: _(
            "No answer in time. Mostly a firewall stands between: ask your network team to open"
            " the way from this server to the mail server’s port."
        ),
        Cause.CERTIFICATE: _(
            "The mail server’s certificate is not trusted. Use the host name that the certificate"
            " is made for; a certificate of your own authority must be known to the system."
        ),
        Cause.TLS: _(
            "No encrypted connection came about. Port 465 needs TLS from the first byte, port 587"
            " STARTTLS: try the other one."
        ),
        Cause.LOGIN: _(
            "The server does not accept the login. Type user name and password anew; where a"
            " second factor is used, the server needs a password for applications."
        ),
        Cause.PASSWORD: _(
            "The stored password cannot be read, because SECRET_KEY was changed. Type it in anew."
        ),
        Cause.SENDER: _(
            "The server does not accept the sender’s address. Mostly it must belong to the user"
            " name."
        ),
        Cause.RECIPIENT: _(
            "The server does not accept the recipient. Check the address; if the answer begins"
            " with 4, the server asks to try later, which happens by itself for real mail."
        ),
        Cause.RELAY: _(
            "The server passes on mail to other domains only for those that log in or are known to"
            " it. Set user name and password, or have this machine’s address allowed there."
        ),
        Cause.CUT_OFF: _(
            "The server ended the connection. Check port and security; try again in a minute."
        ),
        Cause.OTHER: _("Show the answer to whoever runs the mail server."),
    }
)
