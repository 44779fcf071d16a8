"""Inviting people: the link, what it gives, how it ends."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override
from tests.conftest import PASSWORD
from tests.core.accounts.conftest import is_signed_in, sign_in

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.accounts.models import Invitation
from netzstadt.core.accounts.services import invitations
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.city.services import facts
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.services import persons as orgs
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db

NEW = "/office/invitations/new/"
ACCEPT = "/account/invitation/"


@pytest.fixture
def admin(make_person):
    return make_person(Role.ADMINISTRATOR)


@pytest.fixture
def invite(admin, do_jobs):
    """Invite somebody and return the link of the mail that she gets."""

    def do(email: str = "rita@example.org", **more) -> str:
        facts = {"name": "Rita Neu", "roles": [Role.READER], "language": "de"} | more
        invitations.invite_person(email=email, by=admin, at=clock.now(), **facts)
        do_jobs()
        return link_in(mail.outbox[-1])

    return do


def link_in(message) -> str:
    """The path of the link in a mail."""
    return re.search(r"https?://[^/\s]+(/\S+)", message.body).group(1)


def accept(client: Client, link: str, password: str = PASSWORD):
    assert client.get(link).url == ACCEPT
    return client.post(ACCEPT, {"new": password, "repeated": password})


def test_an_administrator_invites_somebody_who_gets_her_role(admin, client_of, do_jobs):
    office, hers = client_of(admin), Client()
    named = {"name": "Musterstadt", "municipal_code": "", "language": "de"}
    facts.name_city(facts=named, by=None, at=clock.now())

    sent = office.post(
        NEW,
        {"name": "Rita Neu", "email": "Rita@Example.org", "roles": ["READER"], "language": "de"},
    )
    do_jobs()
    link = link_in(mail.outbox[0])
    page = hers.get(hers.get(link).url)
    step = accept(hers, link)

    assert sent.status_code == 302
    assert mail.outbox[0].to == ["rita@example.org"]
    assert "Musterstadt" in mail.outbox[0].subject
    assert "Musterstadt" in mail.outbox[0].body
    assert "Rita Neu" in page.content.decode()
    rita = Person.objects.get(email="rita@example.org")
    assert [grant.role for grant in rita.grants.all()] == ["READER"]
    assert step.url == "/account/security/set-up/"
    assert not is_signed_in(hers)
    names = set(AuditEvent.objects.values_list("name", flat=True))
    assert {f"accounts.invitation.{done}" for done in ("made", "sent", "accepted")} <= names


def test_roles_can_hold_in_a_unit(invite, make_unit):
    unit = make_unit()

    accept(Client(), invite(roles=[Role.STAFF], unit_id=unit.pk))

    grant = Person.objects.get(email="rita@example.org").grants.get()
    assert (grant.role, grant.unit_id) == ("STAFF", unit.pk)


@pytest.mark.parametrize("role", [Role.STAFF, Role.PARTNER, Role.ELEVATED])
def test_a_role_that_cannot_hold_everywhere_is_refused_at_once(invite, role):
    with pytest.raises(invitations.InvitationRefused):
        invite(roles=[role])

    assert not Invitation.objects.exists()


def test_administrators_are_invited_with_elevated_rights_only(invite, admin):
    with pytest.raises(invitations.InvitationRefused):
        invite(roles=[Role.ADMINISTRATOR])
    access.elevate(
        person=admin,
        reason="second administrator",
        hours=1,
        at=clock.now() - timedelta(minutes=1),
    )

    link = invite(roles=[Role.ADMINISTRATOR])
    accept(Client(), link)

    assert Person.objects.get(email="rita@example.org").grants.get().role == "ADMINISTRATOR"


def test_an_invitation_of_an_administrator_is_sent_anew_with_elevated_rights_only(
    invite, admin, make_person
):
    at = clock.now() - timedelta(minutes=1)
    access.elevate(person=admin, reason="second administrator", hours=1, at=at)
    invite(roles=[Role.ADMINISTRATOR])
    invitation = Invitation.objects.get()
    other = make_person(Role.ADMINISTRATOR)

    with pytest.raises(invitations.InvitationRefused):
        invitations.renew_invitation(invitation=invitation, by=other, at=at)

    assert Invitation.objects.get().expires_at == invitation.expires_at
    invitations.renew_invitation(invitation=invitation, by=admin, at=at)


def test_an_invitation_ends_with_the_account_of_who_sent_it(
    invite, admin, make_person, client_of, do_jobs
):
    link = invite(roles=[Role.READER])
    other = make_person(Role.ADMINISTRATOR)
    orgs.deactivate_person(person=admin, by=None, at=clock.now())

    answer = accept(Client(), link)

    assert answer.status_code == 410
    assert not Person.objects.filter(email="rita@example.org").exists()

    client_of(other).post(f"/office/invitations/{Invitation.objects.get().pk}/renew/")
    do_jobs()

    assert accept(Client(), link_in(mail.outbox[-1])).status_code == 302


def test_a_link_works_once(invite):
    link = invite()
    accept(Client(), link)

    again = Client()
    again.get(link)

    assert again.post(ACCEPT, {"new": PASSWORD, "repeated": PASSWORD}).status_code == 410
    assert Person.objects.filter(email="rita@example.org").count() == 1


def test_looking_at_the_link_does_not_use_it(invite):
    link = invite()
    for _ in range(3):
        scanner = Client()
        scanner.get(link, follow=True)

    assert accept(Client(), link).status_code == 302


def test_a_link_ends_after_seven_days(invite):
    link = invite()
    Invitation.objects.update(expires_at=clock.now() + timedelta(minutes=30))
    assert Client().get(link, follow=True).status_code == 200
    Invitation.objects.update(
        invited_at=clock.now() - timedelta(days=8), expires_at=clock.now() - timedelta(days=1)
    )

    assert Client().get(link, follow=True).status_code == 410
    assert timedelta(days=7) == invitations.VALID_FOR


def test_sending_anew_ends_the_earlier_link(invite, admin, client_of, do_jobs):
    old = invite()
    invitation = Invitation.objects.get()

    client_of(admin).post(f"/office/invitations/{invitation.pk}/renew/")
    between = Client().get(old, follow=True)
    do_jobs()
    new = link_in(mail.outbox[-1])

    assert between.status_code == 410
    assert Client().get(old, follow=True).status_code == 410
    assert accept(Client(), new).status_code == 302


def test_a_withdrawn_invitation_ends(invite, admin, client_of):
    link = invite()
    invitation = Invitation.objects.get()
    client = client_of(admin)

    client.post(f"/office/invitations/{invitation.pk}/withdraw/")
    again = client.post(f"/office/invitations/{invitation.pk}/withdraw/")

    assert Client().get(link, follow=True).status_code == 410
    assert again.status_code == 409
    assert "zurückgezogen" in client.get("/office/invitations/").content.decode()


def test_who_has_an_account_or_an_invitation_is_not_invited_again(invite, admin):
    invite()

    for email in ("RITA@example.org", admin.email):
        with pytest.raises(invitations.InvitationRefused):
            invite(email)
    assert Invitation.objects.count() == 1


def test_an_expired_invitation_makes_room_for_a_new_one(invite):
    invite()
    Invitation.objects.update(
        invited_at=clock.now() - timedelta(days=8), expires_at=clock.now() - timedelta(days=1)
    )

    assert accept(Client(), invite()).status_code == 302


def test_a_weak_password_comes_back_and_the_link_goes_on_to_work(invite):
    link, client = invite(), Client()

    weak = accept(client, link, "short")
    strong = client.post(ACCEPT, {"new": PASSWORD, "repeated": PASSWORD})

    assert weak.status_code == 422
    assert strong.status_code == 302


def test_the_token_is_in_the_mail_alone(invite):
    token = invite().rstrip("/").rpartition("/")[2]

    row = Invitation.objects.values_list().get()

    assert len(token) > 40
    assert not any(token in str(bytes(v) if isinstance(v, memoryview) else v) for v in row)


def test_a_mail_is_in_the_language_that_was_chosen(invite):
    invite(language="en")

    assert mail.outbox[-1].subject.startswith("Your invitation")


@pytest.mark.parametrize("template", ["invitation", "notice"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_time_of_day_ends_no_sentence_of_a_mail(template, language):
    at = datetime(2026, 11, 30, 6, 34, tzinfo=UTC)

    with override(language):
        body = render_to_string(f"accounts/mail/{template}.txt", {"until": at, "at": at})

    assert "30" in body
    assert ".." not in body  # “7:34 a.m..”


def test_only_administrators_invite(make_person, client_of, client):
    reader = client_of(make_person(Role.READER))

    assert reader.get(NEW).status_code == 403
    assert reader.post(NEW, {}).status_code == 403
    assert client.get(NEW).url.startswith("/account/sign-in/")


def test_a_form_that_comes_back_names_what_is_wrong(admin, client_of):
    response = client_of(admin).post(NEW, {"name": "", "email": "nobody", "language": "de"})

    assert response.status_code == 422
    assert 'href="#id_email"' in response.content.decode()


def test_the_list_is_paged_and_asks_little(admin, client_of, django_assert_max_num_queries):
    at = clock.now()
    Invitation.objects.bulk_create(
        Invitation(
            email=f"n{number}@example.org",
            name="N",
            roles=[],
            invited_by=admin,
            invited_at=at,
            expires_at=at + timedelta(days=1),
        )
        for number in range(60)
    )
    client = client_of(admin)

    with django_assert_max_num_queries(12):
        page = client.get("/office/invitations/?page=2")

    assert page.content.decode().count("@example.org") >= 25


def test_ended_invitations_are_forgotten_after_thirty_days(invite):
    invite()

    invitations.forget_invitations(at=clock.now() + timedelta(days=36))
    assert Invitation.objects.exists()
    invitations.forget_invitations(at=clock.now() + timedelta(days=38))

    assert not Invitation.objects.exists()


BAD_ROWS = {
    "used and withdrawn": {"used_at": 0, "withdrawn_at": 0},
    "used by nobody": {"used_at": 0},
    "ends before it begins": {"expires_at": -1},
    "token that was not sent": {"token_digest": b"x", "sent_at": None},
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_the_database_refuses_an_invitation_that_makes_no_sense(invite, name):
    invite()
    now = clock.now()
    changes = {
        key: now + timedelta(days=value) if isinstance(value, int) else value
        for key, value in BAD_ROWS[name].items()
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.update(**changes)


def test_the_database_refuses_a_second_open_invitation(invite, admin):
    invite()

    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            email="RITA@example.org",
            name="R",
            roles=[],
            invited_at=clock.now(),
            expires_at=clock.now() + timedelta(days=1),
        )


def test_who_accepted_signs_in_with_her_password(invite):
    accept(Client(), invite(roles=[]))

    client = Client()
    sign_in(client, "rita@example.org")

    assert is_signed_in(client)


@pytest.mark.parametrize("path", [ACCEPT, "/account/password/new/"])
def test_a_link_that_was_never_sent_begins_no_session(path):
    # Otherwise everybody could fill the table of sessions, with as much as an address can hold.
    client = Client()

    answer = client.get(f"{path}{'a' * 3000}/", follow=True)

    assert answer.status_code == 410
    assert "netzstadt_session" not in client.cookies
