"""Duties of the data plane, done by the worker."""

from datetime import timedelta

from django.db import connection

from netzstadt.core.jobs import services as jobs
from netzstadt.plane import outbox, partitions


@jobs.duty(every=timedelta(hours=6))
def make_partitions_ahead(**_: object) -> None:
    """Make the partitions of the coming months before the first value of a month arrives."""
    connection.ensure_connection()
    partitions.ensure_ahead(connection.connection)


@jobs.duty(every=timedelta(minutes=10))
def trim_outbox(**_: object) -> None:
    """Remove changes that every reader has passed."""
    connection.ensure_connection()
    outbox.trim(connection.connection)
