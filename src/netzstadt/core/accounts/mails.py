"""The mails about accounts. Plain text, in the person's language; links from the settings alone.

No address of a request goes into a mail: who asks for one could name any host.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from netzstadt.core.city.queries import city_name


def send_invitation(*, to: str, name: str, token: str, language: str, until: datetime) -> None:
    """Send an invited person her link."""
    with override(language):
        subject = _("Your invitation to the platform of %(city)s") % {"city": city_name()}
        link = _link("accounts:invitation-link", token)
        _send("invitation", to, subject, {"name": name, "link": link, "until": until})


def send_reset(*, to: str, name: str, token: str, language: str) -> None:
    """Send a person her link to choose a new password."""
    with override(language):
        subject = _("Choose a new password")
        _send("reset", to, subject, {"name": name, "link": _link("accounts:reset-link", token)})


def send_notice(
    *, to: str, name: str, language: str, subject: str, text: str, at: datetime
) -> None:
    """Tell a person what happened to her account. ``subject`` and ``text`` are in her language."""
    with override(language):
        context = {"name": name, "text": text, "at": at, "link": _link("accounts:account")}
        _send("notice", to, subject, context)


def _link(name: str, *arguments: str) -> str:
    return f"{settings.CONFIG.public_url}{reverse(name, args=arguments)}"


def _send(template: str, to: str, subject: str, context: dict[str, Any]) -> None:
    body = render_to_string(f"accounts/mail/{template}.txt", {**context, "city": city_name()})
    # A name with a line break must not begin a header of its own: Django refuses it, we mend it.
    EmailMessage(subject=" ".join(subject.split()), body=body.strip() + "\n", to=[to]).send()
