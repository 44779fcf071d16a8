"""Reading comments: those that others may see, and what waits for the office."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from netzstadt.core.access import queries as access
from netzstadt.core.orgs.queries.persons import persons
from netzstadt.core.rooms import ObjectCard
from netzstadt.strategy.models import Comment, CommentState, Edition, Element, ElementVersion
from netzstadt.strategy.permissions import KEEP_STRATEGY
from netzstadt.strategy.queries import visible_editions

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


@dataclass(frozen=True, slots=True)
class About:
    """What a comment is about; ``is_there`` while it stands in the edition."""

    title: str
    is_there: bool


def about(comments: Collection[Comment], edition: Edition) -> dict[uuid.UUID, About]:
    """The elements that comments are about, those with their codes that were taken out since."""
    keys = {one.element_id for one in comments if one.element_id}
    found = ElementVersion.objects.filter(edition=edition, element_id__in=keys)
    named = {key: About(title, True) for key, title in found.values_list("element_id", "title")}
    gone = Element.objects.filter(pk__in=keys - named.keys()).values_list("pk", "code")
    return named | {
        key: About(_("%(code)s, not in this edition any more") % {"code": code}, False)
        for key, code in gone
    }


def comment_cards(
    ids: Collection[uuid.UUID], *, to: "Person | None"
) -> dict[uuid.UUID, ObjectCard]:
    """Comments for who keeps the strategy, and for who wrote them."""
    found = Comment.objects.filter(pk__in=ids, edition__in=visible_editions(to=to)).select_related(
        "edition__strategy"
    )
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
    """Who looks at a new comment: those who keep strategies and see this one."""
    keepers = persons().filter(pk__in=access.persons_with(KEEP_STRATEGY)).order_by("pk")
    written = Comment.objects.filter(pk=event.object_id)
    return [
        one.pk for one in keepers if written.filter(edition__in=visible_editions(to=one)).exists()
    ]


def who_wrote(event: "AuditEvent") -> list[uuid.UUID]:
    """Who is told of the answer to a comment."""
    found = Comment.objects.filter(pk=event.object_id, author__isnull=False)
    return [key for key in found.values_list("author_id", flat=True) if key]
