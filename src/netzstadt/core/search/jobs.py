"""Background entry points: following the trail, indexing what changed, looking for deviations."""

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from netzstadt.core.audit import services as audit
from netzstadt.core.jobs import services as jobs
from netzstadt.core.search import queries, services
from netzstadt.lib import clock

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent

logger = logging.getLogger(__name__)

INDEX_S = 0.5


@audit.follow
def follow_events(events: "list[AuditEvent]") -> None:
    """Note what changed; ``index_changes`` looks at it."""
    services.note_changes(events)


@jobs.beside(every_s=INDEX_S)
def index_changes() -> None:
    """Bring the entries of what changed up to date, one kind after the other.

    A kind whose documents cannot be made waits, is tried again and holds no other kind back.
    """
    for model in queries.waiting_models():
        try:
            while services.index_waiting(model=model, at=clock.now()):
                pass
        except Exception:
            logger.exception("The search cannot take in what changed of %s", model)


@jobs.duty(every=timedelta(days=1), title=_("Compare the search with what there is, and repair it"))
def repair_index(**_: object) -> None:
    """Compare the index with everything there is, and repair what deviates.

    Some of it changes without an event: a unit's name on the day of its reorganisation.
    """
    done = services.repair_index(at=clock.now())
    if done.written or done.removed:
        logger.info("Search index: %d entries renewed, %d removed", done.written, done.removed)
