"""The real data sets that Netzstadt ships profiles for: every observation accounted for."""

import csv
import gzip
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from netzstadt.plane.importing.account import Counts

MUENSTER = "muenster-radverkehr/radverkehr-zaehlstellen.tar.gz"
MIB = 1 << 20


def test_a_month_of_a_counting_station_in_muenster(city, test_data):
    """31 days of 96 quarter hours at 7 channels, less what the file leaves empty."""
    path = test_data / "muenster-radverkehr" / "sample-100031297-2026-07.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    present = sum(cell != "" for row in rows for cell in row[1:8])

    outcome = city.run(path, profile=None)

    assert outcome.counts == Counts(present, present, 0, 0)
    assert city.ask("select name, visibility from thing") == [
        ("Promenade (nördl. Salzstraße)", "PUBLIC")
    ]
    first = rows[0]
    assert city.ask(
        "select o.time at time zone 'Europe/Berlin' = %s::timestamp, o.number from observation o "
        "join series s on s.id = o.series_id where s.iot_id #>> '{}' = %s "
        "order by o.time limit 1",
        *(first[0], "muenster-radverkehr-101031297"),
    ) == [(True, float(first[2]))]
    assert city.ask(
        "select jsonb_array_length(properties -> 'sumOf') from series "
        "where properties -> 'isSum' = 'true'"
    ) == [(6,)]


def test_a_day_of_traffic_load_in_koeln(city, test_data):
    folder = test_data / "koeln-traffic-load"
    with gzip.open(folder / "load_2013-10.csv.gz", "rt") as file:
        lines = [file.readline().rstrip("\n") for _ in range(1 + 288 * 108)]
    city.write("load_2013-10.csv", *lines)
    (city.folder / "street_segments.geojson").write_bytes(
        (folder / "street_segments.geojson").read_bytes()
    )

    outcome = city.run(profile=None)

    assert outcome.counts == Counts(288 * 108, 288 * 108, 0, 0)
    located, unlocated = city.ask(
        "select count(tl.thing_id), count(*) - count(tl.thing_id) "
        "from thing t left join thing_location tl on tl.thing_id = t.id"
    )[0]
    assert located + unlocated == outcome.series
    assert city.ask("select distinct location ->> 'type' from location") == [("MultiLineString",)]


def test_the_heat_sensors_of_bern_twice(city, test_data):
    path = test_data / "bern-sensorthings"

    first, second = city.run(path, profile=None), city.run(path, profile=None)

    assert first.counts == Counts(682, 682, 0, 0)
    assert second.counts == Counts(682, 0, 682, 0)
    assert city.ask(
        "select (select count(*) from thing), (select count(*) from series), "
        "(select count(*) from location), (select count(*) from observation)"
    ) == [(63, 126, 63, 682)]


def import_and_watch(city, path: Path) -> tuple[str, int]:
    """Run the command; what it said and the peak of its processes' memory in bytes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "netzstadt", "import", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            **os.environ,
            "NETZSTADT_DATABASE_URL": city.database,
            "NETZSTADT_DATA_DIR": str(city.folder.parent / "data"),
        },
    )
    peak = 0

    def watch() -> None:
        nonlocal peak
        while process.poll() is None:
            used = 0
            try:
                main = psutil.Process(process.pid)
                for each in (main, *main.children(recursive=True)):
                    used += each.memory_info().rss
            except psutil.NoSuchProcess:
                continue
            peak = max(peak, used)
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, _ = process.communicate()
    watcher.join()
    assert process.returncode == 0, out
    print(f"{out}\npeak of the processes' memory: {peak / MIB:.0f} MiB")  # noqa: T201 - shown by make soak with -s
    return out, peak


def stored(city) -> tuple[int, ...]:
    """Rows, and what states, hours and days say about them."""
    rows = city.ask("select count(*) from observation")[0][0]
    sums = [
        city.ask(f"select sum(count)::bigint from {table}")[0][0]
        for table in ("series_state", "rollup_hour", "rollup_day")
    ]
    return (rows, *sums)


@pytest.mark.soak
def test_all_of_muenster_is_accounted_for_to_the_last_observation(city, test_data):
    path = test_data / MUENSTER

    out, peak = import_and_watch(city, path)

    expected = 12_463_680
    assert f"loaded      {expected:>12,}" in out
    assert f"rejected    {0:>12,}" in out
    assert stored(city) == (expected,) * 4
    assert peak < 500 * MIB
    assert city.ask("select count(*) from thing") == [(23,)]
    assert city.ask("select count(*) from series") == [(107,)]
    assert city.ask(
        "select unnest(quality), count(*) from observation where quality is not null "
        "group by 1 order by 1"
    ) == [("modified", 5), ("status-4", 27_685), ("two-hours", 1_111)]
    assert city.ask(
        "select count(*) from observation "
        "where time >= '2025-10-26 01:00+00' and time < '2025-10-26 02:00+00'"
    ) == [(0,)], "the second hour stays empty"

    out, peak = import_and_watch(city, path)

    assert f"unchanged   {expected:>12,}" in out
    assert stored(city) == (expected,) * 4
    assert peak < 500 * MIB


@pytest.mark.soak
def test_all_of_koeln_is_accounted_for_to_the_last_observation(city, test_data):
    path = test_data / "koeln-traffic-load"

    out, peak = import_and_watch(city, path)

    expected = 3_816_871
    assert f"loaded      {expected:>12,}" in out
    assert stored(city) == (expected,) * 4
    assert peak < 500 * MIB
    assert city.ask(
        "select count(*), count(tl.thing_id) from thing t "
        "left join thing_location tl on tl.thing_id = t.id"
    ) == [(113, 108)]

    out, _ = import_and_watch(city, path)

    assert f"unchanged   {expected:>12,}" in out
    assert stored(city) == (expected,) * 4
