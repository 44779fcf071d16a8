"""What has to wait for what in the plan of a project, and moving what comes too early."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.portfolio import plan_events as events
from netzstadt.portfolio.models import Dependency, DependencyKind, Milestone, Project, Task
from netzstadt.portfolio.queries import plan as queries
from netzstadt.portfolio.scheduling import Span
from netzstadt.portfolio.services.projects import held
from netzstadt.portfolio.services.refusals import PortfolioRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """``successor`` waits for ``predecessor``, and so many days longer."""

    predecessor: Task | Milestone
    successor: Task | Milestone
    kind: str = DependencyKind.FS
    lag_days: int = 0


@transaction.atomic
def add_dependency(
    *, project: Project, wait: Wait, by: "Person | None", at: datetime
) -> Dependency:
    """Say that something in the plan waits for something else in it.

    Raises PortfolioRefused if it would wait for itself in a circle, or does so already.
    """
    of = held(project)
    if Dependency.objects.filter(project=of).count() >= queries.MOST_TIES:
        raise PortfolioRefused(
            _("A plan holds at most %(n)s dependencies.") % {"n": queries.MOST_TIES}
        )
    with refused():
        made = Dependency.objects.create(
            project=of,
            kind=wait.kind,
            lag_days=wait.lag_days,
            created_at=at,
            **_end("predecessor", wait.predecessor),
            **_end("successor", wait.successor),
        )
    audit.record(
        events.DependencyAdded(
            object_id=of.pk,
            comes_first=wait.predecessor.title,
            waits_for_it=wait.successor.title,
            dependency_kind=wait.kind,
            lag_days=wait.lag_days,
        ),
        by=by,
    )
    return made


@transaction.atomic
def remove_dependency(*, dependency: Dependency, by: "Person | None", at: datetime) -> None:
    """Say that something need not wait any more.

    Raises PortfolioRefused if it is gone already.
    """
    of = held(dependency.project)
    found = (
        Dependency.objects.filter(pk=dependency.pk)
        .select_related(
            *("predecessor_task", "predecessor_milestone"),
            *("successor_task", "successor_milestone"),
        )
        .first()
    )
    if found is None:
        raise PortfolioRefused(_("It is not in the plan any more."))
    first = found.predecessor_task or found.predecessor_milestone
    later = found.successor_task or found.successor_milestone
    found.delete()
    audit.record(
        events.DependencyRemoved(
            object_id=of.pk,
            comes_first=first.title if first else "",
            waits_for_it=later.title if later else "",
        ),
        by=by,
    )


@transaction.atomic
def move_to_earliest(
    *,
    project: Project,
    item_id: uuid.UUID,
    with_chain: bool,
    expected: Mapping[uuid.UUID, date] | None = None,
    by: "Person | None",
    at: datetime,
) -> int:
    """Move what comes too early to the earliest day that its dependencies let it have; with
    ``with_chain`` what waits for it too, as far as it has to. Return how many moved.

    ``expected`` are the beginnings that were shown before: nothing else moves unseen.

    Raises PortfolioRefused if nothing has to move, or something else would.
    """
    of = held(project)
    plan = queries.plan_of(of)
    if item_id not in plan.spans:
        raise PortfolioRefused(_("It is not in the plan any more."))
    new = queries.moves(plan, item_id, with_chain=with_chain)
    if not new:
        raise PortfolioRefused(_("Nothing has to move: its dependencies let it be where it is."))
    if expected is not None and {key: span.starts_on for key, span in new.items()} != expected:
        raise PortfolioRefused(
            _("The plan was changed meanwhile, and other things would move. Look at it again.")
        )
    _move(plan, new, at)
    audit.record(
        events.PlanMoved(
            object_id=of.pk,
            moved_first=plan.titles[item_id],
            moved_count=len(new),
            moved_by_days=new[item_id].start - plan.spans[item_id].start if item_id in new else 0,
        ),
        by=by,
    )
    return len(new)


def _move(plan: "queries.Plan", new: Mapping[uuid.UUID, Span], at: datetime) -> None:
    tasks = [one for one in plan.tasks if one.pk in new]
    for task in tasks:
        task.starts_on, task.ends_on = new[task.pk].starts_on, new[task.pk].ends_on
        task.changed_at = at
    Task.objects.bulk_update(tasks, ["starts_on", "ends_on", "changed_at"])
    milestones = [one for one in plan.milestones if one.pk in new]
    for milestone in milestones:
        # As it was planned first stays: it is expected later now.
        milestone.expected_on, milestone.changed_at = new[milestone.pk].ends_on, at
    Milestone.objects.bulk_update(milestones, ["expected_on", "changed_at"])


def _end(name: str, item: Task | Milestone) -> dict[str, Task | Milestone]:
    return {f"{name}_{'task' if isinstance(item, Task) else 'milestone'}": item}
