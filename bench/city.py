"""What is stored before the measurements, and the form of their results."""

import time
from dataclasses import dataclass

import numpy as np

from bench import limits
from bench.house import SERIES, House
from netzstadt.plane.load import NumberBlock, load

YEAR_START = 1_735_689_600  # 2025-01-01 UTC
MINUTE_SERIES = SERIES  # has a year of minutes
FOR_IMPORT = 901  # the first of the series that the import writes to
LONG_AGO = 1_577_836_800  # 2020-01-01 UTC: nothing else is stored there


@dataclass(frozen=True, slots=True)
class Row:
    """One line. ``goal`` is a ratio to reach (``is_least``) or not to pass; None where there is no
    ratio."""

    work: str
    measured: str
    against: str
    limit: str
    ratio: float | None
    goal: float | None
    is_least: bool = True
    note: str = ""
    is_later: bool = False  # the goal is for something that is not built yet

    @property
    def is_met(self) -> bool | None:
        if self.goal is None or self.ratio is None or self.is_later:
            return None
        return self.ratio >= self.goal if self.is_least else self.ratio <= self.goal


def within(work: str, ms: float, goal_ms: float, note: str) -> Row:
    """A row of a time against the goal that people are promised."""
    return Row(
        work,
        f"{ms:.0f} ms",
        "the goal",
        f"{goal_ms} ms",
        ms / goal_ms,
        1,
        is_least=False,
        note=note,
    )


def fill(house: House, *, rows_a_series: int) -> str:
    """Give every series quarter-hourly values and one a year of minutes."""
    started = time.perf_counter()
    quarter_s = 900
    start_s = YEAR_START + 365 * 86_400 - rows_a_series * quarter_s

    def some(number: int) -> None:
        with house.connect() as connection:
            for series in range(number + 1, SERIES, 2):
                for first in range(0, rows_a_series, 10_000):
                    steps = np.arange(first, min(first + 10_000, rows_a_series), dtype=np.int64)
                    times = (start_s + steps * quarter_s) * 1_000_000
                    load(connection, [NumberBlock(series, times, steps * 0.5 % 97)])

    limits.in_threads(some, 2)
    with house.connect() as connection:
        for first in range(0, 525_600, 10_000):
            steps = np.arange(first, min(first + 10_000, 525_600), dtype=np.int64)
            times = (YEAR_START + steps * 60) * 1_000_000
            load(connection, [NumberBlock(MINUTE_SERIES, times, steps * 0.5 % 97)])
        connection.execute("vacuum analyze")
    stored = house.stored()
    if stored != (SERIES - 1) * rows_a_series + 525_600:
        raise RuntimeError(f"{stored} rows are stored.")
    return f"{stored:,} observations loaded in {time.perf_counter() - started:.0f} s"


def verify(stored: int, expected: int) -> None:
    if stored != expected:
        raise RuntimeError(f"{stored} rows are in the database, not {expected}.")
