"""Declares the room to the core."""

from datetime import timedelta
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.city.permissions import ANSWER_FEEDBACK, MANAGE_CITY
from netzstadt.core.rooms import (
    NavigationGroup,
    NavigationItem,
    NoticeRule,
    ObjectKind,
    PersonalData,
    Retention,
    RoomConfig,
    Tile,
)


class CityConfig(RoomConfig):
    name = "netzstadt.core.city"
    label = "city"
    verbose_name = _("City")
    purpose = _("The city itself: its name, look, legal pages, first set-up.")
    permissions = (MANAGE_CITY, ANSWER_FEEDBACK)
    navigation = (
        NavigationItem(
            title=_("Feedback"),
            url_name="city:feedback",
            group=NavigationGroup.PEOPLE,
            permission=ANSWER_FEEDBACK,
            order=909,
        ),
        NavigationItem(
            title=_("City and pages"),
            url_name="city:settings",
            group=NavigationGroup.INSTALLATION,
            permission=MANAGE_CITY,
            order=920,
        ),
    )
    event_titles = MappingProxyType(
        {
            "city.city.named": _("City named"),
            "city.look.changed": _("Look of the city changed"),
            "city.imprint.written": _("Imprint written"),
            "city.privacy_notice.written": _("Privacy notice written"),
            "city.statement.written": _("Accessibility statement written"),
            "city.setup.address_issued": _("Address of the set-up made"),
            "city.setup.finished": _("City set up"),
            "city.feedback.received": _("Message received"),
            "city.feedback.taken": _("Message taken into work"),
            "city.feedback.replied": _("Message answered"),
        }
    )
    fact_titles = MappingProxyType(
        {
            "kind": _("Kind"),
            "category": _("What it is about"),
            "is_final": _("Final"),
            "was_mailed": _("Sent by mail"),
        }
    )
    fact_values = MappingProxyType(
        {
            "kind": "netzstadt.core.city.models.FeedbackKind",
            "category": "netzstadt.core.city.models.Category",
        }
    )
    objects = (
        ObjectKind(
            model="city.city", title=_("City"), cards="netzstadt.core.city.queries.city_cards"
        ),
        ObjectKind(
            model="city.feedback",
            title=_("Feedback"),
            cards="netzstadt.core.city.queries.feedback_cards",
        ),
    )
    tiles = (
        Tile(
            key="city.feedback",
            title=_("Messages to the city"),
            content="netzstadt.core.city.queries.feedback_tile",
            permission=ANSWER_FEEDBACK,
            empty=_("Every message is answered."),
        ),
    )
    notice_topics = MappingProxyType({"city.feedback": _("Messages to the city")})
    notice_rules = (
        NoticeRule(
            event="city.feedback.received",
            topic="city.feedback",
            persons="netzstadt.core.city.queries.persons_who_answer",
        ),
    )
    deadlines = ("netzstadt.core.city.queries.feedback_deadlines",)
    personal_data = PersonalData(
        export="netzstadt.core.city.queries.personal_data",
        erase="netzstadt.core.city.services.erasure.erase_person",
        titles=MappingProxyType(
            {
                "messages": _("Messages to the city"),
                "replies": _("Replies to messages"),
                "legal_pages": _("Legal pages that name the person"),
                "setup": _("First set-up"),
                "page": _("Page"),
                "received_at": _("Received"),
                "what": _("What"),
            }
        ),
    )
    retention = (
        Retention(
            key="city.feedback",
            title=_("Messages to the city that were answered"),
            keep=timedelta(days=365),
            basis=_("Needed for questions about the answer and for the Ombuds office."),
            remove="netzstadt.core.city.services.feedback.remove_feedback",
        ),
    )
