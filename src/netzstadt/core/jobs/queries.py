"""Reading the queue: failed jobs with their errors, duties with their last and next run."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise
from procrastinate.contrib.django.models import ProcrastinateJob

from netzstadt.core.jobs.declared import duty_plans
from netzstadt.core.jobs.models import Duty, Failure


@dataclass(frozen=True, kw_only=True, slots=True)
class FailedJob:
    """A job that was given up after its last attempt. Without a failure nothing is known of why.

    Only a duty has a title.
    """

    id: int
    name: str
    title: str | Promise
    attempts: int
    failure: Failure | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyState:
    """A duty: how often, when it ran last and how that ended, when it is due."""

    name: str
    title: str | Promise
    every: timedelta
    last_at: datetime | None
    last_status: str
    due_at: datetime | None


def failed_jobs() -> QuerySet[ProcrastinateJob]:
    """The failed jobs, the newest first."""
    return ProcrastinateJob.objects.filter(status="failed").order_by("-id")


def failed_job(job_id: int) -> FailedJob | None:
    """One failed job, or None where it is no longer among them."""
    return next(iter(with_failures(failed_jobs().filter(pk=job_id))), None)


def with_failures(found: Iterable[ProcrastinateJob]) -> list[FailedJob]:
    """The same jobs with why they failed, in one query more."""
    jobs = list(found)
    titles = {plan.name: plan.title for plan in duty_plans()}
    failures = Failure.objects.in_bulk([job.pk for job in jobs])
    return [
        FailedJob(
            id=job.pk,
            name=job.task_name,
            title=titles.get(job.task_name, ""),
            attempts=job.attempts,
            failure=failures.get(job.pk),
        )
        for job in jobs
    ]


def duties() -> list[DutyState]:
    """Every declared duty, by name, with its last run as far as the queue remembers it."""
    plans = duty_plans()
    due = dict(Duty.objects.values_list("name", "due_at"))
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct on (j.task_name) j.task_name, e.at, j.status::text"
            " from procrastinate_jobs j join procrastinate_events e on e.job_id = j.id"
            " where j.task_name = any(%s) and e.type in ('started', 'succeeded', 'failed')"
            " order by j.task_name, e.at desc, e.id desc",
            ([plan.name for plan in plans],),
        )
        last = {name: (at, status) for name, at, status in cursor.fetchall()}
    return [
        DutyState(
            name=plan.name,
            title=plan.title,
            every=plan.every,
            last_at=last.get(plan.name, (None, ""))[0],
            last_status=last.get(plan.name, (None, ""))[1],
            due_at=due.get(plan.name),
        )
        for plan in plans
    ]
