"""People are told of events: whom the rules name, once, and of nothing that they may not see."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from django.db import IntegrityError, transaction

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.audit import queries as trail
from netzstadt.core.audit import services as audit
from netzstadt.core.audit.events import Event
from netzstadt.core.days import today
from netzstadt.core.notices import queries, services
from netzstadt.core.notices.models import CalendarAddress, Channel, DigestPlan, Notice, TopicChoice
from netzstadt.core.notices.services import choices
from netzstadt.core.notices.topics import Rules
from netzstadt.core.orgs.services import members, persons
from netzstadt.core.rooms import NoticeRule, rooms
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id

pytestmark = pytest.mark.django_db
numbers = count(1_000_000)


@dataclass(frozen=True, kw_only=True)
class PersonMentioned(Event):
    """Somebody was mentioned."""

    name = "tests.person.mentioned"
    object_model = "orgs.person"


class Room:
    """As much of a room as tells people something."""

    name = "tests"
    notice_topics = {"tests.mentions": "Mentions"}

    def __init__(self, *rules: NoticeRule) -> None:
        self.notice_rules = rules


def mentioned(event) -> list[uuid.UUID]:
    return [event.object_id]


def defect(event) -> list[uuid.UUID]:
    raise ValueError("as agreed")


def rules(path: str = "mentioned", **facts: object) -> Rules:
    rule = NoticeRule(
        event="tests.person.mentioned",
        topic="tests.mentions",
        persons=f"{__name__}.{path}",
        **facts,
    )
    return Rules([Room(rule)])


def mention(person, by=None, **facts) -> int:
    event_id = audit.record(PersonMentioned(object_id=person.pk), by=by)
    return services.notify([trail.entry(event_id)], at=clock.now(), rules=rules(**facts))


def away(person, deputy, *, first=0):
    at, day = clock.now(), today()
    members.name_deputy(person=person, deputy=deputy, valid_from=day, by=person, at=at)
    return members.note_absence(
        person=person,
        first_day=day + timedelta(days=first),
        back_on=day + timedelta(days=first + 3),
        by=person,
        at=at,
    )


def test_who_is_given_a_role_is_told_of_it(make_person, give, notices_of):
    person, administrator = make_person(), make_person(Role.ADMINISTRATOR)

    give(person, Role.READER, by=administrator)

    (notice,) = notices_of(person)
    assert notice.event_name == "access.role.granted"
    assert notice.actor == administrator
    assert notices_of(administrator)[-1].event_name != notice.event_name or (
        notices_of(administrator)[-1].event_id != notice.event_id
    )


def test_who_loses_a_role_is_told_of_it(make_person, give, follow, notices_of):
    person = make_person()
    grant = give(person)

    access.revoke_role(grant=grant, by=None, at=clock.now())
    follow()

    assert [one.event_name for one in notices_of(person)] == [
        "access.role.granted",
        "access.role.revoked",
    ]


def test_a_changed_password_is_told_even_to_who_changed_it(make_person, follow, notices_of):
    from tests.conftest import PASSWORD

    person = make_person()

    persons.change_password(
        person=person,
        new="another long and quiet one",
        by=person,
        at=clock.now(),
        current=PASSWORD,
    )
    follow()

    (notice,) = notices_of(person)
    assert notice.topic == "orgs.account"
    assert notice.mail == "", "the accounts write to her themselves"


def test_the_actor_is_not_told_of_her_own_deeds(make_person):
    person = make_person()

    assert mention(person, by=person) == 0
    assert mention(person, by=person, tells_actor=True) == 1


def test_an_event_is_told_once_however_often_it_is_followed(make_person, notices_of):
    person = make_person()
    event = trail.entry(audit.record(PersonMentioned(object_id=person.pk), by=None))

    services.notify([event, event], at=clock.now(), rules=rules())
    services.notify([event], at=clock.now(), rules=rules())

    assert len(notices_of(person)) == 1


def test_a_deactivated_person_and_one_that_does_not_exist_are_not_told(make_person, notices_of):
    person = make_person()
    persons.deactivate_person(person=person, by=None, at=clock.now())

    assert mention(person) == 0
    event = trail.entry(audit.record(PersonMentioned(object_id=new_id()), by=None))
    assert services.notify([event], at=clock.now(), rules=rules()) == 0
    assert notices_of(person) == []


def test_a_rule_with_a_defect_keeps_nobody_else_from_being_told(make_person, notices_of, caplog):
    person = make_person()
    event = trail.entry(audit.record(PersonMentioned(object_id=person.pk), by=None))
    both = [rules("defect").by_event[event.name][0], rules().by_event[event.name][0]]

    services.notify([event], at=clock.now(), rules=Rules([Room(*both)]))

    assert len(notices_of(person)) == 1
    assert "defect" in caplog.text


def test_every_rule_of_the_house_names_an_event_a_topic_and_a_function():
    from netzstadt.core.rooms import resolved

    for room in rooms():
        for rule in room.notice_rules:
            assert any(rule.event in each.event_titles for each in rooms()), rule.event
            assert any(rule.topic in each.notice_topics for each in rooms()), rule.topic
            assert callable(resolved(rule.persons))


def test_while_she_is_away_her_deputies_are_told_and_so_is_she(make_person, notices_of):
    person, deputy = make_person(), make_person()
    away(person, deputy)

    mention(person)

    (own,) = notices_of(person)
    (standing_in,) = notices_of(deputy)
    assert own.for_person is None
    assert standing_in.for_person == person


def test_deputies_are_not_told_before_she_goes(make_person, notices_of):
    person, deputy = make_person(), make_person()
    away(person, deputy, first=1)

    mention(person)

    assert notices_of(deputy) == []


@pytest.mark.parametrize("facts", [{"is_security": True}, {"passes_to_deputies": False}])
def test_what_is_about_herself_does_not_pass_to_deputies(make_person, notices_of, facts):
    person, deputy = make_person(), make_person()
    away(person, deputy)

    mention(person, **facts)

    assert len(notices_of(person)) == 1
    assert notices_of(deputy) == []


def test_a_deputy_who_switched_the_topic_off_is_told_for_the_other_person_only(
    make_person, give, notices_of
):
    deputy, person = make_person(), make_person()
    TopicChoice.objects.create(person=deputy, topic="tests.mentions", channel=Channel.OFF)
    away(person, deputy)

    mention(deputy)
    assert notices_of(deputy) == []
    mention(person)

    (notice,) = notices_of(deputy)
    assert notice.mail == ""


def test_a_deputy_sees_only_what_she_may_see_herself(make_person, notices_of):
    person, deputy = make_person(Role.ADMINISTRATOR), make_person()
    away(person, deputy)
    mention(person)

    assert len(notices_of(deputy)) == 1
    assert queries.notice_page(to=deputy).groups == []
    assert queries.unread(deputy).count == 0


def test_how_one_is_told_is_as_chosen_else_as_declared(make_person, notices_of):
    person = make_person()
    mention(person)
    mention(person, is_urgent=True)
    TopicChoice.objects.create(person=person, topic="tests.mentions", channel=Channel.HOUSE)
    mention(person, is_urgent=True)

    assert [one.mail for one in notices_of(person)] == [Channel.DIGEST, Channel.AT_ONCE, ""]


def test_what_is_switched_off_is_not_told_at_all(make_person, give, notices_of):
    person = make_person()
    choices.choose_channels(
        person=person, channels={"access.roles": Channel.OFF}, by=person, at=clock.now()
    )

    give(person)

    assert notices_of(person) == []


def test_a_digest_is_planned_for_who_needs_one(make_person):
    person, before = make_person(), clock.now()

    mention(person)

    plan = DigestPlan.objects.get(person=person)
    assert plan.due_at > before


def test_a_failed_import_is_told_to_data_engineers_and_a_good_one_to_nobody(
    make_person, follow, notices_of
):
    engineer, reader = make_person(Role.DATA_ENGINEER), make_person(Role.READER)
    follow()
    Notice.objects.all().delete()

    @dataclass(frozen=True, kw_only=True)
    class Finished(Event):
        name = "plane.import_run.finished"
        object_model = "plane.import_run"
        state: str

    audit.record(Finished(object_id=new_id(), state="DONE"), by=None)
    audit.record(Finished(object_id=new_id(), state="FAILED"), by=None)
    follow()

    assert len(notices_of(engineer)) == 1
    assert notices_of(reader) == []


def test_what_was_told_is_one_query_more_for_any_number_of_events(
    make_person, django_assert_max_num_queries
):
    people = [make_person() for _ in range(5)]
    ids = [audit.record(PersonMentioned(object_id=one.pk), by=None) for one in people * 6]
    events = trail.entries(ids)
    with django_assert_max_num_queries(30 * 2 + 10):  # a savepoint around each rule's function
        assert services.notify(events, at=clock.now(), rules=rules()) == 30


@pytest.mark.parametrize(
    "facts",
    [
        {"mail": "PIGEON"},
        {"mail": "DIGEST", "mailed_at": "now"},
        {"for_person": "self"},
        {"read_at": "before"},
    ],
)
def test_the_database_refuses_notices_that_make_no_sense(make_person, facts):
    person, at = make_person(), clock.now()
    values = {"now": at, "self": person, "before": at - timedelta(days=1)}

    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(
            person=person,
            event_id=new_id(),
            sequence=next(numbers),
            event_name="a.b",
            object_model="a.b",
            object_id=new_id(),
            topic="a",
            created_at=at,
            **{name: values.get(value, value) for name, value in facts.items()},
        )


def test_the_database_refuses_a_second_notice_of_one_event(make_person, give, notices_of):
    person = make_person()
    give(person)
    (notice,) = notices_of(person)
    notice.pk = new_id()

    with pytest.raises(IntegrityError), transaction.atomic():
        notice.save(force_insert=True)


@pytest.mark.parametrize(
    "facts",
    [
        {"rhythm": "YEARLY"},
        {"hour": 24},
        {"weekday": 7},
        {"rhythm": "NEVER"},
        {"due_at": None},
    ],
)
def test_the_database_refuses_plans_that_make_no_sense(make_person, facts):
    values = {"rhythm": "DAILY", "hour": 7, "weekday": 0, "due_at": clock.now()} | facts

    with pytest.raises(IntegrityError), transaction.atomic():
        DigestPlan.objects.create(person=make_person(), **values)


def test_the_database_refuses_two_choices_of_a_topic_and_unknown_channels(make_person):
    person = make_person()
    TopicChoice.objects.create(person=person, topic="a", channel="OFF")

    for topic, channel in (("a", "HOUSE"), ("b", "PIGEON")):
        with pytest.raises(IntegrityError), transaction.atomic():
            TopicChoice.objects.create(person=person, topic=topic, channel=channel)


def test_the_database_refuses_content_without_its_time(make_person):
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarAddress.objects.create(
            person=make_person(),
            token_digest=bytes(32),
            made_at=clock.now(),
            content_digest=bytes(32),
        )
