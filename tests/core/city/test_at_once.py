"""What must hold when two come in the same moment: one administrator, the limit of messages."""

from tests.core.test_at_once import at_once

from netzstadt.core.city import queries
from netzstadt.core.city.models import Category, City, FeedbackKind, FeedbackMessage
from netzstadt.core.city.services import facts, feedback, setup
from netzstadt.core.orgs.models import Person
from netzstadt.lib import clock


def test_of_several_who_open_the_address_one_becomes_administrator(committed):
    secret = setup.issue_address(at=clock.now())
    opened = [queries.open_setup(secret, at=clock.now()) for _ in range(4)]

    def begin(number: int):
        return lambda: setup.make_first_administrator(
            setup=opened[number],
            name="Kim",
            email=f"kim{number}@example.org",
            password="a long and quiet password",
            at=clock.now(),
        )

    results = at_once(*[begin(number) for number in range(4)])

    assert Person.objects.count() == 1
    assert sum(isinstance(result, setup.SetupRefused) for result in results) == 3


def test_many_messages_at_once_do_not_slip_past_the_limit(committed):
    def write():
        return feedback.receive_feedback(
            kind=FeedbackKind.BARRIER,
            category=Category.OTHER,
            text="x",
            client="192.0.2.1",
            language="de",
            at=clock.now(),
        )

    results = at_once(*[write] * 8)

    assert FeedbackMessage.objects.count() == feedback.TRIES_AN_HOUR
    assert sum(isinstance(result, feedback.TooManyMessages) for result in results) == 3


def test_two_who_name_the_city_first_leave_one_city(committed):
    def name(number: int):
        whole = {"name": f"Stadt {number}", "municipal_code": "", "language": "de"}
        return lambda: facts.name_city(facts=whole, by=None, at=clock.now())

    results = at_once(*[name(number) for number in range(4)])

    assert all(isinstance(result, City) for result in results), results
    assert City.objects.count() == 1
