"""Stakeholder analysis: how parties are seen by day, as a grid and a list."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.stakeholders.network import NOW, TODAY, Network

from netzstadt.core.access.permissions import Role
from netzstadt.core.orgs.models import Person
from netzstadt.stakeholders.models import Party, Stakeholding
from netzstadt.stakeholders.queries import stakeholdings as queries
from netzstadt.stakeholders.services import network, stakeholdings
from netzstadt.stakeholders.services.network_refusals import NetworkRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(make_person: Callable[..., Person]) -> Person:
    return make_person(Role.COORDINATOR)


@pytest.fixture
def subject(net: Network) -> Party:
    """What is analysed; any object of the house would do."""
    return net.organisation("Messnetz")


@pytest.fixture
def assess(subject: Party, person: Person) -> Callable[..., Stakeholding]:
    def do(party: Party, influence: int, interest: int, **given: object) -> Stakeholding:
        seen = {"on": TODAY, "attitude": "NEUTRAL"} | given
        return stakeholdings.assess_stakeholder(
            party=party,
            about=("stakeholders.party", subject.pk),
            assessment=stakeholdings.Assessment(influence=influence, interest=interest, **seen),
            by=person,
            at=NOW,
        )

    return do


def test_who_is_assessed_stands_in_the_grid_and_the_list(
    net: Network, subject: Party, person: Person, client_of: Callable[..., Client]
):
    net.person("Anna")
    browser, about = client_of(person), f"?about=stakeholders.party:{subject.pk}"

    saved = browser.post(
        f"/office/stakeholders/new/{about}",
        {
            "party": "anna",
            "influence": 5,
            "interest": 2,
            "attitude": "SCEPTICAL",
            "need": "Früh gefragt werden",
            "on": TODAY.isoformat(),
        },
    )

    page = browser.get(saved["Location"])
    assert "Früh gefragt werden" in page.content.decode()
    assert "is sceptical" in page.content.decode()
    top = page.context["grid"][0]
    assert top[0] == 5
    assert [one.now.party.name for one in dict(top[1])[2]] == ["Anna"]


def test_the_last_day_counts_and_one_sees_how_somebody_moved(net, subject, person, assess):
    anna, berta = net.person("Anna"), net.person("Berta")
    assess(anna, 2, 2, on=TODAY - timedelta(days=30), attitude="OPPOSES")
    assess(anna, 4, 3, attitude="SUPPORTS")
    assess(berta, 5, 5)

    first, second = queries.standings("stakeholders.party", subject.pk, to=person)

    assert (first.now.party, first.has_moved) == (berta, False)
    assert (second.now.attitude, second.before.attitude) == ("SUPPORTS", "OPPOSES")
    assert second.has_moved


def test_the_same_day_is_corrected(net, assess):
    anna = net.person("Anna")
    assess(anna, 2, 2)

    assess(anna, 3, 2)

    assert Stakeholding.objects.get().influence == 3


def test_only_the_administration_reads_it(
    net, subject, assess, person, client: Client, client_of, make_person
):
    held = assess(net.person("Anna"), 1, 1)
    where = f"/office/stakeholders/?about=stakeholders.party:{subject.pk}"

    assert client.get(where).status_code == 302
    assert client_of(make_person()).get(where).status_code == 403
    reader = client_of(make_person(Role.READER))
    assert reader.get(where).status_code == 200
    assert reader.post(f"/office/stakeholders/{held.pk}/remove/").status_code == 403
    assert client_of(person).post(f"/office/stakeholders/{held.pk}/remove/").status_code == 302
    assert not Stakeholding.objects.exists()


@pytest.mark.parametrize("about", ["", "nonsense", "no.such:" + "0" * 32])
def test_there_must_be_something_to_analyse(person, client_of, about: str):
    assert client_of(person).get(f"/office/stakeholders/?about={about}").status_code == 404


def test_a_removed_party_takes_its_assessments_along(net, assess):
    anna = net.person("Anna")
    assess(anna, 1, 1)

    network.remove_party(party=anna, by=None, at=NOW)

    assert not Stakeholding.objects.exists()


def test_what_one_does_not_see_is_not_analysed(net, make_person):
    hidden = net.organisation("Geheim", visibility="UNIT")

    with pytest.raises(NetworkRefused, match="not there any more"):
        stakeholdings.assess_stakeholder(
            party=net.person("Anna"),
            about=("stakeholders.party", hidden.pk),
            assessment=stakeholdings.Assessment(
                on=TODAY, influence=1, interest=1, attitude="NEUTRAL"
            ),
            by=make_person(Role.READER),
            at=NOW,
        )


def test_the_database_keeps_to_the_scale(net, assess):
    held = Stakeholding.objects.filter(pk=assess(net.person("Anna"), 1, 5).pk)

    for change in ({"influence": 6}, {"interest": 0}, {"attitude": "LOVES"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            held.update(**change)


def test_the_analysis_is_read_in_few_statements(
    net, subject, assess, person, client_of, django_assert_max_num_queries
):
    for number in range(20):
        assess(net.person(f"Anna {number}"), number % 5 + 1, 3)
    browser = client_of(person)
    where = f"/office/stakeholders/?about=stakeholders.party:{subject.pk}"
    browser.get(where)

    with django_assert_max_num_queries(12):
        page = browser.get(where).content.decode()

    assert "Anna 19" in page
