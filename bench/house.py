"""A database of our own in a directory of our own, a small city in it, a server before it."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlparse, urlunparse

import psycopg

from bench.driver import Counted, Plan
from netzstadt.embedded.postgres import Postgres
from netzstadt.lib import api_keys

THINGS = 100
SERIES_A_THING = 10
SERIES = THINGS * SERIES_A_THING

_CITY = """
with things as (
    insert into thing (id, iot_id, name, description, visibility)
    select gen_random_uuid(), to_jsonb(n), 'Station ' || n, '', 'PUBLIC'
    from generate_series(1, %(things)s) n returning id, iot_id
), features as (
    insert into feature_of_interest (id, iot_id, name, description, encoding_type, feature)
    select id, iot_id, 'Place', '', 'application/geo+json',
           '{"type": "Point", "coordinates": [7.6, 51.9]}' from things returning id, iot_id
), sensors as (
    insert into sensor (id, iot_id, name, description, encoding_type, metadata)
    values (gen_random_uuid(), '1', 'Counter', '', 'text/plain', '"none"') returning id
), properties as (
    insert into observed_property (id, iot_id, name, definition, description)
    values (gen_random_uuid(), '1', 'Traffic', 'urn:traffic', '') returning id
)
insert into series (uuid, iot_id, name, description, observation_type, unit_of_measurement,
                    thing_id, sensor_id, observed_property_id, default_feature_id,
                    current_feature_id)
select gen_random_uuid(), to_jsonb((f.iot_id::int - 1) * %(each)s + n), 'Series ' || n, '',
       'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
       '{"name": "count", "symbol": "1", "definition": "urn:1"}', t.id, s.id, p.id, f.id, f.id
from things t join features f on f.iot_id = t.iot_id, sensors s, properties p,
     generate_series(1, %(each)s) n
order by t.iot_id::int, n
"""


@dataclass(slots=True)
class House:
    """What the measurements work with. Series ``n`` has the @iot.id ``n``, and the key ``n``."""

    url: str
    binaries: Path
    secret: str
    key_id: uuid.UUID
    port: int = 0
    # Of the server's sessions and tickets; one of its own for every start where it is empty.
    secret_key: str = ""

    def connect(self) -> psycopg.Connection:
        """A session of one's own."""
        return psycopg.connect(self.url, autocommit=True)

    def one(self, statement: str, *arguments: object):
        """The first value of a statement."""
        with self.connect() as connection:
            return connection.execute(statement, arguments).fetchone()[0]

    def stored(self, first: int = 1, last: int = SERIES) -> int:
        """Count the observations of some series, row by row."""
        statement = "select count(*) from observation where series_id between %s and %s"
        return self.one(statement, first, last)

    def environment(self) -> dict[str, str]:
        """That of a program which works on this database."""
        return os.environ | {
            "NETZSTADT_DATABASE_URL": self.url,
            "NETZSTADT_SECRET_KEY": self.secret_key or uuid.uuid4().hex * 2,
        }

    def told_by(self, module: str, *arguments: str, **settings: str) -> Any:
        """Run a module that works on this database with Django; the JSON that it prints."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=self.environment() | {"DJANGO_SETTINGS_MODULE": "netzstadt.settings"} | settings,
            check=True,
            capture_output=True,
            text=True,
        )
        return json.loads(done.stdout)

    def drive(self, plan: Plan) -> Counted:
        """Run the load generator in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "bench.driver"],
            input=json.dumps(asdict(plan)),
            capture_output=True,
            text=True,
            timeout=300,
        )
        if done.returncode:
            raise RuntimeError(f"The load generator failed:\n{done.stderr}")
        counted = Counted(**json.loads(done.stdout))
        if counted.failed:
            raise RuntimeError(f"{counted.failed} requests failed: {counted.first_failure}")
        return counted


@contextlib.contextmanager
def opened() -> Iterator[House]:
    """Make everything anew, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="netzstadt-bench-", dir="/var/tmp") as directory:
        Path(directory).chmod(0o755)
        postgres = Postgres(Path(directory) / "data")
        postgres.start()
        try:
            with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
                connection.execute("create database bench")
            yield _furnished(postgres)
        finally:
            postgres.stop()


def _furnished(postgres: Postgres) -> House:
    url = postgres.url("bench")
    _migrate(url)
    secret, key_id, person = api_keys.new_secret(), uuid.uuid4(), uuid.uuid4()
    with psycopg.connect(url, autocommit=True) as connection:
        # The limits write past the functions that make partitions on demand.
        connection.execute(
            "select observation_partition_ensure(m::date) "
            "from generate_series('2019-01-01'::date, now() + interval '3 months', '1 month') m"
        )
        connection.execute(_CITY, {"things": THINGS, "each": SERIES_A_THING})
        connection.execute(
            "insert into orgs_person (id, password, email, name, is_active, is_demo, created_at) "
            "values (%s, '', 'bench@example.org', 'Bench', true, false, now())",
            [person],
        )
        connection.execute(
            "insert into access_grant (id, person_id, role) values (%s, %s, 'DATA_ENGINEER')",
            [uuid.uuid4(), person],
        )
        connection.execute(
            "insert into api_key (id, name, prefix, secret_digest, person_id, may_read, may_write) "
            "values (%s, 'bench', %s, %s, %s, true, true)",
            [key_id, secret[:12], api_keys.digest_of(secret), person],
        )
    assert postgres.installation is not None, "it is started"
    return House(url, postgres.installation.programs, secret, key_id)


def _migrate(url: str) -> None:
    subprocess.run(
        [Path(sys.executable).with_name("netzstadt"), "migrate"],
        env=os.environ
        | {"NETZSTADT_DATABASE_URL": url, "NETZSTADT_SECRET_KEY": uuid.uuid4().hex * 2},
        check=True,
        capture_output=True,
    )


def beside(house: House, name: str, *, secret_key: str = "") -> House:
    """The same server with an empty, migrated database of this name."""
    with house.connect() as connection:
        connection.execute(f"create database {name}")
    url = urlunparse(urlparse(house.url)._replace(path=f"/{name}"))
    _migrate(url)
    return replace(house, url=url, secret_key=secret_key)


@contextlib.contextmanager
def serving(house: House) -> Iterator[None]:
    """The web server as an installation runs it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        house.port = probe.getsockname()[1]
    environment = house.environment() | {
        "NETZSTADT_PORT": str(house.port),
        "NETZSTADT_HOST": "127.0.0.1",
    }
    with tempfile.TemporaryFile("w+") as log:
        server = subprocess.Popen(
            [Path(sys.executable).with_name("netzstadt"), "web"],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(house.port, server, log)
            yield
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(port: int, server: subprocess.Popen, log) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends and server.poll() is None:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/sta/v1.1", timeout=5),
        ):
            return
        time.sleep(0.1)
    log.seek(0)
    raise RuntimeError(f"The server did not start: {log.read()}")
