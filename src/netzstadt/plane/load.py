"""The idempotent load of imports: what is there already is counted, not stored again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from netzstadt.plane.batches import (
    EARLIEST_S,
    IMPLAUSIBLE,
    Columns,
    Rows,
    Rules,
    accept,
    flag_literal,
    is_implausible,
    latest_s,
)
from netzstadt.plane.load_rows import (
    LoadReceipt,
    UnknownSeries,
    call_account,
    ensure_partitions,
    insert_rows,
    load_rows,
    lock,
)
from netzstadt.plane.packing import (
    EPOCH_2000,
    HEADER,
    OBSERVATION_COLUMNS,
    TRAILER,
    pack_buckets,
    pack_observations,
    unpack_observations,
)
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

__all__ = ["LoadReceipt", "NumberBlock", "UnknownSeries", "load"]


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


def load(
    connection: psycopg.Connection[Any], batch: Columns | Iterable[NumberBlock]
) -> LoadReceipt:
    """Store what is not there yet, in one transaction (a savepoint within the caller's).

    The key of an observation is (series, time, sequence). Where it exists with an equal value the
    row is unchanged; with another value it is a conflict. Blocks travel as packed COPY, about
    10,000 rows at a time are a good batch; Columns are for what is more than a number.

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


@dataclass(slots=True)
class _Block:
    """All blocks of a batch as one, sorted by key; ``place`` is each row's position as given."""

    series: Integers
    times: Integers
    sequence: NDArray[np.int16]
    numbers: Floats
    quality: NDArray[np.intp]
    place: NDArray[np.intp]
    flags: list[tuple[str, ...]]

    def take(self, chosen: NDArray[Any]) -> "_Block":
        return _Block(
            self.series[chosen],
            self.times[chosen],
            self.sequence[chosen],
            self.numbers[chosen],
            self.quality[chosen],
            self.place[chosen],
            self.flags,
        )


def _joined(blocks: Sequence[NumberBlock]) -> _Block:
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
    whole = _Block(
        np.repeat([b.series_id for b in blocks], [len(b.numbers) for b in blocks]).astype(np.int64),
        np.concatenate([b.times_us for b in blocks]).astype(np.int64, copy=False),
        np.concatenate(
            [
                np.zeros(len(b.numbers), np.int16) if b.sequence is None else b.sequence
                for b in blocks
            ]
        ).astype(np.int16, copy=False),
        np.concatenate([b.numbers for b in blocks]).astype(np.float64, copy=False),
        np.concatenate(qualities),
        np.arange(sum(len(b.numbers) for b in blocks)),
        flags,
    )
    if _is_sorted(whole):
        return whole
    return whole.take(np.lexsort((whole.sequence, whole.times, whole.series)))


def _is_sorted(block: _Block) -> bool:
    steps, later = np.diff(block.series), np.diff(block.times)
    return bool(np.all((steps > 0) | ((steps == 0) & (later > 0))))


def _load_blocks(
    connection: psycopg.Connection[Any], blocks: Sequence[NumberBlock], days: Days
) -> LoadReceipt:
    receipt = LoadReceipt(0, 0)
    if not blocks:
        return receipt
    block = _judged(_joined(blocks), receipt)
    if not len(block.series):
        return receipt
    first = segments(block.series)
    ids = block.series[first].tolist()
    rules, has_moved = lock(connection, ids)
    lows, highs = block.times[first], block.times[np.append(first[1:], len(block.series)) - 1]
    stored = _stored(connection, ids, lows, highs)
    block = _new(block, stored, receipt)
    if not len(block.series):
        return receipt
    _flag(block, rules)
    if has_moved:
        insert_rows(connection, _as_rows(block), block.sequence.tolist(), rules, days)
        receipt.loaded += len(block.series)
        return receipt
    months = np.unique(block.times.view("datetime64[us]").astype("datetime64[M]"))
    ensure_partitions(connection, months.astype("datetime64[D]").tolist())
    _copy_observations(connection, block)
    _account(connection, block, days, np.unique(stored["series_id"]).astype(np.int64))
    receipt.loaded += len(block.series)
    return receipt


def _judged(block: _Block, receipt: LoadReceipt) -> _Block:
    """Take out what cannot be stored."""
    good = np.abs(block.numbers) <= GREATEST  # False for NaN
    in_time = (block.times >= int(EARLIEST_S * 1e6)) & (block.times <= int(latest_s() * 1e6))
    if bool(np.all(good & in_time)):
        return block
    for place in block.place[~good].tolist():
        receipt.errors[place] = "The result is not a finite number that can be stored exactly."
    for place in block.place[good & ~in_time].tolist():
        receipt.errors[place] = "The time is not between 1900-01-01 and ten years from now."
    return block.take(good & in_time)


# What is stored of the series within the times of the batch; a value that is no number comes as
# NaN, which equals no number.
EXISTING = sql.SQL(
    "copy (select o.series_id, o.time, o.sequence, coalesce(o.number, 'NaN') from unnest("
    "{}::bigint[], {}::float8[], {}::float8[]) as i (id, low, high) join observation o "
    "on o.series_id = i.id and o.time between to_timestamp(i.low) and to_timestamp(i.high) "
    "and o.time between to_timestamp({}) and to_timestamp({})) to stdout (format binary)"
)


def _stored(
    connection: psycopg.Connection[Any], ids: list[int], lows: Integers, highs: Integers
) -> NDArray[Any]:
    """Observations of the series between their lows and highs. Asked only where the state says
    that there can be any."""
    states = connection.execute(
        "select series_id, extract(epoch from first_time)::float8, "
        "extract(epoch from last_time)::float8 from series_state "
        "where series_id = any (%s) and count > 0 order by series_id",
        [ids],
    ).fetchall()
    bounds = {id_: (low, high) for id_, low, high in states}
    asked = [
        (id_, low, high)
        for id_, low, high in zip(ids, (lows / 1e6).tolist(), (highs / 1e6).tolist(), strict=True)
        if id_ in bounds and low <= bounds[id_][1] and high >= bounds[id_][0]
    ]
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


def _new(block: _Block, stored: NDArray[Any], receipt: LoadReceipt) -> _Block:
    """The rows whose key is neither stored nor earlier in the batch; the others are counted."""
    if not len(stored) and _is_sorted(block):
        return block
    series = np.concatenate([stored["series_id"].astype(np.int64), block.series])
    times = np.concatenate([stored["time"].astype(np.int64) + EPOCH_2000, block.times])
    sequence = np.concatenate([stored["sequence"].astype(np.int16), block.sequence])
    numbers = np.concatenate([stored["number"].astype(np.float64), block.numbers])
    # Stable: of equal keys the stored one comes first, then the first of the batch.
    order = np.lexsort((sequence, times, series))
    begins = segments(series[order], times[order], sequence[order].astype(np.int64))
    leader = np.repeat(order[begins], np.diff(begins, append=len(order)))
    leader_of = np.empty_like(leader)
    leader_of[order] = leader
    mine = np.arange(len(stored), len(order))
    is_new = leader_of[mine] == mine
    is_equal = numbers[leader_of[mine]] == numbers[mine]
    receipt.unchanged += int(np.count_nonzero(~is_new & is_equal))
    receipt.conflicts += np.sort(block.place[~is_new & ~is_equal]).tolist()
    return block.take(is_new)


def _flag(block: _Block, rules: Rules) -> None:
    """Add the flag "implausible" where a number is outside the bounds of its series."""
    for series_id, (low, high) in rules.items():
        begin, end = np.searchsorted(block.series, [series_id, series_id + 1])
        part, codes = block.numbers[begin:end], block.quality[begin:end]
        wrong = is_implausible(part, low, high)
        for code in np.unique(codes[wrong]).tolist():
            flags = block.flags[code]
            if IMPLAUSIBLE not in flags:
                flags = (*flags, IMPLAUSIBLE)
                if flags not in block.flags:
                    block.flags.append(flags)
                codes[wrong & (codes == code)] = block.flags.index(flags)


def _copy_observations(connection: psycopg.Connection[Any], block: _Block) -> None:
    has_flags = bool(np.any(block.quality))
    data = pack_observations(
        block.series,
        block.times,
        block.sequence,
        block.numbers,
        block.quality if has_flags else None,
        block.flags,
    )
    columns = f"{OBSERVATION_COLUMNS}, quality" if has_flags else OBSERVATION_COLUMNS
    _copy(connection, f"observation ({columns})", data)


def _copy(connection: psycopg.Connection[Any], target: str, data: bytes) -> None:
    statement = sql.SQL("copy {} from stdin (format binary)").format(sql.SQL(target))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(HEADER + data + TRAILER)


def _account(
    connection: psycopg.Connection[Any], block: _Block, days: Days, touched: Integers
) -> None:
    """Add the rows to hours, days, states and outbox. ``touched`` are the series that have had
    observations between the first and the last of the batch."""
    flags = (block.quality > 0).astype(np.float64)
    rest = []
    for table, starts in (
        ("rollup_hour", hour_starts(block.times)),
        ("rollup_day", days.starts(block.times)),
    ):
        sums = buckets(block.series, starts, block.numbers, flags)
        inner = _inner(sums) & ~np.isin(sums.series_id, touched)
        if np.any(inner):  # these buckets hold nothing yet: there is no conflict to look for
            _copy(connection, table, pack_buckets(sums.part(inner)))
        rest += sums.part(~inner).arguments()
    first = segments(block.series)
    last = np.append(first[1:], len(block.series)) - 1
    ends = (block.times[last] / 1e6).tolist()
    nothing = [None] * len(first)
    call_account(
        connection,
        [
            block.series[first].tolist(),
            (last - first + 1).tolist(),
            (block.times[first] / 1e6).tolist(),
            ends,
            ends,
            nothing,
            nothing,
            block.sequence[last].tolist(),
            block.numbers[last].tolist(),
            nothing,
            [flag_literal(block.flags[code]) for code in block.quality[last].tolist()],
            *rest,
        ],
    )


def _inner(sums: Buckets) -> NDArray[np.bool_]:
    """Which buckets are neither the first nor the last of their series."""
    inner = np.ones(len(sums.series_id), dtype=np.bool_)
    first = segments(sums.series_id)
    inner[first] = False
    inner[np.append(first[1:], len(inner)) - 1] = False
    return inner


def _as_rows(block: _Block) -> Rows:
    quality = [flag_literal(block.flags[code]) for code in block.quality.tolist()]
    return Rows(
        block.series.tolist(),
        (block.times / 1e6).tolist(),
        block.numbers.tolist(),
        {"quality": quality} if any(quality) else {},
    )
