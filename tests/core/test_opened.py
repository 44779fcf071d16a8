"""One object is opened to single people: who may do so, what they see, and that it ends."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from netzstadt.core.access import queries, services
from netzstadt.core.access.models import Grant
from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id
from netzstadt.urbandata.models import Thing

pytestmark = pytest.mark.django_db


def thing(name: str, visibility: str = "RESTRICTED", **fields) -> Thing:
    at = clock.now()
    return Thing.objects.create(
        id=new_id(),
        iot_id=f'"{name}"',
        name=name,
        description="",
        visibility=visibility,
        created_at=at,
        changed_at=at,
        **fields,
    )


@pytest.fixture
def english(client_of):
    """Clients that read English."""

    def make(person) -> Client:
        client: Client = client_of(person)
        client.cookies["netzstadt_language"] = "en"
        return client

    return make


def page_of(one: Thing) -> str:
    return reverse("access:opened-to", args=["urbandata.thing", one.pk])


def test_a_partner_is_let_in_sees_this_object_alone_and_is_told(make_person, client_of):
    weir, gauge = thing("Wehr"), thing("Pegel")
    keeper, partner = make_person(Role.DATA_ENGINEER), make_person(email="guest@partner.example")
    client, guest = client_of(keeper), client_of(partner)
    assert guest.get(reverse("urbandata:station", args=[weir.pk])).status_code == 404

    answer = client.post(
        page_of(weir),
        {"person": "Guest@Partner.example", "role": "PARTNER", "reason": "Sanierung des Wehrs"},
        follow=True,
    )

    # To the database, now is when the test's transaction began.
    Grant.objects.filter(person=partner).update(valid_from=clock.now() - timedelta(hours=1))
    page = answer.content.decode()
    assert "guest@partner.example" in page
    assert "Sanierung des Wehrs" in page
    assert guest.get(reverse("urbandata:station", args=[weir.pk])).status_code == 200
    assert guest.get(reverse("urbandata:station", args=[gauge.pk])).status_code == 404
    work = guest.get("/office/").content.decode()
    assert "Wehr" in work
    assert reverse("urbandata:station", args=[weir.pk]) in work
    event = AuditEvent.objects.filter(name="access.role.granted").latest("at")
    assert event.person_id == keeper.pk
    assert event.data["role_object_id"] == str(weir.pk)
    assert event.data["role_object_model"] == "urbandata.thing"


def test_a_partner_sees_no_directory_and_lets_nobody_in(make_person, client_of):
    weir = thing("Wehr")
    partner = make_person(Role.PARTNER, object_id=weir.pk)
    guest = client_of(partner)

    assert guest.get(page_of(weir)).status_code == 403
    for name in ("orgs:units", "orgs:persons", "access:rights", "urbandata:things"):
        assert guest.get(reverse(name)).status_code == 403, name


def test_letting_in_ends_on_its_last_day_or_by_hand(make_person, english):
    weir = thing("Wehr")
    client = english(make_person(Role.ADMINISTRATOR))
    partner = make_person(email="guest@partner.example")
    day = (clock.now() + timedelta(days=10)).date()
    client.post(
        page_of(weir),
        {"person": partner.email, "role": "READER", "last_day": day.isoformat()},
    )
    grant = Grant.objects.get(person=partner)
    assert grant.valid_to is not None
    assert timedelta(days=9) < grant.valid_to - clock.now() < timedelta(days=12)
    ending = reverse("access:close", args=[grant.pk])
    assert partner.name in client.get(ending).content.decode()

    answer = client.post(ending, follow=True)

    assert "Nobody was let in" in answer.content.decode()
    assert queries.held(partner) == []
    assert client.post(ending).status_code == 404, "it has ended already"


def test_the_last_day_of_the_calendar_is_a_day_like_others(make_person, client_of):
    weir = thing("Wehr")
    client = client_of(make_person(Role.DATA_ENGINEER))
    partner = make_person(email="guest@partner.example")

    answer = client.post(
        page_of(weir), {"person": partner.email, "role": "PARTNER", "last_day": "9999-12-31"}
    )

    assert answer.status_code == 302
    assert Grant.objects.filter(person=partner, valid_to__year__gte=9999).exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"person": "nobody@partner.example", "role": "PARTNER"}, "no account with this address"),
        ({"person": "guest@partner.example", "role": "ADMINISTRATOR"}, "Select a valid choice"),
        ({"person": "guest@partner.example", "role": "PARTNER", "last_day": "2020-01-01"}, "over"),
        ({"person": "", "role": "PARTNER"}, "required"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(make_person, english, given, said):
    weir = thing("Wehr")
    make_person(email="guest@partner.example")
    client = english(make_person(Role.DATA_ENGINEER))
    before = Grant.objects.count()

    answer = client.post(page_of(weir), given)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Grant.objects.count() == before


def test_nobody_is_let_in_twice(make_person, english):
    weir = thing("Wehr")
    make_person(Role.PARTNER, object_id=weir.pk, email="guest@partner.example")
    client = english(make_person(Role.DATA_ENGINEER))

    answer = client.post(page_of(weir), {"person": "guest@partner.example", "role": "PARTNER"})

    assert answer.status_code == 422
    assert "already has this role" in answer.content.decode()


def test_who_does_not_see_an_object_cannot_open_it(make_person, client_of):
    weir = thing("Wehr")
    guest = make_person(email="guest@partner.example")
    client = client_of(make_person(Role.COORDINATOR))

    answer = client.post(page_of(weir), {"person": guest.email, "role": "PARTNER"})

    assert answer.status_code == 404
    assert not Grant.objects.filter(person=guest).exists()


def test_the_head_of_the_owning_unit_opens_its_objects_and_no_others(
    make_person, make_unit, client_of
):
    unit, other = make_unit(), make_unit()
    own = thing("Wehr", "UNIT", unit_id=unit.pk)
    foreign = thing("Pegel", "ADMINISTRATION", unit_id=other.pk)
    head = make_person()
    services.grant_role(
        person=head,
        role=Role.HEAD_OF_UNIT,
        unit_id=unit.pk,
        by=None,
        at=clock.now() - timedelta(minutes=1),
    )
    client = client_of(head)

    assert client.get(page_of(own)).status_code == 200
    assert client.get(page_of(foreign)).status_code == 403


def test_only_kinds_that_can_be_opened_are(make_person, client_of):
    client = client_of(make_person(Role.ADMINISTRATOR))
    person = make_person()

    for model in ("orgs.person", "no.such"):
        address = reverse("access:opened-to", args=[model, person.pk])
        assert client.get(address).status_code == 404


def test_roles_in_the_whole_house_are_not_ended_here(make_person, client_of):
    engineer = make_person(Role.DATA_ENGINEER)
    grant = Grant.objects.get(person=engineer)
    client = client_of(make_person(Role.ADMINISTRATOR))

    assert client.post(reverse("access:close", args=[grant.pk])).status_code == 404
    assert queries.held(engineer)


def test_without_signing_in_the_page_asks_for_it():
    answer = Client().get(page_of(thing("Wehr")))

    assert answer.status_code == 302
    assert "/account/sign-in/" in answer["Location"]
