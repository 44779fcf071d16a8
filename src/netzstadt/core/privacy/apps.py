"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.privacy.permissions import ANSWER_REQUESTS, SEE_RECORD
from netzstadt.core.rooms import (
    NavigationGroup,
    NavigationItem,
    NoticeRule,
    PersonalData,
    RoomConfig,
    Tile,
)


class PrivacyConfig(RoomConfig):
    name = "netzstadt.core.privacy"
    label = "privacy"
    verbose_name = _("Privacy")
    purpose = _("Privacy: export and erasure across rooms, periods, the record of processing.")
    permissions = (ANSWER_REQUESTS, SEE_RECORD)
    navigation = (
        NavigationItem(
            title=_("Requests of people"),
            url_name="privacy:requests",
            group=NavigationGroup.PEOPLE,
            permission=ANSWER_REQUESTS,
            order=908,
        ),
        NavigationItem(
            title=_("Record of processing"),
            url_name="privacy:record",
            group=NavigationGroup.INSTALLATION,
            permission=SEE_RECORD,
            order=925,
        ),
    )
    event_titles = MappingProxyType(
        {
            "privacy.data.exported": _("Data of a person taken out"),
            "privacy.erasure.asked": _("Erasure asked for"),
            "privacy.erasure.refused": _("Erasure refused"),
            "privacy.person.erased": _("Person erased"),
            "privacy.period.ended": _("Removed after its period"),
        }
    )
    fact_titles = MappingProxyType(
        {
            "request_id": _("Request"),
            "erased": _("Erased"),
            "stays": _("Stays"),
            "rule": _("Rule"),
            "removed": _("Removed"),
        }
    )
    personal_data = PersonalData(
        export="netzstadt.core.privacy.services.export_requests",
        erase="netzstadt.core.privacy.services.erase_requests",
        titles=MappingProxyType(
            {
                "requests": _("Requests for erasure"),
                "answer": _("Answer"),
            }
        ),
    )
    notice_topics = MappingProxyType({"privacy.requests": _("My requests about my data")})
    notice_rules = (
        NoticeRule(
            event="privacy.erasure.refused",
            topic="privacy.requests",
            persons="netzstadt.core.orgs.queries.persons.whose_account",
            # She has to be told without delay (Art. 12 Para. 4 GDPR).
            is_urgent=True,
            passes_to_deputies=False,
        ),
    )
    tiles = (
        Tile(
            key="privacy.requests",
            title=_("People who ask for erasure"),
            content="netzstadt.core.privacy.tiles.open_requests",
            place="waits",
            empty=_("Nobody is waiting for an answer."),
            permission=ANSWER_REQUESTS,
        ),
    )
