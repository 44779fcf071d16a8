"""The pages of the organisation: who may change what, and what people see of it."""

from datetime import timedelta

import pytest

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.days import today
from netzstadt.core.orgs.models import Absence, Contact, Deputy, Membership, UnitVersion
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.services import contacts, members
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def head_of(make_person):
    """Make the head of a unit."""

    def make(unit, **values):
        person = make_person(**values)
        members.begin_membership(
            person=person,
            unit=unit,
            function=Function.HEAD,
            valid_from=today(),
            by=None,
            at=clock.now(),
        )
        return person

    return make


def day(days=0):
    return (today() + timedelta(days=days)).isoformat()


def test_a_coordinator_founds_and_reorganises_a_unit(make_person, client_of, make_unit):
    client = client_of(make_person(Role.COORDINATOR))
    root = make_unit("Vernetzte Stadt", kind="AREA")

    made = client.post(
        "/office/units/new/",
        {"key": "VS-1", "name": "Team Daten", "kind": "TEAM", "parent": root.pk,
         "valid_from": day()},
    )  # fmt: skip
    client.post(
        made["Location"] + "reorganise/",
        {"name": "Team Urbane Daten", "kind": "TEAM", "parent": root.pk, "valid_from": day(20)},
    )

    page = client.get(made["Location"]).content.decode()
    assert "Team Daten" in page
    assert "Team Urbane Daten" in page
    assert "Vernetzte Stadt" in page
    assert [row.name for row in UnitVersion.objects.filter(unit__key="VS-1")].count(
        "Team Daten"
    ) == 1
    overview = client.get("/office/units/").content.decode()
    assert overview.index("Vernetzte Stadt") < overview.index("Team Daten")
    assert "Team Urbane Daten" in client.get(f"/office/units/?on={day(20)}").content.decode()


@pytest.mark.parametrize("on", ["abc", "2026-02-30", "\0"])
def test_a_day_that_is_none_is_not_taken_for_today_silently(make_person, client_of, on):
    client = client_of(make_person(Role.READER))

    page = client.get("/office/units/", {"on": on})

    assert page.status_code == 200
    assert "ist kein Tag des Kalenders" in page.content.decode()
    assert "ist kein Tag des Kalenders" not in client.get("/office/units/").content.decode()


def test_a_form_with_a_mistake_says_where_and_changes_nothing(make_person, client_of, make_unit):
    client = client_of(make_person(Role.COORDINATOR))
    make_unit(key="R 1")
    before = UnitVersion.objects.count()

    for wrong in ({"key": "R 1"}, {"key": ""}, {"valid_from": "31.02.2026"}, {"kind": "CLUB"}):
        given = {"key": "R 2", "name": "X", "kind": "TEAM", "valid_from": day()} | wrong
        answer = client.post("/office/units/new/", given)
        assert answer.status_code == 422, wrong
        assert "ns-error-summary" in answer.content.decode()

    assert UnitVersion.objects.count() == before


def test_a_unit_is_not_dissolved_before_it_was_founded(make_person, client_of, make_unit):
    unit = make_unit(since=today())
    client = client_of(make_person(Role.COORDINATOR))

    for too_early in (day(-30), day()):
        answer = client.post(f"/office/units/{unit.pk}/dissolve/", {"valid_to": too_early})
        assert answer.status_code == 422
        assert "ns-error-summary" in answer.content.decode()

    assert UnitVersion.objects.get(unit=unit).valid_to is None


def test_a_head_keeps_the_members_of_her_unit_and_below_and_of_no_other(
    make_unit, head_of, make_person, client_of
):
    unit = make_unit("Her unit")
    below, other = make_unit("Below", unit), make_unit("Other")
    client = client_of(head_of(unit))
    colleague = make_person(email="neu@example.org")
    given = {"person": "neu@example.org", "function": "MEMBER", "valid_from": day()}

    there = client.post(f"/office/units/{below.pk}/members/new/", given)
    elsewhere = client.post(f"/office/units/{other.pk}/members/new/", given)
    changing = client.get(f"/office/units/{unit.pk}/reorganise/")

    assert there.status_code == 302
    assert elsewhere.status_code == changing.status_code == 403
    assert [m.unit_id for m in Membership.objects.filter(person=colleague)] == [below.pk]


@pytest.mark.parametrize(
    ("begins", "ends", "status", "left"),
    [(-9, -30, 422, [None]), (-9, -9, 302, []), (9, 1, 302, []), (-9, 1, 302, [1])],
)
def test_a_membership_that_was_is_ended_and_one_to_come_withdrawn(
    make_person, make_unit, client_of, begins, ends, status, left
):
    client = client_of(make_person(Role.COORDINATOR))
    membership = members.begin_membership(
        person=make_person(),
        unit=make_unit(),
        function=Function.MEMBER,
        valid_from=today() + timedelta(days=begins),
        by=None,
        at=clock.now(),
    )

    answer = client.post(f"/office/memberships/{membership.pk}/end/", {"valid_to": day(ends)})

    assert answer.status_code == status
    assert [row.valid_to for row in Membership.objects.all()] == [
        None if end is None else today() + timedelta(days=end) for end in left
    ]
    if not left:
        page = client.get(answer["Location"])
        assert "zurückgezogen" in page.content.decode()


def test_whoever_changes_something_reads_that_it_is_done(make_person, make_unit, client_of):
    client = client_of(make_person(Role.COORDINATOR))
    unit, colleague = make_unit("Team Daten"), make_person(name="Nora Neu")
    place = {"name": "Team Urbane Daten", "kind": "TEAM", "valid_from": day()}

    def told(url, **given):
        page = client.post(f"/{url}/", given, follow=True)
        return [str(message) for message in page.context["messages"]]

    own = f"office/units/{unit.pk}"
    founded = told("office/units/new", key="N 1", **place)
    changed = told(f"{own}/reorganise", **place)
    reached = told(f"{own}/contact", phone="0211")
    joined = told(f"{own}/members/new", person=colleague.email, function="MEMBER", valid_from=day())
    left = told(f"office/memberships/{Membership.objects.get().pk}/end", valid_to=day(1))
    dissolved = told(f"{own}/dissolve", valid_to=day(5))
    for form, given in {
        "deputy": {"deputy": colleague.email, "only_when_absent": "yes", "valid_from": day()},
        "absence": {"first_day": day(2), "last_day": day(3)},
    }.items():
        client.post("/account/absence/", {"form": form, **given}, follow=True)
    not_going = told(f"account/absence/{Absence.objects.get().pk}/end")
    alone = told(f"account/deputies/{Deputy.objects.get().pk}/end")

    every = [founded, changed, reached, joined, left, dissolved, not_going, alone]
    assert [len(messages) for messages in every] == [1] * 8
    assert joined == ["Nora Neu ist als Mitglied eingetragen."]
    assert alone == ["Nora Neu vertritt Sie nicht mehr."]
    assert not_going == ["Die Abwesenheit ist zurückgenommen."]


def test_an_unknown_address_is_no_member(make_unit, head_of, client_of):
    unit = make_unit()

    answer = client_of(head_of(unit)).post(
        f"/office/units/{unit.pk}/members/new/",
        {"person": "nobody@example.org", "function": "MEMBER", "valid_from": day()},
    )

    assert answer.status_code == 422


def test_a_deputy_acts_and_the_trail_says_for_whom(make_unit, head_of, make_person, client_of):
    unit = make_unit()
    head, deputy = head_of(unit, name="Hanna Haupt"), make_person(name="Vera Vertretung")
    make_person(email="neu@example.org")
    own = client_of(head)
    own.post(
        "/account/absence/",
        {"form": "deputy", "deputy": deputy.email, "only_when_absent": "yes", "valid_from": day()},
    )
    url = f"/office/units/{unit.pk}/members/new/"
    given = {"person": "neu@example.org", "function": "MEMBER", "valid_from": day()}
    client = client_of(deputy)

    before = client.post(url, given).status_code
    own.post("/account/absence/", {"form": "absence", "first_day": day(), "last_day": day(3)})
    page = client.get(url).content.decode()
    done = client.post(url, given).status_code

    assert (before, done) == (403, 302)
    assert "Hanna Haupt" in page
    entry = AuditEvent.objects.get(name="orgs.membership.begun", data__function="MEMBER")
    assert (entry.person, entry.acting_for) == (deputy, head)
    own.post(f"/account/absence/{head.absences.get().pk}/end/")
    assert client.get(url).status_code == 403


def test_what_she_may_do_herself_a_deputy_does_in_her_own_name(
    make_unit, head_of, make_person, client_of
):
    unit = make_unit()
    head, second = head_of(unit), head_of(unit)
    make_person(email="neu@example.org")
    members.name_deputy(
        person=head,
        deputy=second,
        valid_from=today(),
        only_when_absent=False,
        by=None,
        at=clock.now(),
    )

    client_of(second).post(
        f"/office/units/{unit.pk}/members/new/",
        {"person": "neu@example.org", "function": "MEMBER", "valid_from": day()},
    )

    entry = AuditEvent.objects.get(name="orgs.membership.begun", data__function="MEMBER")
    assert (entry.person, entry.acting_for) == (second, None)


def test_nobody_ends_the_absence_of_somebody_else(make_unit, head_of, make_person, client_of):
    head = head_of(make_unit())
    absence = members.note_absence(
        person=head,
        first_day=today(),
        back_on=today() + timedelta(days=3),
        by=head,
        at=clock.now(),
    )

    answer = client_of(make_person(Role.ADMINISTRATOR)).post(f"/account/absence/{absence.pk}/end/")

    assert answer.status_code == 404


def test_contact_points_are_public_and_name_a_person_only_if_she_agreed(
    make_unit, make_person, client_of, client
):
    unit = make_unit("Team Daten")
    make_person(name="Nora Name", email="nora@example.org")
    topic = contacts.save_topic(
        topic=None, title="Sensorik", title_en="Sensors", order=1, by=None, at=clock.now()
    )
    coordinator = client_of(make_person(Role.COORDINATOR))
    given = {
        "topic": topic.pk, "unit": unit.pk, "person": "nora@example.org", "function": "Team Daten",
        "email": "daten@example.org", "is_public": "on",
    }  # fmt: skip

    coordinator.post("/office/contacts/new/", given)
    anonymous = client.get("/contact-points/").content.decode()
    contact = Contact.objects.get()
    coordinator.post(f"/office/contacts/{contact.pk}/", given | {"names_person": "on"})
    named = client.get("/contact-points/").content.decode()
    coordinator.post(f"/office/contacts/{contact.pk}/", {**given, "is_public": ""})
    hidden = client.get("/contact-points/").content.decode()

    assert "daten@example.org" in anonymous
    assert "Nora Name" not in anonymous
    assert "Nora Name" in named
    assert "nora@example.org" not in named
    assert "Sensorik" in named
    assert "daten@example.org" not in hidden


def test_a_head_keeps_contact_points_of_her_unit_alone(make_unit, head_of, client_of):
    unit, other = make_unit("Her unit"), make_unit("Other")
    topic = contacts.save_topic(
        topic=None, title="T", title_en="", order=1, by=None, at=clock.now()
    )
    foreign = contacts.save_contact(
        contact=None,
        values={"topic": topic, "unit": other, "email": "other@example.org"},
        by=None,
        at=clock.now(),
    )
    client = client_of(head_of(unit))
    given = {"topic": topic.pk, "email": "x@example.org", "is_public": "on"}

    own = client.post("/office/contacts/new/", given | {"unit": unit.pk})
    into_other = client.post("/office/contacts/new/", given | {"unit": other.pk})
    edited = client.post(f"/office/contacts/{foreign.pk}/", given | {"unit": unit.pk})
    removed = client.post(f"/office/contacts/{foreign.pk}/remove/")

    assert own.status_code == 302
    assert [a.status_code for a in (into_other, edited, removed)] == [403, 403, 403]
    assert "other@example.org" not in client.get("/office/contacts/").content.decode()


def test_a_partner_inside_one_object_sees_no_directory(make_person, make_unit, client_of):
    partner = make_person()
    make_unit("Inneres")
    access.grant_role(
        person=partner,
        role=Role.PARTNER,
        for_object=("orgs.unit", make_unit("X").pk),
        by=None,
        at=clock.now() - timedelta(minutes=1),
    )

    answer = client_of(partner).get("/office/units/")

    assert answer.status_code == 403
    assert "Inneres" not in answer.content.decode()


def test_the_page_of_the_tree_asks_few_questions(
    make_person, make_unit, client_of, django_assert_max_num_queries
):
    root = make_unit("Root")
    for n in range(30):
        make_unit(f"Unit {n}", root)
    client = client_of(make_person(Role.COORDINATOR))

    client.get("/")  # what is remembered of the city for some seconds is read
    for address in ("/office/units/", f"/office/units/{root.pk}/", "/office/units.csv"):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
