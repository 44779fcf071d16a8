"""From the clock on the wall to UTC, and what happens in the nights when clocks change."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from netzstadt.plane.importing.numbers import Microseconds, Truth

TWO_HOURS = "two-hours"
_DAY = 86_400_000_000
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the wall clock has no zone
_UTC_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

GOOD, MISSING_HOUR, REPEATED_HOUR = 0, 1, 2


class WallClock:
    """Turns one file's wall-clock times to UTC.

    Of an hour that comes twice, ``rule`` says what the file holds: ``together``, one value for both
    hours (kept at the first, the summer-time hour, and flagged); ``twice``, both in their order;
    ``reject``, nothing that could be told apart.
    """

    def __init__(self, zone: str, rule: Literal["together", "twice", "reject"]) -> None:
        self._zone = ZoneInfo(zone)
        self._rule = rule
        self._is_utc = zone == "UTC"
        # Of each station: its newest time in a repeated hour, and whether that hour is the second.
        self._newest: dict[bytes, int] = {}
        self._second_pass: set[bytes] = set()

    def begin_file(self) -> None:
        """Forget the order seen so far: the next times are of another file."""
        self._newest.clear()
        self._second_pass.clear()

    def to_utc(
        self, wall: Microseconds, stations: NDArray[np.bytes_] | None = None
    ) -> tuple[Microseconds, NDArray[np.int8], Truth]:
        """UTC microseconds; a verdict a row (GOOD, MISSING_HOUR, REPEATED_HOUR: the latter two
        cannot be placed); and which values stand for two hours. ``stations`` are the rows' own
        where a file holds several: each has its hours in order."""
        verdict = np.zeros(len(wall), dtype=np.int8)
        doubled = np.zeros(len(wall), dtype=np.bool_)
        if self._is_utc:
            return wall, verdict, doubled
        utc = wall.copy()
        days, day_of = np.unique(wall // _DAY, return_inverse=True)
        offsets = np.zeros(len(days), dtype=np.int64)
        for index, day in enumerate(days.tolist()):
            offset = self._steady_offset(day)
            if offset is None:
                rows = np.flatnonzero(day_of == index)
                self._change_day(wall, rows, utc, verdict, doubled, stations)
            else:
                offsets[index] = offset
        return utc - offsets[day_of], verdict, doubled

    def _steady_offset(self, day: int) -> int | None:
        """The day's offset from UTC in microseconds, or None on a day when it changes."""
        start = _EPOCH + timedelta(days=day)
        offsets = {
            moment.replace(tzinfo=self._zone, fold=fold).utcoffset()
            for moment in (start - timedelta(hours=3), start, start + timedelta(hours=27))
            for fold in (0, 1)
        }
        offset = offsets.pop()
        return None if offsets or offset is None else offset // _MICROSECOND

    def _change_day(
        self,
        wall: Microseconds,
        rows: NDArray[np.int64],
        utc: Microseconds,
        verdict: NDArray[np.int8],
        doubled: Truth,
        stations: NDArray[np.bytes_] | None,
    ) -> None:
        known: dict[int, tuple[int, int, bool]] = {}
        for row in rows.tolist():
            moment = int(wall[row])
            if moment not in known:
                known[moment] = self._moments(moment)
            first, second, exists = known[moment]
            utc[row] = first
            if not exists:
                verdict[row] = MISSING_HOUR
            elif first == second:
                continue
            elif self._rule == "together":
                doubled[row] = True
            elif self._rule == "reject":
                verdict[row] = REPEATED_HOUR
            elif self._is_second(moment, b"" if stations is None else stations[row]):
                utc[row] = second

    def _is_second(self, moment: int, station: bytes) -> bool:
        """Whether a station's clock has gone back already when it shows this time."""
        newest = self._newest.get(station)
        self._newest[station] = moment
        if newest is None or abs(moment - newest) >= _DAY:
            self._second_pass.discard(station)  # another autumn
        elif moment <= newest:
            self._second_pass.add(station)
        return station in self._second_pass

    def _moments(self, moment: int) -> tuple[int, int, bool]:
        """UTC of the first and the second occurrence, and whether the wall clock ever shows it."""
        wall = _EPOCH + timedelta(microseconds=moment)
        first = wall.replace(tzinfo=self._zone, fold=0)
        second = wall.replace(tzinfo=self._zone, fold=1)
        exists = first.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None) == wall
        return (
            (first.astimezone(UTC) - _UTC_EPOCH) // _MICROSECOND,
            (second.astimezone(UTC) - _UTC_EPOCH) // _MICROSECOND,
            exists,
        )
