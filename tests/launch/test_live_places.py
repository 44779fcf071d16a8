"""Places to listen are shared out: no address and no person takes them all."""

import re
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from tests.launch.conftest import NETZSTADT, City, copy_of
from tests.plane.client import NEW_PERSON
from tests.waiting import PATIENCE_S, wait_until

from netzstadt.lib.live_tickets import issue_ticket
from netzstadt.plane.live.hub import MAXIMUM_LISTENERS, MAXIMUM_OF_ADDRESS, MAXIMUM_OF_READER

pytestmark = pytest.mark.processes

KEY = "a long and random key of this test's own"
HERE = "127.0.0.1"
ELSEWHERE = "127.0.0.2"

Open = Callable[..., bytes]


@pytest.fixture(scope="module")
def city(prepared: Path) -> Iterator[City]:
    """One installation for all tests of this file; they leave nothing behind."""
    directory = prepared.parent / "places"
    directory.mkdir()
    city = copy_of(prepared, directory)
    city.settings["NETZSTADT_SECRET_KEY"] = KEY
    city.up()
    yield city
    city.destroy()


def ended(port: int) -> int:
    """How many streams have ended by now, and given their places back."""
    text = httpx.get(f"http://{HERE}:{port}/metrics", timeout=PATIENCE_S).text
    counted = re.findall(r'^netzstadt_requests_total{.*route="live".*} (\S+)$', text, re.M)
    return sum(int(float(number)) for number in counted)


@contextmanager
def pages(port: int) -> Iterator[Open]:
    """Opens streams from an address, and closes them at the end of the block.

    Ends when the server has seen it: what comes next finds all places free.
    """
    before, opened = ended(port), 0
    with ExitStack() as stack:

        def open_(source: str = HERE, *, ticket: str = "", forwarded: str = "") -> bytes:
            """The head of the answer, and what came with it."""
            nonlocal opened
            opened += 1
            page = socket.create_connection((HERE, port), PATIENCE_S, source_address=(source, 0))
            stack.callback(page.close)
            named = f"X-Forwarded-For: {forwarded}\r\n" if forwarded else ""
            page.sendall(
                f"GET /live/values?series=1&ticket={ticket} HTTP/1.1\r\n"
                f"Host: localhost\r\n{named}\r\n".encode()
            )
            received = b""
            while b"\r\n\r\n" not in received:
                part = page.recv(4096)
                assert part, received
                received += part
            return received

        yield open_
    wait_until(lambda: ended(port) >= before + opened, "the server sees that pages were closed")


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ")[1])


def new_person(city: City) -> uuid.UUID:
    person = uuid.uuid4()
    with psycopg.connect(city.database_url) as connection:
        psycopg.RawCursor(connection).execute(NEW_PERSON.encode(), [person])
    return person


def test_no_address_and_no_person_can_take_more_than_a_small_part() -> None:
    assert 5 * MAXIMUM_OF_ADDRESS <= MAXIMUM_LISTENERS
    assert MAXIMUM_OF_READER < MAXIMUM_OF_ADDRESS


def test_an_address_with_all_its_places_is_refused_and_others_are_not(city: City) -> None:
    with pages(city.port) as open_page:
        taken = [status_of(open_page()) for _ in range(MAXIMUM_OF_ADDRESS)]
        refused = open_page()
        elsewhere = open_page(ELSEWHERE)

        assert set(taken) == {200}
        assert status_of(refused) == 429
        assert re.search(rb"^retry-after: 30\r$", refused, re.M | re.I), refused
        assert b"application/problem+json" in refused
        assert status_of(elsewhere) == 200
        assert city.answers("/")  # pages are still there, with the values of their loading

    def is_let_in() -> bool:
        with pages(city.port) as open_page:
            return status_of(open_page()) == 200

    wait_until(is_let_in, "the places of pages that were closed are free")


def test_naming_another_address_gives_no_further_place(city: City) -> None:
    with pages(city.port) as open_page:
        for number in range(MAXIMUM_OF_ADDRESS):
            assert status_of(open_page(ELSEWHERE, forwarded=f"198.51.100.{number}")) == 200

        assert status_of(open_page(ELSEWHERE, forwarded="203.0.113.1")) == 429


def test_a_person_is_counted_as_herself_wherever_she_is(city: City) -> None:
    tickets = [issue_ticket(new_person(city), now=int(time.time()), key=KEY) for _ in range(2)]
    hers, another = tickets

    with pages(city.port) as open_page:
        for number in range(MAXIMUM_OF_READER):
            source = (HERE, ELSEWHERE)[number % 2]
            assert status_of(open_page(source, ticket=hers)) == 200

        assert status_of(open_page(HERE, ticket=hers)) == 429
        assert status_of(open_page(ELSEWHERE, ticket=hers)) == 429
        assert status_of(open_page(HERE, ticket=another)) == 200
        assert status_of(open_page(HERE)) == 200


def test_behind_a_proxy_those_are_counted_whom_it_names(city: City) -> None:
    beside = City(city.data.parent)
    process = subprocess.Popen(
        [*NETZSTADT, "web"],
        env=city.environment
        | {"NETZSTADT_PORT": str(beside.port), "NETZSTADT_BASE_URL": "https://daten.example"},
    )
    try:
        wait_until(beside.answers, "the server behind the proxy answers")
        with pages(beside.port) as open_page:
            for number in range(MAXIMUM_OF_ADDRESS):
                named = f"198.51.100.{number}, 203.0.113.7"  # the first is the client's own claim
                assert status_of(open_page(forwarded=named)) == 200

            assert status_of(open_page(forwarded="203.0.113.7")) == 429
            assert status_of(open_page(forwarded="203.0.113.8")) == 200
    finally:
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
