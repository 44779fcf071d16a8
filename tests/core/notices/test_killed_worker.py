"""A worker that is killed loses no notice and makes none twice."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import psycopg
import pytest
from tests.waiting import PATIENCE_S, wait_until

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.orgs.services import persons
from netzstadt.lib import clock

pytestmark = pytest.mark.processes
PERSONS = 150
ROUNDS = 3


def worker(url: str, place) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"NETZSTADT_DATABASE_URL": url, "NETZSTADT_DATA_DIR": str(place)}
    return subprocess.Popen(
        [sys.executable, "-m", "netzstadt", "worker"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def told(connection) -> int:
    return connection.execute("select count(*) from notices_notice").fetchone()[0]


def waiting(connection) -> int:
    return connection.execute("select count(*) from audit_unfollowed").fetchone()[0]


def wait_for(condition) -> None:
    """So often that the worker is met in the middle of its work."""
    wait_until(condition, "the worker tells everybody", every_s=0.02)


def give_roles() -> None:
    at = clock.now() - timedelta(hours=1)
    for number in range(PERSONS):
        person = persons.create_person(
            email=f"p{number}@example.org", name="Kim Muster", password=None, by=None, at=at
        )
        for role in (Role.READER, Role.DATA_ENGINEER, Role.AUDITOR):
            access.grant_role(person=person, role=role, by=None, at=at)


def test_every_event_is_told_once_though_the_worker_is_killed(committed, place):
    give_roles()

    with psycopg.connect(committed, autocommit=True) as connection:
        for _ in range(ROUNDS):
            before = waiting(connection)
            process = worker(committed, place)
            try:
                wait_for(lambda before=before: waiting(connection) < before or not before)
            finally:
                process.send_signal(signal.SIGKILL)
                process.wait(PATIENCE_S)
        process = worker(committed, place)
        try:
            wait_for(lambda: waiting(connection) == 0)
        finally:
            process.terminate()
            process.wait(PATIENCE_S)

        assert told(connection) == PERSONS * 3
        twice = connection.execute(
            "select count(*) from (select from notices_notice group by person_id, event_id"
            " having count(*) > 1) doubled"
        ).fetchone()
        assert twice == (0,)
