"""Signing in and out, sessions, the limit on wrong passwords, demo accounts."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.test import Client, RequestFactory
from tests.conftest import PASSWORD

from netzstadt.core.accounts import limits as sign_in_limits
from netzstadt.core.accounts.services import sessions
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.orgs import demo
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.services import persons
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db

SIGN_IN = "/account/sign-in/"


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post(SIGN_IN, {"username": email, "password": password, **more})


def test_a_person_is_found_whatever_the_case_of_her_address(make_person):
    person = make_person(email="a@example.org")

    assert Person.objects.get_by_natural_key("A@Example.org") == person


def test_who_signs_in_goes_on_to_the_page_she_came_for(client, make_person):
    person = make_person()

    response = sign_in(client, person.email.upper(), next="/account/")

    assert response.status_code == 302
    assert response.url == "/account/"
    assert client.get("/account/").status_code == 200
    assert AuditEvent.objects.filter(name="orgs.person.signed_in", person=person).count() == 1


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "?x",
    ],
)
def test_signing_in_never_leads_to_another_server(client, make_person, target):
    response = sign_in(client, make_person().email, next=target)

    assert response.url == "/office/"


def test_signing_in_gives_the_session_a_new_key(client, make_person):
    session = client.session
    session["before"] = True
    session.save()

    sign_in(client, make_person().email)

    assert client.session.session_key != session.session_key


def test_wrong_password_and_unknown_address_get_the_same_answer(client, make_person):
    wrong = sign_in(client, make_person().email, "wrong")
    unknown = sign_in(client, "nobody@example.org", "wrong")

    assert wrong.status_code == unknown.status_code == 422
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_five_wrong_passwords_pause_the_account_for_this_address_only(client, make_person):
    person = make_person()
    for _ in range(4):
        assert sign_in(client, person.email, "wrong").status_code == 422

    fifth = sign_in(client, person.email.upper(), "wrong")
    right = sign_in(client, person.email)
    elsewhere = Client(REMOTE_ADDR="127.0.0.9")

    assert fifth.status_code == right.status_code == 429
    assert fifth["Retry-After"] == "600"
    assert "10" in fifth.content.decode()
    assert sign_in(elsewhere, person.email).status_code == 302


def test_another_spelling_of_an_account_gives_no_further_tries(client, make_person):
    person = make_person(email="iris@example.org")
    for _ in range(5):
        sign_in(client, person.email, "wrong")

    for spelling in ("\u0131r\u0131s@example.org", "iri\u017f@example.org", "IRIS@example.org"):
        assert sign_in(client, spelling).status_code in {422, 429}
    assert client.get("/account/").status_code == 302


def test_a_flood_of_passwords_is_turned_away_and_leaves_the_pages_alone(
    client, make_person, monkeypatch
):
    person = make_person()
    monkeypatch.setattr(sign_in_limits, "_waiting", threading.BoundedSemaphore(1))

    with sign_in_limits.place_to_check():  # the only place is taken
        refused = sign_in(client, person.email)
        page = client.get(SIGN_IN)
    later = sign_in(client, person.email)

    assert (refused.status_code, page.status_code, later.status_code) == (429, 200, 302)
    assert int(refused["Retry-After"]) > 0
    assert "ns-error" in refused.content.decode()


def test_the_pause_ends(client, make_person):
    person = make_person()
    for _ in range(5):
        sign_in(client, person.email, "wrong")
    AccessAttempt.objects.update(attempt_time=clock.now() - timedelta(minutes=11))

    assert sign_in(client, person.email).status_code == 302


def test_passwords_are_kept_as_argon2id(make_person):
    assert make_person().password.startswith("argon2$argon2id$")


def test_signing_out_ends_the_session_and_needs_a_post(client, make_person):
    sign_in(client, make_person().email)

    assert client.get("/account/sign-out/").status_code == 405
    client.post("/account/sign-out/")

    assert client.get("/account/").status_code == 302


def test_a_form_without_its_token_is_refused_with_a_page(make_person):
    client = Client(enforce_csrf_checks=True)

    response = sign_in(client, make_person().email)

    assert response.status_code == 403
    assert "ns-error" in response.content.decode()


def test_a_deactivated_person_loses_her_session_at_once(make_person, client_of):
    person = make_person()
    client = client_of(person)

    persons.deactivate_person(person=person, by=None, at=clock.now())

    assert client.get("/account/").status_code == 302


def test_session_cookies_are_kept_from_scripts_and_other_sites(client, make_person):
    sign_in(client, make_person().email)

    cookie = client.cookies["netzstadt_session"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_demo_accounts_are_made_once_with_their_roles():
    first = demo.make_demo_accounts(at=clock.now())
    demo.make_demo_accounts(at=clock.now())

    assert Person.objects.filter(is_demo=True).count() == len(first) == len(demo.ACCOUNTS)
    assert [account.email for account in demo.accounts_to_show()] == [a.email for a in first]


@pytest.mark.parametrize(
    "beyond",
    [
        {"host": "0.0.0.0"},
        # A proxy on this machine brings requests from everywhere.
        {"base_url": "https://city.example"},
        {"allowed_hosts": "localhost, city.example"},
    ],
)
def test_demo_accounts_are_refused_where_others_can_reach_the_server(client, settings, beyond):
    account = demo.make_demo_accounts(at=clock.now())[0]
    sign_in(client, account.email, account.password)
    assert client.get("/account/").status_code == 200

    settings.CONFIG = replace(settings.CONFIG, **beyond)

    assert client.get("/account/").status_code == 302, "a session begun before ends"
    request = RequestFactory().post(SIGN_IN)
    assert authenticate(request, username=account.email, password=account.password) is None
    assert demo.accounts_to_show() == []
    with pytest.raises(demo.DemoRefused):
        demo.make_demo_accounts(at=clock.now())


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("localhost", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:192.168.1.2", False),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.2", False),
        ("city.example", False),
        ("", False),
    ],
)
def test_only_loopback_counts_as_this_machine(host, expected):
    from netzstadt.lib.addresses import is_loopback

    assert is_loopback(host) is expected


def test_old_sessions_and_counted_passwords_are_forgotten(client, make_person):
    from django.contrib.sessions.models import Session

    sign_in(client, make_person().email)
    sign_in(client, "x@example.org", "wrong")
    later = clock.now() + timedelta(days=2)

    sessions.forget_expired_sessions(at=later)

    assert not Session.objects.exists()
    assert not AccessAttempt.objects.exists()


@pytest.mark.parametrize(
    ("is_https", "peer", "forwarded", "expected"),
    [
        (True, "127.0.0.1", "198.51.100.7", "198.51.100.7"),
        (True, "127.0.0.1", "203.0.113.1, 198.51.100.7", "198.51.100.7"),
        (True, "127.0.0.1", "not an address", "127.0.0.1"),
        (True, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (False, "127.0.0.1", "198.51.100.7", "127.0.0.1"),
        (True, "127.0.0.1", "", "127.0.0.1"),
    ],
)
def test_only_a_proxy_on_this_machine_is_believed(settings, is_https, peer, forwarded, expected):
    from netzstadt.core.clients import client_address

    settings.SESSION_COOKIE_SECURE = is_https
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR=peer)

    assert client_address(request) == expected
