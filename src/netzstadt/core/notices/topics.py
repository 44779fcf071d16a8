"""The topics and rules that the rooms declare, as one registry."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise

from netzstadt.core.rooms import NoticeRule, RoomConfig, rooms


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """What a person switches together."""

    key: str
    title: str | Promise
    is_security: bool
    is_urgent: bool


class Rules:
    """The notice rules of some rooms, by event and by topic."""

    def __init__(self, of: Iterable[RoomConfig]) -> None:
        self._rooms = list(of)

    @cached_property
    def by_event(self) -> dict[str, list[NoticeRule]]:
        """The rules that tell of each event."""
        found: dict[str, list[NoticeRule]] = {}
        for room in self._rooms:
            for rule in room.notice_rules:
                found.setdefault(rule.event, []).append(rule)
        return found

    @cached_property
    def topics(self) -> dict[str, Topic]:
        """Every topic that has a rule, by its key, the safety of the account first."""
        titles = {key: title for room in self._rooms for key, title in room.notice_topics.items()}
        every = [rule for rules in self.by_event.values() for rule in rules]
        found = [
            Topic(
                key=key,
                title=titles.get(key, key),
                is_security=any(rule.is_security for rule in every if rule.topic == key),
                is_urgent=any(rule.is_urgent for rule in every if rule.topic == key),
            )
            for key in dict.fromkeys(rule.topic for rule in every)
        ]
        found.sort(key=lambda topic: (not topic.is_security, topic.key))
        return {topic.key: topic for topic in found}


def declared() -> Rules:
    """What the installed rooms declare."""
    return Rules(rooms())
