"""What must hold when two do it in the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection

from netzstadt.core.access import services as access
from netzstadt.core.access.models import Grant
from netzstadt.core.access.permissions import Role
from netzstadt.core.audit import queries as audit_queries
from netzstadt.core.audit import services as audit
from netzstadt.core.jobs import services as jobs
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.services import persons
from netzstadt.lib import clock


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Do the actions in threads that begin together; their results or exceptions."""
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        start.wait()
        try:
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        futures = [pool.submit(run, action) for action in actions]
    return [future.exception() or future.result() for future in futures]


def make(number: int, *roles: Role) -> Person:
    at = clock.now() - timedelta(hours=1)
    person = persons.create_person(
        email=f"p{number}@example.org", name=f"P {number}", password=None, by=None, at=at
    )
    for role in roles:
        access.grant_role(person=person, role=role, by=None, at=at)
    return person


def test_two_sealers_make_one_chain(committed):
    for number in range(40):
        make(number)

    results = at_once(*[lambda: [audit.seal_events(limit=7) for _ in range(8)]] * 3)
    while audit.seal_events():
        pass

    report = audit_queries.verify_chain()
    assert all(isinstance(result, list) for result in results), results
    assert report.is_intact
    assert report.verified == 40
    assert report.waiting == 0


def test_two_administrators_cannot_remove_one_another(committed):
    grants = [make(number, Role.ADMINISTRATOR).grants.get() for number in range(2)]
    at = clock.now()

    results = at_once(
        *[lambda grant=grant: access.revoke_role(grant=grant, by=None, at=at) for grant in grants]
    )

    assert sum(isinstance(result, access.GrantRefused) for result in results) == 1, results
    assert Grant.objects.filter(valid_to=None, role=Role.ADMINISTRATOR).count() == 1


def test_two_administrators_cannot_deactivate_one_another(committed):
    people = [make(number, Role.ADMINISTRATOR) for number in range(2)]
    at = clock.now()

    results = at_once(
        *[lambda one=one: persons.deactivate_person(person=one, by=None, at=at) for one in people]
    )

    assert sum(isinstance(result, access.GrantRefused) for result in results) == 1, results
    assert Person.objects.filter(is_active=True).count() == 1


def test_a_role_is_given_once_when_two_give_it(committed):
    person, at = make(1), clock.now()

    results = at_once(
        *[lambda: access.grant_role(person=person, role=Role.READER, by=None, at=at) for _ in "ab"]
    )

    assert sum(isinstance(result, access.GrantRefused) for result in results) == 1, results
    assert person.grants.count() == 1


def test_two_workers_defer_a_duty_once(committed):
    at = clock.now()

    results = at_once(*[lambda: jobs.defer_due_duties(at=at)] * 4)

    names = [name for result in results for name in result]  # type: ignore[attr-defined]
    assert len(names) == len(set(names)) > 0, results


def test_one_address_is_given_once_when_two_take_it(committed):
    results = at_once(lambda: make(1), lambda: make(1))

    assert sum(isinstance(result, persons.PersonRefused) for result in results) == 1, results
    assert Person.objects.count() == 1
