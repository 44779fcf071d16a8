"""People's load: what part of their time projects take, month by month."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, Sum

from netzstadt.core.orgs.queries import members, persons, units
from netzstadt.portfolio import queries
from netzstadt.portfolio.models import Assignment, Project

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

MONTHS = 12
MOST_PEOPLE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What one of the table's rows says: of whom or of which project, percent by month."""

    id: uuid.UUID | None
    title: str
    percents: list[int]

    @property
    def cells(self) -> list[tuple[int, bool]]:
        """Each month's percent, and whether that is more than there is."""
        return [(percent, percent > 100) for percent in self.percents]


def months_from(day: date, count: int = MONTHS) -> list[date]:
    """So many months, beginning with that of a day, each as its first day."""
    start = day.year * 12 + day.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(start, start + count)]


def assignments_seen(*, to: "Person") -> "QuerySet[Assignment, Any]":
    """Assignments in projects that ``to`` may see, and that still go on."""
    seen = queries.visible_projects(to=to).exclude(queries.OVER)
    return Assignment.objects.filter(project__in=seen)


def of_unit(unit_id: uuid.UUID, months: list[date], *, to: "Person") -> tuple[list[Line], bool]:
    """The load of each person who works in a unit or below it today, in the order of names; and
    whether there are more of them than one page shows."""
    belong = members.members_of(units.subtree_ids(unit_id)).order_by()
    found = persons.persons().filter(pk__in=belong.values("person_id"), is_active=True)
    found = found.order_by("sort_key", "pk")
    people = list(found[: MOST_PEOPLE + 1])
    rows = (
        assignments_seen(to=to)
        .filter(person__in=people, month__in=months)
        .order_by()
        .values("person_id", "month")
        .annotate(sum=Sum("percent"))
        .values_list("person_id", "month", "sum")
    )
    sums = {(person, month): percent for person, month, percent in rows}
    lines = [
        Line(id=one.pk, title=one.name, percents=[sums.get((one.pk, month), 0) for month in months])
        for one in people[:MOST_PEOPLE]
    ]
    return lines, len(people) > MOST_PEOPLE


def of_person(person_id: uuid.UUID, months: list[date], *, to: "Person") -> list[Line]:
    """The load of one person, project by project."""
    found = assignments_seen(to=to).filter(person=person_id, month__in=months)
    return _by(found, months, "project_id", ("project__key", "project__title"))


def of_project(project: Project, months: list[date]) -> list[Line]:
    """Who is planned for a project; people whose accounts were erased stand together."""
    found = Assignment.objects.filter(project=project, month__in=months)
    return _by(found, months, "person_id", ("person__name",))


def _by(
    found: "QuerySet[Assignment, Any]",
    months: list[date],
    key: str,
    names: Collection[str],
) -> list[Line]:
    percents: dict[uuid.UUID | None, dict[date, int]] = {}
    titles: dict[uuid.UUID | None, str] = {}
    rows = found.order_by(*names, "month").values_list(key, "month", "percent", *names)
    for of, month, percent, *words in rows[: queries.MOST_OF_ONE * MONTHS]:
        titles[of] = " ".join(word for word in words if word)
        mine = percents.setdefault(of, {})
        mine[month] = mine.get(month, 0) + percent
    return [
        Line(id=of, title=titles[of], percents=[mine.get(month, 0) for month in months])
        for of, mine in percents.items()
    ]


def total(lines: Collection[Line], months: list[date]) -> Line:
    """The sum of lines, month by month."""
    sums = [sum(line.percents[n] for line in lines) for n in range(len(months))]
    return Line(id=None, title="", percents=sums)
