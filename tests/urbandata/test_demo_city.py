"""The demo city: filled once, marked as simulated, sending on."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import asyncpg
import numpy as np
import psycopg
import pytest
from tests.sessions import END_SESSIONS

from netzstadt.plane.ingest import Ingest
from netzstadt.urbandata.demo.entities import demo_id
from netzstadt.urbandata.demo.history import fill_city
from netzstadt.urbandata.demo.sending import present_values, send_until_cancelled
from netzstadt.urbandata.demo.stations import KINDS, STATIONS, Quantity
from netzstadt.urbandata.demo.values import simulated

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 9, 7, tzinfo=UTC)


@pytest.fixture
def connection(database):
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def _fill(connection, at=NOW) -> int:
    return fill_city(connection, at=at, zone=ZONE, days=3)


def test_every_thing_series_and_property_list_is_marked_as_simulated(connection):
    _fill(connection)

    things = connection.execute(
        "select is_simulated, properties -> 'simulated' from thing"
    ).fetchall()
    series = connection.execute("select properties -> 'simulated' from series").fetchall()
    assert things == [(True, True)] * len(STATIONS)
    assert set(series) == {(True,)}


def test_filling_twice_adds_nothing(connection):
    first = _fill(connection)

    assert _fill(connection) == 0
    assert connection.execute("select count(*) from observation").fetchone() == (first,)
    assert connection.execute("select count(*) from thing").fetchone() == (len(STATIONS),)
    assert connection.execute("select count(*) from audit_event").fetchone() == (len(STATIONS),)


def test_filling_later_adds_only_what_has_passed_since(connection):
    _fill(connection)

    added = _fill(connection, at=NOW + timedelta(hours=1))

    expected = sum(
        60 // KINDS[quantity].minutes for station in STATIONS for quantity in station.quantities
    )
    assert added == expected


def test_no_demo_value_is_implausible_for_its_own_rules(connection):
    _fill(connection)

    flagged = connection.execute("select count(*) from observation where quality is not null")
    assert flagged.fetchone() == (0,)


@pytest.mark.parametrize("quantity", list(Quantity))
def test_values_are_the_same_every_time_and_differ_between_stations(quantity):
    seconds = np.arange(NOW.timestamp(), NOW.timestamp() + 7 * 86400, 3600.0)

    here = simulated(quantity, "here", seconds, ZONE)

    assert np.array_equal(here, simulated(quantity, "here", seconds, ZONE))
    assert not np.array_equal(here, simulated(quantity, "there", seconds, ZONE))
    one_by_one = [simulated(quantity, "here", np.array([s]), ZONE)[0] for s in seconds[:24]]
    assert one_by_one == here[:24].tolist()


def test_summer_is_warmer_than_winter_and_rush_hour_busier_than_night():
    def mean(quantity: Quantity, start: datetime, hours: int) -> float:
        seconds = np.arange(start.timestamp(), start.timestamp() + hours * 3600, 900.0)
        return float(simulated(quantity, "here", seconds, ZONE).mean())

    july, january = datetime(2026, 7, 1, tzinfo=ZONE), datetime(2026, 1, 1, tzinfo=ZONE)
    assert mean(Quantity.AIR_TEMPERATURE, july, 700) > 8 + mean(
        Quantity.AIR_TEMPERATURE, january, 700
    )
    monday = datetime(2026, 11, 16, tzinfo=ZONE)
    rush = mean(Quantity.BICYCLES, monday.replace(hour=17), 1)
    assert rush > 3 * mean(Quantity.BICYCLES, monday.replace(hour=2), 1)


def test_what_is_sent_now_continues_the_history():
    station = STATIONS[0]
    ids = {demo_id(f"series/{station.key}/{quantity}"): 7 for quantity in station.quantities}

    columns = present_values(station, ids, NOW, ZONE)

    expected = [
        simulated(quantity, station.key, np.array([NOW.timestamp()]), ZONE)[0]
        for quantity in station.quantities
    ]
    assert columns.number == expected
    assert columns.time == [NOW] * len(station.quantities)


async def test_the_sender_waits_for_a_database_that_went_away(database, connection, monkeypatch):
    _fill(connection)
    monkeypatch.setattr("netzstadt.urbandata.demo.sending.SECONDS_BETWEEN_STATIONS", 0.01)
    monkeypatch.setattr("netzstadt.urbandata.demo.sending._SECONDS_BEFORE_RETRY", 0.05)

    async def count() -> int:
        cursor = connection.execute("select sum(count)::int from series_state")
        return int(cursor.fetchone()[0])

    sender = asyncio.create_task(send_until_cancelled(database, ZONE))
    try:
        counts = [await count()]
        for _ in range(2):  # what arrives before and after the sessions were ended
            async with asyncio.timeout(180):
                while await count() <= counts[-1]:
                    await asyncio.sleep(0.05)
            connection.execute(END_SESSIONS)
            counts.append(await count())
    finally:
        sender.cancel()
        await asyncio.wait([sender])
    assert all(earlier < later for earlier, later in pairwise(counts))


async def test_a_deleted_demo_series_is_left_out(database, connection):
    _fill(connection)
    station = STATIONS[0]
    gone = demo_id(f"series/{station.key}/{station.quantities[0]}")
    rows = connection.execute("select uuid, id from series where uuid <> %s", (gone,)).fetchall()

    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        ingest = Ingest(pool)
        receipt = await ingest.add(present_values(station, dict(rows), NOW, ZONE), key_id=None)
        await ingest.stop()

    assert receipt.errors == {}
    assert len(receipt.sequence) == len(station.quantities) - 1
