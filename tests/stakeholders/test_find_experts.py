"""Who can help: questions find the people who know it, with reasons, and only who may be seen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from bench.experts_judged import judged, labelled_people, write_people
from tests.stakeholders.network import NOW, TODAY, Network

from netzstadt.core.access.permissions import Role
from netzstadt.core.links import services as links
from netzstadt.core.links.queries import Ref
from netzstadt.core.orgs.models import Person
from netzstadt.stakeholders.models import Party
from netzstadt.stakeholders.queries import experts
from netzstadt.stakeholders.services import consents, expertise, network

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(make_person: Callable[..., Person]) -> Person:
    return make_person(Role.READER)


def names(question: str, to: Person | None, **more: object) -> list[str]:
    return [hit.party.name for hit in experts.who_can_help(question, to=to, **more)]


def test_labelled_questions_find_their_experts(net: Network, reader: Person):
    """The floor is below what is measured (docs/explanation/experts.md), so that a change that
    makes the search worse is seen."""
    known = write_people(labelled_people(), net.unit.pk)

    def find(question: str) -> list[str]:
        return [known[hit.party.pk] for hit in experts.who_can_help(question, to=reader)]

    mean, nobody = judged(find, "test")
    _mean, nobody_of_dev = judged(find, "dev")

    assert mean >= 0.65
    assert nobody + nobody_of_dev >= 1


def test_a_question_finds_who_knows_it_with_the_evidence(net: Network, reader: Person):
    net.knows(net.person("Funkerin"), "LoRaWAN-Netz", "Baut die Gateways im Stadtgebiet.")
    net.knows(net.person("Gärtnerin"), "Stadtbäume", "Pflanzt Linden und Ahorn.")

    (hit,) = experts.who_can_help("Wer kennt sich mit LoRaWAN-Gateways aus?", to=reader)

    assert hit.party.name == "Funkerin"
    (reason,) = hit.reasons
    assert reason.expertise.evidence == "Baut die Gateways im Stadtgebiet."
    assert "Gateways" in reason.words


@pytest.mark.parametrize(
    "question",
    [
        "Parkplatzsensoren",  # a compound whose parts stand apart
        "Sensor für einen Stellplatz",  # another word for it
        "Stelplätze mit Sensorren",  # mistyped
        "SENSOREN AUF STELLPLÄTZEN",
    ],
)
def test_words_need_not_be_the_same(net: Network, reader: Person, question: str):
    net.knows(net.person("Parkerin"), "Stellplätze", "Sensoren im Boden von Parkplätzen.")
    net.knows(net.person("Musiker"), "Orgel", "Spielt die Orgel der Stadtkirche.")

    assert names(question, reader) == ["Parkerin"]


@pytest.mark.parametrize("question", ["Bienenzucht", "Wer kann uns helfen?", "…", "und oder"])
def test_rather_nobody_than_somebody_who_cannot_help(net: Network, reader: Person, question: str):
    net.knows(net.person("Funkerin"), "LoRaWAN-Netz", "Baut die Gateways im Stadtgebiet.")

    assert names(question, reader) == []


def test_without_consent_nobody_is_shown_outside(net: Network, reader: Person):
    party = net.person("Funkerin", visibility="PUBLIC")
    net.knows(party, "LoRaWAN-Netz", "Baut die Gateways im Stadtgebiet.")
    question = "Wer baut Gateways?"
    assert names(question, reader) == ["Funkerin"]
    assert names(question, None) == []

    given = net.consents(party, until=TODAY)
    assert names(question, None) == ["Funkerin"]

    consents.withdraw_consent(consent=given, on=TODAY, by=None, at=NOW)
    assert names(question, None) == []


def test_a_consent_that_ended_yesterday_shows_nobody(net: Network):
    party = net.person("Funkerin", visibility="PUBLIC")
    net.knows(party, "LoRaWAN-Netz", "Baut die Gateways im Stadtgebiet.")
    yesterday = TODAY - timedelta(days=1)

    net.consents(party, given_on=yesterday - timedelta(days=5), until=yesterday)

    assert names("Gateways", None) == []


def test_who_is_close_to_the_object_stands_first_and_one_reads_why(net: Network, reader: Person):
    for name in ("Anna", "Berta"):
        net.knows(net.person(name), "Klimasensorik", "Wertet Messungen der Klimasensoren aus.")
    berta = Party.objects.get(name="Berta")
    about = net.organisation("Messnetz")
    links.link(
        source=Ref("stakeholders.party", berta.pk),
        relation="relates_to",
        target=Ref("stakeholders.party", about.pk),
        by=None,
        at=NOW,
    )

    near = experts.who_can_help(
        "Klimasensoren", to=reader, about=Ref("stakeholders.party", about.pk)
    )

    assert [hit.party.name for hit in near] == ["Berta", "Anna"]
    assert "Is linked with it." in experts.told(near[0])


def test_what_changed_is_found_at_once_and_what_is_gone_no_more(net: Network, reader: Person):
    party = net.person("Funkerin")
    known = net.knows(party, "LoRaWAN-Netz", "Baut die Gateways im Stadtgebiet.")

    expertise.change_expertise(
        expertise=known,
        facts=expertise.ExpertiseFacts(topic="Glasfaser", level=2, evidence="Verlegt Kabel."),
        by=None,
        at=NOW,
    )
    assert names("Gateways", reader) == []
    assert names("Glasfaserkabel", reader) == ["Funkerin"]

    network.remove_party(party=party, by=None, at=NOW)
    assert names("Glasfaserkabel", reader) == []


def test_a_page_answers_the_question_in_few_statements(
    net: Network, reader: Person, client_of: Callable[..., object], django_assert_max_num_queries
):
    for number in range(8):
        net.knows(net.person(f"Fachperson {number}"), "Starkregen", "Karten für Sturzfluten.")
    browser = client_of(reader)
    browser.get("/experts/?q=Starkregenkarte")

    with django_assert_max_num_queries(16):
        page = browser.get("/experts/?q=Starkregenkarte").content.decode()

    assert "Karten für Sturzfluten." in page
    assert "Fachperson 1" in page
