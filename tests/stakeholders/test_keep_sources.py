"""Connecting council information systems: added, harvested by the worker, paused, failing."""

import json
from datetime import timedelta

import pytest

from netzstadt.config import Config
from netzstadt.core.access.permissions import Role
from netzstadt.core.jobs.declared import duty_plans
from netzstadt.lib import clock
from netzstadt.stakeholders import jobs
from netzstadt.stakeholders.models import CouncilSource, Harvest, Paper
from netzstadt.stakeholders.queries import sources as queries
from netzstadt.stakeholders.services import harvest as harvesting
from netzstadt.stakeholders.services import sources as services

pytestmark = pytest.mark.django_db
OFFICE = "/office/council/"


@pytest.fixture
def keeper(client_of, make_person):
    """Somebody who keeps the council, in her browser."""
    return client_of(make_person(Role.COORDINATOR))


def test_a_system_is_connected_by_its_address_and_harvested_by_the_worker(keeper, ris, do_jobs):
    answer = keeper.post(f"{OFFICE}systems/new/", {"address": f" {ris.address} "})
    source = CouncilSource.objects.get()
    assert answer["Location"] == f"{OFFICE}systems/{source.pk}/"

    do_jobs()

    page = keeper.get(answer["Location"]).content.decode()
    assert "Musterstadt" in page
    assert queries.holdings_of(source).papers == Paper.objects.count() == 2
    assert "Musterstadt" in keeper.get(OFFICE).content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "ris.example",
        "ftp://ris.example/",
        "https://",
        "https://me:secret@ris.example/",
        "https://a b/",
    ],
)
def test_what_is_no_address_is_not_connected(keeper, address):
    answer = keeper.post(f"{OFFICE}systems/new/", {"address": address})

    assert answer.status_code == 422
    assert not CouncilSource.objects.exists()


def test_an_address_is_connected_once(keeper, source):
    answer = keeper.post(f"{OFFICE}systems/new/", {"address": source.address})

    assert answer.status_code == 422
    assert "connected already" in answer.content.decode()


def test_the_same_body_under_two_addresses_is_read_once(source, harvest, ris):
    harvest(source)
    other = CouncilSource.objects.create(address=f"{ris.root}/body", created_at=clock.now())

    run = harvest(other)

    assert (run.state, run.failure) == ("FAILED", "SAME_BODY")
    assert Paper.objects.count() == 2


def test_harvest_now_goes_through_the_worker(keeper, source, do_jobs):
    keeper.post(f"{OFFICE}systems/{source.pk}/harvest/")

    assert "harvest_source" in do_jobs()
    assert Harvest.objects.get().state == "DONE"


def test_a_paused_system_is_left_alone(keeper, source, do_jobs, ris):
    page = f"{OFFICE}systems/{source.pk}/"
    keeper.post(f"{page}pause/")

    answer = keeper.post(f"{page}harvest/", follow=True, headers={"referer": page})
    services.defer_due_harvests(at=clock.now())
    do_jobs()

    assert "Resume it first" in answer.content.decode()
    assert ris.asked == []
    keeper.post(f"{page}resume/")
    assert services.defer_due_harvests(at=clock.now()) == 1


def test_a_system_is_due_once_a_day_and_after_a_failure_within_the_hour(source, harvest, ris):
    now = clock.now()
    assert queries.due_sources(at=now) == [source]

    harvest(source)
    assert queries.due_sources(at=now + timedelta(hours=23)) == []
    assert queries.due_sources(at=now + timedelta(hours=25)) == [source]

    ris.failures = [503] * 4
    harvest(source, days=1)
    assert queries.due_sources(at=now) == []
    assert queries.due_sources(at=clock.now() + timedelta(hours=1)) == [source]


def test_a_long_harvest_lets_others_have_their_turn(source, do_jobs, monkeypatch):
    monkeypatch.setattr(jobs, "TURN", timedelta(0))
    turns = iter([timedelta(0), timedelta(0), timedelta(hours=1)])
    real = jobs.harvest.harvest

    def in_turns(*, source, at, until):
        return real(source=source, at=at, until=at + next(turns))

    monkeypatch.setattr(jobs.harvest, "harvest", in_turns)
    services.add_source(address=f"{source.address}?again", by=None, at=clock.now())
    CouncilSource.objects.filter(pk=source.pk).delete()

    done = do_jobs()

    assert done.count("harvest_source") == 3
    assert Harvest.objects.get().state == "DONE"


def test_the_page_says_how_far_a_running_harvest_is(keeper, source, ris):
    run = harvesting.harvest(
        source=source, at=clock.now(), until=clock.now() + timedelta(milliseconds=1)
    )
    Harvest.objects.filter(pk=run.pk).update(
        kind="Paper", list_read=40, list_total=140, read=90, new=90
    )

    page = keeper.get(f"{OFFICE}systems/{source.pk}/").content.decode()

    assert "40 of 140" in page
    assert "90 objects have been read." in page


@pytest.mark.parametrize(
    ("answer", "failure"),
    [(b"<html>", "NOT_OPARL"), (b'{"id": "https://a.example", "type": "x/Paper"}', "NOT_OPARL")],
)
def test_what_is_not_oparl_is_told_with_what_to_do(keeper, source, harvest, ris, answer, failure):
    ris.answers["/system"] = answer

    run = harvest(source)

    assert (run.state, run.failure) == ("FAILED", failure)
    page = keeper.get(f"{OFFICE}systems/{source.pk}/").content.decode()
    assert "Ask who runs the system for its OParl address" in page


def test_of_several_bodies_the_page_names_the_addresses(keeper, source, harvest, ris):
    bodies = [
        {"id": f"https://ris.example/body/{key}", "type": "x/Body", "name": f"Stadt {key}"}
        for key in "AB"
    ]
    ris.answers["/bodies"] = json.dumps({"data": bodies}).encode()

    run = harvest(source)

    assert run.failure == "SEVERAL_BODIES"
    assert "Stadt B: https://ris.example/body/B" in run.failure_detail


def test_a_failed_harvest_goes_on_where_it_was(source, harvest, ris):
    """Unreachable may be a pause: the place is kept."""
    harvest_until_papers(source, harvest, ris, [503] * 4)
    half = Harvest.objects.get()
    assert (half.state, half.failure, half.kind) == ("FAILED", "UNREACHABLE", "Paper")
    ris.asked.clear()

    run = harvest(source)

    assert (run.pk, run.state) == (half.pk, "DONE")
    assert not any(path.startswith(("/system", "/meeting")) for path in ris.asked)


def test_after_a_refusal_the_lists_are_looked_up_anew(source, harvest, ris):
    """The address of a page may not hold any more."""
    harvest_until_papers(source, harvest, ris, [404])
    assert (Harvest.objects.get().failure, Harvest.objects.get().kind) == ("REFUSED", "")
    ris.asked.clear()

    run = harvest(source)

    assert run.state == "DONE"
    assert ris.asked[0] == "/system"
    assert Paper.objects.count() == 2


def harvest_until_papers(source, harvest, ris, failures) -> None:
    """Let the system fail when its papers are asked for."""
    real = ris.answer

    def answer(path, query):
        document = real(path, query)
        if path == "/meeting" and "next" not in document["links"]:
            ris.failures = list(failures)
        return document

    ris.answer = answer
    harvest(source)
    ris.answer = real


def test_a_failure_is_in_the_history_of_the_system(keeper, source, harvest, ris):
    ris.failures = [404]
    harvest(source)

    assert "Harvest failed" in keeper.get(f"{OFFICE}systems/{source.pk}/").content.decode()


def test_a_private_address_needs_the_setting(source, harvest, settings, ris):
    settings.CONFIG = Config()

    run = harvest(source)

    assert (run.failure, ris.asked) == ("FORBIDDEN_HOST", [])
    assert "NETZSTADT_COUNCIL_HOSTS" in str(run.failure_text)


def test_only_who_keeps_the_council_sees_its_systems(client, client_of, make_person, source):
    pages = [OFFICE, f"{OFFICE}systems/new/", f"{OFFICE}systems/{source.pk}/"]
    staff = client_of(make_person(Role.READER))
    administrator = client_of(make_person(Role.ADMINISTRATOR))

    assert {client.get(page).status_code for page in pages} == {302}
    assert {staff.get(page).status_code for page in pages} == {403}
    assert {administrator.get(page).status_code for page in pages} == {200}
    for change in ("harvest", "pause", "resume"):
        assert staff.post(f"{OFFICE}systems/{source.pk}/{change}/").status_code == 403


def test_the_duty_is_declared():
    names = {plan.name.rpartition(".")[2] for plan in duty_plans()}

    assert "harvest_due_sources" in names
