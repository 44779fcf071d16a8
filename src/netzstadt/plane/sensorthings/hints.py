"""What a process remembers of keys and Datastreams, so that an observation costs one transaction.

All of it may be out of date. The transaction that writes judges again whether the Datastream is
there and whether the key is valid and may write to it. It does not judge ``observation_type`` and
``has_feature``: hints are dropped after every change that this process makes, and a look-up that a
change overtook is not kept. What another process changes (a second web server, an import) shows
here only as hints end, after REMEMBERED_S at most: until then results of the former type are taken,
and observations whose default feature was deleted there are kept without one.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import msgspec

from netzstadt.lib.json_text import json_text
from netzstadt.plane.keys import KeyHints
from netzstadt.standards.sensorthings.path import Id

# Longer than the quarter of an hour at which many sensors report.
REMEMBERED_S = 20 * 60.0
MAXIMUM_SERIES = 50_000

# Where the Thing has no Location there is nothing to make a feature from. When it gets one, the
# Datastreams that have observations get their feature with it.
_SERIES = """
select iot_id, id, thing_id, observation_type,
       default_feature_id is not null
           or not exists (select from thing_location x where x.thing_id = s.thing_id) as has_feature
from series s where iot_id = any ($1::jsonb[]) and kind = 'DATASTREAM'
"""


@dataclass(slots=True)
class SeriesHint:
    """A Datastream as it was a moment ago. ``has_feature``: nothing need be done for its default
    feature."""

    id: int
    thing_id: UUID
    observation_type: str
    has_feature: bool
    until: float


class Hints:
    """The memory of one plane."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._series: dict[Id, SeriesHint] = {}  # the oldest first
        self._changes = 0
        self.keys = KeyHints(pool)

    def remembered(self, identifier: Id) -> SeriesHint | None:
        """The Datastream with this @iot.id, if it was looked up in the last while."""
        hint = self._series.get(identifier)
        return hint if hint is not None and hint.until > time.monotonic() else None

    async def series(self, identifier: Id) -> SeriesHint | None:
        """The Datastream with this @iot.id."""
        return (await self.many([identifier])).get(identifier)

    async def many(self, identifiers: Collection[Id]) -> dict[Id, SeriesHint]:
        """Those of the Datastreams that are there, by their @iot.id: those that are not remembered
        are looked up together."""
        found: dict[Id, SeriesHint] = {}
        asked: dict[Id, None] = {}
        for identifier in identifiers:
            if (known := self.remembered(identifier)) is not None:
                found[identifier] = known
            else:
                asked[identifier] = None
        if asked:
            changes = self._changes
            rows = await self._pool.fetch(_SERIES, list(map(json_text, asked)))
            looked_up = dict(map(_hint, rows))
            # A change that was committed meanwhile may be missing from the answer.
            if changes == self._changes:
                self._keep(looked_up)
            found |= looked_up
        return found

    def _keep(self, hints: dict[Id, SeriesHint]) -> None:
        for identifier, hint in hints.items():
            self._series.pop(identifier, None)
            if len(self._series) >= MAXIMUM_SERIES:
                del self._series[next(iter(self._series))]
            self._series[identifier] = hint

    def forget_series(self, identifier: Id) -> None:
        """Drop the hint of one Datastream."""
        self._series.pop(identifier, None)

    def clear(self) -> None:
        """Drop the hints of all Datastreams, after something was deleted or changed."""
        self._changes += 1
        self._series.clear()


def _hint(row: asyncpg.Record) -> tuple[Id, SeriesHint]:
    identifier: Id = msgspec.json.decode(row["iot_id"])
    return identifier, SeriesHint(
        row["id"],
        row["thing_id"],
        row["observation_type"],
        row["has_feature"],
        time.monotonic() + REMEMBERED_S,
    )
