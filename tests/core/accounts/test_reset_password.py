"""Choosing a new password by mail, and what attackers try with it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.conftest import PASSWORD
from tests.core.accounts.conftest import is_signed_in, sign_in

from netzstadt.core.access.permissions import Role
from netzstadt.core.accounts.models import Account, PasswordReset
from netzstadt.core.accounts.services import passwords
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.orgs import demo
from netzstadt.core.orgs.services import persons
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db

ASK = "/account/password/forgotten/"
CHOOSE = "/account/password/new/"
NEW = "another long and quiet one"


@pytest.fixture
def link_for(do_jobs):
    """Ask for a link for an address; the path in the mail, or nothing."""

    def ask(email: str) -> str:
        mail.outbox.clear()
        assert Client().post(ASK, {"email": email}).status_code == 200
        do_jobs()
        bodies = "\n".join(one.body for one in mail.outbox)
        found = re.search(r"https?://[^/\s]+(/account/password/new/\S+)", bodies)
        return found.group(1) if found else ""

    return ask


def choose(link: str, password: str = NEW, client: Client | None = None):
    client = client or Client()
    assert client.get(link).url == CHOOSE
    return client.post(CHOOSE, {"new": password, "repeated": password})


def test_a_person_chooses_a_new_password_and_all_sessions_end(make_person, link_for, do_jobs):
    person = make_person()
    elsewhere = Client()
    sign_in(elsewhere, person.email)

    response = choose(link_for(person.email.upper()))

    assert response.url == "/account/sign-in/"
    assert not is_signed_in(elsewhere)
    fresh = Client()
    assert sign_in(fresh, person.email).status_code == 422
    assert sign_in(fresh, person.email, NEW).status_code == 302
    names = AuditEvent.objects.filter(object_id=person.pk).values_list("name", flat=True)
    assert {"accounts.password_reset.sent", "accounts.password_reset.used"} <= set(names)


def test_a_new_password_does_not_replace_the_second_factor(make_person, make_phone, link_for):
    person = make_person(Role.READER)
    make_phone(person)
    client = Client()

    choose(link_for(person.email), client=client)

    assert not is_signed_in(client)
    assert sign_in(client, person.email, NEW).url == "/account/sign-in/second-factor/"


def test_known_and_unknown_addresses_get_the_same_answer(make_person):
    person = make_person()

    Client().post(ASK, {"email": "first@example.org"})  # reads what every page remembers

    Client().get(ASK)  # what is remembered of the city is read now, not in between
    answers = {}
    for email in (person.email, "nobody@example.org"):
        client = Client()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.post(ASK, {"email": email})
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
        shapes = [re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in queries.captured_queries]
        answers[email] = (response.status_code, page.replace(email, "EMAIL"), shapes)

    # The same page, and the same statements in the same order: the time says nothing either.
    assert len({str(answer) for answer in answers.values()}) == 1
    assert mail.outbox == []


def test_nobody_is_sent_a_link_who_may_not_use_it(make_person, link_for):
    gone = make_person()
    persons.deactivate_person(person=gone, by=None, at=clock.now())
    account = demo.make_demo_accounts(at=clock.now())[0]

    assert [link_for(email) for email in (gone.email, account.email, "x@example.org")] == [""] * 3
    assert not PasswordReset.objects.exists()


def test_a_link_works_once(make_person, link_for):
    link = link_for(make_person().email)
    choose(link)

    assert choose(link, "yet another quiet one").status_code == 410


def test_looking_at_the_link_does_not_use_it(make_person, link_for):
    link = link_for(make_person().email)
    for _ in range(3):
        Client().get(link, follow=True)

    assert choose(link).status_code == 302


def test_a_link_ends_after_an_hour(make_person, link_for):
    link = link_for(make_person().email)
    token = link.rstrip("/").rpartition("/")[2]
    reset = PasswordReset.objects.get()

    assert reset.expires_at <= clock.now() + timedelta(hours=1)
    with pytest.raises(passwords.ResetRefused):
        passwords.reset_password(token=token, new=NEW, at=reset.expires_at)


def test_another_password_ends_the_link(make_person, link_for):
    person = make_person()
    link = link_for(person.email)

    persons.change_password(
        person=person, current=PASSWORD, new="changed meanwhile it is", by=person, at=clock.now()
    )

    assert choose(link).status_code == 410


def test_deactivating_the_account_ends_the_link_for_good(make_person, link_for, do_jobs):
    person = make_person()
    link = link_for(person.email)

    persons.deactivate_person(person=person, by=None, at=clock.now())
    at_once = choose(link)
    do_jobs()
    persons.reactivate_person(person=person, by=None, at=clock.now())

    assert at_once.status_code == 410
    assert choose(link).status_code == 410


def test_a_newer_link_ends_the_older_one(make_person, link_for):
    person = make_person()
    older = link_for(person.email)
    newer = link_for(person.email)

    assert choose(older).status_code == 410
    assert choose(newer).status_code == 302


def test_an_inbox_is_not_flooded(make_person, link_for):
    person = make_person()

    sent = [bool(link_for(person.email)) for _ in range(5)]

    assert sent == [True, True, True, False, False]


def test_a_flood_of_questions_is_turned_away(client):
    at = clock.now()
    PasswordReset.objects.bulk_create(
        PasswordReset(account=f"{number}@example.org", asked_at=at)
        for number in range(passwords.WAITING_AT_MOST)
    )

    assert client.post(ASK, {"email": "one-more@example.org"}).status_code == 429


def test_the_token_is_in_the_mail_alone(make_person, link_for):
    token = link_for(make_person().email).rstrip("/").rpartition("/")[2]
    with connection.cursor() as cursor:
        cursor.execute("select args::text from procrastinate_jobs")
        jobs = str(cursor.fetchall())
        cursor.execute("select data::text, personal::text from audit_event")
        events = str(cursor.fetchall())

    row = str(
        [
            bytes(v) if isinstance(v, memoryview) else v
            for v in PasswordReset.objects.values_list().get()
        ]
    )

    assert len(token) > 40
    assert token not in jobs + events + row


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example"])
def test_the_host_of_a_request_never_stands_in_a_mail(make_person, do_jobs, settings, host):
    settings.ALLOWED_HOSTS = ["*"]  # as behind a proxy that lets everything through
    settings.CONFIG = replace(settings.CONFIG, base_url="https://stadt.example")
    person = make_person()

    Client().post(ASK, {"email": person.email}, headers={"host": host, "x-forwarded-host": host})
    do_jobs()

    assert "https://stadt.example/account/password/new/" in mail.outbox[0].body
    assert "evil" not in mail.outbox[0].body


def test_an_unknown_host_is_refused(client):
    assert client.get(ASK, headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("address", ["a@example.org\nBcc: x@evil.example", "a@example.org\r\nX: y"])
def test_an_address_cannot_carry_headers_of_a_mail(client, do_jobs, address):
    assert client.post(ASK, {"email": address}).status_code == 422
    do_jobs()
    assert mail.outbox == []


def test_a_name_cannot_carry_headers_of_a_mail(settings, make_person, link_for):
    settings.CONFIG = replace(settings.CONFIG, city_name="City\r\nBcc: x@evil.example")
    person = make_person(name="Kim\nBcc: x@evil.example")

    link_for(person.email)

    message = mail.outbox[0].message()
    assert message["Bcc"] is None
    assert mail.outbox[0].recipients() == [person.email]


def test_the_mail_is_in_the_language_of_who_asks(make_person, do_jobs):
    person = make_person()
    english = Client()
    english.cookies["netzstadt_language"] = "en"

    english.post(ASK, {"email": person.email})
    do_jobs()

    assert mail.outbox[0].subject == "Choose a new password"


def test_notices_are_in_the_language_last_signed_in_with(make_person, do_jobs):
    person = make_person()
    english = Client()
    english.cookies["netzstadt_language"] = "en"
    sign_in(english, person.email)

    persons.change_password(person=person, new=NEW, by=None, at=clock.now())
    do_jobs()

    assert Account.objects.get(person=person).language == "en"
    assert mail.outbox[-1].subject == "Your password was changed"


def test_forms_of_resets_need_their_token():
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(ASK, {"email": "a@example.org"}).status_code == 403
    assert strict.post(CHOOSE, {"new": NEW, "repeated": NEW}).status_code == 403


@pytest.mark.parametrize("token", ["", "x", "a" * 5000, "%00"])
def test_made_up_tokens_lead_to_a_page_that_helps(client, token):
    response = client.get(f"{CHOOSE}{token}/" if token else CHOOSE, follow=True)

    assert response.status_code in {410, 404}


def test_what_was_asked_is_forgotten_after_a_day(make_person, link_for):
    link_for(make_person().email)

    passwords.forget_resets(at=clock.now() + timedelta(hours=25))

    assert not PasswordReset.objects.exists()


def test_the_database_refuses_half_a_reset(make_person):
    person = make_person()
    at = clock.now()
    whole = {
        "account": person.email,
        "asked_at": at,
        "person": person,
        "token_digest": b"t",
        "password_digest": b"p",
        "expires_at": at + timedelta(hours=1),
    }
    PasswordReset.objects.create(**whole)

    for wrong in ({"token_digest": None}, {"expires_at": at}, {"token_digest": b"u"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PasswordReset.objects.create(**whole | wrong)


@pytest.fixture
def helper(make_person, client_of):
    """The browser of an administrator."""
    return client_of(make_person(Role.ADMINISTRATOR, name="Chris Beispiel"))


def test_who_is_deactivated_is_said_to_be_so_and_sent_nothing(make_person, helper, do_jobs):
    person, other = make_person(), make_person(Role.ADMINISTRATOR)
    persons.deactivate_person(person=person, by=other, at=clock.now())
    page = f"/office/persons/{person.pk}/password/"

    answer = helper.post(f"{page}link/", follow=True)
    do_jobs()

    assert answer.redirect_chain == [(page, 302)]
    assert "Dieses Konto ist deaktiviert." in answer.content.decode()
    assert "ns-messages" not in answer.content.decode()
    assert mail.outbox == []


def test_an_administrator_has_a_link_sent(make_person, helper, do_jobs):
    person = make_person()

    answer = helper.post(f"/office/persons/{person.pk}/password/link/", follow=True)
    do_jobs()

    assert "Kein Mailserver ist eingerichtet" in answer.content.decode()
    assert [one.to for one in mail.outbox] == [[person.email]]
    link = re.search(r"https?://[^/\s]+(/account/password/new/\S+)", mail.outbox[0].body)
    assert choose(link.group(1)).url == "/account/sign-in/"


def test_an_administrator_sets_a_password_and_its_rules_hold(make_person, helper):
    person = make_person()
    elsewhere = Client()
    sign_in(elsewhere, person.email)
    page = f"/office/persons/{person.pk}/password/"

    short = helper.post(page, {"new": "short", "repeated": "short"})
    other = helper.post(page, {"new": NEW, "repeated": "another"})
    still = is_signed_in(elsewhere)
    done = helper.post(page, {"new": NEW, "repeated": NEW})

    assert (short.status_code, other.status_code, still) == (422, 422, True)
    assert done.url == f"/office/persons/{person.pk}/"
    assert not is_signed_in(elsewhere)
    assert sign_in(Client(), person.email, NEW).status_code == 302


def test_who_finds_a_browser_open_sets_nobody_s_password(make_person, helper):
    person = make_person()
    session = helper.session
    session["accounts_confirmed_at"] -= 3600
    session.save()

    answer = helper.post(f"/office/persons/{person.pk}/password/", {"new": NEW, "repeated": NEW})

    assert answer.url.startswith("/account/confirm/")
    assert sign_in(Client(), person.email, NEW).status_code == 422
