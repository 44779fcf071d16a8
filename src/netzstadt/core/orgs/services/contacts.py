"""Everything that changes topics and contact points."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.orgs.events import ContactRemoved, ContactSaved, TopicRemoved, TopicSaved
from netzstadt.core.orgs.models.contacts import Contact, ContactTopic
from netzstadt.core.orgs.models.persons import Person
from netzstadt.core.refusal import Refusal


class ContactRefused(Refusal):
    """The contact point cannot be changed this way."""


@transaction.atomic
def save_topic(
    *,
    topic: ContactTopic | None,
    title: str,
    title_en: str,
    order: int,
    by: Person | None,
    at: datetime,
) -> ContactTopic:
    """Make a topic or change one. Raises ContactRefused if the title is empty or in use."""
    saved = topic or ContactTopic()
    saved.title, saved.title_en, saved.order = title.strip(), title_en.strip(), order
    try:
        with transaction.atomic():
            saved.clean_fields()
            saved.save()
    except ValidationError as error:
        raise ContactRefused(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise ContactRefused(_("There is such a topic already.")) from error
    audit.record(TopicSaved(object_id=saved.pk, title=saved.title), by=by)
    return saved


@transaction.atomic
def remove_topic(*, topic: ContactTopic, by: Person | None, at: datetime) -> None:
    """Remove a topic. Raises ContactRefused while contact points belong to it."""
    key, title = topic.pk, topic.title
    try:
        ContactTopic.objects.get(pk=key).delete()
    except ProtectedError as error:
        raise ContactRefused(_("Contact points belong to the topic: move them first.")) from error
    audit.record(TopicRemoved(object_id=key, title=title), by=by)


@transaction.atomic
def save_contact(
    *, contact: Contact | None, values: dict[str, Any], by: Person | None, at: datetime
) -> Contact:
    """Make a contact point or change one; ``values`` are the model's fields.

    Raises ContactRefused if it cannot be reached, or would name nobody.
    """
    saved = contact or Contact()
    for name, value in values.items():
        setattr(saved, name, value)
    try:
        saved.full_clean()
    except ValidationError as error:
        raise ContactRefused(" ".join(error.messages)) from error
    saved.save()
    audit.record(
        ContactSaved(
            object_id=saved.pk,
            topic=saved.topic.title,
            unit_id=saved.unit_id,
            is_public=saved.is_public,
        ),
        by=by,
    )
    return saved


@transaction.atomic
def remove_contact(*, contact: Contact, by: Person | None, at: datetime) -> None:
    """Remove a contact point."""
    locked = Contact.objects.select_for_update().select_related("topic").get(pk=contact.pk)
    key = locked.pk
    locked.delete()
    audit.record(
        ContactRemoved(object_id=key, topic=locked.topic.title, unit_id=locked.unit_id), by=by
    )
