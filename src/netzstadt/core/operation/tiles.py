"""What waits for who keeps the house running."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from netzstadt.core.jobs import queries as jobs
from netzstadt.core.rooms import TileContent, TileLine

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_LINES = 5


def failed_jobs(person: "Person", *, at: datetime) -> TileContent:
    """The newest failed jobs."""
    failed = jobs.failed_jobs()
    return TileContent(
        lines=tuple(
            TileLine(
                text=job.name,
                url=reverse("operation:discard", args=[job.id]),
                at=job.failure.failed_at if job.failure else None,
                is_late=True,
            )
            for job in jobs.with_failures(failed[:_LINES])
        ),
        count=failed.count(),
        url=reverse("operation:overview"),
    )
