"""Everything that is done in operation, each written into the trail."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from netzstadt.core.audit import services as audit
from netzstadt.core.jobs import services as jobs
from netzstadt.core.operation.events import (
    BackupRestored,
    BackupTaken,
    DutyRun,
    JobDiscarded,
    JobRetried,
)
from netzstadt.core.operation.models import Backup
from netzstadt.lib.ids import new_id

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@transaction.atomic
def retry_job(*, job_id: int, by: "Person", at: datetime) -> None:
    """Try a failed job once more. Raises JobRefused if it is no longer among the failed ones."""
    name = jobs.retry_failed(job_id=job_id, at=at)
    audit.record(JobRetried(object_id=new_id(), job_id=job_id, job=name), by=by)


@transaction.atomic
def discard_job(*, job_id: int, reason: str, by: "Person", at: datetime) -> None:
    """Give a failed job up; what it should have done is not done. Raises JobRefused."""
    name = jobs.discard_failed(job_id=job_id)
    audit.record(JobDiscarded(object_id=new_id(), job_id=job_id, job=name, reason=reason), by=by)


@transaction.atomic
def run_duty(*, name: str, by: "Person", at: datetime) -> None:
    """Have a duty done now; its rhythm stays. Raises JobRefused if it waits or runs already."""
    jobs.run_duty_now(name=name)
    audit.record(DutyRun(object_id=new_id(), job=name), by=by)


@transaction.atomic
def note_backup(
    *, name: str, size: int, rows: int, seconds: float, head: str, at: datetime
) -> Backup:
    """Write down that a backup was taken: health, metrics and upgrades ask for the last one."""
    backup = Backup.objects.create(
        name=name, size_bytes=size, rows=rows, seconds=seconds, head=head, at=at
    )
    audit.record(
        BackupTaken(object_id=backup.pk, backup=name, size=size, rows=rows, head=head), by=None
    )
    return backup


def note_restore(*, name: str, taken_at: str, program: str, at: datetime) -> None:
    """Write down that what is here came out of a backup."""
    audit.record(
        BackupRestored(object_id=new_id(), backup=name, taken_at=taken_at, program=program),
        by=None,
    )
