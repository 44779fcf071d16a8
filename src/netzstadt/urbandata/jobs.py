"""Duties of the data plane, done by the worker."""

from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from netzstadt.core.jobs import services as jobs
from netzstadt.lib import clock
from netzstadt.plane import expectations, outbox, partitions
from netzstadt.urbandata import services


@jobs.duty(every=timedelta(hours=6), title=_("Make room for the values of the coming months"))
def make_partitions_ahead(**_: object) -> None:
    """Make the partitions of the coming months before the first value of a month arrives."""
    connection.ensure_connection()
    partitions.ensure_ahead(connection.connection)


@jobs.duty(every=timedelta(minutes=10), title=_("Remove live changes that every reader has passed"))
def trim_outbox(**_: object) -> None:
    """Remove changes that every reader has passed."""
    connection.ensure_connection()
    outbox.trim(connection.connection)


@jobs.duty(every=timedelta(hours=6), title=_("Note which API keys expire soon"))
def note_expiring_keys(**_: object) -> None:
    """Note which API keys end soon."""
    services.note_expiring_keys(at=clock.now())


@jobs.duty(every=timedelta(minutes=30), title=_("Reckon how often sensors usually send"))
def reckon_expectations(**_: object) -> None:
    """Reckon how often series usually send, so that those that keep still are found."""
    connection.ensure_connection()
    expectations.reckon(connection.connection, at=clock.now())
