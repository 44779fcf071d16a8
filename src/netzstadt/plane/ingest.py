"""The one way in for observations: validation, grouped commits, the idempotent load of imports."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(slots=True)
class Columns:
    """Observations as columns of equal length, the form in which they travel to the database.

    ``sparse`` holds the rare columns, each whole and only where any of its values is set:
    ``result`` (what is no number, as a JSON value), ``time_end``, ``result_time``, ``feature_id``,
    ``quality`` (list of flags), ``result_quality``, ``parameters``, ``valid_time``, ``iot_id``.
    """

    series_id: list[int]
    time: list[datetime]
    number: list[float | None]
    sparse: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Receipt:
    """What became of every row of a batch, by position: its sequence, or why it was refused."""

    sequence: list[int | None]
    errors: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class LoadReceipt:
    """What became of the rows of an idempotent load; ``conflicts`` are positions whose key is
    stored with another value."""

    loaded: int
    unchanged: int
    conflicts: list[int] = field(default_factory=list)


class Busy(Exception):  # noqa: N818 - it is no error of the caller's
    """The queue is full; try again after ``retry_after`` seconds (HTTP 503)."""

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__("The queue of observations is full.")
        self.retry_after = retry_after


class KeyRefused(Exception):  # noqa: N818
    """The API key is revoked, expired or may not write to one of the series (HTTP 401 or 403)."""


class Ingest:
    """Grouped commits of one process. Made once beside the pool, closed before it."""

    async def add(self, columns: Columns, *, key_id: UUID | None) -> Receipt:
        """Add every row (a POST always adds) and return after the commit.

        ``key_id`` names the API key that wrote; None is the house itself (demo, jobs). Series,
        key and rights are judged in the transaction, so nothing stale is trusted.

        Raises Busy if the queue is full, KeyRefused if the key may not write.
        """
        raise NotImplementedError
