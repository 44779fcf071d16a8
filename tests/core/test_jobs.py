"""Background work: in the transaction of the change, at least once, duties without gaps."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from procrastinate import testing
from procrastinate.contrib.django import app
from tests.waiting import PATIENCE_S, wait_until

from netzstadt.core.audit import services as audit
from netzstadt.core.audit.events import Event
from netzstadt.core.jobs import services as jobs
from netzstadt.core.jobs import worker
from netzstadt.core.jobs.models import Duty
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id

AT = datetime(2026, 1, 1, tzinfo=UTC)
done: list[dict[str, object]] = []


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


@jobs.job
def note(**facts: object) -> None:
    done.append(facts)


@jobs.job
def fail(**_: object) -> None:
    raise ValueError("as agreed")


@dataclass(frozen=True, kw_only=True)
class TreePlanted(Event):
    """A tree was planted."""

    name = "tests.tree.planted"
    object_model = "tests.tree"

    kind: str


@audit.on(TreePlanted)
def when_tree_planted(entry):
    done.append({"planted": entry.data["kind"], "id": entry.pk})


def waiting() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select task_name from procrastinate_jobs where status = 'todo' order by id")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_a_job_vanishes_with_the_change_that_deferred_it():
    with transaction.atomic():
        jobs.defer(note, number=1)
        transaction.set_rollback(True)

    assert waiting() == []


@pytest.mark.django_db
def test_an_event_defers_the_reactions_to_it_in_its_transaction():
    audit.record(TreePlanted(object_id=new_id(), kind="lime"), by=None)

    assert waiting() == [f"{__name__}.when_tree_planted"]


@pytest.mark.django_db
def test_every_duty_is_deferred_when_due_and_not_before():
    first = jobs.defer_due_duties(at=AT)
    at_once = jobs.defer_due_duties(at=AT + timedelta(seconds=1))
    a_minute_later = jobs.defer_due_duties(at=AT + timedelta(minutes=1))

    assert "netzstadt.core.audit.jobs.seal_events" in first
    assert at_once == []
    assert a_minute_later == ["netzstadt.core.audit.jobs.seal_events"]


@pytest.mark.django_db
def test_a_duty_that_was_missed_for_days_is_done_once():
    jobs.defer_due_duties(at=AT)
    before = len(waiting())

    late = jobs.defer_due_duties(at=AT + timedelta(days=3))

    assert len(late) == len(set(late))
    assert len(waiting()) == before + len(late)


@pytest.mark.django_db
def test_a_duty_that_no_longer_exists_is_left_alone():
    Duty.objects.create(name="tests.gone", due_at=AT)

    assert "tests.gone" not in jobs.defer_due_duties(at=AT)


@pytest.mark.django_db
def test_finished_jobs_are_removed_after_their_time():
    ages = {"succeeded": (1, 4), "failed": (4, 31)}
    kept = set()
    with connection.cursor() as cursor:
        for status, days in ages.items():
            for age in days:
                cursor.execute(
                    "insert into procrastinate_jobs (queue_name, task_name, status)"
                    " values ('default', %s, 'todo') returning id",
                    [f"{status}-{age}"],
                )
                key = cursor.fetchone()[0]
                cursor.execute(
                    "update procrastinate_jobs set status = %s::procrastinate_job_status"
                    " where id = %s",
                    [status, key],
                )
                cursor.execute(
                    "update procrastinate_events set at = now() - make_interval(days => %s)"
                    " where job_id = %s",
                    [age, key],
                )
                if age == min(days):
                    kept.add(f"{status}-{age}")

        jobs.remove_finished_jobs()

        cursor.execute("select task_name from procrastinate_jobs")
        assert {row[0] for row in cursor.fetchall()} == kept


def test_a_worker_does_what_was_deferred_and_the_duties(committed):
    jobs.defer(note, number=1)
    audit.record(TreePlanted(object_id=new_id(), kind="oak"), by=None)

    worker.run_worker(wait=False)
    worker.run_worker(wait=False)

    assert {"number": 1} in done
    assert [facts["planted"] for facts in done if "planted" in facts] == ["oak"]
    with psycopg.connect(committed) as other:
        sealed = other.execute("select count(*) from audit_seal").fetchone()
        months = other.execute(
            "select count(*) from pg_inherits where inhparent = 'observation'::regclass"
        ).fetchone()
    assert sealed == (1,), "the duty of sealing"
    assert months is not None
    assert months[0] >= 4, "the duty of making partitions ahead"


def test_a_job_that_fails_waits_longer_each_time_and_is_tried_again(committed):
    jobs.defer(fail)

    worker.run_worker(wait=False)

    # A worker on a busy machine is at it for long enough to have tried more than once. The wait is
    # counted from the last start: before the failure is noted, seconds of it may have gone by.
    with psycopg.connect(committed) as other:
        status, attempts, waits_s = other.execute(
            "select j.status, j.attempts, extract(epoch from j.scheduled_at - max(e.at))"
            " from procrastinate_jobs j join procrastinate_events e on e.job_id = j.id"
            " where j.task_name like '%.fail' and e.type = 'started' group by j.id"
        ).fetchone()
    assert status == "todo"
    assert attempts >= 1
    assert waits_s > 2**attempts - 1


async def test_jobs_of_a_worker_that_died_are_done_again(committed):
    key = uuid.uuid4()
    with psycopg.connect(committed, autocommit=True) as other:
        other.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 hour')"
        )
        other.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args)"
            " values ('default', %s, %s)",
            (note.name, f'{{"key": "{key}"}}'),
        )
        other.execute(
            "update procrastinate_jobs set status = 'doing',"
            " worker_id = (select max(id) from procrastinate_workers)"
        )
        connector = worker.DjangoConnector().get_worker_connector()
        beside = app.with_connector(connector)
        async with beside.open_async():
            assert await worker.sweep_stalled_jobs(beside) == 1
            assert await worker.sweep_stalled_jobs(beside) == 0

        assert other.execute("select status from procrastinate_jobs").fetchone() == ("todo",)


@pytest.mark.processes
@pytest.mark.parametrize("signals", [1, 2])
def test_a_job_that_hangs_holds_up_neither_others_nor_the_end(committed, place, signals):
    def count(condition: str) -> int:
        return other.execute(f"select count(*) from {condition}").fetchone()[0]

    with psycopg.connect(committed) as holder, psycopg.connect(committed, autocommit=True) as other:
        holder.execute("lock table stakeholders_councilsource in access exclusive mode")
        process = subprocess.Popen(
            [sys.executable, "-m", "netzstadt", "worker"],
            env=os.environ
            | {"NETZSTADT_DATABASE_URL": committed, "NETZSTADT_DATA_DIR": str(place)},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            hanging = (
                "pg_locks where relation = 'stakeholders_councilsource'::regclass and not granted"
            )
            wait_until(lambda: count(hanging), "a duty hangs")
            undone = "procrastinate_jobs where status <> 'succeeded'"
            wait_until(lambda: count(undone) == 1, "all other duties are done")
            for _ in range(signals):
                process.send_signal(signal.SIGTERM)
                time.sleep(0.5)
            _, said = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()
            process.wait()
        kept = other.execute(f"select status from {undone}").fetchall()

    assert process.returncode == 0
    assert b"Jobs in the works are left" in said
    assert kept == [("doing",)]


def test_due_jobs_are_found_within_a_second():
    assert worker.POLL_S <= 1
    assert worker.DUTIES_S <= 1


def test_a_job_for_later_carries_no_lock():
    with app.replace_connector(testing.InMemoryConnector()) as memory:
        jobs.defer(note, at=clock.now() + timedelta(hours=1), number=1)
        (job,) = memory.connector.jobs.values()

    assert job["lock"] is None
    assert job["queueing_lock"] is None
    assert job["scheduled_at"] > clock.now()


async def test_a_defect_does_not_end_what_falls_due_again():
    faults = [ValueError("as agreed"), OperationalError()]
    went_on = asyncio.Event()

    async def action() -> None:
        if faults:
            raise faults.pop()
        went_on.set()

    task = asyncio.create_task(worker._again(0, action))
    try:
        await asyncio.wait_for(went_on.wait(), timeout=120)
    finally:
        task.cancel()

    assert faults == []
