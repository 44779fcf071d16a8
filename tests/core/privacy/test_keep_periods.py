"""What is older than its period is removed, in batches, with a log that names nobody."""

from datetime import timedelta

import pytest
from django.utils import translation

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.days import today
from netzstadt.core.orgs.models import Absence
from netzstadt.core.privacy import queries, services
from netzstadt.core.privacy.models import Removal
from netzstadt.core.rooms import resolved, rooms
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


def away(person, *, days_ago):
    day = today() - timedelta(days=days_ago)
    return Absence.objects.create(person=person, valid_from=day - timedelta(days=2), valid_to=day)


def test_only_what_is_older_than_its_period_goes(make_person):
    person = make_person()
    away(person, days_ago=400)
    kept = away(person, days_ago=300)

    removed = services.keep_periods(at=clock.now())

    assert removed["orgs.absences"] == 1
    assert list(Absence.objects.all()) == [kept]


def test_many_are_removed_in_batches_and_each_is_logged(make_person, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 3)
    person = make_person()
    for n in range(7):
        away(person, days_ago=400 + n * 5)

    removed = services.keep_periods(at=clock.now())

    assert removed["orgs.absences"] == 7
    assert [row.removed for row in Removal.objects.order_by("pk")] == [3, 3, 1]
    assert AuditEvent.objects.filter(name="privacy.period.ended").count() == 3


def test_again_there_is_nothing_to_do(make_person):
    away(make_person(), days_ago=500)
    services.keep_periods(at=clock.now())

    assert services.keep_periods(at=clock.now()) == {}
    assert Removal.objects.count() == 1


def test_every_period_has_a_key_of_its_room_a_reason_and_a_function_that_is_there():
    keys = [rule.key for rule in queries.retentions()]

    assert len(set(keys)) == len(keys) > 0
    for room in rooms():
        for rule in room.retention:
            assert rule.key.startswith(f"{room.label}.")
            assert str(rule.basis)
            assert callable(resolved(rule.remove))


def test_the_record_is_read_in_german(make_person, client_of):
    away(make_person(), days_ago=500)
    services.keep_periods(at=clock.now())
    client = client_of(make_person(Role.PRIVACY_OFFICER))
    with translation.override("en"):
        english = {each.kept for each in queries.activities()}

    for page in ("record/", "record.csv"):
        text = client.get(f"/office/privacy/{page}").content.decode()
        assert "Werte von Sensoren, Rechte und das Protokoll." in text
        assert "solange das Konto besteht" in text
        assert {kept for kept in english if kept in text} == set()
    assert "Abwesenheiten, 1" in client.get("/office/privacy/record/").content.decode()


def test_the_record_names_every_table_with_personal_columns(make_person, client_of):
    page = client_of(make_person(Role.PRIVACY_OFFICER)).get("/office/privacy/record/")
    table = client_of(make_person(Role.AUDITOR)).get("/office/privacy/record.csv")

    text = page.content.decode()
    for activity in queries.activities():
        assert activity.table in text
        assert activity.table in table.content.decode()
    assert client_of(make_person(Role.READER)).get("/office/privacy/record/").status_code == 403
