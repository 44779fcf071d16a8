"""Reading the contact points."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from netzstadt.core.orgs.models.contacts import Contact, ContactTopic


def topics() -> QuerySet[ContactTopic, Any]:
    """All topics in the order of the page."""
    return ContactTopic.objects.order_by("order", "title", "pk")


def contacts() -> QuerySet[Contact, Any]:
    """All contact points with what they belong to."""
    return Contact.objects.select_related("topic", "unit", "person").order_by(
        "topic__order", "topic__title", "pk"
    )


def public_topics() -> QuerySet[ContactTopic, Any]:
    """The topics of the public page, each with ``public`` contact points; none is empty."""
    shown = Contact.objects.filter(is_public=True).select_related("unit", "person").order_by("pk")
    return (
        topics()
        .filter(contacts__is_public=True)
        .distinct()
        .prefetch_related(Prefetch("contacts", queryset=shown, to_attr="public"))
    )


def are_kept(person: object) -> bool:
    """Whether there is a contact point, whoever asks."""
    return Contact.objects.exists()
