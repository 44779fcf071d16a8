"""Connecting council information systems, pausing them, having them read."""

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.jobs import services as jobs
from netzstadt.core.refusal import Refusal
from netzstadt.stakeholders import events
from netzstadt.stakeholders.models.harvests import CouncilSource
from netzstadt.stakeholders.queries import sources as queries

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_JOB = "netzstadt.stakeholders.jobs.harvest_source"


class SourceRefused(Refusal):
    """The system cannot be connected or read so."""


@transaction.atomic
def add_source(*, address: str, by: "Person | None", at: datetime) -> CouncilSource:
    """Connect a council information system by its OParl address, and have it read at once.

    Whether OParl answers there is found out by the worker; the page of the system says so.

    Raises SourceRefused if the address is none, or is connected already.
    """
    address = _clean(address)
    if CouncilSource.objects.filter(address=address).exists():
        raise SourceRefused(_("This address is connected already."))
    source = CouncilSource.objects.create(address=address, created_at=at)
    audit.record(events.SourceAdded(object_id=source.pk, address=address), by=by)
    jobs.defer(jobs.job_named(_JOB), source_id=str(source.pk))
    return source


@transaction.atomic
def ask_for_harvest(*, source: CouncilSource, by: "Person", at: datetime) -> None:
    """Have a system read now, beside its rhythm. Raises SourceRefused while it is paused."""
    current = CouncilSource.objects.select_for_update().get(pk=source.pk)
    if current.paused_at is not None:
        raise SourceRefused(_("The system is paused. Resume it first."))
    audit.record(events.HarvestAsked(object_id=source.pk), by=by)
    jobs.defer(jobs.job_named(_JOB), source_id=str(source.pk))


@transaction.atomic
def pause_source(*, source: CouncilSource, by: "Person", at: datetime) -> None:
    """Read a system no more until it is resumed; what was read stays.

    Raises SourceRefused if it is paused already.
    """
    current = CouncilSource.objects.select_for_update().get(pk=source.pk)
    if current.paused_at is not None:
        raise SourceRefused(_("The system is paused already."))
    current.paused_at = at
    current.save(update_fields=["paused_at"])
    audit.record(events.SourcePaused(object_id=source.pk), by=by)


@transaction.atomic
def resume_source(*, source: CouncilSource, by: "Person", at: datetime) -> None:
    """Read a system again. Raises SourceRefused if it is not paused."""
    current = CouncilSource.objects.select_for_update().get(pk=source.pk)
    if current.paused_at is None:
        raise SourceRefused(_("The system is not paused."))
    current.paused_at = None
    current.save(update_fields=["paused_at"])
    audit.record(events.SourceResumed(object_id=source.pk), by=by)


def defer_due_harvests(*, at: datetime) -> int:
    """Have every system read that is due; return how many."""
    due = queries.due_sources(at=at)
    for source in due:
        jobs.defer(jobs.job_named(_JOB), source_id=str(source.pk))
    return len(due)


def go_on(*, source: CouncilSource) -> None:
    """Have a harvest gone on with after others had their turn."""
    jobs.defer(jobs.job_named(_JOB), source_id=str(source.pk))


def _clean(address: str) -> str:
    try:
        parts = urlsplit(address.strip())
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
        has_secret = bool(parts.username or parts.password)
        _port = parts.port
    except ValueError:
        is_usable = has_secret = False
    if not is_usable or any(character.isspace() for character in address.strip()):
        raise SourceRefused(_("Give the whole address, beginning with https://."))
    if has_secret:
        raise SourceRefused(_("Give the address without a name and a password in it."))
    return urlunsplit(parts._replace(netloc=parts.netloc.lower(), fragment=""))
