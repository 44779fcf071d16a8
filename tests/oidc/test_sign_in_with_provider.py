"""Signing in with a real, certified provider."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from django.core import mail
from django.test import Client
from tests.oidc.conftest import CALLBACK, Visitor, use

from netzstadt.core.access.permissions import Role
from netzstadt.core.accounts import oidc
from netzstadt.core.accounts.models import ExternalIdentity, Invitation
from netzstadt.core.accounts.services import identities, invitations
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.services import persons
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def provider(settings, real_issuer):
    use(settings, real_issuer)


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_a_verified_address_of_a_person_links_her_and_signs_her_in(visitor, make_person):
    anna = make_person(email="anna@example.org")

    response = visitor.sign_in("/stations/")

    assert response.url == "/stations/"
    assert is_signed_in(visitor.client)
    assert ExternalIdentity.objects.get().person == anna
    assert AuditEvent.objects.filter(name="accounts.identity.linked").count() == 1
    assert AuditEvent.objects.filter(name="orgs.person.signed_in", person=anna).exists()


def test_once_linked_the_subject_decides_and_not_the_address(visitor, make_person):
    anna = make_person(email="anna@example.org")
    visitor.sign_in()
    Person.objects.filter(pk=anna.pk).update(email="renamed@example.org")
    other = make_person(email="anna@example.org")
    again = Visitor(Client(), visitor.account)

    again.sign_in()

    assert again.client.session["_auth_user_id"] == str(anna.pk)
    assert not ExternalIdentity.objects.filter(person=other).exists()


def test_a_role_asks_for_our_second_factor_all_the_same(visitor, make_person):
    make_person(Role.READER, email="anna@example.org")

    response = visitor.sign_in()

    assert response.url == "/account/security/set-up/"
    assert not is_signed_in(visitor.client)


def test_a_provider_that_asks_for_two_factors_can_be_trusted(
    visitor, make_person, settings, real_issuer
):
    use(settings, real_issuer, oidc_second_factor=False)
    make_person(Role.READER, email="anna@example.org")

    visitor.sign_in()

    assert is_signed_in(visitor.client)


def test_an_invited_person_accepts_by_signing_in(visitor, make_person):
    admin = make_person(Role.ADMINISTRATOR)
    invitations.invite_person(
        email="anna@example.org",
        name="Anna Amt",
        roles=[Role.READER],
        language="de",
        by=admin,
        at=clock.now(),
    )

    visitor.sign_in()

    anna = Person.objects.get(email="anna@example.org")
    assert anna.name == "Anna Amt"
    assert not anna.has_usable_password()
    assert anna.grants.get().role == "READER"
    assert Invitation.objects.get().person == anna


def test_somebody_unknown_is_refused_and_nothing_is_made(visitor):
    response = visitor.sign_in()

    assert response.status_code == 403
    assert "ns-error" in response.content.decode()
    assert not Person.objects.exists()
    assert not ExternalIdentity.objects.exists()


def test_somebody_unknown_is_given_an_account_without_a_role_where_the_city_wants_it(
    visitor, settings, real_issuer
):
    use(settings, real_issuer, oidc_creates_persons=True)

    visitor.sign_in()

    anna = Person.objects.get()
    assert (anna.email, anna.name) == ("anna@example.org", "Anna von Außen")
    assert not anna.grants.exists()
    assert is_signed_in(visitor.client)


def test_an_address_that_nobody_checked_is_never_linked(make_person, settings, real_issuer):
    use(settings, real_issuer, oidc_creates_persons=True)
    make_person(email="anna@example.org")
    visitor = Visitor(Client(), "unverified:anna@example.org")

    response = visitor.sign_in()

    assert response.status_code == 403
    assert not ExternalIdentity.objects.exists()
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("domains", "status"),
    [("stadt.example", 403), ("example.org, stadt.example", 302), ("ample.org", 403)],
)
def test_only_addresses_of_the_citys_domains_sign_in(
    visitor, make_person, settings, real_issuer, domains, status
):
    use(settings, real_issuer, oidc_email_domains=domains)
    make_person(email="anna@example.org")

    assert visitor.sign_in().status_code == status


def test_a_deactivated_person_is_refused(visitor, make_person):
    anna = make_person(email="anna@example.org")
    visitor.sign_in()
    persons.deactivate_person(person=anna, by=None, at=clock.now())
    again = Visitor(Client(), visitor.account)

    assert again.sign_in().status_code == 403
    assert not is_signed_in(again.client)


def test_an_answer_is_accepted_once(visitor, make_person):
    make_person(email="anna@example.org")
    answer = visitor.answer_of(visitor.ask())
    assert visitor.client.get(answer).status_code == 302
    visitor.client.post("/account/sign-out/")

    assert visitor.client.get(answer).status_code == 403
    assert not is_signed_in(visitor.client)


def test_an_answer_to_another_browser_is_refused(visitor, make_person):
    """Login CSRF: the attacker has a victim's browser take her own answer."""
    make_person(email="anna@example.org")
    answer = visitor.answer_of(visitor.ask())
    victim = Visitor(Client(), "verified:victim@example.org")
    victim.ask()

    assert victim.client.get(answer).status_code == 403
    assert Client().get(answer).status_code == 403


def test_cancelling_at_the_provider_leads_to_a_page_that_helps(client):
    visitor = Visitor(client, "")

    response = visitor.sign_in()

    assert response.status_code == 403
    assert "/account/sign-in/" in response.content.decode()


def test_the_question_carries_state_nonce_and_a_challenge(visitor, real_issuer):
    address = visitor.ask()

    query = {name: values[0] for name, values in parse_qs(urlparse(address).query).items()}

    assert address.startswith(real_issuer)
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"].endswith(CALLBACK)
    assert all(len(query[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert not re.search("secret", address)


def test_no_token_is_kept_or_sent_to_the_browser(visitor, make_person, monkeypatch):
    make_person(email="anna@example.org")
    exchange, seen = oidc._exchange, []

    def listening(*args):
        seen.append(exchange(*args))
        return seen[-1]

    monkeypatch.setattr(oidc, "_exchange", listening)

    response = visitor.sign_in()

    sent = f"{response.headers} {response.cookies} {response.content.decode()}"
    kept = f"{dict(visitor.client.session)} {list(ExternalIdentity.objects.values())}"
    tokens = [text for name, text in seen[0].items() if name.endswith("_token")]
    assert len(tokens) >= 2
    assert not [text for text in tokens if text in sent or text in kept]


def test_the_person_is_told_that_her_account_was_linked(visitor, make_person, do_jobs):
    make_person(email="anna@example.org")

    visitor.sign_in()
    do_jobs()

    assert [message.to for message in mail.outbox] == [["anna@example.org"]]


def test_an_ended_link_is_made_anew_by_signing_in_again(visitor, make_person):
    anna = make_person(email="anna@example.org")
    visitor.sign_in()
    ended = ExternalIdentity.objects.get()
    identities.unlink_identity(person=anna, identity_id=ended.pk, at=clock.now())

    Visitor(Client(), visitor.account).sign_in()

    assert ExternalIdentity.objects.get().person == anna
    assert AuditEvent.objects.filter(name="accounts.identity.linked").count() == 2


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example"])
def test_the_way_back_leads_to_this_server_alone(visitor, make_person, target):
    make_person(email="anna@example.org")

    assert visitor.sign_in(target).url == "/office/"
