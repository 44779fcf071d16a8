"""What is read, and how much room it takes; each with its limit in the same run."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import asyncpg

from bench import limits
from bench.city import MINUTE_SERIES, Row, verify
from bench.driver import Plan
from bench.house import SERIES, House
from bench.inside import statements_of


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
        "select date_trunc('hour', time, 'UTC') as time, avg(number) as mean from observation "
        "where series_id = $1 and time >= $2 and time < $3 group by 1"
    )
    kept = (
        "select time, sum / count as mean from rollup_hour "
        "where series_id = $1 and time >= $2 and time < $3 order by time"
    )

    async def medians() -> list[float]:
        connection = await asyncpg.connect(house.url)
        try:
            hours = await connection.fetch(kept, MINUTE_SERIES, start, end)
            verify(len(hours), 8_760)
            # Summed up in the database: carrying 8,760 rows to the client is the same in both.
            return [
                await _median(connection, query, times, start, end)
                for query, times in (
                    (f"select count(*), sum(mean) from ({kept}) h", 20),
                    (f"select count(*), sum(mean) from ({raw}) h", 5),
                    (kept, 20),
                    (raw, 5),
                )
            ]
        finally:
            await connection.close()

    fast, slow, fast_carried, slow_carried = asyncio.run(medians())
    yield Row(
        "hourly means over a year (525,600 values)",
        f"{fast * 1000:.1f} ms",
        "the same from raw rows",
        f"{slow * 1000:.1f} ms",
        fast / slow,
        0.05,
        is_least=False,
        note=f"with the rows carried to the client: {fast_carried * 1000:.1f} ms against "
        f"{slow_carried * 1000:.1f} ms (ratio {fast_carried / slow_carried:.2f})",
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
            query = "select count, last_number from series_state where series_id = $1"
            for series in range(1, SERIES + 1):
                started = time.perf_counter()
                await connection.fetchval("select 1")
                between = time.perf_counter()
                row = await connection.fetchrow(query, series)
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
        is_later=True,
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
