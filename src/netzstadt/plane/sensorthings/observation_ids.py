"""The @iot.id of an Observation: derived from its key, or kept beside it."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

import asyncpg

from netzstadt.lib.json_text import json_text
from netzstadt.plane.batches import EPOCH
from netzstadt.standards.sensorthings.path import Id

_DERIVED = re.compile(r"([0-9]{1,18})-(-?[0-9]{1,17})-([0-9]{1,5})")


class Place(NamedTuple):
    """The key of an observation."""

    series_id: int
    time: datetime
    sequence: int

    @property
    def identifier(self) -> str:
        """The derived @iot.id: series, microseconds since 1970, sequence."""
        return f"{self.series_id}-{microseconds(self.time)}-{self.sequence}"


def microseconds(time: datetime) -> int:
    """Whole microseconds since 1970."""
    since = time - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def is_derived(identifier: Id) -> bool:
    """Whether the id has the form of a derived one, which no client may choose."""
    return isinstance(identifier, str) and _DERIVED.fullmatch(identifier) is not None


def derived_place(identifier: Id) -> Place | None:
    """The place that a derived id such as ``17-1730419200000000-0`` names; None for other ids."""
    match = _DERIVED.fullmatch(identifier) if isinstance(identifier, str) else None
    if match is None or int(match[3]) > 32_767:
        return None
    try:
        time = EPOCH + timedelta(microseconds=int(match[2]))
    except OverflowError:
        return None
    place = Place(int(match[1]), time, int(match[3]))
    return place if place.identifier == identifier else None  # only the one written form is the id


async def place_of(connection: asyncpg.Connection, identifier: Id) -> Place | None:
    """Where the observation with this id is: kept ids first, for one that was moved has left its
    derived place, which another observation may hold by now."""
    row = await connection.fetchrow(
        "select series_id, time, sequence from observation_alias where iot_id = $1::jsonb",
        json_text(identifier),
    )
    if row is not None:
        return Place(*row)
    return derived_place(identifier)
