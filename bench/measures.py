"""Each line of the table: what was done, the limit beside it in the same run, rows verified."""

import asyncio
import gc
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
import numpy as np

from bench import limits
from bench.driver import Plan
from bench.house import SERIES, House
from bench.inside import statements_of
from netzstadt.plane.ingest import Columns, Ingest
from netzstadt.plane.load import NumberBlock, load
from netzstadt.plane.store import statement

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

    @property
    def is_met(self) -> bool | None:
        if self.goal is None or self.ratio is None:
            return None
        return self.ratio >= self.goal if self.is_least else self.ratio <= self.goal


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


def import_part(house: House, *, batches: int) -> Iterator[Row]:
    """The database part of an import, against raw COPY of the same rows."""
    rows, step_s = 10_000, 900

    def raw(start_s: int) -> float:
        return limits.raw_copy(
            house, connections=2, batches=batches, rows=rows, step_s=step_s, start_s=start_s
        )

    before = raw(LONG_AGO)

    def work(number: int) -> None:
        with house.connect() as connection:
            for batch in range(batches):
                series = FOR_IMPORT + 2 * (batch // limits.BATCHES_A_SERIES) + number
                first = batch % limits.BATCHES_A_SERIES * rows
                times = (LONG_AGO + np.arange(first, first + rows, dtype=np.int64) * step_s) * 10**6
                load(connection, [NumberBlock(series, times, times // 60_000_000 % 97 + 0.5)])

    already = house.stored(FOR_IMPORT, SERIES - 1)
    elapsed = limits.in_threads(work, 2)
    stored = house.stored(FOR_IMPORT, SERIES - 1) - already
    _verify(stored, 2 * batches * rows)
    limit = (before + raw(LONG_AGO)) / 2
    yield Row(
        "bulk import of files, database part, batches of 10,000",
        f"{stored / elapsed:,.0f} rows/s",
        "raw COPY of the same rows, 2 connections",
        f"{limit:,.0f} rows/s",
        stored / elapsed / limit,
        0.60,
        note="15-minute values: roll-ups add a row of an hour to every four observations",
    )


def batch_ingest(house: House, *, requests: int) -> Iterator[Row]:
    """CreateObservations of 1,000 a request over HTTP, 8 clients."""

    def raw() -> float:
        return limits.raw_copy(
            house, connections=4, batches=requests * 2, rows=1_000, step_s=60, start_s=LONG_AGO
        )

    before = raw()
    series = list(range(11, 19))
    stored = house.stored(11, 18)
    plan = Plan(
        port=house.port,
        kind="batch",
        clients=8,
        series=series,
        secret=house.secret,
        requests=requests,
        rows=1_000,
        start_s=LONG_AGO,
    )
    counted = house.drive(plan)
    stored = house.stored(11, 18) - stored
    _verify(stored, counted.done * 1_000)
    limit = (before + raw()) / 2
    yield Row(
        "batch ingest over HTTP, 1,000 observations a request, 8 clients",
        f"{stored / counted.elapsed_s:,.0f} observations/s",
        "raw COPY, batches of 1,000, 4 connections",
        f"{limit:,.0f} rows/s",
        stored / counted.elapsed_s / limit,
        0.60,
        note=f"p99 {counted.p99_s * 1000:.0f} ms",
    )


def single_posts(house: House, *, seconds: int) -> Iterator[Row]:
    """One observation a request, answered after the commit."""
    before = limits.one_row_inserts(house, seconds=seconds)
    measured = {}
    for clients in (32, 256):
        series = list(range(101, 101 + clients))
        stored = house.stored(101, 400)
        plan = Plan(
            port=house.port,
            kind="single",
            clients=clients,
            series=series,
            secret=house.secret,
            seconds=seconds,
            start_s=LONG_AGO + clients * 100_000,
        )
        counted = house.drive(plan)
        _verify(house.stored(101, 400) - stored, counted.done)
        measured[clients] = counted
    limit = (before + limits.one_row_inserts(house, seconds=seconds)) / 2
    for clients, counted in measured.items():
        rate = counted.done / counted.elapsed_s
        yield Row(
            f"single durable POST, {clients} clients",
            f"{rate:,.0f} requests/s",
            "pgbench one-row insert, 32 clients",
            f"{limit:,.0f} rows/s",
            rate / limit,
            0.75 if clients == 256 else None,
            note=f"p50 {counted.p50_s * 1000:.1f} ms, p99 {counted.p99_s * 1000:.1f} ms; "
            f"load generator {counted.cpu_s / counted.elapsed_s:.0%} of a core",
        )


def grouping(house: House, *, seconds: int) -> Iterator[Row]:
    """The same single observations with grouped commits and without, below HTTP."""

    async def rate(**how) -> float:
        async with asyncpg.create_pool(house.url, min_size=8, max_size=8) as pool:
            ingest = Ingest(pool, **how)
            await ingest.start()
            ends = time.perf_counter() + seconds
            done = 0

            async def client(series: int) -> None:
                nonlocal done
                while time.perf_counter() < ends:
                    columns = Columns([series], [datetime.now(UTC)], [21.5])
                    await ingest.add(columns, key_id=house.key_id)
                    done += 1

            stored = house.stored(501, 532)
            started = time.perf_counter()
            await asyncio.gather(*(client(501 + n) for n in range(32)))
            elapsed = time.perf_counter() - started
            await ingest.stop()
        _verify(house.stored(501, 532) - stored, done)
        return done / elapsed

    alone = asyncio.run(rate(writers=8, group_rows=1))
    grouped = asyncio.run(rate())
    alone = (alone + asyncio.run(rate(writers=8, group_rows=1))) / 2
    yield Row(
        "single durable observation with grouping, 32 at once (below HTTP)",
        f"{grouped:,.0f}/s",
        "the same without grouping, 8 connections",
        f"{alone:,.0f}/s",
        grouped / alone,
        1.4,
    )


def last_hundred(house: House, *, seconds: int) -> Iterator[Row]:
    """The last 100 observations of a series over HTTP."""
    path = "/sta/v1.1/Datastreams(700)/Observations?$top=100&$orderby=phenomenonTime%20desc"
    [(query, arguments)] = statements_of(house.url, path)
    script = limits.inlined(query, arguments)
    before, _ = limits.pgbench(house, script, clients=32, seconds=seconds)
    counted = house.drive(Plan(port=house.port, kind="get", clients=32, path=path, seconds=seconds))
    after, _ = limits.pgbench(house, script, clients=32, seconds=seconds)
    limit = (before + after) / 2
    plain = (
        "select time, sequence, number from observation where series_id = 700 and "
        "time >= '2025-12-01' and time < '2026-01-01' order by time desc, sequence desc limit 100"
    )
    rows, _ = limits.pgbench(house, plain, clients=32, seconds=seconds)
    rate = counted.done / counted.elapsed_s
    yield Row(
        "last 100 observations of a series over HTTP, 32 clients",
        f"{rate:,.0f} requests/s",
        "pgbench running the same query",
        f"{limit:,.0f}/s",
        rate / limit,
        0.22,
        note=f"p99 {counted.p99_s * 1000:.0f} ms; the rows alone, without making JSON of them: "
        f"{rows:,.0f}/s with pgbench (ratio {rate / rows:.2f})",
    )


def hourly_means(house: House) -> Iterator[Row]:
    """A year of hours from the roll-up, against the same from a year of minutes."""
    start, end = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    raw = (
        "select date_trunc('hour', time, 'UTC') as hour, count(number), avg(number), min(number), "
        "max(number) from observation where series_id = $1 and time >= $2 and time < $3 group by 1"
    )

    async def both() -> tuple[float, float]:
        connection = await asyncpg.connect(house.url)
        try:
            hours = await connection.fetch(statement("hours_of_series"), MINUTE_SERIES, start, end)
            _verify(len(hours), 8_760)
            return (
                await _median(connection, statement("hours_of_series"), 20, start, end),
                await _median(connection, raw, 5, start, end),
            )
        finally:
            await connection.close()

    fast, slow = asyncio.run(both())
    yield Row(
        "hourly means over a year (525,600 values)",
        f"{fast * 1000:.1f} ms",
        "the same from raw rows",
        f"{slow * 1000:.1f} ms",
        fast / slow,
        0.05,
        is_least=False,
    )


async def _median(connection, query: str, times: int, *period: datetime) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        await connection.fetch(query, MINUTE_SERIES, *period)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def counts(house: House) -> Iterator[Row]:
    """$count and the latest value of 1,000 series, one after the other."""

    async def both() -> tuple[float, float]:
        connection = await asyncpg.connect(house.url)
        try:
            states, nothing = [], []
            query = statement("series_states")
            for series in range(1, SERIES + 1):
                started = time.perf_counter()
                await connection.fetchval("select 1")
                between = time.perf_counter()
                row = await connection.fetchrow(query, [series])
                states.append(time.perf_counter() - between)
                nothing.append(between - started)
                if not row["count"] or row["last_number"] is None:
                    raise RuntimeError(f"Series {series} has no state.")
            return statistics.median(states), statistics.median(nothing)
        finally:
            await connection.close()

    state, nothing = asyncio.run(both())
    total = house.one("select sum(count) from series_state")
    yield Row(
        f"count and latest value of 1,000 series at {total:,} rows, per request",
        f"{state * 1e6:.0f} µs",
        "one SELECT 1 round trip",
        f"{nothing * 1e6:.0f} µs",
        state / nothing,
        3,
        is_least=False,
    )
    path = (
        "/sta/v1.1/Datastreams({})/Observations?$count=true&$top=1&$orderby=phenomenonTime%20desc"
    )
    taken = []
    for series in range(1, SERIES + 1, 50):
        plan = Plan(port=house.port, kind="get", clients=1, path=path.format(series), seconds=0.05)
        taken.append(house.drive(plan).p50_s)
    yield Row(
        "the same over HTTP, one client ($count=true&$top=1)",
        f"{statistics.median(taken) * 1e6:.0f} µs",
        "one SELECT 1 round trip",
        f"{nothing * 1e6:.0f} µs",
        statistics.median(taken) / nothing,
        None,
        is_least=False,
    )


WIDE = """
create table wide_observation (
    id bigint generated always as identity primary key, phenomenon_start timestamptz not null,
    phenomenon_end timestamptz, result_time timestamptz, result_type smallint,
    result_number double precision, result_string text, result_json jsonb, result_boolean boolean,
    result_quality jsonb, valid_start timestamptz, valid_end timestamptz, parameters jsonb,
    datastream_id bigint not null, feature_id uuid not null)
"""


def size(house: House) -> Iterator[Row]:
    """Bytes an observation takes, with its index, in a closed month."""
    month = "observation_202512"
    with house.connect() as connection:
        connection.execute(f"vacuum full {month}")
        connection.execute(WIDE)
        connection.execute(
            "insert into wide_observation (phenomenon_start, phenomenon_end, result_type, "
            "result_number, datastream_id, feature_id) "
            "select o.time, o.time + interval '15 minutes', 0, o.number, o.series_id, "
            f"s.default_feature_id from {month} o join series s on s.id = o.series_id "
            "order by o.time"
        )
        for columns in (
            "datastream_id",
            "feature_id",
            "datastream_id, phenomenon_start",
            "phenomenon_start",
            "result_time",
        ):
            connection.execute(f"create index on wide_observation ({columns})")
        connection.execute("vacuum analyze wide_observation")
    ours = house.one(f"select pg_total_relation_size('{month}')::float8 / count(*) from {month}")
    wide = house.one(
        "select pg_total_relation_size('wide_observation')::float8 / count(*) from wide_observation"
    )
    yield Row(
        "bytes per observation, closed month, as rows",
        f"{ours:.0f}",
        "surrogate key, start and end, result columns, five indexes",
        f"{wide:.0f}",
        ours / wide,
        0.20,
        is_least=False,
        note="arrays by day, which the goal is for, come later; this is the open month's layout",
    )


def expansion(house: House) -> Iterator[Row]:
    """Things with their Datastreams and each one's last Observation."""
    path = (
        "/sta/v1.1/Things?$top=100&$expand=Datastreams($top=8;$expand="
        "Observations($top=1;$orderby=phenomenonTime%20desc))"
    )
    statements = statements_of(house.url, path)
    counted = house.drive(Plan(port=house.port, kind="get", clients=1, path=path, seconds=3))
    yield Row(
        "$expand Things → Datastreams → last Observation, 100 × 8",
        f"{len(statements)} statement, {counted.p50_s * 1000:.0f} ms",
        "1 statement",
        "1",
        float(len(statements)),
        1,
        is_least=False,
    )


def _verify(stored: int, expected: int) -> None:
    if stored != expected:
        raise RuntimeError(f"{stored} rows are in the database, not {expected}.")


Measure = Callable[[], Iterator[Row]]


def all_measures(house: House, *, seconds: int) -> dict[str, Measure]:
    """By name, in the order in which they are done."""
    gc.collect()
    return {
        "import": lambda: import_part(house, batches=12 * seconds),
        "batch": lambda: batch_ingest(house, requests=20 * seconds),
        "single": lambda: single_posts(house, seconds=seconds),
        "grouping": lambda: grouping(house, seconds=seconds),
        "last": lambda: last_hundred(house, seconds=seconds),
        "hours": lambda: hourly_means(house),
        "count": lambda: counts(house),
        "size": lambda: size(house),
        "expand": lambda: expansion(house),
    }
