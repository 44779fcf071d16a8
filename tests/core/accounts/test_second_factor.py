"""The second factor: who needs one, setting it up, showing it, losing it."""

import math
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from tests.conftest import PASSWORD
from tests.core.accounts.conftest import is_signed_in, sign_in

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.accounts import queries, tokens, totp
from netzstadt.core.accounts.models import Account, CodeGenerator, RecoveryCode, SignedInSession
from netzstadt.core.accounts.services import factors
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.orgs import demo
from netzstadt.core.orgs.models import Person
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db

SECOND = "/account/sign-in/second-factor/"
APP = "/account/security/app/"
CODES = "/account/security/recovery-codes/"


def events(name: str, person) -> int:
    return AuditEvent.objects.filter(name=name, object_id=person.pk).count()


def shown_key(client: Client) -> bytes:
    """The key of the page that sets up an app."""
    import base64

    text = client.get(APP).context["key"].replace(" ", "")
    return base64.b32decode(text + "=" * (-len(text) % 8))


def test_who_has_a_role_reaches_no_page_before_setting_up_a_second_factor(client, make_person):
    person = make_person(Role.ADMINISTRATOR)

    response = sign_in(client, person.email, next="/office/persons/")

    assert response.url == "/account/security/set-up/"
    assert not is_signed_in(client)
    assert client.get("/office/persons/").status_code == 302
    assert client.get("/account/security/set-up/").status_code == 200


def test_an_app_is_set_up_with_a_code_and_signs_in(client, make_person):
    person = make_person(Role.READER)
    sign_in(client, person.email, next="/stations/")
    key = shown_key(client)

    wrong = client.post(APP, {"code": "000000"})
    right = client.post(APP, {"code": totp.code_of(key, totp.step_at(clock.now()))})

    assert wrong.status_code == 422
    assert right.url == CODES
    assert is_signed_in(client)
    assert events("accounts.code_generator.added", person) == 1
    shown = client.post(CODES)
    assert len(shown.context["codes"]) == tokens.RECOVERY_CODES
    assert shown.context["go_on"] == "/stations/"
    assert "recovery-codes" in shown.content.decode()
    assert client.get(CODES).context["codes"] == ()


def test_the_password_alone_signs_nobody_in_who_has_a_second_factor(
    client, make_person, make_phone
):
    person = make_person()
    phone = make_phone(person)

    first = sign_in(client, person.email, next="/stations/")
    between = is_signed_in(client)
    second = client.post(SECOND, {"code": phone.next_code()})

    assert first.url == SECOND
    assert not between
    assert second.url == "/stations/"
    assert is_signed_in(client)


def test_a_code_is_accepted_once_and_none_before_it(make_person, make_phone):
    person = make_person()
    phone = make_phone(person)
    at = clock.now()
    later = at + timedelta(seconds=totp.STEP_S)
    code, older = (totp.code_of(phone.key, totp.step_at(when)) for when in (later, at))

    factors.use_code(person=person, code=code, at=later)

    for used in (code, older):
        with pytest.raises(factors.CodeRefused):
            factors.use_code(person=person, code=used, at=later)


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_of_another_time_is_refused(make_person, make_phone, steps):
    person = make_person()
    phone = make_phone(person)
    CodeGenerator.objects.update(last_step=0)

    at = clock.now()  # one moment for both: a step less between them would be taken
    code = totp.code_of(phone.key, totp.step_at(at) + steps)

    with pytest.raises(factors.CodeRefused):
        factors.use_code(person=person, code=code, at=at)


def test_codes_are_those_of_the_standard():
    """RFC 6238, appendix B: the last six digits of its eight."""
    key = b"12345678901234567890"
    known = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}

    assert {second: totp.code_of(key, second // 30) for second in known} == known


def test_the_key_of_an_app_is_not_readable_in_the_database(make_person, make_phone):
    phone = make_phone(make_person())

    stored = bytes(CodeGenerator.objects.get().encrypted_key)

    assert phone.key not in stored
    assert totp.as_text(phone.key).replace(" ", "").encode() not in stored


def test_five_wrong_codes_pause_codes_and_the_person_is_told(
    client, make_person, make_phone, do_jobs
):
    person = make_person()
    phone = make_phone(person)
    do_jobs()
    mail.outbox.clear()
    sign_in(client, person.email)

    answers = [client.post(SECOND, {"code": "000000"}) for _ in range(5)]
    right = client.post(SECOND, {"code": phone.next_code()})
    do_jobs()

    assert {answer.status_code for answer in answers} == {422}
    assert right.status_code == 422
    assert not is_signed_in(client)
    assert events("accounts.codes.paused", person) == 1
    assert [message.to for message in mail.outbox] == [[person.email]]
    Account.objects.update(codes_paused_until=clock.now() - timedelta(seconds=1))
    assert client.post(SECOND, {"code": phone.next_code()}).status_code == 302


def test_a_recovery_code_signs_in_once_and_is_told_by_mail(
    client, make_person, make_phone, do_jobs
):
    person = make_person()
    make_phone(person)
    code = factors.make_recovery_codes(person=person, at=clock.now())[0]
    do_jobs()
    mail.outbox.clear()
    sign_in(client, person.email)

    first = client.post(SECOND, {"code": code.upper().replace("-", " ")})
    again = Client()
    sign_in(again, person.email)
    second = again.post(SECOND, {"code": code})
    do_jobs()

    assert first.status_code == 302
    assert second.status_code == 422
    assert queries.factors_of(person).recovery_codes_left == tokens.RECOVERY_CODES - 1
    assert len(mail.outbox) == 1


def test_new_recovery_codes_end_the_old_ones(make_person, make_phone):
    person = make_person()
    make_phone(person)
    old = factors.make_recovery_codes(person=person, at=clock.now())

    new = factors.make_recovery_codes(person=person, at=clock.now())

    assert not set(old) & set(new)
    with pytest.raises(factors.CodeRefused):
        factors.use_code(person=person, code=old[0], at=clock.now())
    assert not RecoveryCode.objects.filter(digest=new[0].encode()).exists()


def test_recovery_codes_carry_more_than_112_random_bits():
    codes = [code.replace("-", "") for _ in range(20) for code in tokens.new_recovery_codes()]
    letters = set("".join(codes))

    bits = len(codes[0]) * math.log2(len(letters))

    assert len(set(codes)) == len(codes)
    assert bits > 112
    assert not letters & set("01lio")


def test_who_waits_between_the_factors_waits_fifteen_minutes_at_most(
    client, make_person, make_phone
):
    person = make_person()
    phone = make_phone(person)
    sign_in(client, person.email)
    session = client.session
    session["accounts_pending"] |= {"begun_at": clock.now().timestamp() - 901}
    session.save()

    assert client.post(SECOND, {"code": phone.next_code()}).url == "/account/sign-in/"


def test_a_password_changed_between_the_factors_ends_the_attempt(client, make_person, make_phone):
    from netzstadt.core.orgs.services import persons

    person = make_person()
    phone = make_phone(person)
    sign_in(client, person.email)

    persons.change_password(
        person=person, new="another long and quiet one", by=None, at=clock.now()
    )

    assert client.post(SECOND, {"code": phone.next_code()}).url == "/account/sign-in/"
    assert not is_signed_in(client)


def test_a_role_given_later_asks_for_a_second_factor_with_the_next_page(client, make_person):
    person = make_person()
    sign_in(client, person.email)
    assert is_signed_in(client)

    access.grant_role(
        person=person, role=Role.READER, by=None, at=clock.now() - timedelta(minutes=1)
    )

    assert client.get("/stations/").url == "/account/security/set-up/"
    assert not is_signed_in(client)


def test_demo_accounts_are_excepted_and_say_so(client):
    account = demo.make_demo_accounts(at=clock.now())[0]

    page = client.get("/account/sign-in/").content.decode()
    sign_in(client, account.email, account.password)

    assert is_signed_in(client)
    assert "keinen zweiten Faktor" in page
    with pytest.raises(factors.FactorRefused):
        factors.add_code_generator(
            person=Person.objects.get(email=account.email),
            key=b"k" * 20,
            code=totp.code_of(b"k" * 20, totp.step_at(clock.now())),
            keep_session=None,
            at=clock.now(),
        )


def test_factors_are_changed_only_after_showing_again_who_it_is(make_person, client_of, make_phone):
    person = make_person()
    phone = make_phone(person)
    client = client_of(person)
    session = client.session
    session["accounts_confirmed_at"] = clock.now().timestamp() - 601
    session.save()

    for path in (APP, CODES, "/account/security/app/remove/", "/account/security/set-up/"):
        for response in (client.get(path), client.post(path)):
            assert response.url.startswith("/account/confirm/"), path
    halves = [
        client.post("/account/confirm/", {"next": CODES} | half)
        for half in (
            {"password": "wrong", "code": phone.next_code()},
            {"password": PASSWORD},
            {"password": PASSWORD, "code": "000000"},
            {"code": phone.next_code()},
        )
    ]
    right = client.post(
        "/account/confirm/", {"password": PASSWORD, "code": phone.next_code(), "next": CODES}
    )

    assert [half.status_code for half in halves] == [422] * 4
    assert right.url == CODES
    assert client.get(CODES).status_code == 200


def test_a_changed_password_alone_does_not_open_the_factors(make_person, client_of, make_phone):
    person = make_person()
    make_phone(person)
    client = client_of(person)
    session = client.session
    session["accounts_confirmed_at"] = clock.now().timestamp() - 601
    session.save()
    new = "another long and quiet one"

    changed = client.post("/account/password/", {"current": PASSWORD, "new": new, "repeated": new})

    assert changed.url == "/account/"
    assert client.get(CODES).url.startswith("/account/confirm/")


def test_wrong_passwords_at_confirming_are_counted_as_at_signing_in(make_person, client_of):
    client = client_of(make_person())

    answers = [client.post("/account/confirm/", {"password": "wrong"}) for _ in range(5)]

    assert answers[-1].status_code == 429


def test_a_new_factor_ends_the_other_sessions_and_is_told_by_mail(make_person, client_of, do_jobs):
    person = make_person()
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        sign_in(client, person.email)
    key = shown_key(here)

    here.post(APP, {"code": totp.code_of(key, totp.step_at(clock.now()))})
    do_jobs()

    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert [message.to for message in mail.outbox] == [[person.email]]
    assert "App" in mail.outbox[0].subject


def test_a_removed_factor_ends_the_other_sessions(make_person, make_phone):
    person = make_person()
    phone = make_phone(person)
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        sign_in(client, person.email)
        client.post(SECOND, {"code": phone.next_code()})
    assert is_signed_in(elsewhere)

    here.post("/account/security/app/remove/")

    assert not queries.has_second_factor(person)
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_the_only_factor_of_who_needs_one_cannot_be_removed(make_person, make_phone):
    person, free = make_person(Role.READER), make_person()
    for one in (person, free):
        make_phone(one)

    with pytest.raises(factors.FactorRefused):
        factors.remove_code_generator(person=person, keep_session=None, at=clock.now())
    factors.make_recovery_codes(person=free, at=clock.now())
    factors.remove_code_generator(person=free, keep_session=None, at=clock.now())

    assert not queries.factors_of(free).recovery_codes_left


def test_an_elevated_administrator_resets_a_lost_factor(
    make_person, client_of, make_phone, do_jobs
):
    admin, person = make_person(Role.ADMINISTRATOR), make_person(Role.READER)
    make_phone(person)
    factors.make_recovery_codes(person=person, at=clock.now())
    hers = client_of(person)
    SignedInSession.objects.create(
        session_id=hers.session.session_key,
        person=person,
        begun_at=clock.now(),
        seen_at=clock.now(),
    )
    path = f"/office/persons/{person.pk}/second-factor/"
    client = client_of(admin)
    assert client.post(path, {"reason": "phone lost"}).status_code == 403
    access.elevate(
        person=admin,
        reason="phone of a colleague lost",
        hours=1,
        at=clock.now() - timedelta(minutes=1),
    )

    silent = client_of(admin).post(path, {"reason": " "})
    response = client_of(admin).post(path, {"reason": "phone lost, called back"})
    do_jobs()

    assert silent.status_code == 422
    assert response.status_code == 302
    assert not queries.has_second_factor(person)
    assert not is_signed_in(hers)
    assert events("accounts.second_factor.reset", person) == 1
    assert mail.outbox[-1].to == [person.email]
    assert sign_in(Client(), person.email).url == "/account/security/set-up/"


def test_nobody_resets_her_own_factor(make_person, make_phone):
    admin = make_person(Role.ADMINISTRATOR)
    make_phone(admin)

    with pytest.raises(factors.FactorRefused):
        factors.reset_second_factor(person=admin, reason="lost", by=admin, at=clock.now())


def test_the_database_refuses_the_same_recovery_code_twice(make_person):
    person = make_person()
    RecoveryCode.objects.create(person=person, digest=b"x", made_at=clock.now())

    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryCode.objects.create(person=person, digest=b"x", made_at=clock.now())


def test_the_database_refuses_a_language_without_mails(make_person):
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(person=make_person(), language="xx")


def test_a_key_that_somebody_began_to_set_up_before_signing_in_is_forgotten(make_person):
    person, client = make_person(), Client()
    session = client.session
    session["accounts_new_key"] = "00" * 20
    session.save()

    sign_in(client, person.email)

    assert is_signed_in(client)
    assert "accounts_new_key" not in client.session
