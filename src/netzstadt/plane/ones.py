"""The usual group of single observations: many sensors, one plain number each."""

from uuid import UUID

import numpy as np

from netzstadt.plane.batches import Prepared, Rows, Rules, months_of
from netzstadt.plane.rollups import Days

ADD_ONES = "select * from observations_add_ones($1, $2, $3, $4, $5, $6, $7, $8, $9)"
_NO_RULES = (None, None)


def prepare_ones(
    rows: Rows, pairs: list[tuple[UUID, int]], rules: Rules, days: Days
) -> Prepared | None:
    """The same as ``prepare`` with a tenth of the arguments, which take their time to encode.

    None where a series has more than one row, or a row is more than a plausible number.
    """
    if rows.rare or len(set(rows.series)) < len(rows):
        return None
    order = sorted(range(len(rows)), key=rows.series.__getitem__)
    rows = rows.take(order)
    lows, highs = _bounds(rows.series, rules)
    if not _are_plausible(rows, lows, highs):
        return None
    times = np.rint(np.array(rows.seconds) * 1e6).astype(np.int64)
    keys = {key for key, _ in pairs}
    of_all = len(keys) == 1 and len(pairs) == len(rows)
    if of_all:  # the positions that are answered are those of the rows, then
        pairs.sort(key=lambda pair: pair[1])
    arguments = [
        rows.series,
        rows.seconds,
        rows.numbers,
        (days.starts(times) / 1e6).tolist(),
        months_of(times),
        list(keys) if of_all else [key for key, _ in pairs] or None,
        None if of_all else [series_id for _, series_id in pairs] or None,
        lows,
        highs,
    ]
    return Prepared(arguments, order, ADD_ONES)


def _bounds(
    series: list[int], rules: Rules
) -> tuple[list[float | None] | None, list[float | None] | None]:
    """The bounds of the plausible by series, as far as known; None where there are none."""
    if rules.keys().isdisjoint(series):
        return None, None
    known = [rules.get(series_id, _NO_RULES) for series_id in series]
    return [low for low, _ in known], [high for _, high in known]


def _are_plausible(
    rows: Rows, lows: list[float | None] | None, highs: list[float | None] | None
) -> bool:
    if None in rows.numbers:
        return False
    numbers = np.array(rows.numbers, dtype=np.float64)
    # A bound that is not there becomes NaN, which nothing is below or above.
    is_low = lows is not None and bool(np.any(numbers < np.array(lows, dtype=np.float64)))
    is_high = highs is not None and bool(np.any(numbers > np.array(highs, dtype=np.float64)))
    return not (is_low or is_high)
