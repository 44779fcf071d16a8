"""How people want to be told: channels of topics, and when the digest comes."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.notices.digests import next_due
from netzstadt.core.notices.events import ChannelChosen, DigestPlanned
from netzstadt.core.notices.models import Channel, DigestPlan, Notice, Rhythm, TopicChoice
from netzstadt.core.notices.queries import digest_plan
from netzstadt.core.notices.topics import declared
from netzstadt.core.orgs.queries import persons
from netzstadt.core.refusal import Refusal

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_MAILED = frozenset({Channel.AT_ONCE.value, Channel.DIGEST.value})


class ChoiceRefused(Refusal):
    """A person cannot be told in this way."""


@transaction.atomic
def choose_channels(
    *, person: "Person", channels: Mapping[str, str], by: "Person | None", at: datetime
) -> None:
    """Choose how a person is told of topics; mails that still wait follow the new choice.

    Raises ChoiceRefused for a topic or channel that does not exist, and where the safety of the
    account should be switched off.
    """
    topics = declared().topics
    for key, channel in channels.items():
        if key not in topics or channel not in Channel.values:
            raise ChoiceRefused(_("There is no such topic or way of being told."))
        if topics[key].is_security and channel != Channel.AT_ONCE:
            raise ChoiceRefused(
                _("You are always told of what concerns the safety of your account.")
            )
    known = dict(
        TopicChoice.objects.filter(person=person, topic__in=channels).values_list(
            "topic", "channel"
        )
    )
    changed = {key: value for key, value in channels.items() if known.get(key) != value}
    if not changed:
        return
    TopicChoice.objects.bulk_create(
        [TopicChoice(person=person, topic=key, channel=value) for key, value in changed.items()],
        update_conflicts=True,
        unique_fields=["person", "topic"],
        update_fields=["channel"],
    )
    for key, channel in changed.items():
        waiting = Notice.objects.filter(person=person, topic=key).exclude(mail="")
        waiting.update(mail=channel if channel in _MAILED else "")
    audit.record(ChannelChosen(object_id=person.pk, channels=dict(changed)), by=by)


@transaction.atomic
def plan_digest(
    *,
    person: "Person",
    rhythm: str,
    hour: int,
    weekday: int,
    by: "Person | None",
    at: datetime,
) -> DigestPlan:
    """Choose when a person's collected notices are mailed, in the city's time.

    Raises ChoiceRefused if there is no such hour, day or rhythm.
    """
    if rhythm not in Rhythm.values or not 0 <= hour <= 23 or not 0 <= weekday <= 6:
        raise ChoiceRefused(_("There is no such hour, day or rhythm."))
    wanted = {"rhythm": rhythm, "hour": hour, "weekday": weekday}
    plan = digest_plan(person)
    if plan is not None and all(getattr(plan, name) == value for name, value in wanted.items()):
        return plan
    due_at = next_due(rhythm, hour=hour, weekday=weekday, after=at)
    plan, _created = DigestPlan.objects.update_or_create(
        person=person, defaults={**wanted, "due_at": due_at}
    )
    audit.record(
        DigestPlanned(object_id=person.pk, rhythm=rhythm, hour=hour, weekday=weekday),
        by=by,
    )
    return plan


@transaction.atomic
def unsubscribe(*, person_id: uuid.UUID, topic: str, at: datetime) -> None:
    """End the mails on a topic, or with an empty one the digest; notices in the house stay.

    Done by whoever holds a mail's signed link, so nobody is named as having done it. Twice is
    once.

    Raises ChoiceRefused if there is no such person or topic, or its mails cannot be ended.
    """
    person = persons.person(person_id)
    if person is None:
        raise ChoiceRefused(_("There is no such person."))
    if topic:
        choose_channels(person=person, channels={topic: Channel.HOUSE.value}, by=None, at=at)
        return
    plan = digest_plan(person) or DigestPlan(person=person)
    plan_digest(
        person=person,
        rhythm=Rhythm.NEVER.value,
        hour=plan.hour,
        weekday=plan.weekday,
        by=None,
        at=at,
    )
