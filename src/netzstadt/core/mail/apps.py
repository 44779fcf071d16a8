"""Declares the room to the core."""

from datetime import timedelta
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.mail.permissions import MANAGE_MAIL
from netzstadt.core.rooms import (
    NavigationGroup,
    NavigationItem,
    PersonalData,
    Retention,
    RoomConfig,
)


class MailConfig(RoomConfig):
    name = "netzstadt.core.mail"
    label = "mail"
    verbose_name = _("Mail that goes out")
    purpose = _("Mail that goes out: server, queue, what was sent.")
    permissions = (MANAGE_MAIL,)
    navigation = (
        NavigationItem(
            title=_("Outgoing mail"),
            url_name="mail:outgoing",
            group=NavigationGroup.INSTALLATION,
            permission=MANAGE_MAIL,
            order=930,
        ),
    )
    event_titles = MappingProxyType(
        {
            "mail.server.changed": _("Mail server set up"),
            "mail.server.removed": _("Mail server removed"),
            "mail.server.tried": _("Mail server tried"),
            "mail.outgoing.failed": _("Mail not sent"),
            "mail.outgoing.sent_again": _("Mail put into the queue again"),
        }
    )
    fact_titles = MappingProxyType(
        {
            "address": _("E-mail address"),
            "is_accepted": _("Accepted"),
            "answer": _("Answer of the server"),
            "tries": _("Tries"),
        }
    )
    personal_data = PersonalData(
        export="netzstadt.core.mail.queries.personal_data",
        erase="netzstadt.core.mail.services.erasure.erase_person",
        titles=MappingProxyType(
            {
                "mail": _("Mails to the person"),
                "subject": _("Subject"),
                "sent_at": _("Sent"),
            }
        ),
    )
    retention = (
        Retention(
            key="mail.texts",
            title=_("Texts of mail that went out"),
            keep=timedelta(days=30),
            basis=_("Needed to find out why a mail did not arrive."),
            remove="netzstadt.core.mail.services.remove_texts",
        ),
        Retention(
            key="mail.outgoing",
            title=_("To whom mail went out, when, with which subject"),
            keep=timedelta(days=365),
            basis=_("Needed to answer whether somebody was told."),
            remove="netzstadt.core.mail.services.remove_mails",
        ),
    )
