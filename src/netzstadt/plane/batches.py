"""A batch on its way to ``observations_add``: rows are judged, sorted and summed up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from netzstadt.lib import clock
from netzstadt.lib.json_text import json_text
from netzstadt.plane.rollups import (
    Days,
    are_storable,
    buckets,
    hour_starts,
    is_storable,
    segments,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
EARLIEST_S = (EARLIEST - EPOCH).total_seconds()
AHEAD_S = 3653 * 86400.0  # ten years
IMPLAUSIBLE = "implausible"
RARE = (
    "result",
    "time_end",
    "result_time",
    "feature_id",
    "quality",
    "result_quality",
    "parameters",
    "valid_time",
    "iot_id",
)
LARGEST_SERIES = 2**63 - 1
_SLOTS = ", ".join(f"${n}" for n in range(1, 42))
ADD = f"select * from observations_add({_SLOTS})"  # noqa: S608
# What observations_add refuses of a row, in words.
REFUSALS = {
    "unknown_series": "There is no such Datastream.",
    "retired_series": "This Datastream is retired and takes no more values.",
    "unknown_feature": "There is no such FeatureOfInterest.",
    "taken_id": "There is an Observation with this @iot.id already.",
    "sequence_full": "There are 32,768 observations of this time in the Datastream already.",
}


@dataclass(slots=True)
class Columns:
    """Observations as columns of equal length, the form in which they travel to the database.

    ``sparse`` holds the rare columns, each whole and only where any of its values is set:
    ``result`` (what is no number, as a JSON value; a missing result is None in both, JSON null
    is ``msgspec.Raw(b"null")``), ``time_end``, ``result_time`` (datetime), ``feature_id``,
    ``quality`` (list of flags), ``result_quality`` (JSON), ``parameters`` (JSON object),
    ``valid_time`` (pair of datetimes), ``iot_id`` (string or integer).
    """

    series_id: list[int]
    time: list[datetime]
    number: list[float | None]
    sparse: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Rows:
    """Rows in the form the database takes, in the order they came in; times in seconds."""

    series: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    numbers: list[float | None] = field(default_factory=list)
    rare: dict[str, list[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.series)

    def extend(self, other: "Rows") -> None:
        """Append another batch, filling up rare columns that only one of them has."""
        length = len(self.series)
        for name in other.rare.keys() - self.rare.keys():
            self.rare[name] = [None] * length
        self.series += other.series
        self.seconds += other.seconds
        self.numbers += other.numbers
        for name, values in self.rare.items():
            values += other.rare.get(name) or [None] * len(other.series)

    def take(self, places: Sequence[int]) -> "Rows":
        """The rows at ``places``, in that order."""
        return Rows(
            [self.series[i] for i in places],
            [self.seconds[i] for i in places],
            [self.numbers[i] for i in places],
            {name: [values[i] for i in places] for name, values in self.rare.items()},
        )


def accept(columns: Columns) -> tuple[Rows, list[int], dict[int, str]]:
    """Judge what can be judged without the database.

    Returns the good rows, their positions in ``columns``, and why the others are refused.
    """
    length = len(columns.series_id)
    if not (len(columns.time) == len(columns.number) == length):
        raise ValueError("The columns are not equally long.")
    if None in {time.tzinfo for time in columns.time}:
        raise ValueError("A time lacks its offset from UTC.")
    seconds = list(map(datetime.timestamp, columns.time))
    if not columns.sparse and _all_good(columns, seconds):
        rows = Rows(list(columns.series_id), seconds, list(columns.number))
        return rows, list(range(length)), {}
    errors: dict[int, str] = {}
    rare = {
        name: [_RARE_FORM[name](value) if value is not None else None for value in values]
        for name, values in columns.sparse.items()
    }
    rows = Rows(columns.series_id, seconds, columns.number, rare)
    latest = latest_s()
    for place in range(length):
        if refusal := _refusal(rows, place, latest):
            errors[place] = refusal
    good = [place for place in range(length) if place not in errors]
    return rows.take(good), good, errors


def latest_s() -> float:
    """The latest time that is accepted now, in seconds since 1970."""
    return (clock.now() - EPOCH).total_seconds() + AHEAD_S


def _all_good(columns: Columns, seconds: list[float]) -> bool:
    return bool(
        seconds
        and are_storable(columns.number)
        and min(seconds) >= EARLIEST_S
        and max(seconds) <= latest_s()
        and max(columns.series_id) <= LARGEST_SERIES
        and min(columns.series_id) >= 0
    )


def _refusal(rows: Rows, place: int, latest: float) -> str | None:
    """Why the row cannot be stored, if so. Its numbers and texts, then its times."""
    number = rows.numbers[place]
    rare = {name: values[place] for name, values in rows.rare.items() if values[place] is not None}
    if not 0 <= rows.series[place] <= LARGEST_SERIES:
        return REFUSALS["unknown_series"]
    if number is None and "result" not in rare:
        return "The observation has no result."
    if number is not None and ("result" in rare or not is_storable(number)):
        return "The result is not a finite number that can be stored exactly."
    if any(_NUL.search(rare[name]) for name in _AS_TEXT if name in rare):
        return "Text with the character NUL cannot be stored."
    return _refusal_of_times(rows.seconds[place], rare, latest)


def _refusal_of_times(start: float, rare: dict[str, Any], latest: float) -> str | None:
    times = [start, *(rare[name] for name in ("time_end", "result_time") if name in rare)]
    if min(times) < EARLIEST_S or max(times) > latest:
        return "The time is not between 1900-01-01 and ten years from now."
    if rare.get("time_end", start) < start:
        return "The observation ends before it begins."
    if rare.get("valid_time") == "":
        return "The validity ends before it begins."
    return None


_AS_TEXT = ("result", "result_quality", "parameters", "iot_id", "quality")
_NUL = re.compile(r"\0|(?<!\\)(?:\\\\)*\\u0000")


def _seconds(value: datetime) -> float:
    return (value - EPOCH).total_seconds()


def flag_literal(value: Sequence[str]) -> str | None:
    """The flags as an SQL array literal; nothing where there is none."""
    quoted = (flag.replace("\\", "\\\\").replace('"', '\\"') for flag in value)
    return "{" + ",".join(f'"{flag}"' for flag in quoted) + "}" if value else None


def _range(value: tuple[datetime, datetime]) -> str:
    """The period as an SQL range literal; empty where it ends before it begins."""
    start, end = value
    return f"[{start.isoformat()},{end.isoformat()}]" if start <= end else ""


_RARE_FORM = {
    "result": json_text,
    "time_end": _seconds,
    "result_time": _seconds,
    "feature_id": lambda value: value,
    "quality": flag_literal,
    "result_quality": json_text,
    "parameters": json_text,
    "valid_time": _range,
    "iot_id": json_text,
}


@dataclass(slots=True)
class Prepared:
    """The arguments of ``observations_add`` and how to find the way back from them."""

    arguments: list[Any]
    order: list[int] | None  # place of each sorted row among those that were given; None: the same

    def place(self, position: int) -> int:
        """Where the row was given that the database counts as ``position`` (from 1)."""
        return position - 1 if self.order is None else self.order[position - 1]

    def sequences(self, answered: list[int] | None) -> list[int]:
        """The sequences that were answered (None: all are 0), in the order the rows were given."""
        if answered is None:
            return [0] * len(self.arguments[0])
        if self.order is None:
            return answered
        given = [0] * len(answered)
        for place, sequence in zip(self.order, answered, strict=True):
            given[place] = sequence
        return given


Rules = dict[int, tuple[float | None, float | None]]


def bounds_of(series: Sequence[int], rules: Rules) -> tuple[list[float | None], list[float | None]]:
    """Least and greatest plausible number of each series, as far as known."""
    known = [rules.get(series_id, _NO_RULES) for series_id in series]
    return [low for low, _ in known], [high for _, high in known]


def learn_rules(rules: Rules, answer: Any) -> None:
    """Take over the bounds that ``observations_add`` told because others were assumed."""
    bounds = zip(answer["minima"], answer["maxima"], strict=True)
    rules.update(zip(answer["places"], bounds, strict=True))


def prepare(rows: Rows, pairs: list[tuple[UUID, int]], rules: Rules, days: Days) -> Prepared:
    """Sort the rows by series and time and sum them up.

    ``pairs`` are the keys that write and to which series; ``rules`` the bounds of the plausible by
    series as far as known: the database says when they are not right.
    """
    series = np.array(rows.series, dtype=np.int64)
    times = np.rint(np.array(rows.seconds) * 1e6).astype(np.int64)
    order: list[int] | None = None
    steps, later = np.diff(series), np.diff(times)
    if bool(np.any((steps < 0) | ((steps == 0) & (later < 0)))):
        permutation = np.lexsort((times, series))  # stable: equal times keep their order
        order = permutation.tolist()
        rows = rows.take(order)
        series, times = series[permutation], times[permutation]
        steps, later = np.diff(series), np.diff(times)
    numbers = np.array(rows.numbers, dtype=np.float64)  # None becomes NaN
    first = segments(series)
    _flag(rows, series, first, numbers, rules)
    arguments: list[Any] = [
        rows.series,
        rows.seconds,
        rows.numbers,
        not bool(np.any((steps == 0) & (later == 0))),
        months_of(times),
        [key for key, _ in pairs] or None,
        [series_id for _, series_id in pairs] or None,
        *_by_series(rows, series, first, rules),
        *_sums(rows, series, times, numbers, days),
        *(rows.rare.get(name) for name in RARE),
    ]
    return Prepared(arguments, order)


def months_of(times_us: NDArray[np.int64]) -> list[date]:
    """The first days of the months (UTC) that the times lie in."""
    months = np.unique(times_us.view("datetime64[us]").astype("datetime64[M]"))
    return months.astype("datetime64[D]").tolist()  # type: ignore[no-any-return]


def is_implausible(
    numbers: NDArray[np.float64], low: float | None, high: float | None
) -> NDArray[np.bool_]:
    """Which numbers are outside the bounds of their series."""
    wrong = np.zeros(len(numbers), dtype=np.bool_)
    if low is not None:
        wrong |= numbers < low
    if high is not None:
        wrong |= numbers > high
    return wrong


def _flag(rows: Rows, series: Any, first: Any, numbers: Any, rules: Rules) -> None:
    """Flag what is outside the bounds of its series."""
    # Of all rules that are known only those of the series in the batch.
    for series_id in rules.keys() & set(series[first].tolist()):
        low, high = rules[series_id]
        if low is None and high is None:
            continue
        begin, end = np.searchsorted(series, [series_id, series_id + 1])
        wrong = is_implausible(numbers[begin:end], low, high)
        for place in (np.flatnonzero(wrong) + begin).tolist():
            flags = rows.rare.setdefault("quality", [None] * len(rows))
            known = flags[place]
            if known is None:
                flags[place] = f'{{"{IMPLAUSIBLE}"}}'
            elif f'"{IMPLAUSIBLE}"' not in known:
                flags[place] = f'{known[:-1]},"{IMPLAUSIBLE}"}}'


def _by_series(rows: Rows, series: Any, first: Any, rules: Rules) -> list[list[Any]]:
    starts = first.tolist()
    ends = [*starts[1:], len(rows)]
    ids = series[first].tolist()
    lasts = [end - 1 for end in ends]
    time_ends, result_times = rows.rare.get("time_end"), rows.rare.get("result_time")
    last_ends = [rows.seconds[place] for place in lasts]
    first_results: list[float | None] = [None] * len(ids)
    last_results: list[float | None] = [None] * len(ids)
    for n, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if time_ends:
            last_ends[n] = max([last_ends[n], *(x for x in time_ends[start:end] if x is not None)])
        if result_times and (known := [x for x in result_times[start:end] if x is not None]):
            first_results[n], last_results[n] = min(known), max(known)
    return [
        ids,
        [end - start for start, end in zip(starts, ends, strict=True)],
        [rows.seconds[place] for place in starts],
        [rows.seconds[place] for place in lasts],
        last_ends,
        first_results,
        last_results,
        ends,  # positions count from 1
        [rows.numbers[place] for place in lasts],
        *bounds_of(ids, rules),
    ]


_NO_RULES: tuple[None, None] = (None, None)


def _sums(rows: Rows, series: Any, times: Any, numbers: Any, days: Days) -> list[list[Any]]:
    quality = rows.rare.get("quality")
    flags = (
        np.array([flag is not None for flag in quality], dtype=np.float64)
        if quality
        else np.zeros(len(rows))
    )
    if "result" in rows.rare:
        is_number = ~np.isnan(numbers)
        series, times = series[is_number], times[is_number]
        numbers, flags = numbers[is_number], flags[is_number]
    return [
        *buckets(series, hour_starts(times), numbers, flags).arguments(),
        *buckets(series, days.starts(times), numbers, flags).arguments(),
    ]
