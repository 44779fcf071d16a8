"""A city to write to: a plane, a key that may write, a station, and sums that stay right."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import psycopg
import pytest
from tests.conformance.sensorthings_write.documents import station
from tests.plane.accounts import assert_accounts_are_right
from tests.plane.client import Client, make_key, open_plane
from tests.plane.patience import patient_plane  # noqa: F401 - a fixture

# What a test of writing may have filled. Emptied before each one: a database of its own would take
# longer than the test.
TABLES = (
    "thing, location, sensor, observed_property, feature_of_interest, series, observation, "
    "rollup_hour, rollup_day, outbox, api_key, access_grant, audit_event, audit_seal"
)


@pytest.fixture(scope="session")
def shared_database(template_database: str, make_database) -> str:
    return make_database(template_database)


@pytest.fixture
def database(shared_database: str) -> str:
    """URL of a migrated database in which nothing is stored."""
    with psycopg.connect(shared_database) as connection:
        for state in ("disable", "enable"):  # the trail refuses to be emptied
            for table in ("audit_event", "audit_seal"):
                connection.execute(f"alter table {table} {state} trigger user")
            if state == "disable":
                connection.execute(f"truncate {TABLES} cascade")
    return shared_database


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database, min_size=1, max_size=4) as pool:
        yield pool


@pytest.fixture
async def client(database: str, pool: asyncpg.Pool) -> AsyncIterator[Client]:
    """A client with a key that may read and write everything; afterwards all sums are right."""
    async with open_plane(database) as plane:
        yield Client(plane, await make_key(pool))
    assert_accounts_are_right(database)


@dataclass(frozen=True, slots=True)
class Station:
    """Paths of a Thing and its Datastream."""

    thing: str = "/Things('mast')"
    datastream: str = "/Datastreams('air')"


@pytest.fixture
async def mast(client: Client) -> Station:
    """A Thing 'mast' at a Location 'market' with a Datastream 'air' of temperatures."""
    body = station(**{"@iot.id": "mast"})
    body["Locations"][0]["@iot.id"] = "market"
    body["Datastreams"][0] |= {"@iot.id": "air"}
    body["Datastreams"][0]["Sensor"]["@iot.id"] = "t1"
    body["Datastreams"][0]["ObservedProperty"]["@iot.id"] = "temperature"
    made = await client.post("/Things", body)
    assert made.status == 201, made.body
    return Station()
