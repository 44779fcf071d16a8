"""Reading which council information systems are connected, and how their harvests went."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from netzstadt.stakeholders.models.council import (
    AgendaItem,
    CouncilOrganisation,
    Meeting,
    Paper,
    ResultCode,
)
from netzstadt.stakeholders.models.harvests import CouncilSource, Harvest, HarvestState

EVERY = timedelta(days=1)
# One that failed is tried again sooner, one that was left alone for so long is gone on with.
AGAIN = timedelta(minutes=50)
LEFT_ALONE = timedelta(minutes=10)
MOST_SOURCES = 100
LAST_HARVESTS = 15


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source with its last harvest, if there was one."""

    source: CouncilSource
    last: Harvest | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Holdings:
    """How much of a source is here, without what was withdrawn."""

    organisations: int
    meetings: int
    items: int
    resolutions: int
    papers: int
    withdrawn: int


def sources() -> list[SourceState]:
    """All sources by name, each with its last harvest."""
    found = list(CouncilSource.objects.order_by("title", "address")[:MOST_SOURCES])
    last = Harvest.objects.filter(source__in=found).order_by("source_id", "-started_at")
    by_source = {run.source_id: run for run in last.distinct("source_id")}
    return [SourceState(source, by_source.get(source.pk)) for source in found]


def source(key: UUID) -> CouncilSource | None:
    """One source; None where there is none."""
    return CouncilSource.objects.filter(pk=key).first()


def harvests_of(source: CouncilSource) -> "QuerySet[Harvest]":
    """The last harvests of a source, the newest first."""
    return Harvest.objects.filter(source=source).order_by("-started_at")[:LAST_HARVESTS]


def holdings_of(source: CouncilSource) -> Holdings:
    """What is here of a source."""
    here = Count("pk", filter=Q(deleted_at__isnull=True))
    gone = Count("pk", filter=Q(deleted_at__isnull=False))
    counts = [
        model._default_manager.filter(source=source).aggregate(here=here, gone=gone)
        for model in (CouncilOrganisation, Meeting, AgendaItem, Paper)
    ]
    resolutions = AgendaItem.objects.filter(source=source, deleted_at__isnull=True)
    return Holdings(
        organisations=counts[0]["here"],
        meetings=counts[1]["here"],
        items=counts[2]["here"],
        resolutions=resolutions.exclude(result_code=ResultCode.NONE).count(),
        papers=counts[3]["here"],
        withdrawn=sum(each["gone"] for each in counts),
    )


def due_sources(*, at: datetime) -> list[CouncilSource]:
    """The sources that are to be read now: once a day, after a failure within the hour."""
    states = [one for one in sources() if one.source.paused_at is None]
    return [one.source for one in states if _is_due(one.last, at)]


def _is_due(last: Harvest | None, at: datetime) -> bool:
    if last is None:
        return True
    match last.state:
        case HarvestState.DONE:
            return last.started_at <= at - EVERY
        case HarvestState.FAILED:
            return last.touched_at <= at - AGAIN
    return last.touched_at <= at - LEFT_ALONE
