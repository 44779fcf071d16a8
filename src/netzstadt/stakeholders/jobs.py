"""Background entry points: reading council information systems."""

import uuid
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from netzstadt.core.jobs import services as jobs
from netzstadt.lib import clock
from netzstadt.stakeholders.models.harvests import HarvestState
from netzstadt.stakeholders.queries import sources as queries
from netzstadt.stakeholders.services import harvest, sources

# One job at a time is done: after so long others have their turn.
TURN = timedelta(seconds=20)


@jobs.job
def harvest_source(*, source_id: str, **_: object) -> None:
    """Read a council information system for a while, and go on later if that was not its end."""
    source = queries.source(uuid.UUID(source_id))
    if source is None or source.paused_at is not None:
        return
    now = clock.now()
    run = harvest.harvest(source=source, at=now, until=now + TURN)
    if run is not None and run.state == HarvestState.RUNNING:
        sources.go_on(source=source)


@jobs.duty(every=timedelta(hours=1), title=_("Read the council information systems"))
def harvest_due_sources(**_: object) -> None:
    """Read every council information system that is due."""
    sources.defer_due_harvests(at=clock.now())
