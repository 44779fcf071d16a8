"""Sending mail through real servers: over TLS, with login, and when they say no."""

from datetime import timedelta

import pytest
from tests.core.mail.conftest import PASSWORD, USER
from tests.ports import free_port

from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.mail import queries, services
from netzstadt.core.mail.models import LEFT_ALONE, PAUSES, SENT_WITHIN, State
from netzstadt.core.mail.transport import Cause
from netzstadt.lib import clock

pytestmark = [
    pytest.mark.django_db,
    # What the test's server says of itself where TLS begins with the first byte.
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]


def deliver(mail, at=None):
    services.deliver(mail_id=mail.pk, at=at or clock.now())
    mail.refresh_from_db()
    return mail


@pytest.mark.parametrize("security", ["TLS", "STARTTLS"])
def test_mail_goes_out_encrypted_after_a_login(
    start_server, set_up, write, post_office, trusted, security
):
    port = start_server(security, login=True)
    set_up(port, security=security, user=USER, password=PASSWORD)

    mail = deliver(write("kim@example.org", "Grüße aus der Stadt"))

    assert mail.state == State.SENT
    assert mail.answer == "250 2.0.0 queued as 4711"
    (envelope, message) = post_office.received[0]
    assert envelope.mail_from == "stadt@musterstadt.example"
    assert envelope.rcpt_tos == ["kim@example.org"]
    assert message["Subject"] == "Grüße aus der Stadt"
    assert message["From"] == "Stadt Musterstadt <stadt@musterstadt.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "de"
    assert message["Message-ID"] == f"<{mail.pk}@musterstadt.example>"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    assert message.get_body(("plain",)).get_content().splitlines() == ["Guten Tag"]


def test_a_certificate_that_nobody_vouches_for_stops_the_mail(
    start_server, set_up, write, post_office
):
    set_up(start_server("TLS"), security="TLS")

    mail = deliver(write())

    assert mail.state == State.WAITING
    assert "certificate" in mail.answer.lower()
    assert post_office.received == []


def test_a_password_is_never_sent_before_the_connection_is_encrypted(
    start_server, set_up, write, post_office, trusted
):
    """The server offers no STARTTLS: somebody may have cut the offer out on the way."""
    set_up(start_server("NONE"), security="STARTTLS", user=USER, password=PASSWORD)

    mail = deliver(write())

    assert mail.state == State.WAITING
    assert "STARTTLS" in mail.answer
    assert post_office.received == []


def test_a_wrong_password_waits_for_the_administrator(start_server, set_up, write, trusted):
    set_up(start_server("STARTTLS", login=True), security="STARTTLS", user=USER, password="wrong")

    mail = deliver(write())

    assert mail.state == State.WAITING
    assert mail.answer.startswith("535")


def test_a_greylisting_server_gets_the_mail_at_the_second_try(
    start_server, set_up, write, post_office
):
    set_up(start_server())
    post_office.answers["RCPT"] = ["450 4.2.0 Greylisted, come back later"]
    at = clock.now()

    first = deliver(write(at=at), at)

    assert first.state == State.WAITING
    assert first.due_at == at + PAUSES[0]
    assert first.answer == "450 4.2.0 Greylisted, come back later"

    too_early = deliver(first, at + PAUSES[0] - timedelta(seconds=1))
    assert too_early.tries == 1

    second = deliver(first, at + PAUSES[0])
    assert second.state == State.SENT
    assert len(post_office.received) == 1


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "550 5.1.1 No such user here"),
        ("RCPT", "554 5.7.1 Relay access denied"),
        ("DATA", "554 5.7.1 We do not like this"),
    ],
)
def test_a_final_no_is_not_asked_again_and_stands_in_the_trail(
    start_server, set_up, write, post_office, command, answer
):
    set_up(start_server())
    post_office.answers[command] = [answer]

    mail = deliver(write())

    assert mail.state == State.FAILED
    assert mail.answer == answer
    assert mail.due_at is None
    entry = AuditEvent.objects.get(name="mail.outgoing.failed", object_id=mail.pk)
    assert entry.personal == {"answer": answer}


def test_a_server_that_dies_in_the_middle_gets_the_mail_again(
    start_server, set_up, write, post_office
):
    set_up(start_server())
    post_office.dies_in_data = 1
    at = clock.now()

    mail = deliver(write(at=at), at)
    assert mail.state == State.WAITING
    assert post_office.received == []

    assert deliver(mail, at + PAUSES[0]).state == State.SENT


def test_after_two_days_of_tries_a_mail_has_failed(set_up, write):
    set_up(free_port())
    at = clock.now()
    mail = write(at=at)

    for _ in range(len(PAUSES) + 1):
        assert mail.state == State.WAITING
        deliver(mail, mail.due_at)

    assert mail.state == State.FAILED
    assert mail.tries == len(PAUSES) + 1
    assert sum(PAUSES, timedelta()) > timedelta(days=1)
    assert "refused" in mail.answer.lower()


def test_a_mail_whose_worker_died_is_found_and_sent(start_server, set_up, write, post_office):
    at = clock.now()
    set_up(start_server())
    mail = write(at=at)
    assert services._take(mail.pk, at) is not None  # and then the worker is gone

    assert queries.due(at=at, limit=10) == []
    assert deliver(mail, at).state == State.SENDING
    later = at + SENT_WITHIN
    assert queries.due(at=later, limit=10) == [mail.pk]
    assert deliver(mail, later).state == State.SENT
    assert len(post_office.received) == 1


def test_a_late_worker_does_not_overwrite_what_another_one_noted(start_server, set_up, write):
    from netzstadt.core.mail.transport import Outcome

    at = clock.now()
    set_up(start_server())
    mail = write(at=at)
    slow, _server = services._take(mail.pk, at)
    deliver(mail, at + SENT_WITHIN)

    services._conclude(slow, Outcome(False, "too late", Cause.TIMEOUT), at + SENT_WITHIN)

    mail.refresh_from_db()
    assert mail.state == State.SENT


def test_a_server_that_is_not_reached_is_left_alone_for_a_minute(set_up, write, start_server):
    at = clock.now()
    set_up(free_port())
    deliver(write(at=at), at)

    second = deliver(write("lea@example.org", at=at), at)

    assert (second.state, second.tries) == (State.WAITING, 0), "nobody waits for it in vain again"
    assert second.due_at == at + LEFT_ALONE
    assert deliver(second, at + LEFT_ALONE).tries == 1
    third = write("ria@example.org", at=at + LEFT_ALONE)
    set_up(start_server())  # an administrator names another one
    assert deliver(third, at + LEFT_ALONE).state == State.SENT


def test_mail_is_kept_where_the_server_was_removed_meanwhile(set_up, write, make_person):
    set_up(25)
    mail = write()
    services.remove_server(by=make_person(), at=clock.now())

    assert deliver(mail).state == State.KEPT
