"""Declares the room to the core."""

from datetime import timedelta
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.rooms import PersonalData, Retention, RoomConfig, Tile


class NoticesConfig(RoomConfig):
    name = "netzstadt.core.notices"
    label = "notices"
    verbose_name = _("Notices")
    purpose = _("Being told: notices in the house and by mail, digest, calendar.")
    event_titles = MappingProxyType(
        {
            "notices.channel.chosen": _("Way of being told chosen"),
            "notices.digest.planned": _("Collected notices planned"),
            "notices.calendar.opened": _("Calendar given an address"),
            "notices.calendar.closed": _("Calendar's address ended"),
        }
    )
    fact_titles = MappingProxyType(
        {
            "channels": _("Ways of being told"),
            "rhythm": _("How often"),
            "hour": _("Hour"),
            "weekday": _("Day of the week"),
        }
    )
    fact_values = MappingProxyType({"rhythm": "netzstadt.core.notices.models.Rhythm"})
    tiles = (
        Tile(
            key="notices.unread",
            title=_("Unread notices"),
            content="netzstadt.core.notices.queries.unread_tile",
            empty=_("What you are told of appears here until you have read it."),
            order=10,
        ),
        Tile(
            key="notices.deadlines",
            title=_("My deadlines"),
            content="netzstadt.core.notices.queries.deadline_tile",
            place="late",
            empty=_("No deadline lies in the four weeks behind or before you."),
            order=10,
        ),
    )
    personal_data = PersonalData(
        export="netzstadt.core.notices.queries.personal_data",
        erase="netzstadt.core.notices.services.erase_person",
        titles=MappingProxyType(
            {
                "notices": _("Notices"),
                "notice_choices": _("How the person is told"),
                "digest": _("Collected notices"),
                "calendar": _("Calendar"),
                "object": _("Object"),
                "told_at": _("Told"),
                "read_at": _("Read"),
                "mailed_at": _("Mailed"),
                "channel": _("Way of being told"),
            }
        ),
    )
    retention = (
        Retention(
            key="notices.read",
            title=_("Notices that were read"),
            keep=timedelta(days=90),
            basis=_("Needed to find again what one was told; the trail keeps what happened."),
            remove="netzstadt.core.notices.services.remove_read",
        ),
        Retention(
            key="notices.unread",
            title=_("Notices that nobody read"),
            keep=timedelta(days=365),
            basis=_("Needed for who comes back after a long absence."),
            remove="netzstadt.core.notices.services.remove_unread",
        ),
    )
