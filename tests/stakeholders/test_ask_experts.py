"""Experts are asked about something: they accept or decline, give a statement; its effect."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.stakeholders.network import NOW, Network

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit import services as audit
from netzstadt.core.notices.models import Notice
from netzstadt.core.orgs.models import Person
from netzstadt.stakeholders.models import ExpertRequest, Party
from netzstadt.stakeholders.services import expert_requests, network
from netzstadt.stakeholders.services.network_refusals import NetworkRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject(net: Network) -> Party:
    """What is asked about; any object of the house would do."""
    return net.organisation("Messnetz")


@pytest.fixture
def asker(make_person: Callable[..., Person]) -> Person:
    return make_person(Role.COORDINATOR, name="Karla Koordination")


@pytest.fixture
def expert(make_person: Callable[..., Person]) -> Person:
    return make_person(Role.READER, name="Erna Expertin")


@pytest.fixture
def party(net: Network, expert: Person) -> Party:
    found = net.person("Erna Expertin", person=expert)
    net.knows(found, "Bewässerung von Bäumen", "Misst die Bodenfeuchte an Jungbäumen.")
    return found


@pytest.fixture
def asked(party: Party, subject: Party, asker: Person) -> ExpertRequest:
    return expert_requests.ask_expert(
        party=party,
        about=("stakeholders.party", subject.pk),
        question="Wie tief messen wir?",
        by=asker,
        at=NOW,
    )


def test_each_is_told_of_what_the_other_does(asked: ExpertRequest, expert, asker, do_jobs):
    expert_requests.give_statement(request=asked, text="Tief.", by=expert, at=NOW)
    while audit.follow_events():
        pass
    do_jobs()

    told = set(Notice.objects.values_list("person_id", "event_name"))
    assert (expert.pk, "stakeholders.expert_request.asked") in told
    assert (asker.pk, "stakeholders.expert_request.stated") in told


def test_others_neither_answer_nor_note_the_effect(
    asked: ExpertRequest, make_person, client_of: Callable[..., Client]
):
    reader = client_of(make_person(Role.READER))
    where = f"/office/experts/{asked.pk}/"

    assert reader.get(where).status_code == 200, "she sees what it is about"
    for what in ("accept/", "decline/", "state/", "effect/", "withdraw/"):
        answer = reader.post(f"{where}{what}", {"text": "x", "reason": "x", "note": "x"})
        assert answer.status_code == 403, what
    assert client_of(make_person()).get(where).status_code == 404


def test_the_office_writes_down_what_came_by_letter(asked, asker, client_of):
    office_ = client_of(asker)

    office_.post(f"/office/experts/{asked.pk}/state/", {"text": "Schriftlich: tief."})

    asked.refresh_from_db()
    assert asked.state == "STATED"


def test_a_request_is_declined_with_a_reason_or_withdrawn(asked: ExpertRequest, expert, asker):
    with pytest.raises(NetworkRefused, match="Say why"):
        expert_requests.decline_request(request=asked, reason=" ", by=expert, at=NOW)
    expert_requests.decline_request(request=asked, reason="Keine Zeit.", by=expert, at=NOW)

    for again in (
        lambda: expert_requests.withdraw_request(request=asked, by=asker, at=NOW),
        lambda: expert_requests.accept_request(request=asked, by=expert, at=NOW),
        lambda: expert_requests.give_statement(request=asked, text="x", by=expert, at=NOW),
    ):
        with pytest.raises(NetworkRefused, match="over already"):
            again()


def test_a_statement_stands_as_it_was_given(asked: ExpertRequest, expert, asker):
    with pytest.raises(NetworkRefused, match="no statement yet"):
        expert_requests.note_effect(request=asked, effect="PARTLY", note="x", by=asker, at=NOW)
    expert_requests.give_statement(request=asked, text="Tief.", by=expert, at=NOW)
    rows = ExpertRequest.objects.filter(pk=asked.pk)

    for change in ({"statement": "Flach."}, {"state": "ASKED"}, {"question": "Anderes?"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(NetworkRefused, match="what came of it"):
        expert_requests.note_effect(request=asked, effect="PARTLY", note=" ", by=asker, at=NOW)
    expert_requests.note_effect(request=asked, effect="PARTLY", note="Teils.", by=asker, at=NOW)
    rows.update(party=None)  # she was removed: the statement stays


def test_who_is_removed_leaves_her_statement_without_her_name(
    asked: ExpertRequest, asker, party: Party, client_of
):
    with pytest.raises(NetworkRefused, match="Withdraw it first"):
        network.remove_party(party=party, by=asker, at=NOW)
    expert_requests.give_statement(request=asked, text="Tief.", by=asker, at=NOW)

    network.remove_party(party=party, by=asker, at=NOW)

    page = client_of(asker).get(f"/office/experts/{asked.pk}/").content.decode()
    assert "Tief." in page
    assert "Erna" not in page


def test_only_people_are_asked_and_about_something_that_one_sees(
    net: Network, subject: Party, party: Party, asker, make_person
):
    def ask(whom: Party, question: str = "Wie?", by: Person = asker) -> None:
        about = ("stakeholders.party", subject.pk)
        expert_requests.ask_expert(party=whom, about=about, question=question, by=by, at=NOW)

    with pytest.raises(NetworkRefused, match="Ask a person"):
        ask(net.organisation())
    with pytest.raises(NetworkRefused, match="Say what you ask"):
        ask(party, "  ")
    with pytest.raises(NetworkRefused, match="not there any more"):
        ask(party, by=make_person())


def test_the_database_ties_states_to_what_belongs_to_them(asked: ExpertRequest):
    rows = ExpertRequest.objects.filter(pk=asked.pk)
    for change in (
        {"state": "ACCEPTED"},
        {"state": "STATED"},
        {"state": "DECLINED"},
        {"state": "SOMETHING"},
        {"effect": "FOLLOWED", "effect_note": "x", "effect_at": NOW},
        {"effect_note": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_the_list_of_requests_is_read_in_few_statements(
    asked: ExpertRequest, party, subject, asker, client_of, django_assert_max_num_queries
):
    for number in range(20):
        expert_requests.ask_expert(
            party=party,
            about=("stakeholders.party", subject.pk),
            question=f"Frage {number}?",
            by=asker,
            at=NOW,
        )
    browser = client_of(asker)
    browser.get("/office/experts/")

    with django_assert_max_num_queries(12):
        page = browser.get("/office/experts/").content.decode()

    assert "21 requests" in page


@pytest.mark.parametrize("about", ["nonsense", "stakeholders.party:1", "no.such:" + "0" * 32])
def test_what_a_question_is_about_must_be_there(client: Client, about: str, db):
    assert client.get("/experts/", {"about": about, "q": "Wer?"}).status_code == 404
