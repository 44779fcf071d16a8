"""The index follows what happens, repairs itself, and forgets what is no more."""

import subprocess
import sys
import time
import uuid
from pathlib import Path

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from netzstadt.core.audit import services as audit
from netzstadt.core.orgs.services import persons
from netzstadt.core.search import deviations, jobs, queries, services
from netzstadt.core.search.asked import asked
from netzstadt.core.search.models import SearchEntry, SearchWaiting, SearchWord
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id
from netzstadt.urbandata.events import ThingVisibilityChanged
from netzstadt.urbandata.models import Thing

PATIENCE_S = 300


def follow() -> None:
    """What a worker does every second."""
    while audit.follow_events():
        pass
    for _ in range(4):  # what follows from what changed waits for the next round
        jobs.index_changes()


def change(key: uuid.UUID, **fields: object) -> None:
    """Change a station as the plane does: its row, and an event."""
    Thing.objects.filter(pk=key).update(**fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "select audit_append(%s, 'plane.thing.changed', null, null, 'plane.thing', %s, '{}')",
            (new_id(), key),
        )


@pytest.mark.django_db
def test_what_changes_is_found_under_its_new_name_alone(make_thing, titles):
    key = make_thing("Pegel Emscher")

    change(key, name="Wasserstand Emscher")
    follow()

    assert titles("wasserstand") == ["Wasserstand Emscher"]
    assert titles("pegel") == []


@pytest.mark.django_db
def test_what_is_deleted_is_found_no_more_and_its_words_are_forgotten(make_thing, titles):
    key = make_thing("Xylophonbrücke")
    assert SearchWord.objects.filter(word="xylophonbrucke").exists()

    Thing.objects.filter(pk=key).delete()
    audit.record(ThingVisibilityChanged(object_id=key, before="PUBLIC", after="PUBLIC"), by=None)
    follow()

    assert titles("xylophonbrücke") == []
    assert not SearchWord.objects.filter(word="xylophonbrucke").exists()


@pytest.mark.django_db
def test_a_word_that_another_entry_has_stays_known(make_thing):
    first, _second = make_thing("Zechenturm Nord"), make_thing("Zechenturm Süd")

    change(first, name="Förderturm Nord")
    follow()

    assert SearchWord.objects.filter(word="zechenturm").exists()


@pytest.mark.django_db
def test_an_event_about_something_that_is_not_searched_leaves_nothing_waiting():
    with connection.cursor() as cursor:
        cursor.execute(
            "select audit_append(%s, 'tests.tree.planted', null, null, 'tests.tree', %s, '{}')",
            (new_id(), new_id()),
        )

    while audit.follow_events():
        pass

    assert not SearchWaiting.objects.exists()


@pytest.mark.django_db
def test_an_unchanged_document_is_not_written_again(make_thing):
    key = make_thing("Pegel Emscher")
    before = SearchEntry.objects.get(object_id=key).indexed_at

    assert services.index_objects(model="urbandata.thing", ids=[key], at=clock.now()) == 0
    assert SearchEntry.objects.get(object_id=key).indexed_at == before


@pytest.mark.django_db
def test_a_kind_that_cannot_be_read_holds_no_other_back(make_thing, titles, monkeypatch, caplog):
    key = make_thing("Pegel Emscher")
    change(key, name="Wasserstand Emscher")
    person = persons.create_person(
        email="wen@example.org",
        name="Wen Muster",
        password="long and quiet",
        by=None,
        at=clock.now(),
    )

    def broken(_ids):
        raise ValueError("as agreed")

    monkeypatch.setattr("netzstadt.core.orgs.queries.cards.person_documents", broken)
    follow()

    assert titles("wasserstand") == ["Wasserstand Emscher"]
    assert SearchWaiting.objects.filter(object_id=person.pk).exists(), "it waits"
    assert "orgs.person" in caplog.text


@pytest.mark.django_db
def test_faults_of_the_index_are_found_and_repaired(make_thing, monkeypatch):
    missing, stale, surplus = (make_thing(f"Pegel {name}") for name in ("Eins", "Zwei", "Drei"))
    SearchEntry.objects.filter(object_id=missing).delete()
    Thing.objects.filter(pk=stale).update(name="Anders")
    Thing.objects.filter(pk=surplus).delete()
    monkeypatch.setattr(queries, "SETTLE_S", 0)

    found = {(one.fault.value, one.object_id) for one in queries.index_faults()}
    done = services.repair_index(at=clock.now())

    assert found == {("missing", missing), ("stale", stale), ("surplus", surplus)}
    assert (done.written, done.removed) == (2, 1)
    assert queries.index_faults() == []
    assert not SearchWord.objects.filter(word="drei").exists()


@pytest.mark.django_db
def test_what_the_worker_has_yet_to_look_at_is_no_fault(make_thing, monkeypatch):
    changed, lost = make_thing("Pegel Eins"), make_thing("Pegel Zwei")
    follow()
    monkeypatch.setattr(queries, "SETTLE_S", 0)
    change(changed, name="Anders")
    SearchEntry.objects.filter(object_id=lost).delete()

    before = [(one.fault.value, one.object_id) for one in queries.index_faults()]
    audit.follow_events()
    noted = [(one.fault.value, one.object_id) for one in queries.index_faults()]
    follow()

    assert before == noted == [("missing", lost)]
    assert [one.object_id for one in queries.index_faults()] == [lost]


@pytest.mark.django_db
def test_entries_of_a_room_that_is_no_more_are_surplus(make_thing):
    key = make_thing("Pegel Eins")
    SearchEntry.objects.filter(object_id=key).update(model="gone.thing")

    found = [(one.fault, one.model) for one in deviations.every_deviation()]
    services.repair_index(at=clock.now())

    assert (deviations.Fault.SURPLUS, "gone.thing") in found
    assert not SearchEntry.objects.filter(model="gone.thing").exists()


@pytest.mark.django_db
def test_a_renewal_writes_every_entry_when_it_is_told_to(make_thing):
    make_thing("Pegel Eins")

    assert services.repair_index(at=clock.now()).written == 0
    assert services.repair_index(at=clock.now(), anew=True).written == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"visibility": "SECRET"}, {"title": ""}], ids=["visibility", "title"]
)
def test_the_database_refuses_an_entry_that_cannot_be(make_thing, wrong):
    key = make_thing("Pegel Eins")

    with pytest.raises(IntegrityError), transaction.atomic():
        SearchEntry.objects.filter(object_id=key).update(**wrong)


def test_a_real_worker_takes_in_what_changes(committed):
    """How soon it does is measured on a quiet machine, by ``bench/office.py``."""
    worker = subprocess.Popen(
        [Path(sys.executable).with_name("netzstadt"), "worker"],
        env=_environment(committed),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _make_station(committed, "Aufwärmen")
        _wait_until_found("aufwärmen")  # the worker has started
        _make_station(committed, "Bergwetterwarte")
        _wait_until_found("wetterwarte")
    finally:
        worker.terminate()
        worker.wait(PATIENCE_S)


def _environment(url: str) -> dict[str, str]:
    import os

    return os.environ | {"NETZSTADT_DATABASE_URL": url, "NETZSTADT_SECRET_KEY": "k" * 50}


def _make_station(url: str, name: str) -> None:
    key = uuid.uuid4()
    with psycopg.connect(url) as other:
        other.execute(
            "insert into thing (id, iot_id, name, description, visibility)"
            " values (%s, to_jsonb(%s::text), %s, '', 'PUBLIC')",
            (key, str(key), name),
        )
        other.execute(
            "select audit_append(%s, 'plane.thing.created', null, null, 'plane.thing', %s, '{}')",
            (new_id(), key),
        )


def _wait_until_found(text: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not queries.find(asked(text), to=None).rows:
        assert time.monotonic() < deadline, f"the worker does not take in {text}"
        time.sleep(0.1)
