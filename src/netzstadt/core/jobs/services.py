"""The port to background work: declare jobs, defer them, declare duties, run a worker.

A job is at-least-once: its end is written outside its own transaction, so it may run again after
a crash and must do no harm then. A job deferred inside a transaction exists exactly if that
transaction is committed.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy, sql
from procrastinate.contrib.django import app

from netzstadt.core.jobs import declared
from netzstadt.core.jobs.declared import BESIDE, DUTIES, DutyPlan
from netzstadt.core.jobs.models import Duty, Failure
from netzstadt.core.refusal import Refusal
from netzstadt.lib.logs import without_secrets

logger = logging.getLogger(__name__)

Job = declared.Job
_ATTEMPTS = 8
# What procrastinate tells its workers when a job was added.
_WAKE = '{"type": "job_inserted", "job_id": 0}'


class JobRefused(Refusal):
    """This cannot be done with a job now."""


def job(function: Callable[..., object]) -> Job:
    """Declare a background job; its arguments are keyword-only plain values.

    A job that fails is tried again up to eight times, waiting 2, 4, 8 … seconds.
    """
    return app.task(
        name=f"{function.__module__}.{function.__name__}",
        retry=RetryStrategy(max_attempts=_ATTEMPTS, exponential_wait=2),
    )(function)


def job_named(name: str) -> Job:
    """The job with this name, for a service that is imported before its jobs. Raises KeyError."""
    return app.tasks[name]


def defer(job: Job, *, at: datetime | None = None, **arguments: Any) -> None:
    """Have ``job`` done by a worker, at once or from ``at`` on.

    No lock is set: a locked job with a future time would hold back all others of its lock.
    """
    job.configure(schedule_at=at).defer(**arguments)


def duty(*, every: timedelta, title: str | Promise) -> Callable[[Callable[..., object]], Job]:
    """Declare a job that a worker defers every so often, whatever was missed meanwhile.

    ``title`` says to operators what it is for.

    When it was last due is kept in a row (``jobs_duty``): a restart forgets nothing, and of
    several workers one defers it.
    """

    def declare(function: Callable[..., object]) -> Job:
        task = job(function)
        DUTIES[task.name] = DutyPlan(task.name, title, every, task)
        return task

    return declare


def beside(*, every_s: float) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Declare what every worker does beside its jobs, every ``every_s`` seconds.

    For what comes round too often to be a job each time; it finds nothing to do in most rounds,
    and several workers do not disturb one another.
    """

    def declare(function: Callable[[], object]) -> Callable[[], object]:
        BESIDE.append((every_s, function))
        return function

    return declare


def done_beside() -> list[tuple[float, Callable[[], object]]]:
    """What is declared with ``beside``: how often, and what."""
    return list(BESIDE)


def defer_due_duties(*, at: datetime) -> list[str]:
    """Defer the duties that are due at ``at`` and set when each is due again; return their names.

    A duty that was missed for hours is done once, not once for every time it was missed.
    """
    done: list[str] = []
    with transaction.atomic():
        Duty.objects.bulk_create(
            [Duty(name=name, due_at=at) for name in DUTIES], ignore_conflicts=True
        )
        due = Duty.objects.select_for_update(skip_locked=True).filter(
            due_at__lte=at, name__in=DUTIES
        )
        for row in due:
            plan = DUTIES[row.name]
            defer(plan.job)
            row.due_at = at + plan.every
            row.save(update_fields=["due_at"])
            done.append(row.name)
    return done


def note_failure(*, job_id: int, attempt: int, error: Exception, at: datetime) -> None:
    """Keep why a job failed, without addresses of people and secrets in the message."""
    kind = type(error)
    Failure.objects.update_or_create(
        job_id=job_id,
        defaults={
            "error": f"{kind.__module__}.{kind.__qualname__}"[:200],
            "message": without_secrets(str(error).partition("\n")[0])[:1000],
            "attempt": attempt,
            "failed_at": at,
        },
    )


@transaction.atomic
def retry_failed(*, job_id: int, at: datetime) -> str:
    """Put a failed job back into the queue; return its name. Raises JobRefused."""
    name = _set_status(job_id, "todo")
    with connection.cursor() as cursor:
        cursor.execute(
            "update procrastinate_jobs set scheduled_at = %s where id = %s", (at, job_id)
        )
        cursor.execute("select pg_notify('procrastinate_any_queue_v1', %s)", (_WAKE,))
    return name


@transaction.atomic
def discard_failed(*, job_id: int) -> str:
    """Give a failed job up; return its name. Raises JobRefused."""
    return _set_status(job_id, "cancelled")


def run_duty_now(*, name: str) -> None:
    """Defer a duty beside its rhythm. Raises JobRefused if it waits or runs already."""
    if name not in DUTIES:
        raise JobRefused(_("There is no such duty."))
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from procrastinate_jobs"
            " where task_name = %s and status in ('todo', 'doing'))",
            (name,),
        )
        row = cursor.fetchone()
    if row and row[0]:
        raise JobRefused(_("This duty waits or runs already."))
    defer(DUTIES[name].job)


def _set_status(job_id: int, status: str) -> str:
    """Take a job out of ``failed``: whoever comes second is refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update procrastinate_jobs set status = %s::procrastinate_job_status, worker_id = null"
            " where id = %s and status = 'failed' returning task_name",
            (status, job_id),
        )
        row = cursor.fetchone()
    if row is None:
        raise JobRefused(_("This job is no longer among the failed ones."))
    return str(row[0])


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
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from jobs_failure f where not exists (select from procrastinate_jobs j"
            " where j.id = f.job_id and j.status in ('todo', 'doing', 'failed'))"
        )
