"""The demo's past: about 400 days of values, so that charts of a year look alive at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import psycopg

from netzstadt.plane.load import NumberBlock, load
from netzstadt.urbandata.demo.entities import write_entities
from netzstadt.urbandata.demo.stations import KINDS, Quantity
from netzstadt.urbandata.demo.values import simulated

DAYS = 400
_ROWS_A_BATCH = 10_000


def fill_city(
    connection: psycopg.Connection[Any],
    *,
    at: datetime,
    zone: ZoneInfo,
    days: int = DAYS,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Write the demo city and its ``days`` before ``at``; returns how many values are new.

    May be run again and may be interrupted: what is there stays, what is missing is added.
    ``tell`` hears how many of all values are done. ``connection`` is in autocommit mode.
    """
    with connection.transaction():
        series = write_entities(connection)
    times = {quantity: _times(quantity, at, days) for quantity in KINDS}
    total = sum(len(times[quantity]) for _, quantity in series)
    done = loaded = 0
    for (station_key, quantity), series_id in series.items():
        seconds = times[quantity]
        numbers = simulated(quantity, station_key, seconds, zone)
        for begin in range(0, len(seconds), _ROWS_A_BATCH):
            part = slice(begin, begin + _ROWS_A_BATCH)
            block = NumberBlock(series_id, (seconds[part] * 1e6).astype(np.int64), numbers[part])
            loaded += load(connection, [block]).loaded
            done += len(block.numbers)
            tell(done, total)
    return loaded


def _times(quantity: Quantity, at: datetime, days: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The moments of the history in seconds since 1970, at full steps of the clock."""
    step = KINDS[quantity].minutes * 60
    first = int((at - timedelta(days=days)).timestamp()) // step * step
    return np.arange(first, int(at.timestamp()) + 1, step, dtype=np.float64)
