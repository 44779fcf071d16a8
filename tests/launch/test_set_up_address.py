"""The address of the first set-up: printed where nobody can sign in, and nowhere else."""

import re

import httpx
import pytest
from tests.waiting import PATIENCE_S

from .conftest import City

pytestmark = pytest.mark.processes

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/setup/[\w-]{43}/")


def printed(text: str) -> str:
    found = ADDRESS.findall(text)
    assert len(found) == 1, text
    return str(found[0])


def status_of(address: str) -> int:
    return httpx.get(address, timeout=PATIENCE_S).status_code


def test_an_empty_city_prints_an_address_and_a_new_one_at_every_start(city: City) -> None:
    city.up()
    first = printed(city.output)
    assert status_of(first) == 200
    by_command = printed(city.run("person", "setup-link").stdout)
    assert (status_of(by_command), status_of(first)) == (200, 404)
    city.stop()

    city.up()
    second = printed(city.output)

    assert second not in {first, by_command}
    assert (status_of(second), status_of(by_command)) == (200, 404)

    made = city.run("person", "make", "a@example.org", "A", "--password", "a long and quiet one")
    assert made.returncode == 0, made.stderr
    refused = city.run("person", "setup-link")
    assert refused.returncode == 1
    assert "somebody can sign in already" in refused.stderr
    assert status_of(second) == 404
    city.stop()

    city.up()
    assert not ADDRESS.search(city.output)
