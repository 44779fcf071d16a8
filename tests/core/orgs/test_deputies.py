"""Deputies: they have the rights of whom they stand in for while she is away, and it is seen."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from netzstadt.core.access import queries as access
from netzstadt.core.access import services as grants
from netzstadt.core.access.permissions import MANAGE_MEMBERS, MANAGE_PERSONS, MANAGE_UNITS, Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.days import today
from netzstadt.core.orgs.models import Absence, Deputy
from netzstadt.core.orgs.models.roles import Function, Membership
from netzstadt.core.orgs.queries import members as queries
from netzstadt.core.orgs.services import members as services
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(make_person, make_unit):
    """The head of a unit, the unit, and a colleague who may stand in for her."""
    unit = make_unit()
    person, colleague = make_person(name="Head"), make_person(name="Colleague")
    services.begin_membership(
        person=person,
        unit=unit,
        function=Function.HEAD,
        valid_from=today(),
        by=None,
        at=clock.now(),
    )
    return person, unit, colleague


def name_deputy(person, deputy, **values):
    return services.name_deputy(
        person=person,
        deputy=deputy,
        **{"valid_from": today(), "by": None, "at": clock.now()} | values,
    )


def go_away(person, *, days=3, first=0):
    return services.note_absence(
        person=person,
        first_day=today() + timedelta(days=first),
        back_on=today() + timedelta(days=first + days),
        by=person,
        at=clock.now(),
    )


def sees(person, unit_id) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select may_see('UNIT', %s, %s, %s)", (unit_id, uuid.uuid4(), person.pk))
        return cursor.fetchone()[0]


def test_a_deputy_has_her_rights_only_while_she_is_away(head):
    person, unit, colleague = head
    name_deputy(person, colleague)

    before = access.held(colleague)
    absence = go_away(person)
    meanwhile = access.held(colleague)
    services.end_absence(absence=absence, back_on=today(), by=person, at=clock.now())

    assert before == access.held(colleague) == []
    assert {held.role for held in meanwhile} == {Role.STAFF, Role.HEAD_OF_UNIT}
    assert {held.acting_for_id for held in meanwhile} == {person.pk}
    assert {held.unit_id for held in meanwhile} == {unit.pk}


def test_a_deputy_sees_what_she_sees_whom_she_stands_in_for(head, make_unit):
    person, unit, colleague = head
    name_deputy(person, colleague)
    below, elsewhere = make_unit(parent=unit), make_unit()

    before = sees(colleague, unit.pk)
    go_away(person)

    assert not before
    assert sees(colleague, unit.pk)
    assert sees(colleague, below.pk)
    assert not sees(colleague, elsewhere.pk)


def test_a_permanent_deputy_need_not_wait_for_an_absence(head):
    person, unit, colleague = head

    name_deputy(person, colleague, only_when_absent=False)

    assert access.may(colleague, MANAGE_MEMBERS, Member(unit.pk))
    assert queries.deputies_of(person) == [colleague]


def test_an_absence_in_the_future_changes_nothing_today(head):
    person, unit, colleague = head
    name_deputy(person, colleague)

    go_away(person, first=1)

    assert not sees(colleague, unit.pk)
    assert queries.deputies_of(person) == []
    assert queries.deputies_of(person, on=today() + timedelta(days=1)) == [colleague]


def test_the_power_over_accounts_does_not_pass_to_a_deputy(head):
    person, _unit, colleague = head
    at = clock.now() - timedelta(hours=1)
    grants.grant_role(person=person, role=Role.ADMINISTRATOR, by=None, at=at)
    grants.grant_role(person=person, role=Role.COORDINATOR, by=None, at=at)
    name_deputy(person, colleague)

    go_away(person)

    assert access.may(colleague, MANAGE_UNITS)
    assert not access.may(colleague, MANAGE_PERSONS)


def test_a_deputy_of_a_deputy_holds_nothing(head, make_person):
    person, unit, colleague = head
    third = make_person()
    name_deputy(person, colleague)
    name_deputy(colleague, third)

    go_away(person)
    go_away(colleague)

    assert sees(colleague, unit.pk)
    assert not sees(third, unit.pk)
    assert access.held(third) == []


def test_a_deputy_can_be_limited_to_one_unit(head, make_unit):
    person, unit, colleague = head
    other = make_unit()
    services.begin_membership(
        person=person,
        unit=other,
        function=Function.HEAD,
        valid_from=today(),
        by=None,
        at=clock.now(),
    )

    name_deputy(person, colleague, unit=unit)
    go_away(person)

    assert sees(colleague, unit.pk)
    assert not sees(colleague, other.pk)
    assert {held.unit_id for held in access.held(colleague)} == {unit.pk}


def test_whoever_is_deactivated_is_represented_by_nobody_and_represents_nobody(head):
    person, unit, colleague = head
    name_deputy(person, colleague)
    go_away(person)
    assert sees(colleague, unit.pk)

    type(person).objects.filter(pk=person.pk).update(is_active=False)

    assert not sees(colleague, unit.pk)
    assert access.held(colleague) == []


class Member:
    """Something that belongs to a unit."""

    pk = None

    def __init__(self, unit_id):
        self.unit_id = unit_id


@pytest.mark.parametrize(
    "values",
    [
        {"valid_to": -1},
        {"deputy": "herself"},
        {"deputy": "deactivated"},
        {"again": True},
    ],
)
def test_what_makes_no_deputy_is_refused_and_leaves_nothing(head, make_person, values):
    person, _unit, colleague = head
    deputy = {"herself": person}.get(values.get("deputy"), colleague)
    if values.get("deputy") == "deactivated":
        colleague.is_active = False
    if values.get("again"):
        name_deputy(person, colleague)
    before = Deputy.objects.count()
    end = today() + timedelta(days=values["valid_to"]) if "valid_to" in values else None

    with pytest.raises(services.DeputyRefused):
        name_deputy(person, deputy, valid_to=end)

    assert Deputy.objects.count() == before


def test_an_absence_says_nothing_of_its_reason_and_is_noted_once(head):
    person, _unit, _colleague = head
    go_away(person)

    with pytest.raises(services.AbsenceRefused):
        go_away(person, days=1)
    with pytest.raises(services.AbsenceRefused):
        go_away(person, days=-1, first=40)

    entry = AuditEvent.objects.get(name="orgs.absence.noted")
    assert entry.data == {}
    assert set(entry.personal) == {"first_day", "back_on"}


def test_the_database_says_no_first(head):
    person, _unit, colleague = head
    day = today()
    wrong = [
        lambda: Deputy.objects.create(person=person, deputy=person, valid_from=day),
        lambda: Deputy.objects.create(
            person=person, deputy=colleague, valid_from=day, valid_to=day
        ),
        lambda: Absence.objects.create(person=person, valid_from=day, valid_to=day),
    ]

    for write in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_a_deputy_gives_herself_nothing_that_stays(head, client_of):
    person, unit, colleague = head
    name_deputy(person, colleague)
    go_away(person)
    browser = client_of(colleague)
    page = f"/office/units/{unit.pk}/members/new/"
    given = {"function": "HEAD", "valid_from": today().isoformat()}

    herself = browser.post(page, {"person": colleague.email, **given})
    other = browser.post(page, {"person": person.email, **given | {"function": "MEMBER"}})

    assert herself.status_code == 422
    assert not Membership.objects.filter(person=colleague).exists()
    assert other.status_code == 422  # she belongs to it already: nothing else stood in the way
    colleague.acting_for = person
    with pytest.raises(grants.GrantRefused):
        grants.grant_role(
            person=colleague,
            role=Role.READER,
            for_object=("urbandata.thing", uuid.uuid4()),
            by=colleague,
            at=clock.now(),
        )
