"""Reading comments: those that others may see, and what waits for the office."""

import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from netzstadt.core.access import queries as access
from netzstadt.core.rooms import ObjectCard
from netzstadt.strategy.models import Comment, CommentState, Edition, ElementVersion
from netzstadt.strategy.permissions import KEEP_STRATEGY

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent
    from netzstadt.core.orgs.models import Person


def shown_comments(
    edition: Edition, *, to: "Person | None", element_id: uuid.UUID | None = None
) -> "QuerySet[Comment, Any]":
    """The comments on an edition that ``to`` may see, by number: those shown, and her own."""
    seen = Q(state=CommentState.SHOWN)
    if to is not None:
        seen |= Q(author=to)
    found = Comment.objects.filter(seen, edition=edition).select_related("author")
    if element_id is not None:
        found = found.filter(element_id=element_id)
    return found.order_by("number")


def kept_comments(edition: Edition, *, show: str = "") -> "QuerySet[Comment, Any]":
    """All comments on an edition for who keeps the strategy; ``show``: WAITING, UNANSWERED."""
    found = Comment.objects.filter(edition=edition).select_related("author").order_by("number")
    if show == "WAITING":
        return found.filter(state=CommentState.WAITING)
    if show == "UNANSWERED":
        return found.filter(outcome="").exclude(state=CommentState.HIDDEN)
    return found


def counts(edition: Edition) -> dict[str, int]:
    """How many comments an edition has, how many wait, and how many have no answer."""
    return Comment.objects.filter(edition=edition).aggregate(
        all=Count("id"),
        waiting=Count("id", filter=Q(state=CommentState.WAITING)),
        unanswered=Count("id", filter=Q(outcome="") & ~Q(state=CommentState.HIDDEN)),
    )


def titles_of(comments: Collection[Comment], edition: Edition) -> dict[uuid.UUID, str]:
    """What the elements are called that comments are about."""
    keys = {one.element_id for one in comments if one.element_id}
    found = ElementVersion.objects.filter(edition=edition, element_id__in=keys)
    return dict(found.values_list("element_id", "title"))


def comment_cards(
    ids: Collection[uuid.UUID], *, to: "Person | None"
) -> dict[uuid.UUID, ObjectCard]:
    """Comments for who keeps the strategy, and for who wrote them."""
    found = Comment.objects.filter(pk__in=ids).select_related("edition__strategy")
    keeps = access.may(to, KEEP_STRATEGY)
    return {
        one.pk: ObjectCard(
            model="strategy.comment",
            id=one.pk,
            title=_("Comment %(number)s on “%(strategy)s”")
            % {"number": one.number, "strategy": one.edition.strategy.title},
            url=reverse("strategy:comment", args=[one.pk])
            if keeps
            else f"{reverse('strategy:comments', args=[one.edition_id])}#comment-{one.number}",
        )
        for one in found
        if keeps or (to is not None and one.author_id == to.pk)
    }


def who_keeps(event: "AuditEvent") -> list[uuid.UUID]:
    """Who looks at a new comment."""
    return access.persons_with(KEEP_STRATEGY)


def who_wrote(event: "AuditEvent") -> list[uuid.UUID]:
    """Who is told of the answer to a comment."""
    found = Comment.objects.filter(pk=event.object_id, author__isnull=False)
    return [key for key in found.values_list("author_id", flat=True) if key]
