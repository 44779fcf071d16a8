"""Duties: jobs that have to be done again and again."""

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
