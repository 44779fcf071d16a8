"""Duties, which come round; and why jobs failed."""

from django.db import models


class Duty(models.Model):
    """When a duty is due next. Which duties there are is code (``services.duty``)."""

    name = models.CharField(max_length=200, primary_key=True)
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = "duty"
        verbose_name_plural = "duties"

    def __str__(self) -> str:
        return self.name


class Failure(models.Model):
    """Why a job failed the last time; procrastinate keeps only that it did.

    ``job_id`` has no foreign key: the queue's tables are another package's, and a failure whose
    job is gone is removed by a duty.
    """

    job_id: "models.BigIntegerField[int, int]" = models.BigIntegerField(primary_key=True)
    error = models.CharField(max_length=200)
    message = models.CharField(max_length=1000)
    attempt = models.PositiveIntegerField()
    failed_at = models.DateTimeField()

    class Meta:
        verbose_name = "failure"
        verbose_name_plural = "failures"

    def __str__(self) -> str:
        return f"job {self.job_id}: {self.error}"
