"""What a person says about how she wants to be told."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from netzstadt.core.notices.models import Channel, Rhythm, Weekday
from netzstadt.core.notices.topics import Topic, declared


class ListForm(forms.Form):
    """Which notices are shown."""

    show = forms.ChoiceField(choices=[("unread", ""), ("all", "")], required=False)
    topic = forms.CharField(required=False)
    before = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)

    def clean_topic(self) -> str:
        """Only a topic that there is."""
        topic: str = self.cleaned_data["topic"]
        if topic and topic not in declared().topics:
            raise forms.ValidationError(_("There is no such topic."))
        return topic


class ChannelsForm(forms.Form):
    """For every topic how she wants to be told of it."""

    def __init__(
        self, data: Any = None, *, topics: list[Topic], chosen: dict[tuple[UUID, str], str]
    ) -> None:
        super().__init__(data)
        by_topic = {topic: channel for (_person, topic), channel in chosen.items()}
        for topic in topics:
            default = Channel.AT_ONCE if topic.is_urgent else Channel.DIGEST
            field = forms.ChoiceField(
                label=str(topic.title),
                choices=Channel.choices,
                initial=by_topic.get(topic.key, default.value),
            )
            if topic.is_security:
                field.disabled = True
                field.initial = Channel.AT_ONCE.value
                field.help_text = _("Cannot be switched off: it protects your account.")
            self.fields[self.name_of(topic.key)] = field

    @staticmethod
    def name_of(topic: str) -> str:
        """The name of a topic's field."""
        return "topic-" + re.sub(r"[^a-z0-9]+", "-", topic)

    def channels(self, topics: list[Topic]) -> dict[str, str]:
        """The chosen channel of each topic that can be chosen."""
        return {
            topic.key: self.cleaned_data[self.name_of(topic.key)]
            for topic in topics
            if not topic.is_security
        }


class DigestForm(forms.Form):
    """When collected notices are mailed."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices)
    hour = forms.TypedChoiceField(
        label=_("At what hour"),
        choices=[(hour, f"{hour:02d}:00") for hour in range(24)],
        coerce=int,
        help_text=_("In the city's time."),
    )
    weekday = forms.TypedChoiceField(
        label=_("On which day"),
        choices=Weekday.choices,
        coerce=int,
        help_text=_("Only if it comes every week."),
    )


def moment(text: str) -> datetime | None:
    """A moment as an address carries it; None where it is something else."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
