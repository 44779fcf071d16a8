"""What this room puts on start pages."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from netzstadt.core.rooms import TileContent, TileLine
from netzstadt.urbandata.queries.things import silent_series

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

LINES = 5


def silent(person: "Person", *, at: datetime) -> TileContent:
    """The Datastreams of a person that have sent nothing for too long."""
    found = silent_series(to=person, at=at)
    lines = tuple(
        TileLine(
            text=series.name,
            url=reverse("urbandata:datastream", args=[series.uuid]),
            at=series.state.last_time,
            is_late=True,
        )
        for series in found[:LINES]
    )
    return TileContent(lines=lines, count=found.count(), url=reverse("urbandata:silent"))
