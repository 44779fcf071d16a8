"""A small city for tests of the store, and what its observations must add up to."""

import uuid
from collections.abc import AsyncIterator
from datetime import datetime

import asyncpg
import pytest

from netzstadt.plane.ingest import Ingest

from .patience import patient_plane  # noqa: F401 - a fixture

NEW_SERIES = """
with t as (insert into thing (id, iot_id, name, description, visibility)
           values ($1::uuid, to_jsonb($1::uuid::text), 'Thing', '', 'PUBLIC') returning id),
     s as (insert into sensor (id, iot_id, name, description, encoding_type, metadata)
           values ($1::uuid, to_jsonb($1::uuid::text), 'Sensor', '', 'text/plain', '1')
           returning id),
     p as (insert into observed_property (id, iot_id, name, definition, description)
           values ($1::uuid, to_jsonb($1::uuid::text), 'Property', '', '') returning id)
insert into series (uuid, iot_id, name, description, observation_type, unit_of_measurement,
                    thing_id, sensor_id, observed_property_id)
select gen_random_uuid(), to_jsonb(gen_random_uuid()::text), 'Series ' || n, '', 'measurement',
       '{}', t.id, s.id, p.id
from t, s, p, generate_series(1, $2::int) n returning id
"""


async def make_series(pool: asyncpg.Pool, count: int = 1) -> list[int]:
    """New series of one new public Thing, ascending."""
    return sorted(row["id"] for row in await pool.fetch(NEW_SERIES, uuid.uuid4(), count))


async def delete(pool: asyncpg.Pool, series_id: int, start: datetime, end: datetime) -> int:
    """Delete observations from ``start`` until before ``end``. Returns how many."""
    return await pool.fetchval("select observations_delete($1, $2, $3)", series_id, start, end)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database, min_size=1, max_size=8) as pool:
        yield pool


@pytest.fixture
async def ingest(pool: asyncpg.Pool) -> AsyncIterator[Ingest]:
    ingest = Ingest(pool)
    await ingest.start()
    yield ingest
    await ingest.stop()


async def make_key(pool: asyncpg.Pool, *, thing_ids: list[uuid.UUID] | None = None) -> uuid.UUID:
    """A new key that may write, of a new person who is a data engineer everywhere."""
    key, person = uuid.uuid4(), uuid.uuid4()
    await pool.execute(
        "insert into orgs_person (id, password, email, name, is_active, is_demo, created_at) "
        "values ($1, '', $2, 'Engineer', true, false, now())",
        person,
        f"{person}@example.org",
    )
    await pool.execute(
        "insert into access_grant (id, person_id, role) values ($1, $2, 'DATA_ENGINEER')",
        uuid.uuid4(),
        person,
    )
    await pool.execute(
        "insert into api_key (id, name, prefix, secret_digest, person_id, may_read, may_write, "
        "thing_ids) values ($1, 'test', $2, $3, $4, true, true, $5)",
        key,
        f"nst_{key.hex[:8]}",
        key.bytes * 2,
        person,
        thing_ids,
    )
    return key
