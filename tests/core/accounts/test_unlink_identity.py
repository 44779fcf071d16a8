"""The links of an account with identity providers: seen, ended, and kept where nothing else is."""

from dataclasses import replace

import pytest
from django.core import mail
from django.test import Client
from tests.core.accounts.authenticator import add_passkey

from netzstadt.core.access.permissions import Role
from netzstadt.core.accounts.models import ExternalIdentity, Passkey
from netzstadt.core.accounts.services import factors, identities
from netzstadt.core.audit.models import AuditEvent
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id

pytestmark = pytest.mark.django_db

SECURITY = "/account/security/"
ISSUER = "https://login.stadt.example/realms/city"
FORMER = "https://old.stadt.example"


@pytest.fixture(autouse=True)
def provider(settings):
    settings.CONFIG = replace(
        settings.CONFIG,
        oidc_issuer=ISSUER,
        oidc_name="City login",
        oidc_client_id="netzstadt",
        oidc_client_secret="secret of the test",
    )


@pytest.fixture
def person(make_person):
    return make_person(email="anna@example.org")


def link(person, issuer: str = ISSUER, subject: str = "subject-of-anna") -> ExternalIdentity:
    now = clock.now()
    return ExternalIdentity.objects.create(
        person=person, issuer=issuer, subject=subject, linked_at=now, used_at=now
    )


def without_password(person):
    person.set_unusable_password()
    person.save(update_fields=["password"])
    return person


def page_of(identity) -> str:
    return f"{SECURITY}providers/{identity.pk}/unlink/"


def unlinked(person) -> int:
    return AuditEvent.objects.filter(
        name="accounts.identity.unlinked", object_id=person.pk, person=person
    ).count()


def test_a_person_sees_her_links_and_nobody_elses(person, make_person, client_of):
    own, former = link(person), link(person, FORMER)
    foreign = link(make_person(), subject="somebody-else")

    text = client_of(person).get(SECURITY).content.decode()

    assert "City login" in text
    assert ISSUER in text
    assert FORMER in text
    assert page_of(own) in text
    assert page_of(former) in text
    assert page_of(foreign) not in text


def test_who_is_not_linked_is_told_how_she_would_be(person, client_of):
    assert "City login" in client_of(person).get(SECURITY).content.decode()


def test_a_link_is_ended_after_a_question_and_the_person_is_told(person, client_of, do_jobs):
    identity = link(person)
    client = client_of(person)

    asked = client.get(page_of(identity))
    still_there = ExternalIdentity.objects.exists()
    answer = client.post(page_of(identity))
    do_jobs()

    assert asked.status_code == 200
    assert still_there
    assert answer.url == SECURITY
    assert not ExternalIdentity.objects.exists()
    assert unlinked(person) == 1
    assert [message.to for message in mail.outbox] == [["anna@example.org"]]
    assert client.get("/account/").status_code == 200, "her session goes on"


def test_the_only_way_to_sign_in_is_kept(person, client_of):
    identity = link(without_password(person))

    answer = client_of(person).post(page_of(identity))

    assert answer.status_code == 409
    assert "Passkey" in answer.content.decode()
    assert ExternalIdentity.objects.exists()
    assert unlinked(person) == 0


def test_a_passkey_is_another_way_and_the_codes_of_an_app_are_none(person, make_phone, client_of):
    make_phone(person)
    identity = link(without_password(person))

    with pytest.raises(identities.IdentityRefused):
        identities.unlink_identity(person=person, identity_id=identity.pk, at=clock.now())

    add_passkey(client_of(person))
    identities.unlink_identity(person=person, identity_id=identity.pk, at=clock.now())
    assert not ExternalIdentity.objects.exists()


def test_a_provider_that_is_no_longer_used_is_no_way_in(person):
    former, current = link(without_password(person), FORMER), link(person)

    with pytest.raises(identities.IdentityRefused):
        identities.unlink_identity(person=person, identity_id=current.pk, at=clock.now())
    identities.unlink_identity(person=person, identity_id=former.pk, at=clock.now())

    assert ExternalIdentity.objects.get() == current


def test_the_last_passkey_is_kept_where_neither_password_nor_provider_is(person, client_of):
    add_passkey(client_of(person))
    key = Passkey.objects.get()
    without_password(person)

    with pytest.raises(factors.FactorRefused):
        factors.remove_passkey(person=person, passkey_id=key.pk, keep_session=None, at=clock.now())

    link(person)
    factors.remove_passkey(person=person, passkey_id=key.pk, keep_session=None, at=clock.now())
    assert not Passkey.objects.exists()


def test_nobody_ends_the_link_of_another(person, make_person, client_of):
    identity = link(person)
    other = client_of(make_person(Role.ADMINISTRATOR))

    assert other.get(page_of(identity)).status_code == 404
    other.post(page_of(identity))
    assert ExternalIdentity.objects.get() == identity


def test_a_link_that_is_not_there_is_ended_once(person):
    with pytest.raises(identities.IdentityRefused):
        identities.unlink_identity(person=person, identity_id=new_id(), at=clock.now())

    assert unlinked(person) == 0


def test_who_it_is_is_asked_again_first(person, client_of):
    identity = link(person)
    client = client_of(person)
    session = client.session
    session["accounts_confirmed_at"] = 0
    session.save()

    asked = client.post(page_of(identity))
    nobody = Client().get(page_of(identity))

    assert asked.url.startswith("/account/confirm/")
    assert nobody.url.startswith("/account/sign-in/")
    assert ExternalIdentity.objects.exists()
