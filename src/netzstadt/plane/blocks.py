"""Numbers as numpy columns, as imports and bulk requests bring them: joined, judged, packed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netzstadt.plane.batches import (
    EARLIEST_S,
    IMPLAUSIBLE,
    Rows,
    Rules,
    flag_literal,
    is_implausible,
    latest_s,
)
from netzstadt.plane.packing import OBSERVATION_COLUMNS, pack_observations
from netzstadt.plane.rollups import (
    GREATEST,
    Buckets,
    Days,
    Floats,
    Integers,
    buckets,
    hour_starts,
    segments,
)


@dataclass(frozen=True, slots=True)
class NumberBlock:
    """Numbers of one series as numpy columns of equal length.

    ``times_us`` are int64 microseconds since 1970 (UTC), ``numbers`` float64. ``quality`` is each
    row's index into ``flags``, where ``flags[0]`` is ``()``. ``sequence`` tells observations of one
    time apart; without it every row has 0, so that a time given twice is the same observation.
    """

    series_id: int
    times_us: Integers
    numbers: Floats
    quality: NDArray[np.integer[Any]] | None = None
    flags: tuple[tuple[str, ...], ...] = ((),)
    sequence: NDArray[np.integer[Any]] | None = None


@dataclass(slots=True)
class Numbers:
    """Blocks of many series as one, sorted by key; ``place`` is each row's position as given."""

    series: Integers
    times: Integers
    sequence: NDArray[np.int16]
    numbers: Floats
    quality: NDArray[np.intp]
    place: NDArray[np.intp]
    flags: list[tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.series)

    def take(self, chosen: NDArray[Any]) -> "Numbers":
        """The rows chosen by a mask or by their positions."""
        return Numbers(
            self.series[chosen],
            self.times[chosen],
            self.sequence[chosen],
            self.numbers[chosen],
            self.quality[chosen],
            self.place[chosen],
            self.flags,
        )

    def is_distinct(self) -> bool:
        """Whether the rows are sorted and no series has two of one time."""
        steps, later = np.diff(self.series), np.diff(self.times)
        return bool(np.all((steps > 0) | ((steps == 0) & (later > 0))))

    def bounds(self) -> tuple[Integers, Integers]:
        """Of each series the positions of its first and of its last row."""
        first = segments(self.series)
        return first, np.append(first[1:], len(self.series)) - 1

    def flag(self, rules: Rules) -> None:
        """Add the flag "implausible" where a number is outside the bounds of its series."""
        for series_id, (low, high) in rules.items():
            begin, end = np.searchsorted(self.series, [series_id, series_id + 1])
            part, codes = self.numbers[begin:end], self.quality[begin:end]
            wrong = is_implausible(part, low, high)
            for code in np.unique(codes[wrong]).tolist():
                flags = self.flags[code]
                if IMPLAUSIBLE not in flags:
                    flags = (*flags, IMPLAUSIBLE)
                    if flags not in self.flags:
                        self.flags.append(flags)
                    codes[wrong & (codes == code)] = self.flags.index(flags)

    def packed(self) -> tuple[str, bytes]:
        """The columns of ``observation`` that are needed, and the rows as binary COPY has them."""
        has_flags = bool(np.any(self.quality))
        data = pack_observations(
            self.series,
            self.times,
            self.sequence,
            self.numbers,
            self.quality if has_flags else None,
            self.flags,
        )
        return f"{OBSERVATION_COLUMNS}, quality" if has_flags else OBSERVATION_COLUMNS, data

    def hours(self) -> Buckets:
        """The sums by hour (UTC)."""
        return self._sums(hour_starts(self.times))

    def days(self, days: Days) -> Buckets:
        """The sums by day of the city's calendar."""
        return self._sums(days.starts(self.times))

    def _sums(self, starts: Integers) -> Buckets:
        flags = (self.quality > 0).astype(np.float64)
        return buckets(self.series, starts, self.numbers, flags)

    def states(self) -> list[list[Any]]:
        """What the rows add to the states of their series: the first arguments of
        ``observations_account``."""
        first, last = self.bounds()
        ends = (self.times[last] / 1e6).tolist()
        nothing = [None] * len(first)
        return [
            self.series[first].tolist(),
            (last - first + 1).tolist(),
            (self.times[first] / 1e6).tolist(),
            ends,
            ends,
            nothing,
            nothing,
            self.sequence[last].tolist(),
            self.numbers[last].tolist(),
            nothing,
            [flag_literal(self.flags[code]) for code in self.quality[last].tolist()],
        ]

    def as_rows(self) -> Rows:
        """The same in the form of single rows."""
        quality = [flag_literal(self.flags[code]) for code in self.quality.tolist()]
        return Rows(
            self.series.tolist(),
            (self.times / 1e6).tolist(),
            self.numbers.tolist(),
            {"quality": quality} if any(quality) else {},
        )


def join(blocks: Sequence[NumberBlock]) -> Numbers:
    """Put blocks together, sorted by series, time and sequence; equal keys keep their order."""
    lengths = [len(b.numbers) for b in blocks]
    whole = Numbers(
        np.repeat(np.array([b.series_id for b in blocks], dtype=np.int64), lengths),
        np.concatenate([b.times_us for b in blocks]).astype(np.int64, copy=False),
        np.concatenate([_sequence(b) for b in blocks]).astype(np.int16, copy=False),
        np.concatenate([b.numbers for b in blocks]).astype(np.float64, copy=False),
        *_qualities(blocks),
    )
    if whole.is_distinct():
        return whole
    return whole.take(np.lexsort((whole.sequence, whole.times, whole.series)))


def _sequence(block: NumberBlock) -> NDArray[Any]:
    return np.zeros(len(block.numbers), np.int16) if block.sequence is None else block.sequence


def _qualities(
    blocks: Sequence[NumberBlock],
) -> tuple[NDArray[np.intp], NDArray[np.intp], list[tuple[str, ...]]]:
    """Quality, place and the flags that all blocks share."""
    flags: list[tuple[str, ...]] = [()]
    qualities = []
    for block in blocks:
        if block.quality is None:
            qualities.append(np.zeros(len(block.numbers), dtype=np.intp))
            continue
        for known in block.flags:
            if known not in flags:
                flags.append(known)
        codes = np.array([flags.index(known) for known in block.flags], dtype=np.intp)
        qualities.append(codes[block.quality])
    quality = np.concatenate(qualities)
    return quality, np.arange(len(quality)), flags


def judge(block: Numbers, errors: dict[int, str]) -> Numbers:
    """The rows that can be stored; ``errors`` tells of the others by their places."""
    good = np.abs(block.numbers) <= GREATEST  # False for NaN
    in_time = (block.times >= int(EARLIEST_S * 1e6)) & (block.times <= int(latest_s() * 1e6))
    if bool(np.all(good & in_time)):
        return block
    for place in block.place[~good].tolist():
        errors[place] = "The result is not a finite number that can be stored exactly."
    for place in block.place[good & ~in_time].tolist():
        errors[place] = "The time is not between 1900-01-01 and ten years from now."
    return block.take(good & in_time)
