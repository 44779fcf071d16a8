"""What waits for the data protection officer."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.timezone import localtime

from netzstadt.core.privacy import queries
from netzstadt.core.rooms import TileContent, TileLine

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_LINES = 5


def open_requests(person: "Person", *, at: datetime) -> TileContent:
    """The open requests that are due first."""
    waiting = queries.requests(state="OPEN")
    today = localtime(at).date()
    return TileContent(
        lines=tuple(
            TileLine(
                text=request.person.name,
                url=reverse("privacy:answer", args=[request.pk]),
                at=request.due_on,
                is_late=request.due_on < today,
            )
            for request in waiting[:_LINES]
        ),
        count=waiting.count(),
        url=reverse("privacy:requests"),
    )
