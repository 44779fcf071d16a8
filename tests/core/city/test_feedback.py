"""Reporting a barrier and writing a message: for people, not for programs; answered in time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.signing import TimestampSigner
from django.db import IntegrityError, transaction
from tests.core.city.conftest import STATEMENT

from netzstadt.core import guarded_form
from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.city import queries
from netzstadt.core.city.models import (
    Category,
    FeedbackKind,
    FeedbackMessage,
    FeedbackReply,
    FeedbackTry,
)
from netzstadt.core.city.services import erasure, facts
from netzstadt.core.city.services import feedback as services
from netzstadt.core.mail.models import OutgoingMail
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id

pytestmark = pytest.mark.django_db

REPORT = "/accessibility/report/"


def ticket(seconds_ago: float = 10) -> str:
    """The signed time of a form that was given out a while ago."""
    signer = TimestampSigner(salt="netzstadt.guarded_form")
    moment = int(clock.now().timestamp() - seconds_ago)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.signing.time.time", lambda: moment)
        return signer.sign("form")


def written(**more: str) -> dict[str, str]:
    return {
        "category": "READING",
        "page": "/stations/",
        "text": "Die Schrift ist zu blass.",
        "email": "kim@example.org",
        "homepage": "",
        "ticket": ticket(),
    } | more


@pytest.fixture
def receive():
    def make(**more) -> FeedbackMessage:
        given = {
            "kind": FeedbackKind.BARRIER,
            "category": Category.READING,
            "text": "Die Schrift ist zu blass.",
            "client": f"192.0.2.{FeedbackMessage.objects.count() % 250}",
            "language": "de",
            "at": clock.now(),
        } | more
        return services.receive_feedback(**given)

    return make


def test_a_barrier_is_reported_without_an_account_or_a_name(client, name_city):
    name_city(contact_email="stadt@musterstadt.example")

    response = client.post(REPORT, written(email=""))

    assert response.status_code == 302
    assert client.get(response.url).status_code == 200
    message = FeedbackMessage.objects.get()
    assert (message.kind, message.state, message.email) == ("BARRIER", "NEW", "")
    notice = OutgoingMail.objects.get()
    assert notice.address == "stadt@musterstadt.example"
    assert f"/office/feedback/{message.pk}/" in notice.text
    assert "blass" not in notice.text, "what people write stays in the house"
    entry = AuditEvent.objects.get(name="city.feedback.received")
    assert "blass" not in str(entry.data)


def test_the_form_knows_the_page_that_one_came_from(client):
    text = client.get(f"{REPORT}?page=/stations/%3Fq%3Dx").content.decode()

    assert 'value="/stations/?q=x"' in text
    assert 'href="/accessibility/report/?page=/kit/"' in client.get("/kit/").content.decode()


def test_a_barrier_is_due_within_six_weeks_of_the_citys_calendar(receive):
    late_evening = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # the second of March in the city

    barrier = receive(at=late_evening)
    message = receive(kind=FeedbackKind.CONTACT, category=Category.IDEA)

    assert barrier.answer_due_on == date(2026, 4, 13)
    assert message.answer_due_on is None


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"category": "DATA"}, "category"),
        ({"category": ""}, "category"),
        ({"email": "nobody"}, "email"),
        ({"page": "x" * 501}, "page"),
        ({"homepage": "https://spam.example"}, "__all__"),
        ({"ticket": ""}, "__all__"),
        ({"ticket": "form:forged:forged"}, "__all__"),
    ],
)
def test_what_cannot_be_comes_back_with_its_place_and_the_text(client, wrong, place):
    response = client.post(REPORT, written(**wrong))

    assert response.status_code == 422
    assert place in response.context["form"].errors
    assert not FeedbackMessage.objects.exists()
    if "text" not in wrong:
        assert "zu blass" in response.content.decode()


def test_a_program_is_too_quick_and_a_person_sends_it_again(client):
    assert timedelta(seconds=1) <= guarded_form.QUICKEST
    data = written(ticket=ticket(seconds_ago=0))
    with pytest.MonkeyPatch.context() as patch:
        # The first page of a busy machine may take longer than a person does.
        patch.setattr(guarded_form, "QUICKEST", timedelta(hours=1))
        quick = client.post(REPORT, data)
    data["ticket"] = quick.context["form"]["ticket"].value()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guarded_form, "QUICKEST", timedelta(0))
        again = client.post(REPORT, data)

    assert quick.status_code == 422
    assert again.status_code == 302


def test_a_form_that_lay_open_for_long_is_sent_again_with_a_new_time(client):
    stale = client.post(REPORT, written(ticket=ticket(seconds_ago=2 * 86400)))

    fresh = stale.context["form"]["ticket"].value()
    assert stale.status_code == 422
    assert TimestampSigner(salt="netzstadt.guarded_form").unsign(fresh, max_age=60) == "form"


def test_five_messages_an_hour_are_taken_from_one_connection(client):
    for number in range(services.TRIES_AN_HOUR):
        assert client.post(REPORT, written(text=f"{number}")).status_code == 302

    sixth = client.post(REPORT, written())
    elsewhere = client.post(REPORT, written(), REMOTE_ADDR="192.0.2.9")

    assert sixth.status_code == 429
    assert sixth["Retry-After"] == "3600"
    assert "zu blass" in sixth.content.decode()
    assert elsewhere.status_code == 302
    FeedbackTry.objects.update(at=clock.now() - timedelta(minutes=61))
    assert client.post(REPORT, written()).status_code == 302


def test_the_addresses_of_one_network_count_as_one_connection(client):
    for number in range(services.TRIES_AN_HOUR):
        client.post(REPORT, written(), REMOTE_ADDR=f"2001:db8::{number}")

    assert client.post(REPORT, written(), REMOTE_ADDR="2001:db8::ffff").status_code == 429


def test_of_a_connection_only_a_digest_is_kept_and_that_for_a_day(receive):
    receive(client="192.0.2.77")
    kept = bytes(FeedbackTry.objects.get().client_digest)

    services.forget_tries(at=clock.now() + timedelta(hours=25))

    assert b"192.0.2.77" not in kept
    assert len(kept) == 32
    assert not FeedbackTry.objects.exists()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COORDINATOR])
def test_the_office_takes_a_report_into_work_gives_word_and_answers(
    make_person, client_of, receive, role
):
    facts.write_statement(facts=STATEMENT, by=None, at=clock.now())
    office = client_of(make_person(role))
    message = receive(email="kim@example.org")
    page = f"/office/feedback/{message.pk}/"

    office.post(f"{page}take/")
    office.post(page, {"text": "Wir sehen nach.", "is_final": "no"})
    between = FeedbackMessage.objects.get()
    office.post(page, {"text": "Die Schrift ist jetzt dunkler.", "is_final": "yes"})

    message.refresh_from_db()
    assert between.state == "IN_WORK"
    assert message.state == "ANSWERED"
    assert message.answered_at is not None
    word, answer = OutgoingMail.objects.order_by("created_at")
    assert word.address == answer.address == "kim@example.org"
    assert "Wir sehen nach." in word.text
    # § 5 (2) BITVNRW: the answer points to the ombuds procedure.
    assert "Ombudsstelle NRW" in answer.text
    assert "https://nrw.example/ombudsstelle" in answer.text
    assert "Die Schrift ist zu blass." in answer.text
    assert "Die Schrift ist jetzt dunkler." in office.get(page).content.decode()
    assert AuditEvent.objects.filter(name="city.feedback.replied").count() == 2
    assert office.post(page, {"text": "Noch etwas", "is_final": "yes"}).status_code == 422


def test_without_a_mail_server_nobody_believes_that_an_answer_went_out(admin, receive):
    message = receive(email="kim@example.org")
    page = f"/office/feedback/{message.pk}/"

    before = admin.get(page).content.decode()
    after = admin.post(page, {"text": "Behoben.", "is_final": "yes"}, follow=True)

    assert "Noch geht keine E-Mail hinaus" in before
    assert "nicht versandt" in after.content.decode()
    assert not FeedbackReply.objects.get().was_mailed


def test_without_an_address_an_answer_is_noted_and_nothing_mailed(admin, receive):
    message = receive()

    admin.post(f"/office/feedback/{message.pk}/", {"text": "Behoben.", "is_final": "yes"})

    assert not OutgoingMail.objects.exists()
    assert not FeedbackReply.objects.get().was_mailed


def test_a_message_is_taken_once(receive, make_person):
    message, person = receive(), make_person()
    services.take_feedback(message=message, by=person, at=clock.now())

    with pytest.raises(services.FeedbackRefused):
        services.take_feedback(message=message, by=person, at=clock.now())


def test_the_list_filters_and_asks_the_database_the_same_for_many(
    admin, receive, django_assert_max_num_queries
):
    for number in range(30):
        receive(client=f"192.0.2.{number}")
    receive(kind=FeedbackKind.CONTACT, category=Category.IDEA, client="198.51.100.1")

    with django_assert_max_num_queries(12):
        page = admin.get("/office/feedback/").context["page"]

    assert len(page.object_list) == 25
    assert admin.get("/office/feedback/?kind=CONTACT").context["page"].paginator.count == 1
    assert admin.get("/office/feedback/?state=ANSWERED").context["page"].paginator.count == 0
    assert admin.get("/office/feedback/?state=LOST").status_code == 400


def test_only_who_answers_reads_what_people_wrote(make_person, client_of, receive):
    message, reader = receive(), make_person(Role.READER)
    client = client_of(reader)

    assert client.get("/office/feedback/").status_code == 403
    assert client.get(f"/office/feedback/{message.pk}/").status_code == 403
    assert queries.feedback_cards([message.pk], to=reader) == {}
    assert queries.feedback_cards([message.pk], to=None) == {}


def test_a_barrier_stands_in_the_work_list_and_the_calendar_of_who_answers(receive, make_person):
    person = make_person(Role.COORDINATOR)
    at = clock.now()
    receive(at=at - timedelta(weeks=7))
    receive(kind=FeedbackKind.CONTACT, category=Category.IDEA)

    tile = queries.feedback_tile(person, at=at)
    due = queries.feedback_deadlines(
        person, since=(at - timedelta(days=30)).date(), until=at.date()
    )

    assert tile.count == 2
    assert [line.is_late for line in tile.lines] == [True, False]
    assert len(due) == 1
    assert queries.feedback_deadlines(make_person(), since=date.min, until=date.max) == []
    entry = AuditEvent.objects.filter(name="city.feedback.received").first()
    assert queries.persons_who_answer(entry) == [person.pk]


def test_answered_messages_are_removed_after_their_time_and_open_ones_stay(receive, make_person):
    person, old = make_person(), clock.now() - timedelta(days=400)
    for _ in range(2):
        message = receive(at=old)
        services.reply_to_feedback(message=message, text="x", is_final=True, by=person, at=old)
    open_ = receive(at=old)
    before = clock.now() - timedelta(days=365)

    counts = [services.remove_feedback(before, limit=1) for _ in range(3)]

    assert counts == [1, 1, 0]
    assert FeedbackMessage.objects.get() == open_
    assert not FeedbackReply.objects.exists()


def test_what_a_person_wrote_is_exported_and_erased(receive, make_person):
    person = make_person(email="kim@example.org")
    receive(email="Kim@Example.org", text="Mine")
    other = receive(email="other@example.org")
    services.reply_to_feedback(message=other, text="x", is_final=True, by=person, at=clock.now())

    data = queries.personal_data(person)
    erased = erasure.erase_person(person, by=None, at=clock.now())

    assert [row["text"] for row in data["messages"]] == ["Mine"]
    assert erased["messages"] == 1
    assert str(erased["replies"]).startswith("1 ")
    assert FeedbackMessage.objects.get() == other


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "SPAM"},
        {"state": "LOST"},
        {"state": "ANSWERED"},
        {"answered_at": clock.now()},
        {"answer_due_on": None},
    ],
)
def test_the_database_refuses_a_message_that_contradicts_itself(receive, wrong):
    message = receive()

    with pytest.raises(IntegrityError), transaction.atomic():
        FeedbackMessage.objects.filter(pk=message.pk).update(**wrong)


def test_the_database_takes_one_final_answer(receive, make_person):
    message, person = receive(), make_person()
    services.reply_to_feedback(message=message, text="x", is_final=True, by=person, at=clock.now())

    with pytest.raises(IntegrityError), transaction.atomic():
        FeedbackReply.objects.create(
            id=new_id(),
            message=message,
            text="y",
            is_final=True,
            was_mailed=False,
            by=person,
            at=clock.now(),
        )
