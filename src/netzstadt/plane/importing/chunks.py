"""What readers hand to the loader: columns of numbers, and whatever was refused on the way."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """What a reader knows of a series: its station and its channel, in the publisher's words."""

    station: str
    channel: str


@dataclass(frozen=True, slots=True)
class Reject:
    """One value (or line) that is not taken over, and why. ``line`` 0 where there are no lines."""

    file: str
    line: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Chunk:
    """Observations of one file as columns of equal length.

    ``series`` and ``flags`` number what the reader announced before, in the order of announcing.
    ``read`` counts every observation met, rejected ones included: a cell that is not empty, or a
    line that cannot be divided into cells.
    """

    file: str
    series: NDArray[np.int32]
    time: NDArray[np.int64]  # microseconds since 1970, UTC
    number: NDArray[np.float64]
    flags: NDArray[np.uint16]
    line: NDArray[np.int32]
    read: int
    rejects: list[Reject] = field(default_factory=list)
    new_series: list[SeriesKey] = field(default_factory=list)
    new_flags: list[tuple[str, ...]] = field(default_factory=list)
    result_time: NDArray[np.int64] | None = None  # as time; only where it is given
    size: int = 0  # bytes of the source behind this chunk


@dataclass(slots=True)
class Entities:
    """SensorThings entities found in JSON, as they are written there."""

    things: list[dict[str, Any]] = field(default_factory=list)
    locations: list[dict[str, Any]] = field(default_factory=list)
    datastreams: list[dict[str, Any]] = field(default_factory=list)


class Numbering(Generic[Item]):
    """Numbers items in the order they are met, and keeps those that were not announced yet."""

    def __init__(self) -> None:
        self._numbers: dict[Item, int] = {}
        self._new: list[Item] = []

    def number(self, item: Item) -> int:
        """The item's number, from 0."""
        number = self._numbers.get(item)
        if number is None:
            number = self._numbers[item] = len(self._numbers)
            self._new.append(item)
        return number

    def take_new(self) -> list[Item]:
        """What was numbered since the last call, in order."""
        new, self._new = self._new, []
        return new


@dataclass(slots=True)
class Rows:
    """Observations that may be more than numbers, a list each, the form of SensorThings JSON.

    ``datastreams`` are @iot.id as JSON; the others as in ``batches.Columns``. ``places`` say where
    in the document each stands.
    """

    file: str
    datastreams: list[str]
    times: list[datetime]
    numbers: list[float | None]
    sparse: dict[str, list[Any]]
    places: list[str]
    read: int
    rejects: list[Reject] = field(default_factory=list)
    size: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """The reader cannot go on; ``message`` is a sentence."""

    message: str


@dataclass(frozen=True, slots=True)
class End:
    """Every file was read to its end."""


Message = Chunk | Rows | Entities | Refused | End
