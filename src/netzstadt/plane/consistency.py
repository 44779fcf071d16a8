"""Does the store keep its promises: states and roll-ups are what the observations add up to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from netzstadt.plane.statements import statement

_STATE, _ORPHANS, _INDEXES, _WINDOWS = (
    statement(name).encode()
    for name in ("check_state", "check_orphans", "check_indexes", "check_windows")
)
_BUCKETS = {unit: statement(f"check_{unit}").encode() for unit in ("hours", "days")}


@dataclass(frozen=True, slots=True)
class StoreReport:
    """How much was looked at, and a sentence for each thing that is wrong."""

    series: int
    observations: int
    faults: list[str]


@dataclass(slots=True)
class _Wrong:
    """The hours or days of a series that are wrong."""

    series: str
    unit: str
    first: str
    buckets: int = 0
    sums: set[str] = field(default_factory=set)

    def sentence(self) -> str:
        which = ", ".join(sorted(self.sums))
        return (
            f"{self.series}: {self.buckets} of its {self.unit} have another {which} than their "
            f"observations, the first is {self.first}."
        )


def check_store(
    connection: psycopg.Connection[Any],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> StoreReport:
    """Add every observation up and compare; reads only, one snapshot, beside running writers.

    The database adds up, a month at a time for the roll-ups; only what is wrong comes here.
    ``progress`` is told how many steps of how many are done. Takes about two seconds for
    every million observations.
    """
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        cursor = psycopg.RawCursor(connection)
        zone = _one(cursor, "select time_zone from plane_setting")
        windows = {
            "hours": cursor.execute(_WINDOWS, ["UTC"]).fetchall(),
            "days": cursor.execute(_WINDOWS, [zone]).fetchall(),
        }
        steps = 1 + sum(map(len, windows.values()))
        progress(0, steps)
        faults = [_state_sentence(*row) for row in cursor.execute(_STATE)]
        progress(1, steps)
        wrong: dict[tuple[str, int], _Wrong] = {}
        for done, _ in enumerate(_compare(cursor, windows, zone, wrong), start=2):
            progress(done, steps)
        faults += [found.sentence() for found in wrong.values()]
        for series_id, stored in cursor.execute(_ORPHANS):
            faults.append(f"{stored} observations belong to series {series_id}, which is gone.")
        for (name,) in cursor.execute(_INDEXES):
            faults.append(f"The index {name} is not valid; rebuild it with REINDEX.")
        series = _one(cursor, "select count(*) from series")
        observations = _one(cursor, "select coalesce(sum(count), 0) from series_state")
    return StoreReport(series, int(observations), faults)


def _one(cursor: psycopg.RawCursor[Any], text: str) -> Any:
    row = cursor.execute(text.encode()).fetchone()
    assert row is not None, "an aggregate, or the only row"
    return row[0]


def _compare(
    cursor: psycopg.RawCursor[Any],
    windows: dict[str, list[Any]],
    zone: str,
    wrong: dict[tuple[str, int], _Wrong],
) -> Iterator[None]:
    """Look for hours and days that are ``wrong``, a step for each window."""
    for unit, parts in windows.items():
        for window in parts:
            # Planned for this window, or the other partitions would be read as well.
            found = cursor.execute(_BUCKETS[unit], window, prepare=False)
            for series_id, name, buckets, first, sums in found:
                series = f"Series {series_id} ({name})"
                one = wrong.setdefault(
                    (unit, series_id), _Wrong(series, unit, _shown(unit, first, zone))
                )
                one.buckets += buckets
                one.sums.update(sums)
            yield


def _shown(unit: str, start: datetime, zone: str) -> str:
    if unit == "days":
        return f"{start.astimezone(ZoneInfo(zone)):%Y-%m-%d}"
    return f"{start.astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M} UTC"


def _state_sentence(
    series_id: int,
    name: str,
    stored: int,
    counted: int | None,
    numbers: int,
    in_hours: int,
    in_days: int,
    wrong: list[str],
) -> str:
    faults = []
    if counted is None:
        faults.append(f"{stored} observations are stored, and it has no state")
    elif stored != counted:
        faults.append(f"{stored} observations are stored, its state says {counted}")
    if numbers != in_hours:
        faults.append(f"{numbers} are numbers, its hours count {in_hours}")
    if numbers != in_days:
        faults.append(f"{numbers} are numbers, its days count {in_days}")
    if wrong and counted is not None:
        faults.append(f"its state has another {', '.join(wrong)} than its observations")
    return f"Series {series_id} ({name}): {'; '.join(faults)}."
