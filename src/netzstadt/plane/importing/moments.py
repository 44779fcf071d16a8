"""The time column of a file: from its text to UTC, with the verdict on every line."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from netzstadt.plane.batches import EARLIEST_S, latest_s
from netzstadt.plane.importing import wallclock
from netzstadt.plane.importing.cells import Cells
from netzstadt.plane.importing.numbers import FixedFormat, Microseconds, Truth, cell_bytes
from netzstadt.plane.importing.profile import Profile
from netzstadt.plane.importing.wallclock import WallClock

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the wall clock has no zone
_MICROSECOND = timedelta(microseconds=1)
_EARLIEST = int(EARLIEST_S * 1e6)

_NO_TIME, _OUT_OF_RANGE = 11, 12
_REASONS = {
    wallclock.MISSING_HOUR: "{time} does not exist: the clocks were put forward in that night",
    wallclock.REPEATED_HOUR: "{time} comes twice: the clocks were put back in that night",
    _NO_TIME: "{time!r} is no time in the format of the profile",
    _OUT_OF_RANGE: "{time} is before 1900 or more than ten years from now",
}


@dataclass(frozen=True, slots=True)
class Column:
    """The times of a block's lines: UTC microseconds, verdict (0: good), stands for two hours."""

    utc: Microseconds
    verdict: NDArray[np.int8]
    is_doubled: Truth


class Moments:
    """Reads the time column of one file after the other."""

    def __init__(self, profile: Profile) -> None:
        assert profile.time
        self._is_iso = profile.time.format == "iso8601"
        self._fixed = FixedFormat("" if self._is_iso else profile.time.format)
        self._wall = WallClock(profile.time.zone, profile.time.repeated_hour)
        self._latest = int(latest_s() * 1e6)

    def begin_file(self) -> None:
        """The next times are of another file."""
        self._wall.begin_file()

    def read(self, cells: Cells, column: int, stations: NDArray[np.bytes_] | None = None) -> Column:
        """The column's times; ``stations`` are the rows' own where a file holds several."""
        start, end = cells.start[:, column], cells.end[:, column]
        if self._is_iso:
            return self._iso(cells, column, stations)
        wall, good = self._fixed.parse(cells.data, start, end)
        return self._judged(wall, good, stations)

    def _judged(
        self, wall: Microseconds, good: Truth, stations: NDArray[np.bytes_] | None
    ) -> Column:
        utc, clock_verdict, doubled = self._wall.to_utc(np.where(good, wall, 0), stations)
        verdict = np.where(good, clock_verdict, _NO_TIME).astype(np.int8)
        outside = good & ((utc < _EARLIEST) | (utc > self._latest))
        verdict[outside] = _OUT_OF_RANGE
        return Column(utc, verdict, doubled)

    def _iso(self, cells: Cells, column: int, stations: NDArray[np.bytes_] | None) -> Column:
        """ISO 8601, with or without an offset; a time without one is the profile's zone's."""
        texts = cell_bytes(cells.data, cells.start[:, column], cells.end[:, column])
        wall = np.zeros(len(texts), dtype=np.int64)
        good = np.zeros(len(texts), dtype=np.bool_)
        is_utc = np.zeros(len(texts), dtype=np.bool_)
        known: dict[bytes, tuple[int, bool, bool]] = {}
        for row, text in enumerate(texts.tolist()):
            if text not in known:
                known[text] = _iso_moment(text)
            wall[row], good[row], is_utc[row] = known[text]
        column_of_wall = self._judged(np.where(is_utc, 0, wall), good, stations)
        utc = np.where(is_utc, wall, column_of_wall.utc)
        verdict = np.where(is_utc, 0, column_of_wall.verdict).astype(np.int8)
        verdict[is_utc & ((utc < _EARLIEST) | (utc > self._latest))] = _OUT_OF_RANGE
        return Column(utc, verdict, column_of_wall.is_doubled & ~is_utc)

    def reason(self, verdict: int) -> str:
        """The verdict in words, with a place for ``time``."""
        return _REASONS[verdict]


def _iso_moment(text: bytes) -> tuple[int, bool, bool]:
    try:
        moment = datetime.fromisoformat(text.decode("ascii"))
    except ValueError:
        return 0, False, False
    offset = moment.utcoffset()
    if offset is None:
        return (moment - _EPOCH) // _MICROSECOND, True, False
    return (moment.replace(tzinfo=None) - offset - _EPOCH) // _MICROSECOND, True, True
