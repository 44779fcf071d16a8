"""Roles, permissions, visibility: Python and SQL say the same."""

import itertools
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from netzstadt.core.access import queries, services
from netzstadt.core.access.models import Grant
from netzstadt.core.access.permissions import (
    DEPUTISABLE,
    MANAGE_PERSONS,
    READ_AUDIT_TRAIL,
    ROLE_DESCRIPTIONS,
    Permission,
    Role,
)
from netzstadt.core.access.rules import needs, public
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.orgs.services import persons
from netzstadt.core.rooms import rooms
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id

pytestmark = pytest.mark.django_db

LEVELS = ("PUBLIC", "ADMINISTRATION", "UNIT", "RESTRICTED")


class Place:
    """An object with a key and an owning unit."""

    def __init__(self, pk=None, unit_id=None):
        self.pk, self.unit_id = pk, unit_id


def test_a_role_may_do_what_its_permission_says_and_no_more(make_person):
    admin, reader = make_person(Role.ADMINISTRATOR), make_person(Role.READER)

    assert queries.may(admin, MANAGE_PERSONS)
    assert not queries.may(reader, MANAGE_PERSONS)
    assert not queries.may(None, MANAGE_PERSONS)
    assert queries.may(admin, MANAGE_PERSONS)
    assert queries.may(admin, READ_AUDIT_TRAIL)
    assert not queries.may(None, MANAGE_PERSONS)


def test_a_role_in_a_unit_or_for_an_object_holds_there_only(make_person, make_unit):
    unit, key = make_unit().pk, uuid.uuid4()
    person, at = make_person(), clock.now() - timedelta(hours=1)
    services.grant_role(person=person, role=Role.ADMINISTRATOR, by=None, at=at, unit_id=unit)
    services.grant_role(
        person=person, role=Role.ADMINISTRATOR, by=None, at=at, for_object=("urbandata.thing", key)
    )

    assert not queries.may(person, MANAGE_PERSONS)
    assert queries.may(person, MANAGE_PERSONS, Place(unit_id=unit))
    assert queries.may(person, MANAGE_PERSONS, Place(pk=key))
    assert not queries.may(person, MANAGE_PERSONS, Place(pk=uuid.uuid4(), unit_id=uuid.uuid4()))
    assert not queries.may(person, MANAGE_PERSONS, Place())


def test_a_role_ends_and_its_grant_stays_as_a_record(make_person):
    person, at = make_person(), clock.now() - timedelta(hours=1)
    grant = services.grant_role(person=person, role=Role.READER, by=None, at=at)
    before = [held.source_id for held in queries.held(person)]

    services.revoke_role(grant=grant, by=None, at=at + timedelta(seconds=1))

    assert before == [grant.pk]
    assert queries.held(person) == []
    assert Grant.objects.get(pk=grant.pk).valid_to == at + timedelta(seconds=1)
    names = AuditEvent.objects.filter(object_id=grant.pk).order_by("sequence")
    assert [entry.name for entry in names] == ["access.role.granted", "access.role.revoked"]


def test_a_role_is_given_once_and_again_after_it_ended(make_person):
    person, at = make_person(), clock.now()
    grant = services.grant_role(person=person, role=Role.READER, by=None, at=at)

    with pytest.raises(services.GrantRefused):
        services.grant_role(person=person, role=Role.READER, by=None, at=at)
    services.revoke_role(grant=grant, by=None, at=at + timedelta(seconds=1))
    with pytest.raises(services.GrantRefused):
        services.revoke_role(grant=grant, by=None, at=at + timedelta(seconds=2))
    services.grant_role(person=person, role=Role.READER, by=None, at=at + timedelta(seconds=2))

    assert Grant.objects.filter(person=person).count() == 2


def test_the_last_administrator_stays(make_person):
    first, at = make_person(Role.ADMINISTRATOR), clock.now() - timedelta(minutes=1)

    with pytest.raises(services.GrantRefused):
        services.revoke_role(grant=first.grants.get(), by=None, at=at)
    make_person(Role.ADMINISTRATOR)
    services.revoke_role(grant=first.grants.get(), by=None, at=at)

    assert not queries.may(first, MANAGE_PERSONS)


def test_a_deactivated_person_may_nothing(make_person):
    person = make_person(Role.ADMINISTRATOR)
    person.is_active = False

    assert not queries.may(person, MANAGE_PERSONS)
    with pytest.raises(services.GrantRefused):
        services.grant_role(person=person, role=Role.READER, by=None, at=clock.now())


def test_python_knows_the_roles_that_the_database_knows():
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_get_constraintdef(oid) from pg_constraint"
            " where conrelid = 'access_grant'::regclass and conname = 'access_grant_role_check'"
        )
        check = cursor.fetchone()[0]
        cursor.execute(
            "select r from unnest(%s::text[]) r where access_passes_to_deputies(r)", (list(Role),)
        )
        passing = {row[0] for row in cursor.fetchall()}

    for role in Role:
        assert f"'{role.value}'" in check
    assert check.count("'::text") == len(Role)
    assert passing == set(DEPUTISABLE)
    assert set(ROLE_DESCRIPTIONS) == set(Role)


class Rule:
    """The rule in the words of the documentation (docs/explanation/visibility)."""

    def __init__(self, above: uuid.UUID, unit: uuid.UUID, key: uuid.UUID) -> None:
        self.above, self.unit, self.key = above, unit, key

    def expects(self, grant: dict, level: str) -> bool:
        if level == "PUBLIC":
            return True
        if not grant["holds"]:
            return False
        if grant["object_id"] is not None:
            return grant["object_id"] == self.key
        keeps = {Role.ADMINISTRATOR, Role.DATA_ENGINEER, Role.ELEVATED}
        if grant["unit_id"] is None and grant["role"] in keeps:
            return True
        is_there = grant["unit_id"] in {self.unit, self.above}
        return level == "ADMINISTRATION" or (level == "UNIT" and is_there)


def test_the_sql_rule_is_the_rule_of_the_documentation(make_person, make_unit):
    above = make_unit()
    unit, other_unit = make_unit(parent=above).pk, make_unit(parent=above).pk
    below = make_unit(parent=above)
    key, other_key = uuid.uuid4(), uuid.uuid4()
    rule = Rule(above.pk, unit, key)
    places = [
        *((unit_id, None) for unit_id in (None, above.pk, unit, other_unit, below.pk)),
        *((None, object_id) for object_id in (key, other_key)),
    ]
    at = clock.now()
    seen, wanted = {}, {}
    for role, (unit_id, object_id), holds in itertools.product(Role, places, (True, False)):
        if role == Role.ELEVATED and (unit_id or object_id):
            continue  # the database knows none of these
        if role == Role.PARTNER and not object_id:
            continue
        person = make_person()
        ends = at + timedelta(hours=1) if role == Role.ELEVATED else None
        begins = at - timedelta(hours=2)
        Grant.objects.create(
            id=new_id(),
            person=person,
            role=role,
            unit_id=unit_id,
            object_id=object_id,
            valid_from=begins,
            valid_to=ends if holds else at - timedelta(hours=1),
            reason="a reason of some length",
        )
        grant = {"role": role, "unit_id": unit_id, "object_id": object_id, "holds": holds}
        for level in LEVELS:
            case = (role.value, unit_id, object_id, holds, level)
            wanted[case] = rule.expects(grant, level)
            with connection.cursor() as cursor:
                cursor.execute("select may_see(%s, %s, %s, %s)", (level, unit, key, person.pk))
                seen[case] = cursor.fetchone()[0]

    assert seen == wanted


def test_the_sql_rule_shows_a_deactivated_person_only_what_is_public(make_person):
    person = make_person(Role.DATA_ENGINEER)

    def seen() -> list[bool]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select may_see(level, null, gen_random_uuid(), %s) from unnest(%s::text[]) level",
                (person.pk, list(LEVELS)),
            )
            return [row[0] for row in cursor.fetchall()]

    before = seen()
    persons.deactivate_person(person=person, by=None, at=clock.now())
    deactivated = seen()
    persons.reactivate_person(person=person, by=None, at=clock.now())

    assert before == seen() == [True] * len(LEVELS)
    assert deactivated == [level == "PUBLIC" for level in LEVELS]


def test_nobody_sees_more_than_the_public_without_signing_in():
    with connection.cursor() as cursor:
        for level in LEVELS:
            cursor.execute("select may_see(%s, %s, %s, null)", (level, new_id(), new_id()))
            assert cursor.fetchone()[0] is (level == "PUBLIC")


def test_lists_are_filtered_by_the_same_rule(make_person):
    from netzstadt.urbandata.models import Thing

    things = {
        level: Thing.objects.create(
            id=new_id(),
            iot_id=str(new_id()),
            name=level,
            description="",
            visibility=level,
            created_at=clock.now(),
            changed_at=clock.now(),
        )
        for level in LEVELS
    }
    reader, engineer = make_person(Role.READER), make_person(Role.DATA_ENGINEER)
    guest = make_person()
    services.grant_role(
        person=guest,
        role=Role.READER,
        by=None,
        at=clock.now() - timedelta(hours=1),
        for_object=("urbandata.thing", things["RESTRICTED"].pk),
    )

    def seen(to) -> set[str]:
        return set(queries.visible(Thing.objects.all(), to=to).values_list("name", flat=True))

    assert seen(None) == {"PUBLIC"}
    assert seen(reader) == {"PUBLIC", "ADMINISTRATION"}
    assert seen(guest) == {"PUBLIC", "RESTRICTED"}
    assert seen(engineer) == set(LEVELS)


@pytest.mark.parametrize("table", ["access_grant", "api_key"])
def test_the_plane_refuses_persons_that_the_house_does_not_know(table):
    columns = {
        "access_grant": "(id, person_id, role)"
        " values (gen_random_uuid(), gen_random_uuid(), 'READER')",
        "api_key": "(id, name, prefix, secret_digest, person_id, may_read)"
        " values (gen_random_uuid(), 'k', 'nst_12345678', sha256('x'), gen_random_uuid(), true)",
    }

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"insert into {table} {columns[table]}")


def test_the_page_without_permission_says_which_and_who_can_help(make_person, client_of):
    make_person(Role.ADMINISTRATOR, name="Ada Verwaltung", email="ada@example.org")
    client = client_of(make_person(Role.READER))

    response = client.get("/office/persons/")

    assert response.status_code == 403
    page = response.content.decode()
    assert str(MANAGE_PERSONS.description) in page
    assert "Ada Verwaltung" in page
    assert "ada@example.org" in page


def test_office_pages_stay_out_of_caches(make_person, client_of):
    response = client_of(make_person(Role.ADMINISTRATOR)).get("/office/persons/")

    assert response["Cache-Control"] == "private, no-store"


def test_a_public_page_is_kept_by_no_cache_for_who_is_signed_in(make_person, client_of, client):
    signed_in = client_of(make_person(Role.READER)).get("/")

    assert signed_in["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in client.get("/")


def test_a_part_of_a_page_asks_the_whole_page_to_sign_in(client):
    response = client.get("/office/persons/", headers={"HX-Request": "true"})

    assert response.status_code == 401
    assert response["HX-Redirect"] == "/account/sign-in/"


def test_every_decorator_says_its_rule():
    permission = Permission(name="a.b", description="x", roles=frozenset())

    assert public(lambda request: HttpResponse()).access_rule == "public"
    assert needs(permission)(lambda request: HttpResponse()).access_rule is permission


def test_permissions_are_declared_once_and_named_by_their_room():
    declared = [permission for room in rooms() for permission in room.permissions]

    assert len({permission.name for permission in declared}) == len(declared)
    for room in rooms():
        for permission in room.permissions:
            assert permission.name.startswith(f"{room.label}."), permission.name


def test_a_view_that_forgot_to_ask_does_not_act_for_nobody():
    from netzstadt.core.access.rules import signed_in_person

    with pytest.raises(LookupError):
        signed_in_person(RequestFactory().get("/"))
