"""The rows of a call while they wait for their commit, and what the caller is told."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
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

    ``numbers`` holds them while they may travel packed; else they are ``rows``.
    """

    rows: Rows
    places: list[int]  # of the rows in what the caller gave
    key_id: UUID | None
    is_recorded: bool
    receipt: Receipt
    done: asyncio.Future[Receipt]
    numbers: Numbers | None = None

    def __len__(self) -> int:
        return len(self.rows) if self.numbers is None else len(self.numbers)

    def unpack(self) -> None:
        """Turn packed numbers into rows, each of which can be told what became of it."""
        if self.numbers is not None:
            self.rows, self.places = self.numbers.as_rows(), self.numbers.place.tolist()
            self.numbers = None

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
        """What the audit trail tells of these rows, for _RECORD."""
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
        """Tell the caller that nothing more is stored, and why."""
        if not self.done.done():
            self.done.set_exception(error)

    def finish(self) -> None:
        """Tell the caller what became of the rows."""
        if not self.done.done():
            self.done.set_result(self.receipt)
