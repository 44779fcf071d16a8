"""Persons with roles, and clients that are signed in as them."""

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from tests.conftest import _point_django_at

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.orgs import services as orgs
from netzstadt.core.orgs.models import Person
from netzstadt.lib import clock

PASSWORD = "a long and quiet password"
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same argon2id with little work, or the tests would only hash."""
    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 1)
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 64)
    monkeypatch.setattr(Argon2PasswordHasher, "parallelism", 1)


@pytest.fixture
def make_person(db: None) -> Callable[..., Person]:
    """Make a person, with roles that hold everywhere."""

    def make(*roles: Role, name: str = "Kim Muster", email: str = "") -> Person:
        # Before the test's transaction began, which is "now" to the database.
        at = clock.now() - timedelta(hours=1)
        person = orgs.create_person(
            email=email or f"kim{next(_numbers)}@example.org",
            name=name,
            password=PASSWORD,
            by=None,
            at=at,
        )
        for role in roles:
            access.grant_role(person=person, role=role, by=None, at=at)
        return person

    return make


@pytest.fixture
def client_of() -> Callable[[Person], Client]:
    """A browser in which this person is signed in."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person, backend="netzstadt.core.orgs.backends.PersonBackend")
        return client

    return sign_in


@pytest.fixture
def committed(database: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Django on a database of its own, where commits are kept: a worker sees them."""
    blocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock():
        before = dict(connection.settings_dict)
        _point_django_at(database)
        try:
            yield database
        finally:
            connection.close()
            connection.settings_dict.update(before)
