"""Setting the mail server up: its page, its password, the test mail and what to do then."""

import pytest
from tests.core.mail.conftest import PASSWORD, USER
from tests.ports import free_port

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.mail import secrecy, services
from netzstadt.core.mail.models import MailServer
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db

PAGE = "/office/mail/server/"
GIVEN = {
    "host": "localhost",
    "port": "587",
    "security": "STARTTLS",
    "user": USER,
    "password": PASSWORD,
    "sender_name": "Stadt Musterstadt",
    "sender_address": "stadt@musterstadt.example",
}


@pytest.fixture
def admin(make_person, client_of):
    return client_of(make_person(Role.ADMINISTRATOR))


def test_a_server_is_set_up_and_its_password_shown_nowhere(admin):
    response = admin.post(PAGE, GIVEN)

    assert response.status_code == 302
    server = MailServer.objects.get()
    assert secrecy.decrypted(server.password_encrypted) == PASSWORD
    assert PASSWORD not in server.password_encrypted
    assert PASSWORD not in admin.get(PAGE).content.decode()
    entry = AuditEvent.objects.get(name="mail.server.changed")
    assert PASSWORD not in str(entry.data) + str(entry.personal)
    assert server.password_encrypted not in str(entry.data)
    assert entry.data["after"]["host"] == "localhost"


def test_a_password_left_empty_stays_and_the_trail_has_old_and_new(admin):
    admin.post(PAGE, GIVEN)

    admin.post(PAGE, GIVEN | {"port": "25", "password": ""})

    server = MailServer.objects.get()
    assert secrecy.decrypted(server.password_encrypted) == PASSWORD
    entry = AuditEvent.objects.filter(name="mail.server.changed").latest("sequence")
    assert entry.data == {"before": {"port": 587}, "after": {"port": 25}}


@pytest.mark.parametrize("changed", [{"host": "127.0.0.1"}, {"user": "other"}])
def test_a_password_is_not_sent_to_a_server_it_was_not_typed_in_for(admin, changed):
    admin.post(PAGE, GIVEN)

    admin.post(PAGE, GIVEN | {"password": ""} | changed)

    assert MailServer.objects.get().password_encrypted == ""


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"security": "NONE", "host": "mail.example.org"}, "security"),
        ({"port": "70000"}, "port"),
        ({"host": "mail example"}, "host"),
        ({"user": ""}, "user"),
        ({"sender_address": "nobody"}, "sender_address"),
        ({"security": "SOMETIMES"}, "security"),
    ],
)
def test_what_cannot_be_comes_back_with_the_place(admin, wrong, field):
    response = admin.post(PAGE, GIVEN | wrong)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not MailServer.objects.exists()


def test_the_service_itself_refuses_the_open_network():
    facts = {key: value for key, value in GIVEN.items() if key != "password"}

    with pytest.raises(services.MailServerRefused):
        services.set_up_server(
            facts=facts | {"security": "NONE", "host": "mail.example.org", "port": 25},
            password=None,
            by=None,
            at=clock.now(),
        )


def test_a_copy_of_the_database_without_the_key_has_no_password(settings, set_up, write):
    set_up(free_port(), user=USER, password=PASSWORD)
    stored = MailServer.objects.get().password_encrypted

    settings.SECRET_KEY = "another key"

    with pytest.raises(secrecy.PasswordUnreadable):
        secrecy.decrypted(stored)
    mail = write()
    services.deliver(mail_id=mail.pk, at=clock.now())
    mail.refresh_from_db()
    assert "SECRET_KEY" in mail.answer


def try_it(admin, to: str = "kim@example.org"):
    return admin.post(f"{PAGE}test/", {"to": to})


def test_a_test_mail_shows_the_servers_own_answer(admin, start_server, set_up, post_office):
    set_up(start_server())

    response = try_it(admin)

    assert response.status_code == 200
    assert "250 2.0.0 queued as 4711" in response.content.decode()
    assert post_office.messages[0]["To"] == "kim@example.org"
    entry = AuditEvent.objects.get(name="mail.server.tried")
    assert entry.personal["address"] == "kim@example.org"


@pytest.mark.parametrize(
    ("command", "answer", "help_"),
    [
        ("RCPT", "554 5.7.1 Relay access denied", "RELAY"),
        ("RCPT", "550 5.1.1 No such user", "RECIPIENT"),
        ("MAIL", "553 5.7.1 Sender address rejected", "SENDER"),
        ("MAIL", "530 5.7.0 Authentication required", "LOGIN"),
        ("DATA", "451 4.3.0 Try later", "OTHER"),
    ],
)
def test_a_no_of_the_server_comes_with_what_to_do(
    admin, start_server, set_up, post_office, command, answer, help_
):
    from netzstadt.core.mail.advice import ADVICE
    from netzstadt.core.mail.transport import Cause

    set_up(start_server())
    post_office.answers[command] = [answer]

    response = try_it(admin)

    assert answer in response.content.decode()
    assert response.context["advice"] == ADVICE[Cause[help_]]


@pytest.mark.parametrize(
    ("server", "wrong", "help_"),
    [
        ("none", {}, "REFUSED"),
        ("TLS", {"security": "TLS"}, "CERTIFICATE"),
        ("NONE", {"security": "TLS"}, "TLS"),
        ("NONE", {"security": "STARTTLS"}, "TLS"),
        ("NONE", {"host": "no-such-host.invalid", "security": "TLS"}, "NAME"),
    ],
)
def test_a_server_that_is_not_reached_comes_with_what_to_do(
    admin, start_server, set_up, server, wrong, help_
):
    from netzstadt.core.mail.advice import ADVICE
    from netzstadt.core.mail.transport import Cause

    set_up(free_port() if server == "none" else start_server(server), **wrong)

    response = try_it(admin)

    assert response.context["advice"] == ADVICE[Cause[help_]]
    assert not response.context["outcome"].is_accepted


def test_every_cause_has_its_advice():
    from netzstadt.core.mail.advice import ADVICE
    from netzstadt.core.mail.transport import Cause

    assert set(ADVICE) == set(Cause)


def test_no_test_mail_without_a_server_or_an_address(admin, set_up):
    assert try_it(admin).status_code == 409
    set_up(25)
    assert try_it(admin, "nobody").status_code == 422


def test_removing_the_server_is_asked_and_noted(admin, set_up):
    set_up(25)

    assert admin.get(f"{PAGE}remove/").status_code == 200
    admin.post(f"{PAGE}remove/")

    assert not MailServer.objects.exists()
    assert AuditEvent.objects.filter(name="mail.server.removed").count() == 1
