"""Reading programmes and portfolios, as far as who reads may see them and their projects."""

import uuid
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from netzstadt.core.access.queries import visible
from netzstadt.core.rooms import ObjectCard, SearchDocument
from netzstadt.portfolio import queries
from netzstadt.portfolio.models import Programme, ProgrammeProject, Project

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

Ids = Collection[uuid.UUID]
_AT_ONCE = 2_000
# A city has some tens of them; a field offers these.
MOST_CHOICES = 200


def visible_programmes(*, to: "Person | None") -> "QuerySet[Programme, Any]":
    """The programmes and portfolios that ``to`` may see."""
    return visible(Programme.objects.all(), to=to)


def listed(*, to: "Person | None") -> "QuerySet[Programme, Any]":
    """Programmes by title, each with ``projects_count``: of its projects that ``to`` may see."""
    seen = queries.visible_projects(to=to)
    counted = (
        ProgrammeProject.objects.filter(programme=OuterRef("pk"), project__in=seen)
        .order_by()
        .values("programme")
        .annotate(n=Count("pk"))
        .values("n")
    )
    found = visible_programmes(to=to).annotate(projects_count=Coalesce(Subquery(counted), 0))
    return found.order_by("title", "id")


def programme(key: uuid.UUID, *, to: "Person | None") -> Programme | None:
    """One programme; None if it is not there, or not for this reader."""
    return visible_programmes(to=to).filter(pk=key).first()


def members_of(programme: Programme, *, to: "Person | None") -> "QuerySet[ProgrammeProject, Any]":
    """The projects of a programme that ``to`` may see, by title."""
    found = ProgrammeProject.objects.filter(
        programme=programme, project__in=queries.visible_projects(to=to)
    )
    return found.select_related("project").order_by("project__title", "id")


def member(key: uuid.UUID, *, to: "Person | None") -> ProgrammeProject | None:
    """One project in a programme, where ``to`` may see both."""
    found = ProgrammeProject.objects.filter(
        pk=key,
        programme__in=visible_programmes(to=to),
        project__in=queries.visible_projects(to=to),
    )
    return found.select_related("programme", "project").first()


def programmes_of(project: Project, *, to: "Person | None") -> list[ProgrammeProject]:
    """The programmes that a project belongs to, the primary one first."""
    found = ProgrammeProject.objects.filter(
        project=project, programme__in=visible_programmes(to=to)
    )
    ordered = found.select_related("programme").order_by("-is_primary", "programme__title", "id")
    return list(ordered[: queries.MOST_OF_ONE])


def choices(*, to: "Person | None") -> list[tuple[str, str]]:
    """The programmes for a field that chooses one: id and title."""
    found = visible_programmes(to=to).order_by("title", "id")[:MOST_CHOICES]
    return [(str(one.pk), one.title) for one in found]


def programme_cards(ids: Ids, *, to: "Person | None") -> dict[uuid.UUID, ObjectCard]:
    """The programmes among ``ids`` that ``to`` may see."""
    return {one.pk: _card(one) for one in visible_programmes(to=to).filter(pk__in=ids)}


def find_programmes(text: str, *, to: "Person | None", limit: int) -> list[ObjectCard]:
    """Programmes that are called so."""
    found = queries.with_words(visible_programmes(to=to), text, "title")
    return [_card(one) for one in found.order_by("title", "id")[:limit]]


def _card(one: Programme) -> ObjectCard:
    return ObjectCard(
        model="portfolio.programme",
        id=one.pk,
        title=one.title,
        url=reverse("portfolio:programme", args=[one.pk]),
    )


def programme_documents(ids: Ids) -> dict[uuid.UUID, SearchDocument]:
    """Programmes: their titles and purposes."""
    return {
        one.pk: SearchDocument(
            id=one.pk,
            title=one.title,
            url=reverse("portfolio:programme", args=[one.pk]),
            words=one.purpose,
            visibility=one.visibility,
            unit_id=one.unit_id,
            changed_at=one.changed_at,
        )
        for one in Programme.objects.filter(pk__in=ids)
    }


def every_programme() -> Iterator[uuid.UUID]:
    """The keys of all programmes, in order."""
    found: Any = Programme.objects.order_by("pk").values_list("pk", flat=True)
    keys: Iterator[uuid.UUID] = found.iterator(chunk_size=_AT_ONCE)
    return keys
