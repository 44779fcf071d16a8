"""The plane's audit events: written in the transaction of the change, through audit_append()."""

from typing import Any
from uuid import UUID

import asyncpg
import psycopg

from netzstadt.lib.ids import new_id
from netzstadt.lib.json_text import json_text
from netzstadt.plane.keys import Key

_APPEND = "select audit_append($1, $2, $3, $4, $5, $6, $7::jsonb, null, $8)"

# Entity types as the trail names them: plane.historical_location.created
_NAMES = {
    "HistoricalLocation": "historical_location",
    "ObservedProperty": "observed_property",
    "FeatureOfInterest": "feature_of_interest",
}


def object_name(type_name: str) -> str:
    """An entity type's name in the trail."""
    return f"plane.{_NAMES.get(type_name, type_name.lower())}"


def record(
    connection: psycopg.Connection[Any], event: str, model: str, key: UUID, facts: dict[str, Any]
) -> None:
    """Append one event of the house itself (an import, the demo) in the caller's transaction."""
    connection.execute(
        "select audit_append(%s, %s, null, null, %s, %s, %s::jsonb)",
        [new_id(), event, model, key, json_text(facts)],
    )


class Trail:
    """Collects what one request changes, and writes it before the commit in one round trip."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._events: list[tuple[Any, ...]] = []

    def add(self, type_name: str, verb: str, object_id: UUID, data: dict[str, Any]) -> None:
        """Note that an entity was created, changed or deleted; ``data`` are the changed fields."""
        name = object_name(type_name)
        who = (self._key.person_id, self._key.id)
        what = (name, object_id, json_text(data))
        self._events.append((new_id(), f"{name}.{verb}", *who, *what, self._key.acting_for_id))

    async def write(self, connection: asyncpg.Connection) -> None:
        """Append the events in the order in which they were noted."""
        await connection.executemany(_APPEND, self._events)
        self._events = []
