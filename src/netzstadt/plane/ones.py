"""The usual group of single observations: many sensors, one plain number each."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netzstadt.plane.batches import Rules, bounds_of, months_of
from netzstadt.plane.pending import One
from netzstadt.plane.rollups import Days

ADD_ONES = "select * from observations_add_ones($1, $2, $3, $4, $5, $6, $7, $8, $9)"


def arguments_of_ones(group: Sequence[One], rules: Rules, days: Days) -> list[Any] | None:
    """The arguments of ADD_ONES: a tenth of what ``prepare`` makes, for they take their time to
    encode.

    None where a series has more than one row, or a number is not plausible.
    """
    series, seconds, numbers, keys, _ = zip(*sorted(group), strict=True)
    lows, highs = _bounds(series, rules)
    if not _are_plausible(np.array(numbers), lows, highs):
        return None
    times = np.rint(np.array(seconds) * 1e6).astype(np.int64)
    of_all = len(set(keys)) == 1
    return [
        series,
        seconds,
        numbers,
        (days.starts(times) / 1e6).tolist(),
        months_of(times),
        [keys[0]] if of_all else keys,
        None if of_all else series,
        lows,
        highs,
    ]


def _bounds(
    series: Sequence[int], rules: Rules
) -> tuple[list[float | None] | None, list[float | None] | None]:
    """The bounds of the plausible by series, as far as known; None where there are none."""
    if rules.keys().isdisjoint(series):
        return None, None
    return bounds_of(series, rules)


def _are_plausible(
    numbers: NDArray[np.float64], lows: list[float | None] | None, highs: list[float | None] | None
) -> bool:
    # A bound that is not there becomes NaN, which nothing is below or above.
    is_low = lows is not None and bool(np.any(numbers < np.array(lows, dtype=np.float64)))
    is_high = highs is not None and bool(np.any(numbers > np.array(highs, dtype=np.float64)))
    return not (is_low or is_high)
