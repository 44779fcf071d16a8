"""Who is planned for how much of a project, month by month."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.portfolio import plan_events as events
from netzstadt.portfolio.models import Assignment, Project
from netzstadt.portfolio.services.parts import let_in
from netzstadt.portfolio.services.projects import held
from netzstadt.portfolio.services.refusals import PortfolioRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

LONGEST_MONTHS = 60


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months from one to another, both of them included."""
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(start, end + 1)]


@transaction.atomic
def plan_person(
    *,
    project: Project,
    person: "Person",
    months: tuple[date, date],
    percent: int,
    role: str = "",
    by: "Person | None",
    at: datetime,
) -> None:
    """Say that a project takes so many percent of a person's full time in each of the months from
    the first to the last; 0 takes it back. What was said of these months before is replaced.

    Raises PortfolioRefused if the months are none or too many, or she has no access to the project.
    """
    of = held(project)
    wanted = months_between(*months)
    if not 0 < len(wanted) <= LONGEST_MONTHS:
        raise PortfolioRefused(
            _("Choose from one month to a later one, %(n)s months at most.") % {"n": LONGEST_MONTHS}
        )
    known = Assignment.objects.filter(project=of, person=person, month__in=wanted)
    was_planned = Assignment.objects.filter(project=of, person=person).exists()
    if sorted(known.values_list("month", "percent", "role")) == (
        [(month, percent, role) for month in wanted] if percent else []
    ):
        return
    known.delete()
    if percent:
        with refused():
            Assignment.objects.bulk_create(
                Assignment(
                    project=of,
                    person=person,
                    month=month,
                    percent=percent,
                    role=role,
                    changed_at=at,
                )
                for month in wanted
            )
    audit.record(
        events.PersonPlanned(
            object_id=of.pk,
            person_id=person.pk,
            first_month=wanted[0],
            last_month=wanted[-1],
            percent_of_time=percent,
            named_ids=(person.pk,) if percent and not was_planned else (),
        ),
        by=by,
    )
    if percent:
        let_in(of, (person,), by=by, at=at)
