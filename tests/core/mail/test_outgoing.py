"""The office's list of mail, sending again, and the letter box of the demo."""

from dataclasses import replace

import pytest
from tests.ports import free_port

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.mail import services
from netzstadt.core.mail.models import State
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(make_person, client_of):
    return client_of(make_person(Role.ADMINISTRATOR))


@pytest.fixture
def city_without_demo(settings):
    settings.CONFIG = replace(settings.CONFIG, demo=False)


def test_only_who_manages_mail_sees_it(make_person, client_of, write):
    mail = write()
    reader = client_of(make_person(Role.READER))

    for path in ("/office/mail/", f"/office/mail/{mail.pk}/", "/office/mail/server/"):
        assert reader.get(path).status_code == 403


def test_the_list_filters_and_asks_the_database_the_same_for_many(
    admin, write, django_assert_max_num_queries
):
    for number in range(30):
        write(f"kim{number}@example.org", f"Subject {number:02}")

    with django_assert_max_num_queries(12):
        page = admin.get("/office/mail/").context["page"]

    assert [mail.subject for mail in page.object_list][:2] == ["Subject 29", "Subject 28"]
    assert len(page.object_list) == 25
    assert len(admin.get("/office/mail/?page=2").context["page"].object_list) == 5
    assert len(admin.get("/office/mail/?q=kim7@").context["page"].object_list) == 1
    assert admin.get("/office/mail/?state=SENT").context["page"].paginator.count == 0
    assert admin.get("/office/mail/?state=LOST").status_code == 400


def test_the_text_is_shown_only_where_nobody_else_could_hand_it_on(
    admin, write, set_up, city_without_demo
):
    kept = write(text="the reset link\n")
    set_up(free_port())
    waiting = write(text="the other link\n")

    assert "the reset link" in admin.get(f"/office/mail/{kept.pk}/").content.decode()
    assert "the other link" not in admin.get(f"/office/mail/{waiting.pk}/").content.decode()


def test_a_failed_mail_is_sent_again(admin, write, set_up, start_server, post_office):
    set_up(start_server())
    post_office.answers["RCPT"] = ["550 5.1.1 Mailbox full for good"]
    mail = write()
    services.deliver(mail_id=mail.pk, at=clock.now())
    page = admin.get(f"/office/mail/{mail.pk}/").content.decode()

    admin.post(f"/office/mail/{mail.pk}/send-again/")
    services.deliver(mail_id=mail.pk, at=clock.now())

    assert "550 5.1.1 Mailbox full for good" in page
    mail.refresh_from_db()
    assert mail.state == State.SENT
    assert AuditEvent.objects.filter(name="mail.outgoing.sent_again").count() == 1


def test_what_went_out_or_has_no_server_is_not_sent_again(write, set_up, start_server, make_person):
    person = make_person()
    kept = write()
    with pytest.raises(services.MailRefused):
        services.send_again(mail=kept, by=person, at=clock.now())

    set_up(start_server())
    sent = write()
    services.deliver(mail_id=sent.pk, at=clock.now())
    with pytest.raises(services.MailRefused):
        services.send_again(mail=sent, by=person, at=clock.now())


def test_in_the_demo_everybody_reads_her_own_mail_and_no_other(make_person, client_of, write):
    person = make_person(email="kim@example.org")
    write("kim@example.org", "For Kim", text="See https://city.example/x\n")
    write("other@example.org", "For somebody else")

    page = client_of(person).get("/demo/mail/").content.decode()

    assert "For Kim" in page
    assert 'href="https://city.example/x"' in page
    assert "For somebody else" not in page


def test_outside_the_demo_there_is_no_letter_box(make_person, client_of, city_without_demo):
    assert client_of(make_person()).get("/demo/mail/").status_code == 404


def test_a_mail_that_does_not_exist_is_no_page(admin):
    missing = "/office/mail/00000000-0000-7000-8000-000000000000/"

    assert admin.get(missing).status_code == 404
    assert admin.post(f"{missing}send-again/").status_code == 404
