"""Mails of notices: at once or collected, in her language, with a link that ends them."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.accounts.models import Account
from netzstadt.core.mail.models import MailServer, OutgoingMail
from netzstadt.core.mail.transport import message_of
from netzstadt.core.notices import queries
from netzstadt.core.notices.digests import next_due
from netzstadt.core.notices.models import Channel, DigestPlan, Notice, Rhythm
from netzstadt.core.notices.services import choices, mails, mark_read
from netzstadt.core.orgs.services import persons
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id
from netzstadt.urbandata.models import Thing

pytestmark = pytest.mark.django_db
LATER = timedelta(days=2)


def choose(person, channel, topic="access.roles"):
    choices.choose_channels(person=person, channels={topic: channel}, by=person, at=clock.now())


def collected(person) -> int:
    return mails.mail_digest(person_id=person.pk, at=clock.now() + LATER)


def at_once(person) -> int:
    return mails.mail_at_once(person_id=person.pk, at=clock.now())


def path_in(mail) -> str:
    return "/" + mail.unsubscribe_url.split("/", 3)[3]


def outbox() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.order_by("created_at", "pk"))


def test_the_digest_comes_when_it_is_due_and_once(make_person, give, notices_of):
    person, before = make_person(), clock.now()  # afterwards the hour of the digest may strike
    give(person, Role.READER)
    give(person, Role.DATA_ENGINEER)
    assert mails.mail_digest(person_id=person.pk, at=before) == 0

    assert collected(person) == 2
    assert collected(person) == 0

    (message,) = outbox()
    assert message.address == person.email
    assert all(one.mailed_at and not one.mail for one in notices_of(person))


def test_what_was_chosen_to_come_at_once_does(make_person, give):
    person = make_person()
    choose(person, Channel.AT_ONCE)
    give(person)

    assert at_once(person) == 1
    assert at_once(person) == 0

    (message,) = outbox()
    assert "http://" in message.text
    assert "\n" not in message.subject


def test_what_was_read_meanwhile_is_not_mailed(make_person, give, notices_of):
    person = make_person()
    give(person)
    mark_read(notice=notices_of(person)[0], at=clock.now())

    assert collected(person) == 0
    assert outbox() == []


def test_the_safety_of_the_account_is_mailed_even_when_read(make_person, give, notices_of):
    person = make_person()
    give(person)
    Notice.objects.filter(person=person).update(topic="orgs.account", mail=Channel.AT_ONCE)
    mark_read(notice=notices_of(person)[0], at=clock.now())

    assert at_once(person) == 1
    assert outbox()[0].unsubscribe_url == ""


def test_what_she_may_not_see_any_more_is_not_mailed(make_person, give, notices_of):
    person = make_person()
    give(person)
    Notice.objects.filter(person=person).update(object_id=make_person().pk)

    assert collected(person) == 0
    assert outbox() == []
    assert notices_of(person)[0].mail == ""
    assert notices_of(person)[0].mailed_at is None


def test_a_deactivated_person_gets_no_mail(make_person, give):
    person = make_person()
    give(person)
    persons.deactivate_person(person=person, by=None, at=clock.now())

    assert collected(person) == 0
    assert outbox() == []


def test_mails_are_in_her_language(make_person, give):
    german, english = make_person(), make_person()
    for person, language in ((german, "de"), (english, "en")):
        Account.objects.update_or_create(person=person, defaults={"language": language})
        give(person)
        collected(person)

    assert "Guten Tag" in outbox()[0].text
    assert "Hello" in outbox()[1].text


def test_the_duty_has_mailed_what_is_due_and_what_was_held_back(make_person, give):
    person, urgent = make_person(), make_person()
    choose(urgent, Channel.AT_ONCE)
    before = clock.now()  # afterwards the hour of the digest may strike
    give(person)
    give(urgent)

    assert mails.defer_due_mails(at=before) == 1
    assert mails.defer_due_mails(at=clock.now() + LATER) == 2


def test_a_changed_choice_holds_for_mails_that_wait(make_person, give, notices_of):
    person = make_person()
    give(person)

    choose(person, Channel.HOUSE)

    assert notices_of(person)[0].mail == ""
    assert collected(person) == 0


def test_a_mail_program_ends_the_mails_with_one_post_without_cookies(make_person, give):
    person = make_person()
    choose(person, Channel.AT_ONCE)
    give(person)
    at_once(person)
    (message,) = outbox()
    headers = message_of(
        MailServer(sender_name="Stadt", sender_address="stadt@example.org"), message
    )
    assert headers["List-Unsubscribe"] == f"<{message.unsubscribe_url}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    answer = Client(enforce_csrf_checks=True).post(
        path_in(message), {"List-Unsubscribe": "One-Click"}
    )

    assert answer.status_code == 200
    chosen = queries.choices_of([person.pk])
    assert chosen == {(person.pk, "access.roles"): Channel.HOUSE}


def test_looking_at_the_link_ends_nothing(make_person, give, client):
    person = make_person()
    choose(person, Channel.AT_ONCE)
    give(person)
    at_once(person)

    assert client.get(path_in(outbox()[0])).status_code == 200
    assert queries.choices_of([person.pk])[person.pk, "access.roles"] == Channel.AT_ONCE


def test_the_digest_can_be_ended_as_a_whole(make_person, give, client):
    person = make_person()
    give(person)
    collected(person)

    client.post(path_in(outbox()[0]))

    plan = DigestPlan.objects.get(person=person)
    assert (plan.rhythm, plan.due_at) == (Rhythm.NEVER, None)
    assert re.search(r"/notices/unsubscribe/\S+", outbox()[0].text)


def test_a_forged_link_and_one_for_the_safety_of_the_account_end_nothing(make_person, client):
    person = make_person()
    token = queries.sign_topic(person, "access.roles")
    safety = queries.sign_topic(person, "orgs.account")

    assert client.post(f"/notices/unsubscribe/{token}x/").status_code == 404
    assert client.get("/notices/unsubscribe/nonsense/").status_code == 404
    assert client.post(f"/notices/unsubscribe/{safety}/").status_code == 409
    assert queries.choices_of([person.pk]) == {}


def test_a_name_with_a_line_break_makes_no_header(make_person, give):
    person = make_person()
    choose(person, Channel.AT_ONCE)
    give(person)
    Notice.objects.filter(person=person).update(event_name="tests.a\r\nBcc: evil@example.org")

    at_once(person)

    assert "\r" not in outbox()[0].subject
    assert "\n" not in outbox()[0].subject


@pytest.mark.parametrize(
    ("rhythm", "weekday", "after", "due"),
    [
        ("DAILY", 0, "2026-11-25T05:00", "2026-11-25T07:00"),
        ("DAILY", 0, "2026-11-25T07:00", "2026-11-26T07:00"),
        ("WEEKLY", 4, "2026-11-25T09:00", "2026-11-27T07:00"),
        ("WEEKLY", 2, "2026-11-25T09:00", "2026-12-02T07:00"),
        ("DAILY", 0, "2026-03-28T12:00", "2026-03-29T07:00"),
    ],
)
def test_the_hour_is_that_of_the_city(rhythm, weekday, after, due):
    zone = ZoneInfo("Europe/Berlin")

    moment = datetime.fromisoformat(after).replace(tzinfo=zone)

    found = next_due(rhythm, hour=7, weekday=weekday, after=moment)

    assert found == datetime.fromisoformat(due).replace(tzinfo=zone)
    assert next_due("NEVER", hour=7, weekday=0, after=datetime.now(UTC)) is None


def test_how_one_is_told_is_chosen_on_a_page(make_person, client_of):
    person = make_person()
    client = client_of(person)
    assert client.get("/account/notices/").status_code == 200

    sent = {
        f"topic-{topic.replace('.', '-').replace('_', '-')}": "OFF"
        for topic in queries_topics()
        if topic != "orgs.account"
    }
    answer = client.post("/account/notices/", {"form": "channels", **sent})
    assert answer.status_code == 302
    assert queries.choices_of([person.pk])[person.pk, "access.roles"] == "OFF"

    digest = {"form": "digest", "rhythm": "WEEKLY", "hour": 9, "weekday": 4}
    assert client.post("/account/notices/", digest).status_code == 302
    assert DigestPlan.objects.get(person=person).hour == 9
    assert client.post("/account/notices/", digest | {"hour": 25}).status_code == 422


def queries_topics() -> list[str]:
    from netzstadt.core.notices.topics import declared

    return list(declared().topics)


def test_the_safety_of_the_account_cannot_be_switched_off(make_person):
    person = make_person()

    with pytest.raises(choices.ChoiceRefused):
        choose(person, Channel.OFF, topic="orgs.account")
    with pytest.raises(choices.ChoiceRefused):
        choose(person, Channel.OFF, topic="no.such.topic")
    with pytest.raises(choices.ChoiceRefused):
        choose(person, "PIGEON")


def test_a_role_that_ended_is_still_told(make_person, give, follow):
    person = make_person()
    grant = give(person)
    access.revoke_role(grant=grant, by=None, at=clock.now())
    follow()

    assert collected(person) == 2


def test_a_title_with_control_characters_holds_no_mail_back(make_person, give, follow):
    person, at = make_person(), clock.now()
    key = new_id()
    Thing.objects.create(
        id=key,
        iot_id=str(key),
        visibility="PUBLIC",
        name="Pegel\x07\x1b[2J Hafen",
        created_at=at,
        changed_at=at,
    )
    access.grant_role(
        person=person, role=Role.PARTNER, for_object=("urbandata.thing", key), by=None, at=at
    )
    follow()

    assert collected(person) == 1

    (message,) = outbox()
    assert message.subject.isprintable()
    assert message.subject.endswith("Pegel [2J Hafen")
