"""The newest observations of a Datastream: read from the months that hold them, not from all.

A statement over all months must open every partition before it begins. Where the answer to the
same question ended last time is a good guess of how far back it must look; whether it was, the
statement itself tells, so a wrong guess costs a second look and never a row.
"""

from datetime import UTC, datetime, timedelta

from netzstadt.standards.sensorthings.path import Id

EVER = datetime(1, 1, 1, tzinfo=UTC)
MAXIMUM_GUESSES = 100_000


class Guesses:
    """How far back the newest observations of a Datastream reach; by its id and the page's size."""

    def __init__(self) -> None:
        self._since: dict[tuple[Id, int], datetime] = {}

    def since(self, series: Id, top: int) -> datetime:
        """Where to begin; EVER while nothing is known."""
        return self._since.get((series, top), EVER)

    def learn(self, series: Id, top: int, oldest: datetime | None) -> None:
        """Remember where an answer ended: the beginning of that month."""
        if oldest is None:
            return
        if len(self._since) >= MAXIMUM_GUESSES:
            self._since.clear()
        month = (oldest - timedelta(hours=1)).astimezone(UTC).replace(day=1)
        self._since[series, top] = month.replace(hour=0, minute=0, second=0, microsecond=0)
