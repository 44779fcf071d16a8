"""Passkeys: adding, signing in, and answers that lie."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from fido2.utils import websafe_encode
from tests.core.accounts.authenticator import PRESENT, Authenticator, add_passkey, ask
from tests.core.accounts.conftest import is_signed_in, sign_in

from netzstadt.config import Config
from netzstadt.core.access.permissions import Role
from netzstadt.core.accounts import passkeys
from netzstadt.core.accounts.models import Passkey
from netzstadt.core.audit.models import AuditEvent
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db

WITH_PASSKEY = "/account/sign-in/passkey/"
ADD = "/account/security/passkeys/add/"


@pytest.fixture
def person(make_person):
    return make_person(Role.READER, email="reader@example.org")


@pytest.fixture
def authenticator(person, client_of) -> Authenticator:
    """A passkey of ``person``, added in a browser in which she is signed in."""
    made = add_passkey(client_of(person))
    assert Passkey.objects.filter(person=person).count() == 1
    return made


def test_who_needs_a_factor_sets_up_a_passkey_and_is_signed_in(client, person):
    sign_in(client, person.email)

    add_passkey(client, "Office laptop")

    assert is_signed_in(client)
    assert Passkey.objects.get().name == "Office laptop"
    assert AuditEvent.objects.filter(name="accounts.passkey.added", object_id=person.pk).exists()


def test_a_passkey_signs_in_without_a_password(client, person, authenticator):
    answer = authenticator.sign(ask(client, "sign-in"))

    response = client.post(WITH_PASSKEY, {"answer": answer, "next": "/stations/"})

    assert response.url == "/stations/"
    assert is_signed_in(client)
    assert Passkey.objects.get().used_at is not None


def test_a_passkey_is_the_second_factor_after_the_password(client, person, authenticator):
    assert sign_in(client, person.email).url == "/account/sign-in/second-factor/"

    answer = authenticator.sign(ask(client, "second-factor"))
    client.post("/account/sign-in/second-factor/", {"answer": answer})

    assert is_signed_in(client)


def test_a_passkey_confirms_who_it_is(person, authenticator, client_of):
    client = client_of(person)

    answer = authenticator.sign(ask(client, "confirm"))
    response = client.post(
        "/account/confirm/", {"answer": answer, "next": "/account/security/app/"}
    )

    assert response.url == "/account/security/app/"


LIES = {
    "another origin": {"origin": "https://evil.example"},
    "another port": {"origin": "http://localhost:8001"},
    "another relying party": {"rp_id": "evil.example"},
    "nobody verified": {"flags": PRESENT},
    "nobody there": {"flags": 0},
    "another challenge": {"challenge": websafe_encode(b"x" * 32)},
    "another person": {"user_handle": websafe_encode(b"y" * 16)},
    "an unknown key": {"credential_id": b"z" * 32},
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_lies_signs_nobody_in(client, person, authenticator, lie):
    for name, value in LIES[lie].items():
        setattr(authenticator, name, value)

    response = client.post(WITH_PASSKEY, {"answer": authenticator.sign(ask(client, "sign-in"))})

    assert response.status_code == 422
    assert not is_signed_in(client)


@pytest.mark.parametrize("lie", ["another origin", "another relying party", "nobody verified"])
def test_a_key_made_with_a_lie_is_not_kept(person, client_of, lie):
    client = client_of(person)
    liar = Authenticator(**LIES[lie])

    client.post(ADD, {"answer": liar.make(ask(client, "add"))})

    assert not Passkey.objects.exists()


@pytest.mark.parametrize(
    "answer", ["", "null", "[]", "{}", '{"id": 1}', "{" * 5000, '{"rawId": "AA", "response": 5}']
)
def test_what_is_no_answer_is_refused_politely(client, answer):
    ask(client, "sign-in")

    assert client.post(WITH_PASSKEY, {"answer": answer}).status_code == 422


def test_a_signature_of_another_key_is_refused(client, person, authenticator):
    forged = Authenticator(
        credential_id=authenticator.credential_id, user_handle=authenticator.user_handle, counter=9
    )

    response = client.post(WITH_PASSKEY, {"answer": forged.sign(ask(client, "sign-in"))})

    assert response.status_code == 422
    assert not is_signed_in(client)


def test_an_answer_is_accepted_once(person, authenticator):
    first, second = Client(), Client()
    answer = authenticator.sign(ask(first, "sign-in"))
    assert first.post(WITH_PASSKEY, {"answer": answer}).status_code == 302

    ask(second, "sign-in")

    assert second.post(WITH_PASSKEY, {"answer": answer}).status_code == 422
    assert first.post(WITH_PASSKEY, {"answer": answer}).status_code == 422


def test_a_counter_that_goes_back_hints_at_a_copy_and_is_refused(client, person, authenticator):
    client.post(WITH_PASSKEY, {"answer": authenticator.sign(ask(client, "sign-in"))})
    authenticator.counter = 0

    copy = Client()
    response = copy.post(WITH_PASSKEY, {"answer": authenticator.sign(ask(copy, "sign-in"))})

    assert response.status_code == 422
    assert AuditEvent.objects.filter(name="accounts.passkey.copied", object_id=person.pk).exists()


def test_a_key_without_a_counter_is_used_again_and_again(person, authenticator):
    Passkey.objects.update(sign_count=0)
    for _ in range(2):
        authenticator.counter = -1
        client = Client()
        client.post(WITH_PASSKEY, {"answer": authenticator.sign(ask(client, "sign-in"))})
        assert is_signed_in(client)


def test_somebody_elses_passkey_is_no_second_factor(client, make_person, person, client_of):
    other = make_person()
    others = add_passkey(client_of(other))
    add_passkey(client_of(person))
    sign_in(client, person.email)

    answer = others.sign(ask(client, "second-factor"))
    response = client.post("/account/sign-in/second-factor/", {"answer": answer})

    assert response.status_code == 422
    assert not is_signed_in(client)


def test_a_deactivated_person_does_not_sign_in_with_her_passkey(client, person, authenticator):
    from netzstadt.core.orgs.services import persons

    persons.deactivate_person(person=person, by=None, at=clock.now())

    answer = authenticator.sign(ask(client, "sign-in"))

    assert client.post(WITH_PASSKEY, {"answer": answer}).status_code == 422


@pytest.mark.parametrize("kind", ["add", "confirm", "second-factor", "", "nonsense"])
def test_nobody_is_asked_for_keys_of_others(client, kind):
    response = client.post("/account/security/passkeys/ask/", {"for": kind})

    assert response.status_code == 403


def test_an_answer_to_one_question_does_not_answer_another(person, authenticator, client_of):
    client = client_of(person)

    answer = authenticator.sign(ask(client, "sign-in"))
    response = client.post("/account/confirm/", {"answer": answer})

    assert response.status_code == 422


def test_the_same_key_is_kept_once(person, authenticator, client_of):
    client = client_of(person)

    again = Authenticator(credential_id=authenticator.credential_id)
    client.post(ADD, {"answer": again.make(ask(client, "add"))})

    assert Passkey.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Passkey.objects.create(
            person=person,
            name="b",
            credential_id=authenticator.credential_id,
            credential_data=b"",
            added_at=clock.now(),
        )


def test_the_database_refuses_a_passkey_without_a_name(person):
    with pytest.raises(IntegrityError), transaction.atomic():
        Passkey.objects.create(
            person=person, name="", credential_id=b"1", credential_data=b"", added_at=clock.now()
        )


def test_a_removed_passkey_signs_nobody_in(client, person, authenticator, make_phone, client_of):
    make_phone(person)
    key = Passkey.objects.get()

    elsewhere = Client()
    elsewhere.post(WITH_PASSKEY, {"answer": authenticator.sign(ask(elsewhere, "sign-in"))})

    asked = client_of(person).get(f"/account/security/passkeys/{key.pk}/remove/")
    client_of(person).post(f"/account/security/passkeys/{key.pk}/remove/")
    answer = authenticator.sign(ask(client, "sign-in"))

    assert asked.status_code == 200
    assert not is_signed_in(elsewhere), "whoever has the device has its session as well"
    assert client.post(WITH_PASSKEY, {"answer": answer}).status_code == 422


def test_nobody_removes_the_passkey_of_another(make_person, authenticator, client_of):
    key = Passkey.objects.get()

    answer = client_of(make_person()).get(f"/account/security/passkeys/{key.pk}/remove/")
    client_of(make_person()).post(f"/account/security/passkeys/{key.pk}/remove/")

    assert answer.status_code == 404
    assert Passkey.objects.exists()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://stadt.example", ("stadt.example", "https://stadt.example")),
        ("https://stadt.example:8443/", ("stadt.example", "https://stadt.example:8443")),
        ("http://127.0.0.1:8000", ("localhost", "http://localhost:8000")),
        ("http://[::1]:8000", ("localhost", "http://localhost:8000")),
        ("http://localhost", ("localhost", "http://localhost")),
        ("http://192.0.2.7:8000", None),
    ],
)
def test_passkeys_belong_to_the_host_name_of_the_installation(address, expected):
    party = passkeys.relying_party(Config(base_url=address), name="Musterstadt")

    assert (party and (party.id, party.origin)) == expected


def test_the_page_says_at_which_address_passkeys_work(client):
    here, there = (
        client.get("/account/sign-in/", headers={"host": host})
        for host in ("localhost:8000", "127.0.0.1:8000")
    )

    assert "<ns-passkey" in here.content.decode()
    assert 'href="http://localhost:8000/account/sign-in/"' in there.content.decode()


def test_a_question_is_json_that_asks_for_verification(client, person):
    options = ask(client, "sign-in")

    assert options["userVerification"] == "required"
    assert options["rpId"] == "localhost"
    assert json.dumps(options)
