"""`kill -9` in the middle of writing: nothing acknowledged is lost, nothing is there twice.

Two rounds each in ordinary runs, twenty in `make soak`.
"""

import os
import random
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import asyncpg
import httpx
import psycopg
import pytest
from tests.importing.halfway import IS_HALFWAY, IS_LOCKED, held_halfway
from tests.launch.conftest import NETZSTADT, City, kill_all
from tests.plane.client import make_key
from tests.waiting import PATIENCE_S, wait_until

pytestmark = pytest.mark.processes

ROUNDS = 20 if os.environ.get("NETZSTADT_SOAK") else 2
CLIENTS = 4
STATION = """\
with t as (insert into thing (id, iot_id, name, description, visibility)
           values (gen_random_uuid(), '"killed"', 'Thing', '', 'PUBLIC') returning id),
     s as (insert into sensor (id, iot_id, name, description, encoding_type, metadata)
           values (gen_random_uuid(), '"killed"', 'Sensor', '', 'text/plain', '1') returning id),
     p as (insert into observed_property (id, iot_id, name, definition, description)
           values (gen_random_uuid(), '"killed"', 'Property', '', '') returning id)
insert into series (uuid, iot_id, name, description, observation_type, unit_of_measurement,
                    thing_id, sensor_id, observed_property_id)
select gen_random_uuid(), '"killed"', 'Series', '',
       'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement', '{}',
       t.id, s.id, p.id from t, s, p returning id
"""


class Writers:
    """Clients that post one observation after the other, and remember what was acknowledged."""

    def __init__(self, city: City, secret: str) -> None:
        self.address = f"{city.url}/sta/v1.1/Datastreams('killed')/Observations"
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.sent: list[int] = []
        self.acknowledged: list[int] = []
        self.odd_answers: list[str] = []
        self._numbers = count(1)
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._write) for _ in range(CLIENTS)]

    def _write(self) -> None:
        with httpx.Client(headers=self.headers, timeout=PATIENCE_S) as client:
            while not self._is_over.is_set():
                number = next(self._numbers)
                self.sent.append(number)
                try:
                    answer = client.post(self.address, json={"result": number})
                except httpx.TransportError:
                    time.sleep(0.02)  # not known whether it was stored; it is not sent again
                    continue
                if answer.status_code == 201:
                    self.acknowledged.append(number)
                elif answer.status_code not in {500, 503}:
                    self.odd_answers.append(f"{answer.status_code}: {answer.text}")

    def wait_for_more(self, observations: int) -> None:
        goal = len(self.acknowledged) + observations
        wait_until(
            lambda: len(self.acknowledged) >= goal or self.odd_answers, "observations are stored"
        )

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()


async def prepare(database_url: str) -> str:
    """A public series, and the secret of a key that may write to it."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(STATION)
        return await make_key(connection)
    finally:
        await connection.close()


def strike(city: City, target: str) -> None:
    """End one part, or everything, as a power cut would; what comes back comes back by itself."""
    if target == "everything":
        up = city.process
        kill_all([up, *up.children(recursive=True)])
        city.ended()
        city.up()
    else:
        kill_all(city.children(target))


@pytest.mark.parametrize("target", ["web", "postgres", "everything"])
async def test_no_acknowledged_observation_is_missing_and_none_is_there_twice(
    city: City, target: str
) -> None:
    city.up()
    secret = await prepare(city.database_url)
    chance = random.Random(2)

    with Writers(city, secret) as writers:
        for _ in range(ROUNDS):
            writers.wait_for_more(50)
            time.sleep(chance.random() / 2)
            strike(city, target)
            writers.wait_for_more(50)

    assert writers.odd_answers == []
    wait_until(city.answers, "the server answers")
    stored = Counter(int(number) for (number,) in city.rows("select number from observation"))
    assert [n for n, times in stored.items() if times > 1] == []
    assert set(writers.acknowledged) - set(stored) == set()
    assert set(stored) <= set(writers.sent)
    assert_states_are_right(city)


def assert_states_are_right(city: City) -> None:
    """What is kept beside the observations is the sum of what is stored, to the last one.

    All of one moment: what a client no longer waits for may still be stored meanwhile.
    """
    hours = "select series_id, sum(count), sum(sum) from {} group by 1 order by 1"
    with psycopg.connect(city.database_url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

        def rows(statement: str) -> list[tuple[object, ...]]:
            return connection.execute(statement.encode()).fetchall()

        counted = rows(
            "select series_id, count(*), min(time), max(time) from observation group by 1"
            " order by 1"
        )
        state = rows(
            "select series_id, count, first_time, last_time from series_state"
            " where count > 0 order by 1"
        )
        assert state == counted
        in_hours = rows(hours.format("rollup_hour"))
        assert in_hours == rows(
            "select series_id, count(number), sum(number) from observation group by 1 order by 1"
        )
        assert rows(hours.format("rollup_day")) == in_hours


CHANNELS = 12
QUARTERS = 40_000


def write_counts(folder: Path, station: int) -> int:
    """A file of a bicycle counter with values for more than a year; how many values it has."""
    channels = [f"{100_000_000 + station * 100 + n} (Kanal {n})" for n in range(CHANNELS)]
    begin = datetime(2022, 1, 1, tzinfo=UTC)  # no clock changes are wanted: winter months only
    lines = [",".join(["Datetime", *(f'"{name}"' for name in channels)])]
    times = [begin + timedelta(minutes=15 * n) for n in range(QUARTERS)]
    kept = [time for time in times if time.month in {1, 2, 11, 12}]
    for number, time_ in enumerate(kept):
        values = ",".join(str(number + n) for n in range(CHANNELS))
        lines.append(f"{time_:%Y-%m-%d %H:%M},{values}")
    (folder / f"{100_000_000 + station * 100}.csv").write_text("\n".join(lines) + "\n")
    return len(kept) * CHANNELS


@pytest.fixture
def counts(place: Path) -> Iterator[Path]:
    folder = place / "counts"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("target", ["import", "postgres"])
def test_an_import_that_was_killed_goes_on_and_stores_every_row_once(
    city: City, counts: Path, target: str
) -> None:
    city.up()
    expected = 0
    for station in range(ROUNDS):
        before, expected = expected, expected + write_counts(counts, station)

        with held_halfway(city.database_url):
            running = subprocess.Popen(
                [*NETZSTADT, "import", counts, "--profile", "muenster-radverkehr"],
                env=city.environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            wait_until(
                lambda running=running: city.rows(IS_HALFWAY) or running.poll() is not None,
                "the import stores",
            )
            assert running.poll() is None
            if target == "import":
                running.kill()
            else:
                kill_all(city.children("postgres"))
                city.wait_for("The database runs again", times=station + 1)
            running.wait(PATIENCE_S)
        assert before < stored(city) < expected, "it was hit in the middle"
        wait_until(lambda: not city.rows(IS_LOCKED), "the lock of the killed one is gone")
        again = city.run("import", str(counts), "--profile", "muenster-radverkehr")

        assert again.returncode == 0, again.stdout + again.stderr
        assert stored(city) == expected, again.stdout
    assert city.rows("select count(*) from observation where sequence > 0") == [(0,)]
    assert_states_are_right(city)


def stored(city: City) -> int:
    """How many observations there are."""
    ((number,),) = city.rows("select count(*) from observation")
    assert isinstance(number, int)
    return number
