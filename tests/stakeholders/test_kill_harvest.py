"""A harvest whose process is killed inside of a page: the next one goes on before that page."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from tests.conftest import _point_django_at
from tests.waiting import wait_until

from netzstadt.lib import clock
from netzstadt.stakeholders.models import AgendaItem, Consultation, CouncilSource, Harvest, Paper
from netzstadt.stakeholders.services import harvest as harvesting

pytestmark = pytest.mark.processes
SCRIPT = Path(__file__).with_name("harvest_once.py")
WAITS = (
    "select 1 from pg_locks l join pg_class c on c.oid = l.relation"
    " where c.relname = 'stakeholders_paper' and not l.granted"
)


@pytest.fixture
def committed(database: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Django on a database of its own, where commits are kept."""
    with request.getfixturevalue("django_db_blocker").unblock():
        before = dict(connection.settings_dict)
        _point_django_at(database)
        try:
            yield database
        finally:
            connection.close()
            connection.settings_dict.update(before)


def test_a_process_killed_inside_of_a_page_leaves_the_place_before_it(committed, ris, tmp_path):
    source = CouncilSource.objects.create(address=ris.address, created_at=clock.now())
    environment = {
        **os.environ,
        "NETZSTADT_DATABASE_URL": committed,
        "NETZSTADT_DATA_DIR": str(tmp_path),
        "NETZSTADT_COUNCIL_HOSTS": "127.0.0.1",
    }
    with psycopg.connect(committed) as gate, psycopg.connect(committed, autocommit=True) as eye:
        gate.execute("lock table stakeholders_paper in share row exclusive mode")
        process = subprocess.Popen([sys.executable, str(SCRIPT)], env=environment)
        try:
            wait_until(lambda: eye.execute(WAITS).fetchone(), "the first page of papers")
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    half = Harvest.objects.get()
    assert (half.state, half.kind, half.new) == ("RUNNING", "Paper", 8)
    assert (AgendaItem.objects.count(), Paper.objects.count()) == (4, 0)
    ris.asked.clear()

    run = harvesting.harvest(source=source, at=clock.now())

    assert run is not None
    assert (run.pk, run.state, run.new, run.unchanged) == (half.pk, "DONE", 13, 0)
    assert [path.partition("?")[0] for path in ris.asked] == ["/paper"]
    assert (Paper.objects.count(), Consultation.objects.count()) == (2, 3)
