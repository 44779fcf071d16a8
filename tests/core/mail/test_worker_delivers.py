"""The whole way: committed with the change, done by a worker, taken by a server, once."""

from tests.core.test_at_once import at_once

from netzstadt.core.jobs.worker import run_worker
from netzstadt.core.mail import services
from netzstadt.core.mail.models import MailServer, State
from netzstadt.lib import clock


def queued(address: str = "kim@example.org"):
    return services.queue(address=address, subject="Hello", text="Hello\n", at=clock.now())


def test_a_worker_sends_what_was_committed(committed, start_server, set_up, post_office):
    set_up(start_server())
    mail = queued()

    run_worker(wait=False)

    mail.refresh_from_db()
    assert mail.state == State.SENT
    assert [message["To"] for message in post_office.messages] == ["kim@example.org"]


def test_workers_that_take_the_same_mail_at_once_send_it_once(
    committed, start_server, set_up, post_office
):
    set_up(start_server())
    mails = [queued(f"kim{number}@example.org") for number in range(5)]

    def send_all() -> None:
        for mail in mails:
            services.deliver(mail_id=mail.pk, at=clock.now())

    results = at_once(*[send_all] * 4)

    assert results == [None] * 4
    sent = sorted(message["To"] for message in post_office.messages)
    assert sent == [f"kim{number}@example.org" for number in range(5)]


def test_two_who_set_the_server_up_first_leave_one(committed, set_up):
    results = at_once(*[lambda: set_up(25)] * 3)

    assert MailServer.objects.count() == 1
    assert all(isinstance(result, MailServer) for result in results), results
