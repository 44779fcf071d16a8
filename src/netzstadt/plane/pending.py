"""The rows of a call while they wait for their commit, and what the caller is told."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from netzstadt.lib.ids import new_id
from netzstadt.lib.json_text import json_text
from netzstadt.plane.batches import Rows
from netzstadt.plane.blocks import Numbers


@dataclass(slots=True)
class Receipt:
    """What became of every row of a batch, by position: its sequence, or why it was refused."""

    sequence: list[int | None]
    errors: dict[int, str] = field(default_factory=dict)


# Of a single number that is the first of its time, as nearly all are; nobody changes a receipt.
STORED = Receipt([0])


class Busy(Exception):
    """The queue is full, or a series is kept by somebody else for long; try again after
    ``retry_after`` seconds (HTTP 503)."""

    def __init__(
        self, detail: str = "The queue of observations is full.", *, retry_after: int = 1
    ) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class KeyRefused(Exception):
    """The API key is not valid (``is_invalid``, HTTP 401) or may not write to one of the series
    (HTTP 403)."""

    def __init__(self, *, is_invalid: bool) -> None:
        super().__init__(
            "This API key is unknown, revoked or expired."
            if is_invalid
            else "This API key may not write to this Datastream."
        )
        self.is_invalid = is_invalid


@dataclass(slots=True)
class Pending:
    """The rows of one call that still wait for their commit.

    ``numbers`` holds them while they may travel packed; else they are ``rows``. A part is one half
    of a call that was split: its other half may be stored already.
    """

    rows: Rows
    places: list[int]  # of the rows in what the caller gave
    key_id: UUID | None
    is_recorded: bool
    receipt: Receipt
    done: asyncio.Future[Receipt]
    numbers: Numbers | None = None
    is_part: bool = False
    is_busy: bool = False  # somebody else holds one of the series
    busy_since: float | None = None

    def __len__(self) -> int:
        return len(self.rows) if self.numbers is None else len(self.numbers)

    def unpack(self) -> None:
        """Turn packed numbers into rows, each of which can be told what became of it."""
        if self.numbers is not None:
            self.rows, self.places = self.numbers.as_rows(), self.numbers.place.tolist()
            self.numbers = None

    def half(self, part: range) -> "Pending":
        """Some of the rows as a call of their own, with the same receipt."""
        return Pending(
            self.rows.take(part),
            [self.places[place] for place in part],
            self.key_id,
            self.is_recorded,
            self.receipt,
            self.done,
            is_part=True,
        )

    def series(self) -> set[int]:
        """The series that the rows belong to."""
        if self.numbers is None:
            return set(self.rows.series)
        return set(self.numbers.series[self.numbers.bounds()[0]].tolist())

    def drop(self, gone: dict[int, str]) -> None:
        """Refuse the rows at these places of ``rows``."""
        for place, reason in gone.items():
            self.receipt.errors[self.places[place]] = reason
        kept = [place for place in range(len(self.rows)) if place not in gone]
        self.rows = self.rows.take(kept)
        self.places = [self.places[place] for place in kept]

    def event(self) -> tuple[UUID, UUID | None, str]:
        """What the audit trail tells of these rows: id, key, facts."""
        if self.numbers is None:
            seconds = self.rows.seconds
            first, last = min(seconds), max(seconds)
        else:
            times = self.numbers.times
            first, last = int(times.min()) / 1e6, int(times.max()) / 1e6
        facts = {
            "observations": len(self),
            "series": sorted(self.series()),
            "first": datetime.fromtimestamp(first, UTC),
            "last": datetime.fromtimestamp(last, UTC),
        }
        return new_id(), self.key_id, json_text(facts)

    def tell_stored(self) -> None:
        """Enter into the receipt that all numbers are stored, each as the first of its time."""
        if not self.receipt.errors:
            self.receipt.sequence = [0] * len(self.receipt.sequence)
        elif self.numbers is not None:
            for place in self.numbers.place.tolist():
                self.receipt.sequence[place] = 0

    def fail(self, error: BaseException) -> None:
        """Tell the caller that nothing is stored, and why; of a part, that these rows are not."""
        if self.is_part:
            self.drop(
                dict.fromkeys(range(len(self.rows)), f"The observation is not stored: {error}")
            )
        elif not self.done.done():
            self.done.set_exception(error)

    def finish(self) -> None:
        """Tell the caller what became of the rows; of a part, the whole does."""
        if not self.is_part and not self.done.done():
            self.done.set_result(self.receipt)


class One(NamedTuple):
    """A single plain number that waits: most of what sensors send."""

    series_id: int
    second: float
    number: float
    key_id: UUID | None
    done: asyncio.Future[Receipt]

    def as_pending(self) -> Pending:
        """The same as a call of one row, which can be looked at closely."""
        rows = Rows([self.series_id], [self.second], [self.number])
        return Pending(rows, [0], self.key_id, False, Receipt([None]), self.done)

    def fail(self, error: BaseException) -> None:
        """Tell the caller that nothing is stored, and why."""
        if not self.done.done():
            self.done.set_exception(error)
