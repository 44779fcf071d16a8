"""The idempotent load of imports: what is there already is counted, not stored again."""

from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from netzstadt.plane.batches import Columns, accept, months_of
from netzstadt.plane.blocks import NumberBlock, Numbers, join, judge
from netzstadt.plane.load_rows import (
    LoadReceipt,
    UnknownSeries,
    call_account,
    ensure_partitions,
    insert_rows,
    load_rows,
    lock,
)
from netzstadt.plane.packing import EPOCH_2000, HEADER, TRAILER, pack_buckets, unpack_observations
from netzstadt.plane.rollups import Buckets, Days, Integers, segments

__all__ = ["LoadReceipt", "NumberBlock", "UnknownSeries", "load"]


def load(
    connection: psycopg.Connection[Any], batch: Columns | Iterable[NumberBlock]
) -> LoadReceipt:
    """Store what is not there yet, in one transaction (a savepoint within the caller's).

    The key of an observation is (series, time, sequence). Where it exists with an equal value the
    row is unchanged; with another value it is a conflict, and so it is where an observation has
    left the key for another time or Datastream: its @iot.id is derived from the key. Blocks travel
    as packed COPY, about 10,000 rows at a time are a good batch; Columns are for what is more than
    a number.

    Raises UnknownSeries.
    """
    days = _days_of(connection)
    with connection.transaction():
        if isinstance(batch, Columns):
            rows, places, errors = accept(batch)
            return load_rows(connection, rows, places, errors, days)
        return _load_blocks(connection, list(batch), days)


_known_days: WeakKeyDictionary[psycopg.Connection[Any], Days] = WeakKeyDictionary()


def _days_of(connection: psycopg.Connection[Any]) -> Days:
    days = _known_days.get(connection)
    if days is None:
        days = _known_days[connection] = Days.read(connection)
    return days


def _load_blocks(
    connection: psycopg.Connection[Any], blocks: Sequence[NumberBlock], days: Days
) -> LoadReceipt:
    receipt = LoadReceipt(0, 0)
    if not blocks:
        return receipt
    block = judge(join(blocks), receipt.errors)
    if not len(block):
        return receipt
    first, last = block.bounds()
    ids = block.series[first].tolist()
    rules, has_moved = lock(connection, ids)
    taken = _taken(connection, ids, block.times[first], block.times[last])
    block = _new(block, taken, receipt)
    if not len(block):
        return receipt
    block.flag(rules)
    receipt.loaded += len(block)
    if has_moved:
        insert_rows(connection, block.as_rows(), block.sequence.tolist(), rules, days)
        return receipt
    ensure_partitions(connection, months_of(block.times))
    columns, data = block.packed()
    _copy(connection, f"observation ({columns})", data)
    _account(connection, block, days, np.unique(taken["series_id"]).astype(np.int64))
    return receipt


# Of which series something can be stored, or was moved away, between the times of the batch.
ASKED = """
select i.id, i.low, i.high
from unnest(%s::bigint[], %s::float8[], %s::float8[]) as i (id, low, high)
join series_state s on s.series_id = i.id
where s.first_time <= to_timestamp(i.high) and s.last_time >= to_timestamp(i.low)
   or exists (select from observation_moved m where m.series_id = i.id
              and m.time between to_timestamp(i.low) and to_timestamp(i.high))
order by i.id
"""
# What is stored of the series within the times of the batch, NaN for a value that is no number; and
# the keys that were left, with infinity. Neither equals a number of the batch.
EXISTING = sql.SQL(
    "copy (with i as (select id, to_timestamp(low) as low, to_timestamp(high) as high "
    "from unnest({}::bigint[], {}::float8[], {}::float8[]) as u (id, low, high)) "
    "select o.series_id, o.time, o.sequence, coalesce(o.number, 'NaN') from i join observation o "
    "on o.series_id = i.id and o.time between i.low and i.high "
    "and o.time between to_timestamp({}) and to_timestamp({}) "
    "union all select m.series_id, m.time, m.sequence, 'Infinity' from i join observation_moved m "
    "on m.series_id = i.id and m.time between i.low and i.high) to stdout (format binary)"
)


def _taken(
    connection: psycopg.Connection[Any], ids: list[int], lows: Integers, highs: Integers
) -> NDArray[Any]:
    """The keys of the series between their lows and highs that are not free, with their numbers."""
    asked = connection.execute(
        ASKED, [ids, (lows / 1e6).tolist(), (highs / 1e6).tolist()]
    ).fetchall()
    if not asked:
        return unpack_observations(HEADER + TRAILER)
    arguments = [list(column) for column in zip(*asked, strict=True)]
    statement = EXISTING.format(
        *(sql.Literal(column) for column in arguments),
        sql.Literal(min(arguments[1])),
        sql.Literal(max(arguments[2])),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        return unpack_observations(b"".join(bytes(part) for part in copy))


def _new(block: Numbers, taken: NDArray[Any], receipt: LoadReceipt) -> Numbers:
    """The rows whose key is neither taken nor earlier in the batch; the others are counted."""
    if not len(taken) and block.is_distinct():
        return block
    series = np.concatenate([taken["series_id"].astype(np.int64), block.series])
    times = np.concatenate([taken["time"].astype(np.int64) + EPOCH_2000, block.times])
    sequence = np.concatenate([taken["sequence"].astype(np.int16), block.sequence])
    numbers = np.concatenate([taken["number"].astype(np.float64), block.numbers])
    # Stable: of equal keys the taken one comes first, then the first of the batch.
    order = np.lexsort((sequence, times, series))
    begins = segments(series[order], times[order], sequence[order].astype(np.int64))
    leader = np.repeat(order[begins], np.diff(begins, append=len(order)))
    leader_of = np.empty_like(leader)
    leader_of[order] = leader
    mine = np.arange(len(taken), len(order))
    is_new = leader_of[mine] == mine
    others = numbers[leader_of[mine]]
    is_equal = others == numbers[mine]
    receipt.unchanged += int(np.count_nonzero(~is_new & is_equal))
    receipt.conflicts += np.sort(block.place[~is_new & ~is_equal]).tolist()
    receipt.moved += np.sort(block.place[np.isinf(others)]).tolist()
    return block.take(is_new)


def _copy(connection: psycopg.Connection[Any], target: str, data: bytes) -> None:
    statement = sql.SQL("copy {} from stdin (format binary)").format(sql.SQL(target))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(HEADER + data + TRAILER)


def _account(
    connection: psycopg.Connection[Any], block: Numbers, days: Days, touched: Integers
) -> None:
    """Add the rows to hours, days, states and outbox. ``touched`` are the series that have had
    observations between the first and the last of the batch."""
    rest = []
    for table, sums in (("rollup_hour", block.hours()), ("rollup_day", block.days(days))):
        inner = _inner(sums) & ~np.isin(sums.series_id, touched)
        if np.any(inner):  # these buckets hold nothing yet: there is no conflict to look for
            _copy(connection, table, pack_buckets(sums.part(inner)))
        rest += sums.part(~inner).arguments()
    call_account(connection, [*block.states(), *rest])


def _inner(sums: Buckets) -> NDArray[np.bool_]:
    """Which buckets are neither the first nor the last of their series."""
    inner = np.ones(len(sums.series_id), dtype=np.bool_)
    first = segments(sums.series_id)
    inner[first] = False
    inner[np.append(first[1:], len(inner)) - 1] = False
    return inner
