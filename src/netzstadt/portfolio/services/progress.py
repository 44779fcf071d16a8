"""How far the tasks of a plan are, said of several at once: a few minutes a week."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from netzstadt.core.audit import services as audit
from netzstadt.portfolio import plan_events as events
from netzstadt.portfolio.models import Project, Task
from netzstadt.portfolio.services.projects import held
from netzstadt.portfolio.services.refusals import refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@transaction.atomic
def note_progress(
    *,
    project: Project,
    percents: Sequence[tuple[Task, int]],
    today: date,
    by: "Person | None",
    at: datetime,
) -> None:
    """Say how far tasks are, in percent; with 100 a task is done ``today``.

    Raises PortfolioRefused if one of the numbers is no percent.
    """
    of = held(project)
    wanted = {task.pk: percent for task, percent in percents}
    current = list(Task.objects.filter(project=of, pk__in=wanted).order_by("pk"))
    further = [task for task in current if task.percent != wanted[task.pk]]
    if not further:
        return
    for task in further:
        task.percent, task.changed_at = wanted[task.pk], at
        task.done_on = today if task.percent == 100 else None
    with refused():
        Task.objects.bulk_update(further, ["percent", "done_on", "changed_at"])
    audit.record(
        events.ProgressNoted(
            object_id=of.pk,
            task_ids=tuple(task.pk for task in further),
            tasks_done=sum(task.percent == 100 for task in further),
        ),
        by=by,
    )
