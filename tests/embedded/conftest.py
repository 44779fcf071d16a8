"""Directories for clusters, and clusters in processes of their own that can be killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from netzstadt.embedded.postgres import Postgres


@pytest.fixture
def run_postgres(place: Path) -> Iterator[Callable[..., Postgres]]:
    """Start PostgreSQL in ``place/data``; whatever runs is stopped at the end."""
    started: list[Postgres] = []

    def run(directory: Path = place / "data", **options: object) -> Postgres:
        postgres = Postgres(directory, **options)  # type: ignore[arg-type]
        started.append(postgres)
        postgres.start()
        return postgres

    yield run
    for postgres in started:
        postgres.stop()


SUPERVISOR = """
import sys, time
from pathlib import Path
from netzstadt.embedded.postgres import Postgres
postgres = Postgres(Path(sys.argv[1]), command="the first", address="http://127.0.0.1:8000")
postgres.start()
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def another_process() -> Iterator[Callable[[Path], "subprocess.Popen[str]"]]:
    """Run PostgreSQL in a directory from another process, which can be killed."""
    running: list[subprocess.Popen[str]] = []

    def run(directory: Path, *, wait: bool = True) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, str(directory)],
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        if wait:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        return process

    yield run
    for process in running:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def write_rows(postgres: Postgres, *values: int) -> None:
    """Commit ``values`` to a table that is made where it is missing."""
    with psycopg.connect(postgres.url()) as connection:
        connection.execute("create table if not exists kept (value integer)")
        for value in values:
            connection.execute("insert into kept values (%s)", [value])


def rows(postgres: Postgres) -> list[int]:
    """What is in that table."""
    with psycopg.connect(postgres.url()) as connection:
        return [value for (value,) in connection.execute("select value from kept order by 1")]


def kill(pid: int | None) -> None:
    """End a process as a power cut would."""
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
