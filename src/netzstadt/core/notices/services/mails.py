"""Mails of what people were told: urgent notices at once, others collected."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from netzstadt.core.accounts import queries as accounts
from netzstadt.core.jobs import services as jobs
from netzstadt.core.mail import services as mail
from netzstadt.core.notices import queries
from netzstadt.core.notices.digests import next_due
from netzstadt.core.notices.models import Channel, DigestPlan, Notice
from netzstadt.core.notices.topics import declared
from netzstadt.core.orgs.queries import persons

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# A mail names so many things; the rest is told as a number, with the page's address.
MAIL_LINES = 30
_BATCH = 200


@transaction.atomic
def mail_at_once(*, person_id: uuid.UUID, at: datetime) -> int:
    """Mail a person what waits for it at once, as one mail; return how many notices it tells of.

    What she has read meanwhile is not mailed any more, unless it is about the safety of her
    account; nor what she may not see (any more).
    """
    return _mail(person_id, Channel.AT_ONCE, at)


@transaction.atomic
def mail_digest(*, person_id: uuid.UUID, at: datetime) -> int:
    """Mail a person her digest if it is due, and set when it is due again; return how many
    notices it tells of. Of two workers one does it."""
    plan = (
        DigestPlan.objects.select_for_update(skip_locked=True)
        .filter(person_id=person_id, due_at__lte=at)
        .first()
    )
    if plan is None:
        return 0
    plan.due_at = next_due(plan.rhythm, hour=plan.hour, weekday=plan.weekday, after=at)
    plan.save(update_fields=["due_at"])
    return _mail(person_id, Channel.DIGEST, at)


def defer_due_mails(*, at: datetime) -> int:
    """Have the digests mailed that are due, and what should have been mailed at once and was not;
    return for how many persons."""
    due = DigestPlan.objects.filter(due_at__lte=at).order_by("due_at")
    digests = list(due.values_list("person_id", flat=True)[:_BATCH])
    waiting = Notice.objects.filter(mail=Channel.AT_ONCE.value).order_by("person_id")
    left = list(waiting.values_list("person_id", flat=True).distinct()[:_BATCH])
    for name, person_ids in (("mail_digest", digests), ("mail_at_once", left)):
        for person_id in person_ids:
            jobs.defer(
                jobs.job_named(f"netzstadt.core.notices.jobs.{name}"), person_id=str(person_id)
            )
    return len({*digests, *left})


def _mail(person_id: uuid.UUID, channel: Channel, at: datetime) -> int:
    # Locked in order: a second worker waits and then finds nothing to do.
    waiting = list(
        Notice.objects.select_for_update(of=("self",))
        .select_related("for_person", "actor")
        .filter(person_id=person_id, mail=channel.value)
        .order_by("sequence")
    )
    if not waiting:
        return 0
    topics = declared().topics
    security = {key for key, topic in topics.items() if topic.is_security}
    person = persons.persons().filter(pk=person_id, is_active=True).first()
    wanted = [one for one in waiting if one.read_at is None or one.topic in security]
    told = queries.told(wanted, to=person) if person is not None else []
    Notice.objects.filter(pk__in=[one.pk for one in waiting]).update(mail="")
    if person is None or not told:
        return 0
    mailed = [one.notice.pk for one in told]
    Notice.objects.filter(pk__in=mailed).update(mailed_at=at)
    language = accounts.language_of(person.pk)
    with translation.override(language):
        _write(person, told, channel, language, at)
    return len(told)


def _write(
    person: "Person",
    told: Sequence[queries.Told],
    channel: Channel,
    language: str,
    at: datetime,
) -> None:
    """Write one mail of what a person was told, with the links that end such mails."""
    topics = declared().topics
    known = [topics[one.notice.topic] for one in told if one.notice.topic in topics]
    keys = list(dict.fromkeys(topic.key for topic in known if not topic.is_security))
    links = {key: _unsubscribe(person, key) for key in keys}
    if channel == Channel.DIGEST:
        header = _unsubscribe(person, "")
    else:
        header = links[keys[0]] if len(keys) == 1 else ""
    first = told[0]
    if len(told) == 1:
        # A title may hold what a header may not; one mail that cannot be written would hold back
        # all that come after it.
        subject = "".join(
            sign if sign.isprintable() else " " for sign in f"{first.title}: {first.card.title}"
        )
    else:
        subject = _("%(n)s notices") % {"n": len(told)}
    context = {
        "person": person,
        "lines": [(one, queries.public_address(one.card.url)) for one in told[:MAIL_LINES]],
        "more": max(0, len(told) - MAIL_LINES),
        "is_digest": channel == Channel.DIGEST,
        "page": queries.public_address(reverse("notices:notices")),
        "choices": queries.public_address(reverse("notices:choices")),
        "unsubscribe": [(topics[key].title, link) for key, link in links.items()],
        "end_digest": header if channel == Channel.DIGEST else "",
    }
    mail.send(
        to=person,
        subject=" ".join(subject.split()),
        template="notices/mail/told",
        context=context,
        language=language,
        unsubscribe_url=header,
        at=at,
    )


def _unsubscribe(person: "Person", topic: str) -> str:
    token = queries.sign_topic(person, topic)
    return queries.public_address(reverse("notices:unsubscribe", args=[token]))
