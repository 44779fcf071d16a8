"""What comes in: imports, batches, single observations; each with its limit in the same run."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import asyncpg
import numpy as np

from bench import limits
from bench.city import FOR_IMPORT, LONG_AGO, Row, verify
from bench.driver import Plan
from bench.house import SERIES, House
from netzstadt.plane.ingest import Columns, Ingest
from netzstadt.plane.load import NumberBlock, load


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
    verify(stored, 2 * batches * rows)
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
    verify(stored, counted.done * 1_000)
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
        verify(house.stored(101, 400) - stored, counted.done)
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
        verify(house.stored(501, 532) - stored, done)
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
