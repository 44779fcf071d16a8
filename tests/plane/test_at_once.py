"""Changes that meet take turns: nobody waits for somebody who waits for him."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import numpy as np
import psycopg
import pytest
from tests.conformance.sensorthings_write.documents import TEN, datastream, feature, station

from netzstadt.plane.batches import Columns
from netzstadt.plane.ingest import Ingest
from netzstadt.plane.load import NumberBlock, load
from netzstadt.plane.sensorthings.observation_ids import microseconds

from .accounts import assert_accounts_are_right
from .client import Client, make_key, open_plane
from .conftest import make_series
from .patience import PATIENCE_S, set_aside

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
WAITING = """
select w.statement from pg_stat_activity, concat(pid, ' ', query) w(statement)
where datname = current_database() and backend_type = 'client backend'
  and wait_event_type = 'Lock' and not w.statement = any($1::text[])
"""
# Autovacuum's sessions come and go as they like.
OTHERS = """
select count(*) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
  and backend_type = 'client backend'
"""
DEADLOCKS = "select deadlocks from pg_stat_database where datname = current_database()"


@pytest.fixture
def database(database: str) -> Iterator[str]:
    """A database in which nobody has been in a deadlock at the end. The server would resolve it
    after a second, by failing one of the two; the writer of groups would try again."""
    yield database
    deadline = time.monotonic() + PATIENCE_S
    with psycopg.connect(database, autocommit=True) as connection:
        while connection.execute(OTHERS).fetchone() != (0,):  # they count at the latest as they go
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert connection.execute(DEADLOCKS).fetchone() == (0,)


@pytest.fixture
async def client(database: str, pool: asyncpg.Pool) -> AsyncIterator[Client]:
    """A client with a Thing 'mast' and its Datastreams 'air' and 'soil'."""
    async with open_plane(database) as plane:
        client = Client(plane, await make_key(pool))
        body = station(**{"@iot.id": "mast"})
        body["Datastreams"] = [datastream(**{"@iot.id": name}) for name in ("air", "soil")]
        made = await client.post("/Things", body)
        assert made.status == 201, made.body
        yield client
    assert_accounts_are_right(database)


@asynccontextmanager
async def held(pool: asyncpg.Pool, series: list[int]) -> AsyncIterator[None]:
    """The series are busy; who wants one of them waits until the end."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select series_lock($1)", series)
        yield


async def started(
    pool: asyncpg.Pool, ingest: Ingest, *changes: Coroutine[Any, Any, Any]
) -> list[asyncio.Task]:
    """Start one change after the other, each when the one before it waits, or has waited.

    A call to ``ingest`` is set aside after a while and tried again; others get the connection. Then
    it waits in the database no more, so it comes first here: of all others it can be seen.
    """
    tasks: list[asyncio.Task] = []
    waited: list[str] = []
    async with asyncio.timeout(PATIENCE_S):
        for change in changes:
            tasks.append(asyncio.create_task(change))
            while (waits := await pool.fetchval(WAITING, waited)) is None:
                if len(tasks) == 1 and set_aside(ingest):
                    break
                assert not tasks[-1].done(), tasks[-1].result()
                await asyncio.sleep(0.01)
            else:
                waited.append(waits)
    return tasks


async def finished(tasks: list[asyncio.Task]) -> list[Any]:
    async with asyncio.timeout(PATIENCE_S):
        return await asyncio.gather(*tasks)


async def first_value(client: Client) -> None:
    """Make a first value and delete it: the next one is a first one again, of a known feature."""
    made = await client.post(
        "/Datastreams('air')/Observations", {"phenomenonTime": TEN, "result": 1}
    )
    assert made.status == 201, made.body
    assert (await client.delete(made.link)).status == 204


async def test_an_import_and_single_values_meet_at_new_series(pool, database):
    ids = await make_series(pool, 3)
    async with asyncio.timeout(PATIENCE_S):
        await Ingest(pool).add(Columns(ids[:1], [NOON], [1.0]), key_id=None)
    later = NOON + timedelta(hours=1)
    block = [
        NumberBlock(series, np.array([microseconds(later)], dtype=np.int64), np.array([2.0]))
        for series in ids
    ]

    def run_import() -> int:
        with psycopg.connect(database, autocommit=True) as connection:
            return load(connection, block).loaded

    ingest = Ingest(pool)
    await ingest.start()
    async with held(pool, ids[:1]):
        tasks = await started(
            pool,
            ingest,
            ingest.add(Columns(ids, [later + timedelta(1)] * 3, [3.0] * 3), key_id=None),
            asyncio.to_thread(run_import),
        )
    receipt, loaded = await finished(tasks)
    await ingest.stop()

    assert not receipt.errors
    assert loaded == 3
    assert_accounts_are_right(database)


@pytest.mark.parametrize(
    ("path", "answer"),
    [("/Datastreams('air')", 204), ("/Things('mast')", 204), ("/FeaturesOfInterest('{}')", 204)],
)
async def test_a_first_value_and_a_deletion_meet(client, pool, path, answer):
    await first_value(client)
    series, default = await pool.fetchrow(
        "select s.id, f.iot_id #>> '{}' from series s "
        "join feature_of_interest f on f.id = s.default_feature_id where s.iot_id = '\"air\"'"
    )

    async with held(pool, [series]):
        tasks = await started(
            pool,
            client.plane.ingest,
            client.post("/Datastreams('air')/Observations", {"phenomenonTime": TEN, "result": 2}),
            client.delete(path.format(default)),
        )
    posted, deleted = await finished(tasks)

    assert posted.status == 201, posted.body
    assert deleted.status == answer, deleted.body
    left = await pool.fetch(
        "select f.iot_id #>> '{}' as feature from observation o join series s on s.id = o.series_id"
        " left join feature_of_interest f on f.id = s.default_feature_id"
    )
    # Set aside on a busy machine, a value may come after the deletion of its feature, with another.
    others = [row for row in left if "Features" in path and row["feature"] not in {default, None}]
    assert left == others


async def test_a_feature_is_deleted_while_another_datastream_begins_to_observe_it(client, pool):
    await client.post("/FeaturesOfInterest", feature(**{"@iot.id": "roof"}))
    body = {"phenomenonTime": TEN, "result": 1, "FeatureOfInterest": {"@iot.id": "roof"}}
    assert (await client.post("/Datastreams('air')/Observations", body)).status == 201
    ids = [row["id"] for row in await pool.fetch("select id from series order by iot_id")]

    async with held(pool, ids[:1]):
        tasks = await started(
            pool, client.plane.ingest, client.delete("/FeaturesOfInterest('roof')")
        )
        second = await client.post("/Datastreams('soil')/Observations", body)
    [deleted] = await finished(tasks)

    assert (second.status, deleted.status) == (201, 204)
    assert await pool.fetchval("select count(*) from observation") == 0


async def test_two_observations_change_places(client, pool):
    links = {
        name: (
            await client.post(
                f"/Datastreams('{name}')/Observations", {"phenomenonTime": TEN, "result": 1}
            )
        ).link
        for name in ("air", "soil")
    }
    ids = [row["id"] for row in await pool.fetch("select id from series")]

    async with held(pool, ids):
        tasks = await started(
            pool,
            client.plane.ingest,
            client.patch(links["air"], {"Datastream": {"@iot.id": "soil"}}),
            client.patch(links["soil"], {"Datastream": {"@iot.id": "air"}}),
        )
    answers = await finished(tasks)

    assert [answer.status for answer in answers] == [200, 200], answers
    for name, other in (("air", "soil"), ("soil", "air")):
        moved = await client.get(f"{links[name]}/Datastream")
        assert moved.json()["@iot.id"] == other


async def test_a_json_patch_hands_an_observation_over_and_keeps_the_rest(client, pool):
    made = await client.post(
        "/Datastreams('air')/Observations",
        {"phenomenonTime": TEN, "result": 1, "parameters": {"a": 1}},
    )

    changed = await client.patch(
        made.link,
        [
            {"op": "test", "path": "/result", "value": 1},
            {"op": "add", "path": "/Datastream", "value": {"@iot.id": "soil"}},
        ],
        headers={"content-type": "application/json-patch+json"},
    )

    assert changed.status == 200, changed.body
    assert changed.json()["parameters"] == {"a": 1}
    assert (await client.get(f"{made.link}/Datastream")).json()["@iot.id"] == "soil"
