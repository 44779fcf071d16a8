"""The port to background work: declare jobs, defer them, declare duties, run a worker.

A job is at-least-once: its end is written outside its own transaction, so it may run again after
a crash and must do no harm then. A job deferred inside a transaction exists exactly if that
transaction is committed.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from procrastinate import RetryStrategy, sql
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

from netzstadt.core.jobs.models import Duty

logger = logging.getLogger(__name__)

Job = Task[Any, Any, Any]
_ATTEMPTS = 8
_duties: dict[str, "DutyPlan"] = {}


@dataclass(frozen=True, slots=True)
class DutyPlan:
    """A job that has to be done again and again."""

    name: str
    every: timedelta
    job: Job


def job(function: Callable[..., object]) -> Job:
    """Declare a background job; its arguments are keyword-only plain values.

    A job that fails is tried again up to eight times, waiting 2, 4, 8 … seconds.
    """
    return app.task(
        name=f"{function.__module__}.{function.__name__}",
        retry=RetryStrategy(max_attempts=_ATTEMPTS, exponential_wait=2),
    )(function)


def defer(job: Job, *, at: datetime | None = None, **arguments: Any) -> None:
    """Have ``job`` done by a worker, at once or from ``at`` on.

    No lock is set: a locked job with a future time would hold back all others of its lock.
    """
    job.configure(schedule_at=at).defer(**arguments)


def duty(*, every: timedelta) -> Callable[[Callable[..., object]], Job]:
    """Declare a job that a worker defers every so often, whatever was missed meanwhile.

    When it was last due is kept in a row (``jobs_duty``): a restart forgets nothing, and of
    several workers one defers it.
    """

    def declare(function: Callable[..., object]) -> Job:
        task = job(function)
        _duties[task.name] = DutyPlan(task.name, every, task)
        return task

    return declare


def defer_due_duties(*, at: datetime) -> list[str]:
    """Defer the duties that are due at ``at`` and set when each is due again; return their names.

    A duty that was missed for hours is done once, not once for every time it was missed.
    """
    done: list[str] = []
    with transaction.atomic():
        Duty.objects.bulk_create(
            [Duty(name=name, due_at=at) for name in _duties], ignore_conflicts=True
        )
        due = Duty.objects.select_for_update(skip_locked=True).filter(
            due_at__lte=at, name__in=_duties
        )
        for row in due:
            plan = _duties[row.name]
            defer(plan.job)
            row.due_at = at + plan.every
            row.save(update_fields=["due_at"])
            done.append(row.name)
    return done


def remove_finished_jobs(*, days: int = 3, failed_days: int = 30) -> None:
    """Remove jobs that ended well ``days`` ago, and others that ended ``failed_days`` ago."""
    app.connector.get_sync_connector().execute_query(
        query=sql.queries["delete_old_jobs"], nb_hours=days * 24, queue=None, statuses=["succeeded"]
    )
    app.connector.get_sync_connector().execute_query(
        query=sql.queries["delete_old_jobs"],
        nb_hours=failed_days * 24,
        queue=None,
        statuses=["failed", "cancelled", "aborted"],
    )
