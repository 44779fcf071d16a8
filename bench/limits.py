"""What this machine can do without Netzstadt: raw COPY and pgbench on the same tables."""

import itertools
import os
import re
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from bench.house import House
from netzstadt.plane.packing import HEADER, OBSERVATION_COLUMNS, TRAILER, pack_observations

# Series of the limits: their observations lie in the same table, but belong to nothing.
_runs = itertools.count(3_000_000, 10_000)
BATCHES_A_SERIES = 12
COPY = f"copy observation ({OBSERVATION_COLUMNS}) from stdin (format binary)"


def in_threads(function, count: int) -> float:
    """Call function(n) in ``count`` threads at once; how long until all are done, in seconds."""
    errors: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            function(number)
        except BaseException as error:  # noqa: BLE001 - told below, in the thread that waits
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(n,)) for n in range(count)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - started


def raw_copy(
    house: House, *, connections: int, batches: int, rows: int, step_s: int, start_s: int
) -> float:
    """Rows a second of packed COPY, a transaction a batch; connections write to different series,
    and to another one after every BATCHES_A_SERIES."""
    first = next(_runs)
    data = [
        [
            HEADER
            + _packed(
                first + number * 1_000 + batch // BATCHES_A_SERIES,
                start_s,
                batch % BATCHES_A_SERIES * rows,
                rows,
                step_s,
            )
            + TRAILER
            for batch in range(batches)
        ]
        for number in range(connections)
    ]

    def copy(number: int) -> None:
        with house.connect() as connection:
            for batch in data[number]:
                with connection.cursor() as cursor, cursor.copy(COPY) as stream:
                    stream.write(batch)

    elapsed = in_threads(copy, connections)
    stored = house.stored(first, first + 9_999)
    if stored != connections * batches * rows:
        raise RuntimeError(f"Raw COPY stored {stored} rows.")
    return stored / elapsed


def _packed(series: int, start_s: int, first: int, rows: int, step_s: int) -> bytes:
    times = (start_s + (first + np.arange(rows, dtype=np.int64)) * step_s) * 1_000_000
    return pack_observations(
        np.full(rows, series, dtype=np.int64),
        times,
        np.zeros(rows, dtype=np.int16),
        (times // 60_000_000 % 97) + 0.5,
    )


def pgbench(house: House, script: str, *, clients: int, seconds: int) -> tuple[float, int]:
    """Transactions a second of a script with prepared statements, and how many there were."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql", dir="/var/tmp") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(
            [
                Path(house.binaries) / "pgbench",
                *("-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2))),
                *("-T", str(seconds), "-f", file.name, house.url),
            ],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PGOPTIONS": "-c plan_cache_mode=force_generic_plan -c jit=off"},
        )
    rate = re.search(r"tps = ([0-9.]+)", done.stdout)
    number = re.search(r"actually processed: ([0-9]+)", done.stdout)
    if done.returncode or not rate or not number:
        raise RuntimeError(f"pgbench failed: {done.stdout} {done.stderr}")
    return float(rate[1]), int(number[1])


# The random sequence keeps two clients that meet in one microsecond apart.
ONE_ROW = """\\set series random(2000000, 2001000)
\\set sequence random(0, 32767)
insert into observation (series_id, time, sequence, number)
values (:series, clock_timestamp(), :sequence, 21.5);
"""


def one_row_inserts(house: House, *, seconds: int) -> float:
    """Durable inserts of one row a second, 32 clients, counted in the database."""
    before = house.stored(2_000_000, 2_001_000)
    rate, number = pgbench(house, ONE_ROW, clients=32, seconds=seconds)
    stored = house.stored(2_000_000, 2_001_000) - before
    if stored != number:
        raise RuntimeError(f"pgbench tells of {number} rows, {stored} are stored.")
    return rate


def inlined(query: str, arguments: tuple[object, ...]) -> str:
    """The statement with its arguments written into it, on one line for pgbench."""

    def literal(match: re.Match[str]) -> str:
        value = arguments[int(match[1]) - 1]
        if value is None:
            return "null"
        if isinstance(value, bool | int | float):
            return str(value)
        if isinstance(value, list | tuple):
            return "array[" + ",".join(_quoted(one) for one in value) + "]"
        return _quoted(value)

    text = re.sub(r"\$(\d+)", literal, query)
    return " ".join(line for line in text.splitlines() if not line.lstrip().startswith("--")) + ";"


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
