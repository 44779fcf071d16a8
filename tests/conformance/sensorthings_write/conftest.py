"""A city to write to: a plane, a key that may write, and bodies of each entity type."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.plane.client import Client, make_key, open_plane


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database, min_size=1, max_size=4) as pool:
        yield pool


@pytest.fixture
async def client(database: str, pool: asyncpg.Pool) -> AsyncIterator[Client]:
    """A client with a key that may read and write everything."""
    async with open_plane(database) as plane:
        yield Client(plane, await make_key(pool))
