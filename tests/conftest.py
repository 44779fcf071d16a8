"""What every test stands on: a real PostgreSQL, a closed network, fresh databases."""

import itertools
import json
import os
import shutil
import signal
import socket
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse, urlunparse
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.core.management import call_command
from django.utils import translation
from hypothesis import HealthCheck, settings
from psycopg import sql

from netzstadt.config import Config
from netzstadt.embedded.postgres import FIXED, Postgres
from netzstadt.lib import clock
from netzstadt.plane.migrate import migrate

if TYPE_CHECKING:
    from django.test import Client

    from netzstadt.core.access.permissions import Role
    from netzstadt.core.orgs.models import Person, Unit

PASSWORD = "a long and quiet password"
# In the last moments of a day no test begins any more.
BEFORE_MIDNIGHT = timedelta(seconds=60)
_numbers = itertools.count(1)

# What is slow beside everything else that is tested is not wrong.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.hookimpl(tryfirst=True)  # before the test's transaction begins, which is "now" to it
def pytest_runtest_setup() -> None:
    """A test that says "today" twice means one day: none runs across midnight, here or in UTC."""
    for zone in (ZoneInfo("UTC"), ZoneInfo(Config().time_zone)):
        now = datetime.now(zone)
        left = clock.midnight(now.date() + timedelta(days=1), zone) - now
        if left < BEFORE_MIDNIGHT:
            time.sleep(left.total_seconds() + 0.1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the full data sets and numbers to `make soak`, and say so in the summary."""
    if not os.environ.get("NETZSTADT_SOAK"):
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip(reason="full data sets and numbers: make soak"))


def _database_of(url: str, name: str) -> str:
    return urlunparse(urlparse(url)._replace(path=f"/{name}"))


@pytest.fixture(autouse=True)
def language_of_the_house() -> Iterator[None]:
    """Every test begins in it: a request of another test may have left its own language behind."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def closed_network() -> Iterator[None]:
    """Only loopback and unix sockets can be reached."""
    original = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX:
            host = str(address[0]) if isinstance(address, tuple) else str(address)
            if not (host.startswith("127.") or host in {"::1", "localhost"}):
                raise RuntimeError(f"A test tried to reach {address}; only loopback is open.")
        original(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """URL of a PostgreSQL server on which databases can be made.

    ``NETZSTADT_DATABASE_URL`` names one; otherwise an embedded one is started for this run.
    """
    if url := os.environ.get("NETZSTADT_DATABASE_URL"):
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="netzstadt-test-", dir="/var/tmp") as directory:
        Path(directory).chmod(0o755)
        postgres = Postgres(Path(directory) / "data")
        # It goes with the run: nothing need reach the disk. Kills have servers of their own.
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(FIXED, "fsync", "off")
            postgres.start()
        try:
            yield postgres.url("postgres")
        finally:
            if postgres.pid:  # at once: the directory goes
                os.kill(postgres.pid, signal.SIGQUIT)
            postgres.stop()


@pytest.fixture(scope="session")
def make_database(server_url: str) -> Iterator[Callable[[str | None], str]]:
    """Make databases, empty or copied from a template, and drop them at the end."""
    made: list[str] = []

    def make(template: str | None = None) -> str:
        name = f"netzstadt_test_{uuid.uuid4().hex[:12]}"
        statement = sql.SQL("create database {}").format(sql.Identifier(name))
        if template:
            # Files are copied three times as fast as pages by way of the log.
            statement += sql.SQL(" template {} strategy file_copy").format(sql.Identifier(template))
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(statement)
        made.append(name)
        return _database_of(server_url, name)

    yield make
    if not os.environ.get("NETZSTADT_DATABASE_URL"):
        return  # the server and its directory go as a whole; dropping each is slow
    with psycopg.connect(server_url, autocommit=True) as connection:
        for name in made:
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
            )


def _point_django_at(url: str) -> None:
    from django.db import connections

    from netzstadt.settings import database_settings

    connections["default"].close()
    for key, value in database_settings(url).items():
        if key in {"NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS"}:
            connections["default"].settings_dict[key] = value


@pytest.fixture(scope="session")
def template_database(make_database: Callable[[str | None], str], django_db_blocker) -> str:
    """Name of a fully migrated, empty database; others are copied from it."""
    url = make_database(None)
    with psycopg.connect(url, autocommit=True) as connection:
        migrate(connection, time_zone=Config().time_zone)
    _point_django_at(url)
    with django_db_blocker.unblock():
        from django.db import connections

        call_command("migrate", verbosity=0)
        connections["default"].close()
    return urlparse(url).path.lstrip("/")


@pytest.fixture(scope="session")
def django_db_setup(template_database: str, make_database, django_db_blocker) -> None:
    """Django's tests run in their own copy of the template, each in a rolled-back transaction."""
    _point_django_at(make_database(template_database))


@pytest.fixture
def database(template_database: str, make_database) -> str:
    """URL of a fresh migrated database for tests that commit (plane, processes)."""
    return make_database(template_database)


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Folder of real data (``NETZSTADT_TEST_DATA``); a test that needs it skips without it."""
    folder = os.environ.get("NETZSTADT_TEST_DATA") or str(
        Path(__file__).parents[2] / "shared" / "data"
    )
    if not Path(folder).is_dir():
        pytest.skip(f"no real data at {folder}; set NETZSTADT_TEST_DATA")
    return Path(folder)


@pytest.fixture
def place() -> Iterator[Path]:
    """A new directory that the account PostgreSQL runs as may enter; pytest's own it may not."""
    path = Path(tempfile.mkdtemp(prefix="netzstadt-test-", dir="/var/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(autouse=True)
def city_as_stored() -> None:
    """What this process knows of the city comes from this test's database."""
    from netzstadt.core.city import queries

    queries.forget()


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same argon2id with little work, or the tests would only hash."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 1)
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 64)
    monkeypatch.setattr(Argon2PasswordHasher, "parallelism", 1)


@pytest.fixture
def make_person(db: None) -> "Callable[..., Person]":
    """Make a person, with roles that hold everywhere or for one object."""
    from netzstadt.core.access import services as access
    from netzstadt.core.orgs.services import persons

    def make(
        *roles: "Role",
        name: str = "Kim Muster",
        email: str = "",
        object_id: uuid.UUID | None = None,
    ) -> "Person":
        # Before the test's transaction began, which is "now" to the database.
        at = clock.now() - timedelta(hours=1)
        person = persons.create_person(
            email=email or f"kim{next(_numbers)}@example.org",
            name=name,
            password=PASSWORD,
            by=None,
            at=at,
        )
        for role in roles:
            access.grant_role(
                person=person,
                role=role,
                by=None,
                at=at,
                for_object=("urbandata.thing", object_id) if object_id else None,
            )
        return person

    return make


@pytest.fixture
def make_unit(db: None) -> "Callable[..., Unit]":
    """Make a unit that has existed for a year, below another or as a root."""
    from netzstadt.core.orgs.models import Unit
    from netzstadt.core.orgs.services import units

    def make(
        name: str = "Referat Muster",
        parent: Unit | None = None,
        *,
        key: str = "",
        kind: str = "DEPARTMENT",
        since: date | None = None,
    ) -> Unit:
        at = clock.now()
        return units.create_unit(
            key=key or f"R {next(_numbers)}",
            facts=units.UnitFacts(name=name, kind=kind, parent=parent),
            valid_from=since or at.date() - timedelta(days=365),
            by=None,
            at=at,
        )

    return make


@pytest.fixture
def client_of() -> "Callable[[Person], Client]":
    """A browser in which this person is signed in."""
    from django.test import Client

    def sign_in(person: "Person") -> Client:
        client = Client()
        client.force_login(person, backend="netzstadt.core.orgs.backends.PersonBackend")
        # As after signing in with both factors just now.
        now = clock.now().timestamp()
        session = client.session
        session.update(
            {"accounts_factor": "code", "accounts_confirmed_at": now, "accounts_seen_at": now}
        )
        session.save()
        return client

    return sign_in


@pytest.fixture
def do_jobs(db: None) -> Callable[[], list[str]]:
    """Do the jobs that wait, as a worker does, and those that they bring; return their names."""
    from django.db import connection
    from procrastinate.contrib.django import app

    done: set[int] = set()

    def waiting() -> list[tuple[int, str, dict[str, object]]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select id, task_name, args::text from procrastinate_jobs"
                " where status = 'todo' order by id"
            )
            return [row for row in cursor.fetchall() if row[0] not in done]

    def do() -> list[str]:
        names = []
        while found := waiting():
            for number, name, arguments in found:
                done.add(number)
                app.tasks[name](**json.loads(arguments))
                names.append(name.rpartition(".")[2])
        return names

    return do
