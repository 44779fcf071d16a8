"""Giving roles on the page, elevated rights, and why somebody may do something."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.conftest import PASSWORD

from netzstadt.core.access import queries, services
from netzstadt.core.access.models import Grant
from netzstadt.core.access.permissions import GIVE_ADMINISTRATOR, MANAGE_MEMBERS, Role
from netzstadt.core.access.queries import explain
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.days import last_day_text, midnight, today
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.services import members
from netzstadt.core.orgs.services import persons as orgs
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id
from netzstadt.urbandata.models import Thing

pytestmark = pytest.mark.django_db
REASON = "A colleague left the house"


def elevate(person, **values):
    given = {"reason": REASON, "hours": 1, "at": clock.now() - timedelta(minutes=1)} | values
    return services.elevate(person=person, **given)


def test_elevated_rights_are_taken_with_a_reason_and_end_by_themselves(make_person):
    admin = make_person(Role.ADMINISTRATOR)

    before = queries.may(admin, GIVE_ADMINISTRATOR)
    grant = elevate(admin)
    meanwhile = queries.may(admin, GIVE_ADMINISTRATOR)
    at = clock.now()
    Grant.objects.filter(pk=grant.pk).update(
        valid_from=at - timedelta(hours=2), valid_to=at - timedelta(hours=1)
    )

    assert (before, meanwhile, queries.may(admin, GIVE_ADMINISTRATOR)) == (False, True, False)
    entry = AuditEvent.objects.get(name="access.rights.elevated")
    assert entry.personal == {"reason": REASON}


@pytest.mark.parametrize(
    "values", [{"reason": "short"}, {"hours": 5}, {"hours": 0}, {"reason": " " * 40}]
)
def test_without_reason_or_for_too_long_nothing_is_elevated(make_person, values):
    admin = make_person(Role.ADMINISTRATOR)

    with pytest.raises(services.GrantRefused):
        elevate(admin, **values)

    assert not Grant.objects.filter(role=Role.ELEVATED).exists()


def test_only_administrators_elevate_and_only_once(make_person):
    admin = make_person(Role.ADMINISTRATOR)
    elevate(admin)

    for person in (admin, make_person(Role.READER), make_person()):
        with pytest.raises(services.GrantRefused):
            elevate(person)


def test_elevated_rights_are_not_given(make_person):
    with pytest.raises(services.GrantRefused):
        services.grant_role(person=make_person(), role=Role.ELEVATED, by=None, at=clock.now())


def test_administrators_are_made_and_ended_with_elevated_rights_alone(make_person):
    admin, other = make_person(Role.ADMINISTRATOR), make_person(Role.ADMINISTRATOR)
    person, at = make_person(), clock.now()

    with pytest.raises(services.GrantRefused):
        services.grant_role(person=person, role=Role.ADMINISTRATOR, by=admin, at=at)
    with pytest.raises(services.GrantRefused):
        services.revoke_role(grant=other.grants.get(), by=admin, at=at)
    elevate(admin)
    services.grant_role(person=person, role=Role.ADMINISTRATOR, by=admin, at=at)

    assert person.grants.get().role == Role.ADMINISTRATOR


def test_the_database_knows_no_elevated_right_without_reason_and_end(make_person):
    person, at = make_person(), clock.now()
    base = {"person": person, "role": Role.ELEVATED, "valid_from": at}
    hour = at + timedelta(hours=1)

    for wrong in (
        {"reason": REASON},
        {"valid_to": hour},
        {"valid_to": at + timedelta(hours=5), "reason": REASON},
        {"valid_to": hour, "reason": REASON, "object_id": uuid.uuid4()},
        {"role": Role.PARTNER},
        {"role": "KING"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.create(id=new_id(), **base | wrong)


def test_a_role_is_given_on_the_page_in_a_unit_with_an_end(make_person, make_unit, client_of):
    person, unit = make_person(), make_unit()
    client = client_of(make_person(Role.ADMINISTRATOR))
    last = today() + timedelta(days=3)

    answer = client.post(
        f"/office/persons/{person.pk}/roles/new/",
        {"role": "COORDINATOR", "unit": unit.pk, "last_day": last.isoformat(), "reason": "Projekt"},
    )

    assert answer.status_code == 302
    grant = person.grants.get()
    assert (grant.role, grant.unit_id, grant.reason) == ("COORDINATOR", unit.pk, "Projekt")
    assert grant.valid_to.date() in {last, last + timedelta(days=1)}


def test_pages_name_the_last_day_of_what_ends_at_midnight_and_the_moment_of_what_does_not(
    make_person, make_unit, client_of
):
    person, weir = make_person(), make_unit("Wehr")
    client = client_of(make_person(Role.ADMINISTRATOR))
    last = today() + timedelta(days=3)
    given = {"role": "READER", "last_day": last.isoformat(), "reason": "Projekt"}
    client.post(f"/office/persons/{person.pk}/roles/new/", given)
    # Before the transaction of the test began, which is "now" to the database.
    Grant.objects.filter(person=person).update(valid_from=clock.now() - timedelta(hours=1))
    membership = {"person": person.email, "function": "MEMBER", "valid_from": today().isoformat()}
    client.post(f"/office/units/{weir.pk}/members/new/", membership | {"last_day": last})

    pages = {
        url: client.get(url).content.decode()
        for url in (
            f"/office/persons/{person.pk}/",
            "/office/rights/",
            f"/office/rights/persons/{person.pk}/",
            f"/office/units/{weir.pk}/",
        )
    }

    assert [url for url, page in pages.items() if f"{last:%d.%m.%Y}" not in page] == []
    after = last + timedelta(days=1)
    assert [url for url, page in pages.items() if f"{after:%d.%m.%Y}" in page] == []
    assert last_day_text(midnight(last) + timedelta(hours=4)) == f"{last:%d.%m.%Y} 04:00"
    assert last_day_text(date.max) == "31.12.9999"


@pytest.mark.parametrize(
    "given",
    [
        {"role": "ELEVATED"},
        {"role": "PARTNER"},
        {"role": "STAFF"},
        {"role": "AUDITOR", "unit": True},
        {"role": "READER", "last_day": "2020-01-01"},
        {"role": "NOBODY"},
        {"role": ""},
    ],
)
def test_a_role_that_cannot_be_there_is_refused_at_its_field(
    make_person, make_unit, client_of, given
):
    person = make_person()
    client = client_of(make_person(Role.ADMINISTRATOR))
    sent = {**given, "unit": make_unit().pk} if given.get("unit") else given

    answer = client.post(f"/office/persons/{person.pk}/roles/new/", sent)

    assert answer.status_code == 422
    assert not person.grants.exists()


def test_a_role_is_explained_by_what_brings_it(make_person, make_unit):
    unit = make_unit("Referat Umwelt")
    head, deputy = make_person(name="Hanna Haupt"), make_person()
    members.begin_membership(
        person=head,
        unit=unit,
        function=Function.HEAD,
        valid_from=today(),
        by=None,
        at=clock.now(),
    )
    members.name_deputy(
        person=head,
        deputy=deputy,
        only_when_absent=False,
        valid_from=today(),
        by=None,
        at=clock.now(),
    )

    class Inside:
        pk, unit_id = None, unit.pk

    own = explain.why(head, MANAGE_MEMBERS, Inside())
    borrowed = explain.why(deputy, MANAGE_MEMBERS, Inside())
    elsewhere = explain.why(head, MANAGE_MEMBERS)

    assert "Referat Umwelt" in own[0].where
    assert "Hanna Haupt" in borrowed[0].whence
    assert elsewhere == []


def test_what_is_seen_is_explained_by_the_rule_that_shows_it(make_person, make_unit):
    unit, person = make_unit(), make_person()
    key = uuid.uuid4()
    services.grant_role(
        person=person,
        role=Role.READER,
        for_object=("urbandata.thing", key),
        reason="Gutachten",
        by=None,
        at=clock.now() - timedelta(minutes=1),
    )

    seen = explain.why_seen(person, visibility="RESTRICTED", unit_id=unit.pk, key=key)
    other = explain.why_seen(person, visibility="RESTRICTED", unit_id=unit.pk, key=uuid.uuid4())

    assert seen[0] is True
    assert [reason.whence for reason in seen[1]] == ["Gutachten"]
    assert other == (False, [])


def test_the_pages_of_rights_are_for_those_who_watch_over_them(make_person, client_of):
    person = make_person(Role.READER, name="Rita Recht")

    for role, status in (
        (Role.AUDITOR, 200),
        (Role.PRIVACY_OFFICER, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.COORDINATOR, 403),
    ):
        client = client_of(make_person(role))
        assert client.get("/office/rights/").status_code == status, role
        page = client.get(f"/office/rights/persons/{person.pk}/")
        assert page.status_code == status, role
        assert ("Rita Recht" in page.content.decode()) is (status == 200)


def test_elevated_rights_are_taken_and_given_back_on_the_page(make_person, client_of):
    admin = make_person(Role.ADMINISTRATOR)
    client = client_of(admin)

    client.post("/account/elevated/", {"reason": REASON, "hours": 1})
    taken = admin.grants.filter(role=Role.ELEVATED).get()
    wrong = client_of(make_person(Role.READER)).post(
        "/account/elevated/", {"reason": REASON, "hours": 1}
    )

    assert taken.valid_to - taken.valid_from == timedelta(hours=1)
    assert wrong.status_code == 403


def test_who_finds_a_device_open_takes_no_elevated_rights(make_person, client_of):
    admin = make_person(Role.ADMINISTRATOR)
    client = client_of(admin)
    session = client.session
    session["accounts_confirmed_at"] = clock.now().timestamp() - 601
    session.save()

    asked = client.post("/account/elevated/", {"reason": REASON, "hours": 1})

    assert asked.url == "/account/confirm/?next=%2Faccount%2Felevated%2F"
    assert not admin.grants.filter(role=Role.ELEVATED).exists()

    client.post("/account/confirm/", {"password": PASSWORD})
    client.post("/account/elevated/", {"reason": REASON, "hours": 1})

    assert admin.grants.filter(role=Role.ELEVATED).exists()


def test_the_account_of_an_administrator_is_ended_and_put_back_with_elevated_rights_alone(
    make_person,
):
    admin, other = make_person(Role.ADMINISTRATOR), make_person(Role.ADMINISTRATOR)
    at = clock.now()

    with pytest.raises(services.GrantRefused):
        orgs.deactivate_person(person=other, by=admin, at=at)
    elevate(admin)
    orgs.deactivate_person(person=other, by=admin, at=at)
    third = make_person(Role.ADMINISTRATOR)

    with pytest.raises(services.GrantRefused):
        orgs.reactivate_person(person=other, by=third, at=at)
    orgs.reactivate_person(person=other, by=admin, at=at)


def test_who_is_an_administrator_for_a_while_does_not_replace_one_for_good(make_person):
    lasting, until = make_person(Role.ADMINISTRATOR), clock.now() + timedelta(days=1)
    services.grant_role(
        person=make_person(),
        role=Role.ADMINISTRATOR,
        until=until,
        by=None,
        at=clock.now() - timedelta(minutes=1),
    )

    with pytest.raises(services.GrantRefused):
        services.revoke_role(grant=lasting.grants.get(), by=None, at=clock.now())
    with pytest.raises(services.GrantRefused):
        orgs.deactivate_person(person=lasting, by=None, at=clock.now())


@pytest.mark.parametrize("role", [Role.PRIVACY_OFFICER, Role.AUDITOR])
def test_explaining_names_nothing_that_the_asker_does_not_see(make_person, client_of, role):
    key, at = new_id(), clock.now()
    Thing.objects.create(
        id=key, iot_id=str(key), name="Schacht 9", visibility="RESTRICTED", created_at=at,
        changed_at=at,
    )  # fmt: skip
    engineer = make_person(Role.DATA_ENGINEER, name="Rita Recht")
    page = f"/office/rights/persons/{engineer.pk}/?model=urbandata.thing&object={key}"

    asked = client_of(make_person(role)).get(page).content.decode()
    keeper = client_of(make_person(Role.ADMINISTRATOR)).get(page).content.decode()

    assert "Rita Recht sieht es." in asked
    assert "Schacht 9" not in asked
    assert "Schacht 9" in keeper


def test_an_object_to_explain_is_found_by_its_name_and_by_the_address_of_its_page(
    make_person, client_of
):
    key, at = new_id(), clock.now()
    Thing.objects.create(
        id=key, iot_id=str(key), name="Schacht 9", visibility="RESTRICTED", created_at=at,
        changed_at=at,
    )  # fmt: skip
    engineer = make_person(Role.DATA_ENGINEER, name="Rita Recht")
    page = f"/office/rights/persons/{engineer.pk}/"
    keeper = client_of(make_person(Role.ADMINISTRATOR))
    auditor = client_of(make_person(Role.AUDITOR))

    found = keeper.get(page, {"object": "schacht"}).content.decode()
    pasted = keeper.get(page, {"object": f"https://city.example/things/{key}/edit/"})
    hidden = auditor.get(page, {"object": "schacht"}).content.decode()

    assert f"object={key}&amp;model=urbandata.thing#explain" in found
    assert "sieht „Schacht 9“" in pasted.content.decode()
    assert "Schacht 9" not in hidden
    assert "Nichts gefunden" in hidden
