"""Writing mail: in the transaction of the change, for one recipient, without forged headers."""

from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy

from netzstadt.core.mail import services
from netzstadt.core.mail.backend import QueueBackend
from netzstadt.core.mail.models import MailServer, OutgoingMail, State
from netzstadt.core.mail.services import erasure
from netzstadt.core.orgs import demo
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id

pytestmark = pytest.mark.django_db


def jobs_waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from procrastinate_jobs"
            " where task_name = 'netzstadt.core.mail.jobs.deliver_mail'"
        )
        return int(cursor.fetchone()[0])


def test_a_mail_that_was_rolled_back_was_never_written(write, set_up):
    set_up(25)

    with transaction.atomic():
        write()
        transaction.set_rollback(True)

    assert not OutgoingMail.objects.exists()
    assert jobs_waiting() == 0


def test_a_written_mail_waits_with_a_job(write, set_up):
    set_up(25)

    mail = write()

    assert mail.state == State.WAITING
    assert jobs_waiting() == 1


def test_without_a_server_a_mail_is_kept_and_no_job_waits(write):
    assert write().state == State.KEPT
    assert jobs_waiting() == 0


def test_nothing_goes_out_to_the_made_up_addresses_of_demo_accounts(set_up):
    account = demo.make_demo_accounts(at=clock.now())[0]
    set_up(25)

    mail = services.queue(address=account.email, subject="Hello", text="x", at=clock.now())

    assert mail.state == State.KEPT
    assert mail.person is not None


def test_a_mail_to_a_person_is_written_in_the_language_asked_for(make_person):
    person = make_person(name="Kim O'Neil & Co")

    def sent(language: str) -> OutgoingMail:
        return services.send(
            to=person,
            subject=gettext_lazy("Test of the mail server"),
            template="mail/test",
            context={},
            language=language,
            at=clock.now(),
        )

    german, english = sent("de"), sent("en")

    assert german.person == person
    assert german.address == person.email
    assert english.subject == "Test of the mail server"
    assert german.subject != english.subject
    assert "This is a test." in english.text
    assert '<html lang="en">' in english.html
    assert '<html lang="de">' in german.html


def test_html_is_made_of_the_text_and_cannot_be_slipped_in():
    from netzstadt.core.mail.writing import as_html

    html = as_html("A <b>", "See https://city.example/x?a=1&b=2\n\n<script>alert(1)</script>", "en")

    assert "<script>" not in html
    assert "<title>A &lt;b&gt;</title>" in html
    assert '<a href="https://city.example/x?a=1&amp;b=2"' in html
    assert html.count("<p>") == 2


@pytest.mark.parametrize(
    "forged",
    [
        {"subject": "Hello\nBcc: all@example.org"},
        {"subject": "Hello\r\n\r\nA body of my own"},
        {"subject": "Hello\x0bX: y"},
        {"subject": "Hello\u2028Bcc: all@example.org"},
        {"subject": "Hello\x85Bcc: all@example.org"},
        {"subject": "Hello\0"},
        {"address": "kim@example.org\nBcc: all@example.org"},
        {"address": "kim@example.org, all@example.org"},
        {"address": "Kim <kim@example.org>"},
        {"address": "no address"},
        {"address": ""},
    ],
)
def test_nothing_that_could_begin_a_header_is_written(write, forged):
    with pytest.raises(services.MailRefused):
        write(**forged)

    assert not OutgoingMail.objects.exists()


def test_odd_letters_in_a_subject_do_no_harm(write):
    assert write(subject="Bür\u00adger\u200bbüro 🚲 \u202e").subject.startswith("Bür")


@pytest.mark.parametrize("name", ["subject", "address"])
def test_the_database_itself_refuses_a_second_line_in_a_header(write, name):
    mail = write()

    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).update(**{name: "a\nBcc: b@example.org"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "LOST"},
        {"state": State.SENT, "sent_at": None},
        {"state": State.KEPT, "sent_at": clock.now()},
        {"state": State.WAITING, "due_at": None},
        {"state": State.KEPT, "due_at": clock.now()},
        {"text_removed_at": clock.now()},
    ],
)
def test_the_database_refuses_a_mail_that_contradicts_itself(write, wrong):
    mail = write()

    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).update(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": 0},
        {"port": 65536},
        {"security": "MAYBE"},
        {"password_encrypted": "x", "user": ""},
        {"sender_name": "A\nB"},
    ],
)
def test_the_database_refuses_a_mail_server_that_cannot_be(set_up, wrong):
    server = set_up(25)

    with pytest.raises(IntegrityError), transaction.atomic():
        MailServer.objects.filter(pk=server.pk).update(**wrong)


def test_there_is_one_mail_server(set_up):
    first = set_up(25)
    second = set_up(26)

    assert first.pk == second.pk
    facts = {name: getattr(second, name) for name in ("host", "port", "security", "sender_name")}
    for is_the_one in (True, False):
        with pytest.raises(IntegrityError), transaction.atomic():
            MailServer.objects.create(
                id=new_id(),
                **facts,
                is_the_one=is_the_one,
                sender_address="a@example.org",
                changed_at=clock.now(),
            )


def test_what_other_packages_mail_goes_into_the_queue_one_for_each_recipient(settings, make_person):
    settings.EMAIL_BACKEND = f"{QueueBackend.__module__}.{QueueBackend.__name__}"
    person = make_person(email="kim@example.org")

    count = django_mail.EmailMessage(
        "Reset", "https://city.example/reset", to=["Kim <KIM@example.org>"], bcc=["b@example.org"]
    ).send()

    rows = {mail.address: mail for mail in OutgoingMail.objects.all()}
    assert count == 1
    assert set(rows) == {"KIM@example.org", "b@example.org"}
    assert rows["KIM@example.org"].person == person
    assert rows["b@example.org"].person is None
    assert "reset" in rows["b@example.org"].html


def test_a_mail_with_an_attachment_is_refused(settings):
    settings.EMAIL_BACKEND = f"{QueueBackend.__module__}.{QueueBackend.__name__}"
    message = django_mail.EmailMessage("A", "B", to=["b@example.org"])
    message.attach("a.txt", "x")

    with pytest.raises(services.MailRefused):
        message.send()


def test_the_product_sends_through_the_queue():
    import netzstadt.settings

    assert f"{QueueBackend.__module__}.QueueBackend" == netzstadt.settings.EMAIL_BACKEND


def test_texts_are_removed_after_their_time_and_open_mail_keeps_its(write, set_up):
    old = clock.now() - timedelta(days=31)
    kept = write(at=old)
    young = write()
    set_up(25)
    waiting = write(at=old)

    removed = services.remove_texts(clock.now() - timedelta(days=30), limit=100)

    kept.refresh_from_db()
    assert removed == 1
    assert (kept.text, kept.html) == ("", "")
    assert kept.text_removed_at is not None
    assert not kept.may_be_sent_again
    for mail in (young, waiting):
        mail.refresh_from_db()
        assert mail.text


def test_whole_mails_are_removed_after_a_year_some_at_a_time(write):
    for days in (366, 400, 10):
        write(at=clock.now() - timedelta(days=days))

    counts = [services.remove_mails(clock.now() - timedelta(days=365), limit=1) for _ in range(3)]

    assert counts == [1, 1, 0]
    assert OutgoingMail.objects.count() == 1


def test_the_mail_of_a_person_is_exported_and_erased(make_person, write):
    from netzstadt.core.mail import queries

    person = make_person(email="kim@example.org")
    write(subject="Yours")
    write(address="other@example.org")

    assert [row["subject"] for row in queries.personal_data(person)["mail"]] == ["Yours"]
    assert erasure.erase_person(person, by=None, at=clock.now()) == {"mail": 1, "mentions": 0}
    assert [mail.address for mail in OutgoingMail.objects.all()] == ["other@example.org"]


def test_mail_to_others_keeps_its_words_without_the_name_of_who_is_erased(make_person, write):
    person = make_person(name="Kim O'Neill", email="kim@bücher.example")
    write(
        address="other@example.org", subject="Kim O'Neill asked", text="kim@xn--bcher-kva.example"
    )
    write(address="kim@xn--bcher-kva.example")

    assert erasure.erase_person(person, by=None, at=clock.now()) == {"mail": 1, "mentions": 1}
    left = OutgoingMail.objects.get()
    assert "O'Neill" not in left.subject + left.text
    assert left.subject.endswith(" asked")
    assert "kim@" not in left.text
