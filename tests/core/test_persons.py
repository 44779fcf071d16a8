"""Accounts: making, passwords, deactivating; each change leaves its event."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests.conftest import PASSWORD

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.days import today
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.services import members, persons
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db

NEW = "another long and quiet one"


def test_an_address_is_used_once_whatever_its_case(make_person):
    make_person(email="a@example.org")

    with pytest.raises(persons.PersonRefused):
        make_person(email="A@Example.ORG")


def test_the_database_itself_refuses_the_same_address_twice(make_person):
    make_person(email="a@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(email="A@example.org", name="B", created_at=clock.now())


@pytest.mark.parametrize("password", ["short", "qwerty123456", "kimmuster1@example.org"])
def test_weak_passwords_are_refused(password):
    with pytest.raises(persons.PersonRefused):
        persons.create_person(
            email="kimmuster1@example.org",
            name="Kim Muster",
            password=password,
            by=None,
            at=clock.now(),
        )

    assert not Person.objects.exists()


def test_the_trail_keeps_name_and_address_of_a_new_person_apart(make_person):
    person = make_person(name="Kim Muster", email="kim@example.org")

    entry = AuditEvent.objects.get(name="orgs.person.created", object_id=person.pk)

    assert entry.personal == {"person_name": "Kim Muster", "email": "kim@example.org"}
    assert "kim" not in str(entry.data).lower()


def test_an_own_password_is_changed_only_with_the_current_one(make_person):
    person = make_person()

    with pytest.raises(persons.PersonRefused):
        persons.change_password(person=person, current="wrong", new=NEW, by=person, at=clock.now())
    persons.change_password(person=person, current=PASSWORD, new=NEW, by=person, at=clock.now())

    assert Person.objects.get(pk=person.pk).check_password(NEW)


def test_changing_the_password_ends_all_other_sessions(make_person, client_of):
    person = make_person()
    here, elsewhere = client_of(person), client_of(person)

    response = here.post("/account/password/", {"current": PASSWORD, "new": NEW, "repeated": NEW})

    assert response.status_code == 302
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_a_form_that_comes_back_names_every_error(make_person, client_of):
    client = client_of(make_person())

    response = client.post("/account/password/", {"current": "x", "new": NEW, "repeated": "other"})

    assert response.status_code == 422
    page = response.content.decode()
    assert 'href="#id_repeated"' in page
    assert 'aria-describedby="id_repeated-error"' in page


def test_the_api_keys_of_a_deactivated_person_are_revoked_for_good(make_person):
    person, other = make_person(Role.DATA_ENGINEER), make_person(Role.DATA_ENGINEER)
    with connection.cursor() as cursor:
        for number, owner in enumerate((person, person, other)):
            cursor.execute(
                "insert into api_key (id, name, prefix, secret_digest, person_id, may_write)"
                " values (gen_random_uuid(), 'k', %s, sha256(%s::bytea), %s, true)",
                [f"nst_1234567{number}", str(number), owner.pk],
            )

    persons.deactivate_person(person=person, by=other, at=clock.now())
    persons.reactivate_person(person=person, by=other, at=clock.now())

    with connection.cursor() as cursor:
        cursor.execute("select person_id from api_key where revoked_at is null")
        assert cursor.fetchall() == [(other.pk,)]
    entry = AuditEvent.objects.get(name="access.api_keys.revoked", object_id=person.pk)
    assert len(entry.data["api_key_ids"]) == 2


def test_a_new_password_ends_the_pause_for_wrong_ones(make_person, client):
    person, admin = make_person(), make_person(Role.ADMINISTRATOR)
    for _ in range(5):
        client.post("/account/sign-in/", {"username": person.email, "password": "wrong"})

    persons.change_password(person=person, new=NEW, by=admin, at=clock.now())

    answer = client.post("/account/sign-in/", {"username": person.email, "password": NEW})
    assert answer.status_code == 302


def test_nobody_deactivates_herself(make_person):
    person = make_person(Role.ADMINISTRATOR)

    with pytest.raises(persons.PersonRefused):
        persons.deactivate_person(person=person, by=person, at=clock.now())


def test_an_administrator_makes_an_account_gives_a_role_and_ends_it(make_person, client_of):
    client = client_of(make_person(Role.ADMINISTRATOR))

    client.post(
        "/office/persons/new/",
        {"name": "Rita Neu", "email": "rita@example.org", "password": PASSWORD},
    )
    rita = Person.objects.get(email="rita@example.org")
    client.post(f"/office/persons/{rita.pk}/roles/new/", {"role": "DATA_ENGINEER"})
    grant = rita.grants.get()
    asked = client.get(f"/office/grants/{grant.pk}/revoke/")
    client.post(f"/office/grants/{grant.pk}/revoke/")

    assert asked.status_code == 200
    assert grant.role == "DATA_ENGINEER"
    grant.refresh_from_db()
    assert grant.valid_to is not None
    assert client.get(f"/office/persons/{rita.pk}/").status_code == 200


def test_the_list_of_persons_filters_sorts_and_pages(make_person, client_of):
    client = client_of(make_person(Role.ADMINISTRATOR, name="Zora Admin"))
    for number in range(30):
        make_person(name=f"Person {number:02}")
    make_person(Role.READER, name="Anton Leser")

    def names(query: str) -> list[str]:
        rows = client.get(f"/office/persons/{query}").context["rows"]
        return [person.name for person, _ in rows]

    assert names("")[0] == "Anton Leser"
    assert names("?sort=-name")[0] == "Zora Admin"
    assert names("?q=leser") == ["Anton Leser"]
    assert names("?role=READER") == ["Anton Leser"]
    assert len(names("?page=2")) == 7
    assert names("?q=niemand") == []
    assert names("?sort=password&role=KING&page=x")[0] == "Anton Leser"


def test_the_list_of_persons_asks_the_database_the_same_for_many(
    make_person, client_of, django_assert_max_num_queries
):
    client = client_of(make_person(Role.ADMINISTRATOR))
    for _ in range(25):
        make_person(Role.READER)

    with django_assert_max_num_queries(12):
        assert len(client.get("/office/persons/").context["rows"]) == 25


def test_a_person_s_roles_are_shown_with_their_unit_reason_end_and_where_they_come_from(
    make_person, make_unit, client_of
):
    admin, head = client_of(make_person(Role.ADMINISTRATOR)), make_person()
    fruit, trees = make_unit("Referat Obst"), make_unit("Referat Bäume")
    members.begin_membership(
        person=head,
        unit=fruit,
        function=Function.HEAD,
        valid_from=today(),
        valid_to=date(2999, 1, 1),
        by=None,
        at=clock.now(),
    )
    page, own = f"/office/persons/{head.pk}/", client_of(head)

    of_the_unit = admin.get(page).content.decode()
    access.grant_role(
        person=head,
        role=Role.COORDINATOR,
        unit_id=trees.pk,
        reason="Projekt Linde",
        by=None,
        at=clock.now() - timedelta(hours=1),
    )
    with_a_role = admin.get(page).content.decode()
    account = own.get("/account/").content.decode()

    assert "Noch keine Rolle" not in of_the_unit
    assert f'<a href="/office/units/{fruit.pk}/">' in of_the_unit
    assert "31.12.2998" in of_the_unit
    assert f'<a href="/office/units/{trees.pk}/">Referat Bäume</a>' in with_a_role
    assert "Projekt Linde" in with_a_role
    for words in ("Referat Obst", "31.12.2998", "Referat Bäume", "Projekt Linde"):
        assert words in account


def test_a_refusal_comes_back_as_a_notice_on_the_page_that_asked(make_person, client_of):
    admin = make_person(Role.ADMINISTRATOR)
    client = client_of(admin)
    page = f"http://testserver/office/persons/{admin.pk}/"

    response = client.post(
        f"/office/grants/{admin.grants.get().pk}/revoke/", headers={"Referer": page}
    )

    assert response.status_code == 302
    assert response.url == f"/office/persons/{admin.pk}/"
    assert "kern-alert--danger" in client.get(page).content.decode()
    assert admin.grants.get().valid_to is None


@pytest.mark.parametrize("page", ["/office/persons/", "/office/units/"])
def test_zero_bytes_in_words_to_look_for_are_nothing(make_person, client_of, page):
    client = client_of(make_person(Role.ADMINISTRATOR))

    assert client.get(page, {"q": "\0"}).status_code == 200
