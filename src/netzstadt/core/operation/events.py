"""What happens in operation."""

from dataclasses import dataclass

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class JobRetried(Event):
    """A failed job was put back into the queue."""

    name = "operation.job.retried"
    object_model = "operation.job"

    job_id: int
    job: str


@dataclass(frozen=True, kw_only=True)
class JobDiscarded(Event):
    """A failed job was given up, with a reason."""

    name = "operation.job.discarded"
    object_model = "operation.job"

    job_id: int
    job: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DutyRun(Event):
    """A duty was started beside its rhythm."""

    name = "operation.duty.run"
    object_model = "operation.duty"

    job: str


@dataclass(frozen=True, kw_only=True)
class BackupTaken(Event):
    """A backup was taken and is whole; the head is that of the trail in it."""

    name = "operation.backup.taken"
    object_model = "operation.backup"

    backup: str
    size: int
    rows: int
    head: str


@dataclass(frozen=True, kw_only=True)
class BackupRestored(Event):
    """This installation was restored from a backup: what happened after it is not here."""

    name = "operation.backup.restored"
    object_model = "operation.backup"

    backup: str
    taken_at: str
    program: str
