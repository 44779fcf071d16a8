"""Projects as other rooms point to them, and as the search knows them."""

import uuid
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from netzstadt.core.rooms import ObjectCard, SearchDocument
from netzstadt.portfolio import queries
from netzstadt.portfolio.models import Project

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

Ids = Collection[uuid.UUID]
_AT_ONCE = 2_000


def project_cards(ids: Ids, *, to: "Person | None") -> dict[uuid.UUID, ObjectCard]:
    """The projects among ``ids`` that ``to`` may see."""
    return {one.pk: _card(one) for one in queries.visible_projects(to=to).filter(pk__in=ids)}


def find_projects(text: str, *, to: "Person | None", limit: int) -> list[ObjectCard]:
    """Projects that are called so, by title or number."""
    found = queries.projects(queries.Wanted(text=text), to=to)[:limit]
    return [_card(one) for one in found]


def _card(one: Project) -> ObjectCard:
    return ObjectCard(
        model="portfolio.project",
        id=one.pk,
        title=f"{one.key} {one.title}",
        url=reverse("portfolio:project", args=[one.pk]),
    )


def project_documents(ids: Ids) -> dict[uuid.UUID, SearchDocument]:
    """Projects: their titles, what is said of them, their numbers."""
    return {
        one.pk: SearchDocument(
            id=one.pk,
            title=one.title,
            url=reverse("portfolio:project", args=[one.pk]),
            words=" ".join(part for part in (one.summary, one.benefit, one.story) if part),
            names=one.key,
            visibility=one.visibility,
            unit_id=one.unit_id,
            changed_at=one.changed_at,
        )
        for one in Project.objects.filter(pk__in=ids)
    }


def every_project() -> Iterator[uuid.UUID]:
    """The keys of all projects, in order."""
    found: Any = Project.objects.order_by("pk").values_list("pk", flat=True)
    keys: Iterator[uuid.UUID] = found.iterator(chunk_size=_AT_ONCE)
    return keys
