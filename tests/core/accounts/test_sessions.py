"""Sessions: seen, ended, and not to be stolen."""

import math
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from tests.conftest import PASSWORD
from tests.core.accounts.conftest import is_signed_in, sign_in

from netzstadt.core.accounts import devices
from netzstadt.core.accounts.models import SignedInSession
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.orgs.services import persons
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db

SESSIONS = "/account/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def browser(person, *, agent: str = FIREFOX, address: str = "198.51.100.23") -> Client:
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent)
    sign_in(client, person.email)
    return client


def test_the_list_shows_device_time_and_a_shortened_place(make_person):
    client = browser(make_person())

    page = client.get(SESSIONS).content.decode()

    assert "Firefox · Linux" in page
    assert "198.51.100.…" in page
    assert "198.51.100.23" not in page
    assert not SignedInSession.objects.filter(place__contains="23").exists()


def test_one_session_is_ended_and_the_others_go_on(make_person):
    person = make_person()
    here, elsewhere, third = browser(person), browser(person), browser(person)
    row = SignedInSession.objects.get(session_id=elsewhere.session.session_key)

    here.post(f"{SESSIONS}{row.id}/end/")

    assert [is_signed_in(client) for client in (here, elsewhere, third)] == [True, False, True]
    assert AuditEvent.objects.filter(name="accounts.sessions.ended").count() == 1


def test_all_other_sessions_are_ended(make_person):
    person, other = make_person(), make_person()
    here, *elsewhere = (browser(person) for _ in range(3))
    stranger = browser(other)

    here.post(f"{SESSIONS}end-others/")

    assert is_signed_in(here)
    assert is_signed_in(stranger)
    assert not any(is_signed_in(client) for client in elsewhere)
    assert AuditEvent.objects.get(name="accounts.sessions.ended").data == {"count": 2}


def test_nobody_ends_the_session_of_another(make_person):
    person, other = make_person(), make_person()
    hers, his = browser(person), browser(other)
    row = SignedInSession.objects.get(session_id=hers.session.session_key)

    his.post(f"{SESSIONS}{row.id}/end/")

    assert is_signed_in(hers)


def test_ending_the_own_session_signs_out(make_person):
    client = browser(make_person())
    row = SignedInSession.objects.get()

    response = client.post(f"{SESSIONS}{row.id}/end/")

    assert response.status_code == 302
    assert not is_signed_in(client)


def test_signing_out_takes_the_session_off_the_list(make_person):
    client = browser(make_person())

    client.post("/account/sign-out/")

    assert not SignedInSession.objects.exists()


def test_a_changed_password_ends_other_sessions_and_this_one_is_listed_again(make_person):
    person = make_person()
    here, elsewhere = browser(person), browser(person)
    new = "another long and quiet one"

    here.post("/account/password/", {"current": PASSWORD, "new": new, "repeated": new})
    here.get(SESSIONS)

    assert not is_signed_in(elsewhere)
    assert SignedInSession.objects.get().session_id == here.session.session_key


def test_wrong_current_passwords_are_counted_as_at_signing_in(make_person):
    client = browser(make_person())
    data = {"current": "wrong", "new": "n" * 20, "repeated": "n" * 20}

    answers = [client.post("/account/password/", data).status_code for _ in range(5)]

    assert answers == [422] * 4 + [429]


def test_a_session_is_seen_every_five_minutes_at_most(make_person, django_assert_num_queries):
    client = browser(make_person())
    before = SignedInSession.objects.get().seen_at
    client.get("/account/")
    assert SignedInSession.objects.get().seen_at == before
    session = client.session
    session["accounts_seen_at"] -= 301
    session.save()

    client.get("/account/")

    assert SignedInSession.objects.get().seen_at > before


def test_a_session_known_before_signing_in_is_of_no_use_after_it(make_person, client):
    """Session fixation: the attacker knows the key that her victim begins with."""
    client.get("/account/password/new/known/")
    known = client.session.session_key
    sign_in(client, make_person().email)

    attacker = Client()
    attacker.cookies["netzstadt_session"] = known

    assert client.session.session_key != known
    assert not is_signed_in(attacker)
    assert not Session.objects.filter(pk=known).exists()


def test_a_session_key_carries_more_than_128_random_bits():
    keys = [SessionStore()._get_new_session_key() for _ in range(100)]
    letters = set("".join(keys))

    assert len(set(keys)) == len(keys)
    assert min(map(len, keys)) * math.log2(len(letters)) > 128


@pytest.mark.parametrize(
    "path", ["/", "/stations/", "/office/", "/account/", "/account/confirm/", SESSIONS]
)
def test_signing_out_is_on_every_page(make_person, path):
    client = browser(make_person())

    page = client.get(path).content.decode()

    assert 'action="/account/sign-out/"' in page


def test_the_key_changes_between_the_factors_as_well(make_person, make_phone, client):
    person = make_person()
    phone = make_phone(person)
    sign_in(client, person.email)
    between = client.session.session_key

    client.post("/account/sign-in/second-factor/", {"code": phone.next_code()})

    assert is_signed_in(client)
    assert client.session.session_key != between
    assert not Session.objects.filter(pk=between).exists()


def test_no_session_comes_back_with_an_account_that_was_deactivated(make_person, do_jobs):
    person = make_person()
    client = browser(person)
    persons.deactivate_person(person=person, by=None, at=clock.now())
    do_jobs()

    persons.reactivate_person(person=person, by=None, at=clock.now())

    assert not is_signed_in(client)
    assert not SignedInSession.objects.exists()


@pytest.mark.parametrize(("name", "hours"), [("accounts_begun_at", 12), ("accounts_seen_at", 2)])
def test_a_session_ends_after_two_idle_hours_and_after_twelve_in_any_case(make_person, name, hours):
    client = browser(make_person())
    session = client.session
    session[name] = clock.now().timestamp() - hours * 3600 + 60
    session.save()
    assert is_signed_in(client)
    session = client.session
    session[name] = clock.now().timestamp() - hours * 3600 - 1
    session.save()

    assert not is_signed_in(client)
    assert not SignedInSession.objects.exists()


def test_a_session_does_not_outlast_its_record(make_person):
    client = browser(make_person())
    assert client.cookies["netzstadt_session"]["max-age"] == 12 * 3600
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))

    assert not is_signed_in(client)


def test_ending_sessions_asks_again_who_it_is(make_person):
    person = make_person()
    here, elsewhere = browser(person), browser(person)
    session = here.session
    session["accounts_confirmed_at"] -= 601
    session.save()
    key = here.session.session_key

    asked = here.post(f"{SESSIONS}end-others/")
    here.post("/account/confirm/", {"password": PASSWORD, "next": SESSIONS})
    between = is_signed_in(elsewhere)
    here.post(f"{SESSIONS}end-others/")

    assert asked.url == "/account/confirm/?next=%2Faccount%2Fsessions%2F"
    assert between
    assert not is_signed_in(elsewhere)
    assert here.session.session_key != key, "showing it again gives the session a new key"


def test_five_wrong_passwords_are_told_to_the_person_once(make_person, do_jobs):
    person = make_person()
    client = Client()

    for _ in range(8):
        sign_in(client, person.email, "wrong")
        sign_in(client, "nobody@example.org", "wrong")
    do_jobs()

    assert [message.to for message in mail.outbox] == [[person.email]]
    paused = AuditEvent.objects.filter(name="accounts.sign_in.paused")
    assert [event.object_id for event in paused] == [person.pk]


def test_ending_sessions_needs_a_form_with_its_token(make_person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_person(), backend="netzstadt.core.orgs.backends.PersonBackend")

    assert client.post(f"{SESSIONS}end-others/").status_code == 403
    assert client.get(f"{SESSIONS}end-others/").status_code == 405


def test_the_database_refuses_a_session_seen_before_it_began(make_person):
    browser(make_person())

    with pytest.raises(IntegrityError), transaction.atomic():
        SignedInSession.objects.update(seen_at=clock.now() - timedelta(days=1))


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (FIREFOX, "Firefox · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140 Safari/537", "Chrome · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Safari/604", "Safari · iPhone"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_by_browser_and_system(agent, expected):
    assert devices.device(agent) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("198.51.100.23", "198.51.100.…"),
        ("::ffff:198.51.100.23", "198.51.100.…"),
        ("2001:db8:12:34::5", "2001:db8:12:…"),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_a_place_leaves_out_what_names_a_household(address, expected):
    assert devices.place(address) == expected


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_no_step_of_signing_in_leads_to_another_server(make_person, make_phone, client, target):
    person = make_person()
    phone = make_phone(person)
    sign_in(client, person.email, next=target)
    second = client.post("/account/sign-in/second-factor/", {"code": phone.next_code()})
    again = {"password": PASSWORD, "code": phone.next_code(), "next": target}
    confirmed = client.post("/account/confirm/", again)

    assert second.url == "/office/"
    assert confirmed.url == "/account/security/"
