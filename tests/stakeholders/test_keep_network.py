"""The network is kept: entries, relations, consents and expertise; who sees what of it."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.stakeholders.network import NOW, TODAY, Network

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.meanwhile import ChangedMeanwhile
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.services import members
from netzstadt.stakeholders.models import Consent, Expertise, ExpertWord, Party, PartyRelation
from netzstadt.stakeholders.queries import parties
from netzstadt.stakeholders.services import consents, expertise, forgetting, network
from netzstadt.stakeholders.services.network_refusals import NetworkRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(make_person: Callable[..., Person]) -> Person:
    return make_person(Role.COORDINATOR, name="Karla Koordination")


@pytest.fixture
def keeper(client_of: Callable[..., Client], person: Person) -> Client:
    return client_of(person)


def typed(net: Network, **given: object) -> dict[str, object]:
    known = {"name": "Anna Analyse", "sector": "SCIENCE", "visibility": "PUBLIC"}
    return known | {"unit": net.unit.pk} | given


def test_a_person_is_taken_in_with_her_organisation_consent_and_topic(
    keeper: Client, client: Client, net: Network
):
    made = keeper.post(
        "/office/network/new/person/",
        typed(net, organisation="Hochschule", email="anna@hochschule.example", phone="0209 1"),
    )
    anna = Party.objects.get(kind="PERSON")
    assert made["Location"] == f"/network/{anna.pk}/"
    assert anna.organisation.name == "Hochschule"
    keeper.post(
        f"/office/network/{anna.pk}/topics/new/",
        {
            "topic": "Stadtklima",
            "level": 3,
            "evidence_kind": "PAPER",
            "evidence": "Analyse der Wärmeinseln.",
            "last_used_on": TODAY.isoformat(),
        },
    )
    assert client.get(f"/network/{anna.pk}/").status_code == 404, "she consented to nothing yet"
    keeper.post(
        f"/office/network/{anna.pk}/consents/new/",
        {"purpose": "SHOW", "basis": "E-mail of today", "given_on": TODAY.isoformat()},
    )

    outside = client.get(f"/network/{anna.pk}/").content.decode()
    assert "Stadtklima" in outside
    assert "Analyse der Wärmeinseln." in outside
    for inside_only in ("anna@hochschule.example", "0209 1", "E-mail of today"):
        assert inside_only not in outside
        assert inside_only in keeper.get(f"/network/{anna.pk}/").content.decode()
    assert "Anna Analyse" in client.get("/network/").content.decode()


def test_where_a_consent_ends_everybody_else_sees_nothing_any_more(
    keeper: Client, client: Client, net: Network
):
    anna = net.person("Anna", visibility="PUBLIC")
    consent = net.consents(anna)
    assert client.get(f"/network/{anna.pk}/").status_code == 200

    keeper.post(f"/office/network/consents/{consent.pk}/withdraw/", {"on": TODAY.isoformat()})

    assert client.get(f"/network/{anna.pk}/").status_code == 404
    assert "Anna" not in client.get("/network/").content.decode()
    assert "administration only" in keeper.get(f"/network/{anna.pk}/").content.decode()
    assert "Anna" in keeper.get("/network/?consent=ENDED").content.decode()
    assert "Anna" not in keeper.get("/network/?consent=HOLDS").content.decode()


def test_a_consent_to_be_written_to_shows_nobody(client: Client, net: Network):
    net.consents(net.person("Anna", visibility="PUBLIC"), purpose="WRITE")

    assert "Anna" not in client.get("/network/").content.decode()


def test_somebody_let_in_to_one_object_is_outside(
    net: Network, client_of: Callable[..., Client], make_person: Callable[..., Person]
):
    net.person("Anna", visibility="PUBLIC")
    net.person("Berta")
    net.organisation("Stadtwerke", visibility="PUBLIC")

    page = client_of(make_person()).get("/network/").content.decode()

    assert "Stadtwerke" in page
    assert "Anna" not in page
    assert "Berta" not in page


def test_the_search_of_the_house_keeps_people_inside(net: Network):
    anna = net.person("Anna", visibility="PUBLIC")
    net.consents(anna)
    works = net.organisation("Stadtwerke", visibility="PUBLIC")

    documents = parties.party_documents([anna.pk, works.pk])

    assert documents[anna.pk].visibility == "ADMINISTRATION"
    assert documents[works.pk].visibility == "PUBLIC"


def test_a_head_keeps_what_her_unit_keeps_and_no_more(
    net: Network,
    make_person: Callable[..., Person],
    make_unit: Callable[..., object],
    client_of: Callable[..., Client],
):
    head, other = make_person(), make_unit()
    members.begin_membership(
        person=head, unit=other, function=Function.HEAD, valid_from=TODAY, by=None, at=NOW
    )
    anna = net.person("Anna")
    browser = client_of(head)

    refused = browser.post("/office/network/new/person/", typed(net))
    taken = browser.post("/office/network/new/person/", typed(net, unit=other.pk))

    assert refused.status_code == 422
    assert "only in a unit of your own" in refused.content.decode()
    assert taken.status_code == 302
    assert browser.get(f"/office/network/{anna.pk}/change/").status_code == 403


def test_relations_are_noted_and_end(keeper: Client, net: Network):
    works, city = net.organisation("Stadtwerke"), net.organisation("Zweckverband")
    keeper.post(
        f"/office/network/{works.pk}/relations/new/",
        {"kind": "MEMBER_OF", "other": "zweckverband", "since": "2020-01-01"},
    )
    relation = PartyRelation.objects.get()
    assert (relation.source, relation.target) == (works, city)
    assert "Stadtwerke" in keeper.get(f"/network/{city.pk}/").content.decode()
    again = keeper.post(
        f"/office/network/{works.pk}/relations/new/", {"kind": "MEMBER_OF", "other": "Zweckverband"}
    )
    assert "noted already" in again.content.decode()

    keeper.post(f"/office/network/relations/{relation.pk}/end/", {"on": TODAY.isoformat()})

    relation.refresh_from_db()
    assert relation.until == TODAY


def test_others_confirm_what_one_knows(net: Network, person: Person, make_person):
    herself = make_person()
    anna = net.person("Anna", person=herself)
    known = net.knows(anna, "Stadtklima", "Analyse.")

    with pytest.raises(NetworkRefused, match="her own"):
        expertise.confirm_expertise(expertise=known, by=herself, at=NOW)
    expertise.confirm_expertise(expertise=known, by=person, at=NOW)

    known.refresh_from_db()
    assert known.confirmed_by == person
    facts = expertise.ExpertiseFacts(topic="Stadtklima", level=3, evidence="Anderes.")
    expertise.change_expertise(expertise=known, facts=facts, by=herself, at=NOW)
    known.refresh_from_db()
    assert known.confirmed_by is None, "something else was confirmed"


def test_people_say_themselves_what_they_know(
    net: Network, make_person: Callable[..., Person], client_of: Callable[..., Client]
):
    herself = make_person(Role.READER)
    anna, berta = net.person("Anna", person=herself), net.person("Berta")
    browser = client_of(herself)
    topic = {"topic": "BIM", "level": 2, "evidence_kind": "ROLE", "evidence": "Zwei Schulen."}

    assert browser.post(f"/office/network/{anna.pk}/topics/new/", topic).status_code == 302
    assert browser.post(f"/office/network/{berta.pk}/topics/new/", topic).status_code == 403
    assert Expertise.objects.get().party == anna


def test_nobody_overwrites_what_somebody_else_wrote_meanwhile(net: Network):
    anna = net.person("Anna")
    facts = network.PartyFacts(name="Anna A", sector="BUSINESS", unit_id=net.unit.pk)
    network.change_party(party=anna, facts=facts, by=None, at=NOW + timedelta(seconds=1))

    with pytest.raises(ChangedMeanwhile):
        network.change_party(
            party=anna,
            facts=network.PartyFacts(name="Anna B", sector="STATE", unit_id=net.unit.pk),
            by=None,
            at=NOW + timedelta(seconds=2),
            seen_at=NOW,
        )


def test_an_organisation_with_people_is_not_removed(keeper: Client, net: Network):
    anna = net.person("Anna", organisation="Hochschule")

    answer = keeper.post(f"/office/network/{anna.organisation_id}/remove/")

    assert answer.status_code == 422
    assert "belong to this organisation" in answer.content.decode()
    keeper.post(f"/office/network/{anna.pk}/remove/")
    assert keeper.post(f"/office/network/{anna.organisation_id}/remove/").status_code == 302
    assert not Party.objects.exists()


def test_who_is_removed_leaves_nothing(net: Network):
    anna, other = net.person("Anna"), net.organisation()
    net.knows(anna, "Stadtklima", "Analyse.")
    net.consents(anna)
    facts = network.RelationFacts(kind="WORKS_FOR", other=other)
    network.relate(party=anna, facts=facts, by=None, at=NOW)

    network.remove_party(party=anna, by=None, at=NOW)

    for model in (Consent, Expertise, ExpertWord, PartyRelation):
        assert not model.objects.exists()
    trail = AuditEvent.objects.filter(object_model="stakeholders.party")
    assert not [one for one in trail if "Anna" in str(one.data)], "the trail keeps no names"


def test_people_are_removed_half_a_year_after_their_consent(net: Network, make_person):
    long_ago = TODAY - timedelta(days=300)
    gone, stays, house = (net.person(name) for name in ("Gone", "Stays", "Never asked"))
    staff = net.person("Staff", person=make_person())
    for one in (gone, staff):
        net.consents(one, given_on=long_ago, until=long_ago + timedelta(days=10))
    net.consents(stays, given_on=long_ago, until=TODAY)

    removed = consents.remove_after_consent(NOW - timedelta(days=180), limit=10)

    assert removed == 1
    assert set(Party.objects.values_list("name", flat=True)) == {
        one.name for one in (stays, house, staff)
    }


def test_an_account_is_forgotten_with_its_entry(net: Network, make_person, person: Person):
    herself = make_person()
    anna, berta = net.person("Anna", person=herself), net.person("Berta")
    known = net.knows(berta, "Stadtklima", "Analyse.")
    expertise.confirm_expertise(expertise=known, by=herself, at=NOW)
    assert parties.what_is_known_of(herself)["entry"][0]["name"] == "Anna"

    forgetting.forget_person(herself, by=person, at=NOW)

    assert not Party.objects.filter(pk=anna.pk).exists()
    known.refresh_from_db()
    assert known.confirmed_by is None
    assert known.confirmed_at is not None


def test_the_table_holds_what_the_list_shows(
    keeper: Client, client: Client, net: Network, client_of, make_person
):
    net.knows(net.person("=Anna", email="a@example.org"), "Stadtklima", "Analyse.")
    net.organisation("Stadtwerke", sector="BUSINESS")

    content = keeper.get("/network.csv?kind=PERSON").getvalue().decode().removeprefix("\ufeff")

    (row,) = csv.DictReader(io.StringIO(content), delimiter=";")
    assert row["name"] == "'=Anna"
    assert (row["email"], row["topics"]) == ("a@example.org", "Stadtklima")
    assert client.get("/network.csv").status_code == 302
    assert client_of(make_person()).get("/network.csv").status_code == 403


def test_lists_are_read_in_few_statements(
    keeper: Client, net: Network, django_assert_max_num_queries
):
    for number in range(30):
        anna = net.person(f"Anna {number}", organisation=f"Betrieb {number}")
        net.knows(anna, "Stadtklima", "Analyse.")
    keeper.get("/network/")

    with django_assert_max_num_queries(12):
        page = keeper.get("/network/?topic=klima").content.decode()

    assert "30 entries" in page


@pytest.mark.parametrize("given", [{"name": ""}, {"sector": "NOWHERE"}, {"unit": ""}])
def test_what_cannot_be_is_refused_at_the_form(keeper: Client, net: Network, given):
    answer = keeper.post("/office/network/new/organisation/", typed(net, **given))

    assert answer.status_code == 422
    assert not Party.objects.exists()


def refused_by(name: str, do: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        do()
    assert name in str(caught.value)


def test_the_database_says_no_first(net: Network):
    anna, works = net.person("Anna"), net.organisation()
    consent = net.consents(anna)
    only = Party.objects.filter(pk=anna.pk)

    refused_by("stakeholders_party_values", lambda: only.update(sector="NOWHERE"))
    refused_by("stakeholders_party_name", lambda: only.update(name=""))
    for update in ({"organisation": anna}, {"kind": "ORGANISATION"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            only.update(**update)
    of_works = Party.objects.filter(pk=works.pk)
    refused_by("stakeholders_party_person", lambda: of_works.update(organisation=works))
    for change in ({"until": TODAY}, {"basis": "Anderes"}, {"purpose": "WRITE"}):
        with pytest.raises(IntegrityError, match="stays as it was given"), transaction.atomic():
            Consent.objects.filter(pk=consent.pk).update(**change)
    with pytest.raises(NetworkRefused, match="Only people"):
        net.consents(works)
    with pytest.raises(NetworkRefused, match="before it was given"):
        net.consents(anna, until=TODAY - timedelta(days=1))
    facts = network.RelationFacts(kind="PARTNER_OF", other=works)
    with pytest.raises(NetworkRefused, match="no relation to itself"):
        network.relate(party=works, facts=facts, by=None, at=NOW)
    with pytest.raises(NetworkRefused, match="needs evidence"):
        net.knows(anna, "Klima", " ")


def test_a_withdrawal_is_written_down_once(net: Network):
    consent = net.consents(net.person())
    consents.withdraw_consent(consent=consent, on=TODAY, by=None, at=NOW)

    with pytest.raises(NetworkRefused, match="already"):
        consents.withdraw_consent(consent=consent, on=TODAY, by=None, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(withdrawn_on=None)
