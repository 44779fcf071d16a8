"""Milestones: the days by which something is there."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.portfolio import events
from netzstadt.portfolio.models import Milestone, Project
from netzstadt.portfolio.services.projects import held
from netzstadt.portfolio.services.refusals import PortfolioRefused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class MilestoneFacts:
    """A milestone: what is there by when."""

    title: str
    planned_on: date
    expected_on: date | None = None
    reached_on: date | None = None


@transaction.atomic
def add_milestone(
    *, project: Project, facts: MilestoneFacts, by: "Person | None", at: datetime
) -> Milestone:
    """Put a milestone into the plan of a project."""
    made = Milestone.objects.create(
        project=held(project), created_at=at, changed_at=at, **asdict(facts)
    )
    _tell(made, by)
    return made


@transaction.atomic
def change_milestone(
    *,
    milestone: Milestone,
    facts: MilestoneFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Set a milestone otherwise, or say that it is reached.

    Raises PortfolioRefused if it is gone, ChangedMeanwhile.
    """
    current = _held(milestone)
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    new = asdict(facts)
    if all(getattr(current, name) == value for name, value in new.items()):
        return
    for name, value in new.items():
        setattr(current, name, value)
    current.changed_at = at
    current.save()
    _tell(current, by)


@transaction.atomic
def remove_milestone(*, milestone: Milestone, by: "Person | None", at: datetime) -> None:
    """Take a milestone out of the plan; the history keeps it.

    Raises PortfolioRefused if it has been reached, or is gone already.
    """
    current = _held(milestone)
    if current.reached_on is not None:
        raise PortfolioRefused(_("It has been reached: what happened stays in the plan."))
    current.delete()
    audit.record(
        events.MilestoneRemoved(
            object_id=current.project_id, title=current.title, planned_on=current.planned_on
        ),
        by=by,
    )


def _tell(milestone: Milestone, by: "Person | None") -> None:
    audit.record(
        events.MilestoneSet(
            object_id=milestone.project_id,
            milestone_id=milestone.pk,
            title=milestone.title,
            planned_on=milestone.planned_on,
            expected_on=milestone.expected_on,
            reached_on=milestone.reached_on,
        ),
        by=by,
    )


def _held(milestone: Milestone) -> Milestone:
    found = Milestone.objects.select_for_update().filter(pk=milestone.pk).first()
    if found is None:
        raise PortfolioRefused(_("This milestone is not there any more."))
    return found
