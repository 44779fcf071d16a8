"""API keys on their page: made once, shown once, revoked at once, recorded."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from netzstadt.core.access.permissions import Role
from netzstadt.lib import api_keys, clock
from netzstadt.urbandata import services
from netzstadt.urbandata.models import ApiKey

NEW = "/api-keys/new/"
GOOD = {"name": "Wetter", "scope": "write", "stations": "", "days": "90"}


@pytest.fixture
def engineer(make_person, client_of):
    return client_of(make_person(Role.DATA_ENGINEER))


def secret_in(response) -> str:
    (secret,) = re.findall(r"<output[^>]*>(nst_[^<]*)</output>", response.content.decode())
    return secret


def test_a_new_key_is_shown_once_and_stored_as_digest_only(engineer):
    answer = engineer.post(NEW, GOOD)

    secret = secret_in(answer)
    key = ApiKey.objects.get()
    assert answer.status_code == 201
    assert "no-store" in answer["Cache-Control"]
    assert bytes(key.secret_digest) == api_keys.digest_of(secret)
    assert (key.may_read, key.may_write) == (False, True)
    assert secret not in engineer.get("/api-keys/").content.decode()


def test_a_key_is_limited_to_the_stations_named(engineer, make_station):
    station = make_station("Markt")
    make_station("Zoo")

    engineer.post(NEW, GOOD | {"stations": "Markt\n\n Markt "})

    assert ApiKey.objects.get().thing_ids == [station.thing.pk]


def test_a_name_that_two_stations_share_does_not_choose_one_of_them(engineer, make_station):
    station = make_station("Markt")
    make_station("Markt")

    assert engineer.post(NEW, GOOD | {"stations": "Markt"}).status_code == 422
    engineer.post(NEW, GOOD | {"stations": str(station.thing.pk)})

    assert ApiKey.objects.get().thing_ids == [station.thing.pk]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "Wofür ist der Schlüssel?"),
        ({"scope": "everything"}, "Was darf er?"),
        ({"stations": "Nirgends"}, "Keine oder mehrere Stationen heißen: Nirgends"),
        ({"days": "12"}, "Wie lange gilt er?"),
        ({"name": "x" * 201}, "Wofür ist der Schlüssel?"),
        ({"name": "a\x00b"}, "Wofür ist der Schlüssel?"),
    ],
)
def test_a_form_that_cannot_be_taken_says_what_to_change(engineer, change, said):
    answer = engineer.post(NEW, GOOD | change)

    assert answer.status_code == 422
    summary = answer.content.decode().split("ns-error-summary")[1].split("</ul>")[0]
    assert said in summary
    assert not ApiKey.objects.exists()


def test_the_list_says_as_whom_a_key_acts(make_person, client_of):
    engineer = client_of(make_person(Role.DATA_ENGINEER, name="Ida Ingenieur"))
    engineer.post(NEW, GOOD)

    assert ">Ida Ingenieur</td>" in engineer.get("/api-keys/").content.decode()


def test_a_station_leads_to_a_key_for_itself(engineer, client, make_station):
    station = make_station("Markt & Tor")
    address = f"/stations/{station.thing.pk}/"

    assert f"{NEW}?station=Markt%20%26%20Tor" in engineer.get(address).content.decode()
    assert NEW not in client.get(address).content.decode()
    form = engineer.get(f"{NEW}?station=Markt%20%26%20Tor").content.decode()
    assert "Markt &amp; Tor</textarea>" in form


def test_an_error_about_a_question_has_no_colon_after_its_mark(engineer):
    answer = engineer.post(NEW, GOOD | {"name": ""}).content.decode()

    assert "Wofür ist der Schlüssel?:" not in answer
    assert "Wofür ist der Schlüssel? Dieses" in answer


def test_a_revoked_key_cannot_be_revoked_again_and_both_is_recorded(engineer):
    engineer.post(NEW, GOOD)
    key = ApiKey.objects.get()

    asked = engineer.get(f"/api-keys/{key.pk}/revoke/")
    first = engineer.post(f"/api-keys/{key.pk}/revoke/")
    again = engineer.post(f"/api-keys/{key.pk}/revoke/")

    assert "lässt sich nicht rückgängig machen" in asked.content.decode()
    assert first.status_code == 302
    assert again.status_code == 409
    key.refresh_from_db()
    assert not key.is_valid(clock.now())
    assert "Widerrufen" in engineer.get("/api-keys/").content.decode()


def test_the_trail_tells_who_made_and_revoked_a_key(engineer, db):
    engineer.post(NEW, GOOD)
    key = ApiKey.objects.get()
    engineer.post(f"/api-keys/{key.pk}/revoke/")

    from netzstadt.core.audit.models import AuditEvent

    names = AuditEvent.objects.filter(object_id=key.pk).order_by("sequence")
    assert [event.name for event in names] == [
        "urbandata.api_key.issued",
        "urbandata.api_key.revoked",
    ]
    assert all(event.person_id == key.person_id for event in names)


@pytest.mark.parametrize("address", ["/api-keys/", NEW, "/imports/"])
def test_readers_read_which_permission_is_missing(make_person, client_of, address):
    answer = client_of(make_person(Role.READER)).get(address)

    assert answer.status_code == 403


@pytest.mark.parametrize("address", ["/api-keys/", NEW, "/imports/"])
def test_nobody_sees_keys_without_signing_in(client, db, address):
    answer = client.get(address)

    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]


def test_a_key_that_opens_nothing_is_refused(make_person):
    person = make_person(Role.DATA_ENGINEER)
    now = clock.now()
    key = {"holder": person, "things": None, "expires_at": None, "by": person, "at": now}

    with pytest.raises(services.KeyRefused):
        services.issue_api_key(name="x", may_read=False, may_write=False, **key)
    with pytest.raises(services.KeyRefused):
        services.issue_api_key(name=" ", may_read=True, may_write=False, **key)
    with pytest.raises(services.KeyRefused):
        services.issue_api_key(
            name="x", may_read=True, may_write=False, **(key | {"expires_at": now - timedelta(1)})
        )


def test_the_database_refuses_a_key_without_rights(make_person):
    person = make_person(Role.DATA_ENGINEER)

    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.create(
            name="x",
            prefix="nst_12345678",
            secret_digest=b"x" * 32,
            person_id=person.pk,
            created_at=clock.now(),
        )
