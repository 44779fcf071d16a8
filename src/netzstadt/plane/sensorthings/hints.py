"""What a process remembers of keys and Datastreams, so that an observation costs one transaction.

Everything here may be out of date; what is written is judged again in its transaction.
"""

import time
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from netzstadt.lib.json_text import json_text
from netzstadt.plane.keys import HINT_SECONDS, MAXIMUM_HINTS, KeyHints
from netzstadt.standards.sensorthings.path import Id

_SERIES = """
select id, uuid, thing_id, observation_type, default_feature_id is not null as has_feature
from series where iot_id = $1::jsonb and kind = 'DATASTREAM'
"""


@dataclass(slots=True)
class SeriesHint:
    """A Datastream as it was a moment ago. ``has_feature``: nothing need be done for its default
    feature."""

    id: int
    uuid: UUID
    thing_id: UUID
    observation_type: str
    has_feature: bool
    until: float


class Hints:
    """The memory of one plane."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._series: dict[Id, SeriesHint] = {}
        self.keys = KeyHints(pool)

    def remembered(self, identifier: Id) -> SeriesHint | None:
        """The Datastream with this @iot.id, if it was seen in the last minute."""
        hint = self._series.get(identifier)
        return hint if hint is not None and hint.until > time.monotonic() else None

    async def series(self, identifier: Id) -> SeriesHint | None:
        """The Datastream with this @iot.id."""
        if (known := self.remembered(identifier)) is not None:
            return known
        row = await self._pool.fetchrow(_SERIES, json_text(identifier))
        if row is None:
            self.forget_series(identifier)
            return None
        if len(self._series) >= MAXIMUM_HINTS:
            self._series.clear()
        hint = SeriesHint(**row, until=time.monotonic() + HINT_SECONDS)
        self._series[identifier] = hint
        return hint

    def forget_series(self, identifier: Id) -> None:
        """Drop the hint of one Datastream."""
        self._series.pop(identifier, None)

    def clear(self) -> None:
        """Drop the hints of all Datastreams, after something was deleted or changed."""
        self._series.clear()
