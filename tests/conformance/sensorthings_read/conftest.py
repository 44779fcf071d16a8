"""A small city in the database, and a client of the data plane without a network between."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import psycopg
import pytest
import pytest_asyncio
from tests.plane.patience import be_patient, patient_plane  # noqa: F401 - a fixture

from netzstadt.plane.app import Plane

from . import city as cities

BASE = "http://city.test"


class Client:
    """Asks the plane; ``key`` is the secret of an API key, empty for anybody."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def ask(
        self, address: str, *, key: str = "", method: str = "GET", **options: str
    ) -> httpx.Response:
        """The answer to a path below the version, or to a whole address; ``options`` are query
        options without the dollar sign."""
        if address.startswith(BASE):
            address = address.removeprefix(f"{BASE}/sta/v1.1").removeprefix("/")
        query = "&".join(f"${name}={quote(value, safe='')}" for name, value in options.items())
        if query:
            address += ("&" if "?" in address else "?") + query
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return await self._http.request(method, f"{BASE}/sta/v1.1/{address}", headers=headers)

    async def get(self, address: str, *, key: str = "", **options: str) -> Any:
        """The document of an answer that must be 200."""
        answer = await self.ask(address, key=key, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ids(self, address: str, *, key: str = "", **options: str) -> list[Any]:
        """The ids of one page of a collection, in their order."""
        document = await self.get(address, key=key, **options)
        return [one["@iot.id"] for one in document["value"]]

    async def walk(self, address: str, *, key: str = "", **options: str) -> list[Any]:
        """The entities of all pages, by following next links."""
        document = await self.get(address, key=key, **options)
        found = list(document["value"])
        while "@iot.nextLink" in document:
            split = urlsplit(document["@iot.nextLink"])
            path = split.path.removeprefix("/sta/v1.1/")
            document = await self.get(f"{path}?{split.query}", key=key)
            found += document["value"]
        return found


@pytest.fixture(scope="session")
def city_database(
    template_database: str, make_database: Callable[[str | None], str]
) -> tuple[str, cities.City]:
    """A database that tests only read, with the small city in it."""
    url = make_database(template_database)
    with psycopg.connect(url) as connection:
        city = cities.build(connection)
    return url, city


@pytest.fixture
def city(city_database: tuple[str, cities.City]) -> cities.City:
    return city_database[1]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def plane(city_database: tuple[str, cities.City]) -> AsyncIterator[Plane]:
    with pytest.MonkeyPatch.context() as patch:
        be_patient(patch)
        plane = Plane(city_database[0], public_url=BASE)
        await plane.start()
    yield plane
    await plane.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client(plane: Plane) -> AsyncIterator[Client]:
    transport = httpx.ASGITransport(app=plane, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport) as http:
        yield Client(http)
