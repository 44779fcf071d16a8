"""Failed jobs: kept with their reason, tried again or given up, each written into the trail."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.jobs import queries as job_queries
from netzstadt.core.jobs import services as jobs
from netzstadt.core.jobs import worker
from netzstadt.core.jobs.models import Failure
from netzstadt.core.operation import services, tiles
from netzstadt.core.operation.models import Backup
from netzstadt.lib import clock


@jobs.job
def stumble(**_: object) -> None:
    raise ValueError("no letter for xaveria@quitte.example, token=abc123")


def a_failed_job(name: str = f"{__name__}.stumble") -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, status, attempts, args)"
            " values ('default', %s, 'failed', 8, '{}') returning id",
            (name,),
        )
        return int(cursor.fetchone()[0])


def state_of(job_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select status::text from procrastinate_jobs where id = %s", (job_id,))
        return str(cursor.fetchone()[0])


@pytest.fixture
def administrator(make_person):
    return make_person(Role.ADMINISTRATOR)


def test_why_a_job_failed_is_kept_without_addresses_and_secrets(committed):
    jobs.defer(stumble)

    worker.run_worker(wait=False)

    failure = Failure.objects.get(error="builtins.ValueError")
    assert failure.message == "no letter for [address], token=[secret]"
    assert failure.attempt >= 1


@pytest.mark.django_db
def test_a_failed_job_is_tried_again_and_the_trail_says_who_did_it(administrator, client_of):
    job_id = a_failed_job()

    client_of(administrator).post(reverse("operation:retry", args=[job_id]))

    assert state_of(job_id) == "todo"
    event = AuditEvent.objects.get(name="operation.job.retried")
    assert event.person_id == administrator.pk
    assert event.data["job_id"] == job_id


@pytest.mark.django_db
def test_a_job_is_given_up_only_with_a_reason(administrator, client_of):
    job_id = a_failed_job()
    page = reverse("operation:discard", args=[job_id])
    client = client_of(administrator)

    assert client.post(page, {"reason": " "}).status_code == 422
    assert state_of(job_id) == "failed"
    assert client.post(page, {"reason": "The sensor is gone."}).status_code == 302

    assert state_of(job_id) == "cancelled"
    event = AuditEvent.objects.get(name="operation.job.discarded")
    assert event.data["reason"] == "The sensor is gone."
    assert client.get(page).status_code == 404


@pytest.mark.django_db
def test_who_comes_second_is_refused(administrator):
    job_id = a_failed_job()
    services.discard_job(job_id=job_id, reason="first", by=administrator, at=clock.now())

    with pytest.raises(jobs.JobRefused):
        services.retry_job(job_id=job_id, by=administrator, at=clock.now())

    assert not AuditEvent.objects.filter(name="operation.job.retried").exists()


@pytest.mark.django_db
def test_a_duty_is_run_by_hand_but_not_beside_itself(administrator, client_of):
    name = "netzstadt.core.jobs.jobs.remove_finished_jobs"
    client_of(administrator).post(reverse("operation:run-duty", args=[name]))

    with pytest.raises(jobs.JobRefused):
        services.run_duty(name=name, by=administrator, at=clock.now())
    with pytest.raises(jobs.JobRefused):
        services.run_duty(name="no.such.duty", by=administrator, at=clock.now())

    assert AuditEvent.objects.get(name="operation.duty.run").data["job"] == name


@pytest.mark.django_db
def test_duties_are_told_in_words_with_what_running_them_does(administrator, client_of):
    page = client_of(administrator).get(reverse("operation:overview")).content.decode()

    assert "Abgelaufene Sitzungen entfernen" in page
    assert "netzstadt.core.accounts.jobs.forget_expired_sessions</code>" in page
    assert "stellt eine Aufgabe zusätzlich" in page
    assert all(str(duty.title) != duty.name for duty in job_queries.duties())


@pytest.mark.django_db
def test_only_administrators_keep_jobs(make_person, client_of):
    job_id = a_failed_job()

    for role in (Role.READER, Role.AUDITOR, Role.DATA_ENGINEER):
        client = client_of(make_person(role))
        assert client.get(reverse("operation:overview")).status_code == 403
        assert client.post(reverse("operation:retry", args=[job_id])).status_code == 403

    assert state_of(job_id) == "failed"


@pytest.mark.django_db
def test_the_page_takes_few_queries_however_many_jobs_failed(
    administrator, client_of, django_assert_max_num_queries
):
    for _ in range(60):
        a_failed_job()
    client = client_of(administrator)
    client.get(reverse("operation:overview"))

    with django_assert_max_num_queries(12):
        page = client.get(reverse("operation:overview"), {"page": "2"})

    assert page.content.decode().count(f"{__name__}.stumble <") == 25


@pytest.mark.django_db
def test_the_tile_counts_the_failed_jobs(administrator):
    job_id = a_failed_job()

    content = tiles.failed_jobs(administrator, at=clock.now())

    assert content.count == 1
    assert content.lines[0].url == reverse("operation:discard", args=[job_id])


@pytest.mark.django_db
def test_a_failure_whose_job_is_gone_is_removed():
    job_id = a_failed_job()
    for each in (job_id, job_id + 1000):
        jobs.note_failure(job_id=each, attempt=8, error=ValueError("x"), at=clock.now())

    jobs.remove_finished_jobs()

    assert [failure.job_id for failure in Failure.objects.all()] == [job_id]
    assert [failed.failure.message for failed in [job_queries.failed_job(job_id)]] == ["x"]


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"size_bytes": -1}, {"name": ""}, {"seconds": -1.0}])
def test_the_database_refuses_a_backup_that_cannot_be(wrong):
    right = {"name": "b", "size_bytes": 1, "rows": 1, "seconds": 1.0, "at": clock.now()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Backup.objects.create(**(right | wrong))


@pytest.mark.django_db
def test_a_backup_is_written_down_with_its_head():
    services.note_backup(name="b", size=1, rows=2, seconds=0.5, head="1:ab", at=clock.now())

    assert AuditEvent.objects.get(name="operation.backup.taken").data["head"] == "1:ab"
