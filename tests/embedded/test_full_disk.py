"""A full disk: a small tmpfs that fills up, and is made larger again."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from netzstadt.embedded.errors import DatabaseError
from netzstadt.embedded.postgres import Postgres

pytestmark = pytest.mark.processes


def mount(place: Path, *, megabytes: int, options: str = "") -> None:
    if os.geteuid() != 0:
        pytest.skip("a full disk needs root: it is a small file system in memory")
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755{options}", "tmpfs", place]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this machine lets nobody mount a file system: {done.stderr.strip()}")


@pytest.fixture
def disk(place: Path) -> Iterator[Path]:
    path = place / "disk"
    path.mkdir()
    yield path
    # Lazily, for a log file of a server that has just ended may be open a moment longer.
    subprocess.run(["umount", "--lazy", path], capture_output=True, check=False)


def test_a_disk_too_small_to_begin_is_a_sentence_and_leaves_nothing_half_made(disk: Path) -> None:
    mount(disk, megabytes=20)
    postgres = Postgres(disk / "data")

    with pytest.raises(DatabaseError, match=r"disk that holds .*/data is full .*Make room"):
        postgres.start()

    assert not postgres.cluster.exists()
    mount(disk, megabytes=600, options=",remount")
    postgres.start()
    postgres.stop()


def fill_table(postgres: Postgres) -> int:
    """Insert rows of 160 kB until the disk is full; how many were acknowledged."""
    acknowledged = 0
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("create table filling (number integer primary key, text text)")
        try:
            while True:
                connection.execute(
                    "insert into filling select %s, string_agg(md5(g::text), '')"
                    " from generate_series(1, 5000) g",
                    [acknowledged],
                )
                acknowledged += 1
        except psycopg.Error as error:
            # A table that cannot grow is an error; a log that cannot grow ends the server.
            told = str(error)
            assert "No space left" in told or "closed the connection" in told, told
    return acknowledged


def fill_disk(file: Path) -> None:
    """Take what is left of the disk."""
    with file.open("wb", buffering=0) as handle, contextlib.suppress(OSError):
        while True:
            handle.write(b"x" * 4096)
    assert shutil.disk_usage(file.parent).free < 4096


def test_a_disk_that_fills_up_loses_nothing_acknowledged(disk: Path) -> None:
    mount(disk, megabytes=200)
    postgres = Postgres(disk / "data")
    postgres.start()
    try:
        acknowledged = fill_table(postgres)
    finally:
        postgres.stop()
    assert acknowledged > 10
    fill_disk(disk / "ballast")

    with pytest.raises(DatabaseError, match=r"disk that holds .*/data is full .*what was stored"):
        postgres.start()

    (disk / "ballast").unlink()
    mount(disk, megabytes=800, options=",remount")
    postgres.start()
    try:
        with psycopg.connect(postgres.url()) as connection:
            found = connection.execute("select count(*), max(number) from filling").fetchone()
        # The one that failed may be there: whether it was committed, its client was not told.
        assert found in {(acknowledged, acknowledged - 1), (acknowledged + 1, acknowledged)}
    finally:
        postgres.stop()
