"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.core.rooms import (
    Join,
    NavigationGroup,
    NavigationItem,
    NoticeRule,
    ObjectKind,
    PersonalData,
    Reference,
    RoomConfig,
)
from netzstadt.strategy.event_titles import EVENT_TITLES, FACT_OBJECTS, FACT_TITLES, FACT_VALUES
from netzstadt.strategy.permissions import ENTER_VALUES, KEEP_STRATEGY


class StrategyConfig(RoomConfig):
    name = "netzstadt.strategy"
    label = "strategy"
    verbose_name = _("Strategy")
    purpose = "The integrated strategy: goals, measures, indicators that measure themselves."
    permissions = (KEEP_STRATEGY, ENTER_VALUES)
    event_titles = EVENT_TITLES
    fact_titles = FACT_TITLES
    fact_values = FACT_VALUES
    fact_objects = FACT_OBJECTS
    joins = (
        Join(source="strategy.indicator", relation="measures", target="*"),
        Join(source="*", relation="serves", target="strategy.element"),
        Join(source="*", relation="implements", target="strategy.element"),
    )
    references = (
        Reference(
            source="strategy.element",
            relation="serves",
            target="strategy.element",
            table="strategy_serves",
            source_column="source_id",
            target_column="target_id",
        ),
        Reference(
            source="strategy.element",
            relation="part_of",
            target="strategy.element",
            table="strategy_lies_in",
            source_column="element_id",
            target_column="parent_id",
        ),
        Reference(
            source="strategy.indicator",
            relation="measures",
            target="strategy.element",
            table="strategy_target_path",
            source_column="indicator_id",
            target_column="goal_id",
            where="ended_at is null",
        ),
        Reference(
            source="urbandata.series",
            relation="measures",
            target="strategy.indicator",
            table="strategy_reads",
            source_column="series_uuid",
            target_column="indicator_id",
        ),
    )
    objects = (
        ObjectKind(
            model="strategy.strategy",
            title=_("Strategy"),
            cards="netzstadt.strategy.queries.cards.strategy_cards",
            find="netzstadt.strategy.queries.cards.find_strategies",
            order=20,
        ),
        ObjectKind(
            model="strategy.element",
            title=_("Goal or measure"),
            cards="netzstadt.strategy.queries.cards.element_cards",
            find="netzstadt.strategy.queries.cards.find_elements",
            documents="netzstadt.strategy.queries.documents.element_documents",
            every_id="netzstadt.strategy.queries.documents.every_element",
            follows={
                "strategy.strategy": "netzstadt.strategy.queries.documents.elements_of",
            },
            order=30,
        ),
        ObjectKind(
            model="strategy.comment",
            title=_("Comment on a strategy"),
            cards="netzstadt.strategy.queries.comments.comment_cards",
            order=50,
        ),
        ObjectKind(
            model="strategy.indicator",
            title=_("Indicator"),
            cards="netzstadt.strategy.queries.cards.indicator_cards",
            find="netzstadt.strategy.queries.cards.find_indicators",
            documents="netzstadt.strategy.queries.documents.indicator_documents",
            every_id="netzstadt.strategy.queries.documents.every_indicator",
            order=40,
        ),
    )
    navigation = (
        NavigationItem(title=_("Strategy"), url_name="strategy:overview", order=12),
        NavigationItem(title=_("Indicators"), url_name="strategy:indicators", order=14),
        NavigationItem(
            title=_("Keep the strategy"),
            url_name="strategy:desk",
            group=NavigationGroup.STRATEGY,
            permission=KEEP_STRATEGY,
            order=50,
        ),
        NavigationItem(
            title=_("Gaps"),
            url_name="strategy:gaps",
            group=NavigationGroup.STRATEGY,
            permission=KEEP_STRATEGY,
            order=60,
        ),
    )
    notice_topics = MappingProxyType(
        {
            "strategy.lights": _("Lights of goals and measures"),
            "strategy.comments": _("Comments on strategies"),
        }
    )
    notice_rules = (
        NoticeRule(
            event="strategy.light.turned",
            topic="strategy.lights",
            persons="netzstadt.strategy.queries.telling.who_answers",
            is_urgent=True,
            tells_actor=True,
        ),
        NoticeRule(
            event="strategy.comment.written",
            topic="strategy.comments",
            persons="netzstadt.strategy.queries.comments.who_keeps",
        ),
        NoticeRule(
            event="strategy.comment.answered",
            topic="strategy.comments",
            persons="netzstadt.strategy.queries.comments.who_wrote",
        ),
    )
    personal_data = PersonalData(
        export="netzstadt.strategy.queries.telling.what_is_known_of",
        erase="netzstadt.strategy.services.elements.forget_person",
        titles=MappingProxyType(
            {
                "answers_for": _("Answers for"),
                "comments": _("Comments on strategies"),
                "text": _("Text"),
                "written_at": _("Written at"),
                "progress": _("Progress"),
                "overrides": _("Lights set by hand"),
                "values": _("Values entered"),
                "code": _("Code"),
                "kind": _("Kind"),
                "note": _("Note"),
                "typed_at": _("Entered at"),
                "light": pgettext_lazy("a traffic light", "Light"),
                "reason": _("Reason"),
                "last_day": _("Last day"),
                "value": _("Value"),
                "source": _("Source"),
                "recorded_at": _("Recorded"),
            }
        ),
    )
