"""Sums by series, hour and day of a sorted batch, in numpy; the database adds them up."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

HOUR = 3_600_000_000  # microseconds
# Of every day of the city's calendar its start in seconds since 1970, from the database, so that
# its time zone rules decide everywhere. Ends some days after the latest time that is accepted.
DAY_STARTS = (
    "select array_agg(extract(epoch from d at time zone s.time_zone)::float8 order by d) "
    "from plane_setting s, "
    "generate_series('1899-12-30'::timestamp, (now() + interval '20 years')::timestamp, '1 day') d"
)
# The greatest number accepted: sums of as many as a bucket can count stay finite.
GREATEST = 1e290


@dataclass(frozen=True, slots=True)
class Buckets:
    """One row a series and bucket that holds a number; ``start`` in microseconds since 1970."""

    series_id: Integers
    start: Integers
    count: Integers
    flagged: Integers
    sum: Floats
    minimum: Floats
    maximum: Floats

    def arguments(self) -> list[list[Any]]:
        """The columns as lists in the order of the SQL functions, starts in seconds."""
        return [
            self.series_id.tolist(),
            (self.start / 1e6).tolist(),
            self.count.tolist(),
            self.flagged.tolist(),
            self.sum.tolist(),
            self.minimum.tolist(),
            self.maximum.tolist(),
        ]

    def part(self, mask: NDArray[np.bool_]) -> "Buckets":
        """The rows chosen by ``mask``."""
        return Buckets(
            self.series_id[mask],
            self.start[mask],
            self.count[mask],
            self.flagged[mask],
            self.sum[mask],
            self.minimum[mask],
            self.maximum[mask],
        )


class Days:
    """Finds the day of the city's calendar that a moment belongs to."""

    def __init__(self, starts_s: list[float]) -> None:
        self._starts = (np.array(starts_s) * 1e6).astype(np.int64)

    @classmethod
    def read(cls, connection: psycopg.Connection[Any]) -> "Days":
        """Ask the database for its calendar."""
        row = connection.execute(DAY_STARTS).fetchone()
        assert row is not None, "an aggregate has a row"
        return cls(row[0])

    def starts(self, times_us: Integers) -> Integers:
        """The start of each moment's day, in microseconds since 1970."""
        found: Integers = self._starts[np.searchsorted(self._starts, times_us, side="right") - 1]
        return found


def hour_starts(times_us: Integers) -> Integers:
    """The start of each moment's hour (UTC), in microseconds since 1970."""
    return times_us - times_us % HOUR


def segments(*keys: Integers) -> Integers:
    """Where a new combination of keys begins, in rows sorted by them."""
    changed = np.ones(len(keys[0]), dtype=np.bool_)
    if len(changed) > 1:
        np.not_equal(keys[0][1:], keys[0][:-1], out=changed[1:])
        for key in keys[1:]:
            changed[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changed)


def buckets(series_id: Integers, starts: Integers, numbers: Floats, flags: Floats) -> Buckets:
    """Sum up rows sorted by series and start; ``flags`` is 1 where a number is flagged, else 0."""
    if not len(numbers):
        nothing, no_sums = np.empty(0, np.int64), np.empty(0, np.float64)
        return Buckets(nothing, nothing, nothing, nothing, no_sums, no_sums, no_sums)
    first = segments(series_id, starts)
    return Buckets(
        series_id[first],
        starts[first],
        np.diff(first, append=len(numbers)),
        np.add.reduceat(flags, first).astype(np.int64),
        np.add.reduceat(numbers, first),
        np.minimum.reduceat(numbers, first),
        np.maximum.reduceat(numbers, first),
    )


def is_storable(number: float) -> bool:
    """Whether the number is finite, not out of range, and kept exactly by a double."""
    if type(number) is float:
        return -GREATEST <= number <= GREATEST
    if type(number) is not int:
        return False
    try:
        return float(number) == number and abs(number) <= GREATEST
    except OverflowError:
        return False


def are_storable(numbers: Sequence[float | None]) -> bool:
    """Whether all certainly are: the common case, told quickly."""
    kinds = set(map(type, numbers))
    if not kinds <= {float, int}:
        return False
    if kinds == {float} and len(numbers) > 16:
        return bool(np.abs(np.array(numbers)).max() <= GREATEST)  # False for NaN
    # NaN and infinity show in the sum; so does an overflow, which the slow way then judges.
    try:
        greatest = max(map(abs, numbers), default=0)  # type: ignore[arg-type]
        return greatest <= (2**53 if int in kinds else GREATEST) and math.isfinite(
            sum(numbers)  # type: ignore[arg-type]
        )
    except OverflowError:
        return False
