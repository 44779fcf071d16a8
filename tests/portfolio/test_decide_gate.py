"""Gates: asked, answered, decided by those who are named; decisions stand."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.portfolio.conftest import NOW, TODAY, Begin, Office, answer_all, decide, here

from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.orgs.models import Person
from netzstadt.portfolio import queries
from netzstadt.portfolio.models import Condition, Criterion, GateDecision, Project
from netzstadt.portfolio.queries import telling
from netzstadt.portfolio.services import gates
from netzstadt.portfolio.services.gates import ConditionFacts, Judgement
from netzstadt.portfolio.services.refusals import PortfolioRefused


def standing(project: Project) -> tuple[str, str]:
    current = Project.objects.get(pk=project.pk)
    return current.stage, current.status


def test_a_project_goes_on_when_who_is_named_says_so(begin: Begin, office: Office):
    project = begin()
    answer_all(here(project))

    made = decide(here(project), office.sponsor)

    assert standing(project) == ("EXECUTING", "ACTIVE")
    assert Project.objects.get(pk=project.pk).decision == made
    assert made.criteria[0]["answer"] == "MET"
    told = AuditEvent.objects.get(name="portfolio.gate.decided")
    assert (told.object_id, told.data["decision"], told.person_id) == (
        project.pk,
        "GO",
        office.sponsor.pk,
    )


def test_nobody_else_decides(begin: Begin, office: Office):
    project = begin()
    answer_all(here(project))

    with pytest.raises(PortfolioRefused, match="benannt"):
        decide(here(project), office.lead)

    assert standing(project) == ("REQUEST", "ACTIVE")
    assert GateDecision.objects.count() == 0


def test_whoever_is_named_instead_decides(begin: Begin, office: Office):
    project = begin()
    gate = here(project)
    answer_all(gate)

    gates.prepare_gate(gate=gate, deciders=[office.lead], due_on=TODAY, by=None, at=NOW)

    with pytest.raises(PortfolioRefused, match="benannt"):
        decide(gate, office.sponsor)
    decide(gate, office.lead)
    assert standing(project) == ("EXECUTING", "ACTIVE")
    told = AuditEvent.objects.get(name="portfolio.gate.prepared")
    assert told.data["decider_ids"] == [str(office.lead.pk)]


def test_each_criterion_is_answered_before_the_project_goes_on(begin: Begin, office: Office):
    project = begin()

    with pytest.raises(PortfolioRefused, match="Kriterium"):
        decide(here(project), office.sponsor)
    decide(here(project), office.sponsor, "HOLD")

    assert standing(project) == ("REQUEST", "ON_HOLD")


def test_what_is_not_met_needs_a_condition(begin: Begin, office: Office):
    project = begin()
    answer_all(here(project), "NOT_MET", "Die Sonden fehlen noch.")
    with pytest.raises(PortfolioRefused, match="Auflage"):
        decide(here(project), office.sponsor)
    assert standing(project) == ("REQUEST", "ACTIVE")
    assert GateDecision.objects.count() == 0

    condition = ConditionFacts(
        text="Sonden bestellen", due_on=TODAY + timedelta(days=9), responsible=office.lead
    )
    decide(here(project), office.sponsor, conditions=[condition])

    assert standing(project) == ("EXECUTING", "ACTIVE")
    (open_one,) = queries.open_conditions(office.lead)
    assert open_one.text == "Sonden bestellen"


def test_who_says_that_a_criterion_is_not_met_says_why(begin: Begin):
    gate = here(begin())

    with pytest.raises(PortfolioRefused, match="warum"):
        answer_all(gate, "NOT_NEEDED")

    assert set(gate.criteria.values_list("answer", flat=True)) == {"OPEN"}


def test_a_project_rests_goes_on_and_is_cancelled(begin: Begin, office: Office):
    project = begin()
    answer_all(here(project))
    with pytest.raises(PortfolioRefused, match="ruht nicht"):
        decide(here(project), office.sponsor, "RESUME")

    decide(here(project), office.sponsor, "HOLD")
    with pytest.raises(PortfolioRefused, match="ruht"):
        decide(here(project), office.sponsor, "GO")
    decide(here(project), office.sponsor, "RESUME")
    assert standing(project) == ("REQUEST", "ACTIVE")
    decide(here(project), office.sponsor, "STOP")

    assert standing(project) == ("REQUEST", "CANCELLED")
    with pytest.raises(PortfolioRefused, match="nicht an diesem"):
        decide(here(project), office.sponsor, "RESUME")


def test_a_project_goes_back_and_is_asked_anew(begin: Begin, office: Office):
    project = begin(method="AGILE")
    with pytest.raises(PortfolioRefused, match="ersten Phase"):
        decide(here(project), office.sponsor, "BACK")
    answer_all(here(project))
    decide(here(project), office.sponsor)
    assert standing(project) == ("INITIATING", "ACTIVE")

    decide(here(project), office.sponsor, "BACK", reason="Der Bedarf ist unklar.")

    assert standing(project) == ("REQUEST", "ACTIVE")
    assert set(here(project).criteria.values_list("answer", flat=True)) == {"OPEN"}
    with pytest.raises(PortfolioRefused, match="Kriterium"):
        decide(here(project), office.sponsor)


def test_a_gate_that_is_passed_or_to_come_decides_nothing(begin: Begin, office: Office):
    project = begin(method="AGILE")
    first, second = queries.gates_of(project)[:2]
    answer_all(first)
    answer_all(second)

    with pytest.raises(PortfolioRefused, match="nicht an diesem"):
        decide(second, office.sponsor)
    decide(first, office.sponsor)
    with pytest.raises(PortfolioRefused, match="nicht an diesem"):
        decide(first, office.sponsor)


def test_a_project_is_led_to_its_end_and_no_further(begin: Begin, office: Office):
    project = begin(method="GATES")
    for _gate in range(6):
        answer_all(here(project))
        decide(here(project), office.sponsor)

    assert standing(project) == ("CLOSED", "ACTIVE")
    assert Project.objects.get(pk=project.pk).is_over
    assert not queries.waiting_gates(office.sponsor).exists()


def test_a_decision_has_a_reason(begin: Begin, office: Office):
    project = begin()
    answer_all(here(project))

    with pytest.raises(PortfolioRefused, match="Begründung"):
        decide(here(project), office.sponsor, reason=" ")


def test_what_was_decided_is_never_changed(begin: Begin, office: Office):
    project = begin()
    answer_all(here(project))
    made = decide(here(project), office.sponsor)
    found = GateDecision.objects.filter(pk=made.pk)

    for change in ({"reason": "Anders."}, {"outcome": "STOP"}, {"decided_by": office.lead}):
        with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
            found.update(**change)
    Condition.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        found.delete()
    found.update(decided_by=None)  # as when her account is erased


def test_a_decision_of_one_project_moves_no_other(begin: Begin, office: Office):
    one, other = begin(), begin("Noch eines")
    answer_all(here(one))
    made = decide(here(one), office.sponsor)

    with pytest.raises(IntegrityError, match="moves by a decision"):
        Project.objects.filter(pk=other.pk).update(stage="EXECUTING", decision=made)


def test_those_who_decide_are_asked_and_find_it_among_their_work(begin: Begin, office: Office):
    project = begin()
    gate = here(project)
    gates.prepare_gate(gate=gate, deciders=[office.sponsor], due_on=TODAY, by=None, at=NOW)
    assert telling.waiting_tile(office.sponsor, at=NOW).count == 0

    gates.ask_for_decision(gate=gate, by=office.lead, at=NOW)

    tile = telling.waiting_tile(office.sponsor, at=NOW)
    assert tile.count == 1
    assert "Bäume messen" in tile.lines[0].text
    event = AuditEvent.objects.get(name="portfolio.gate.asked")
    assert telling.who_decides(event) == [office.sponsor.pk]
    answer_all(gate)
    decide(gate, office.sponsor)
    assert telling.waiting_tile(office.sponsor, at=NOW).count == 0


def test_nobody_is_asked_where_nobody_is_named(begin: Begin):
    gate = here(begin())
    gates.prepare_gate(gate=gate, deciders=[], due_on=None, by=None, at=NOW)

    with pytest.raises(PortfolioRefused, match="Benennen"):
        gates.ask_for_decision(gate=gate, by=None, at=NOW)


def test_a_condition_is_met_once_with_a_word_on_how(begin: Begin, office: Office):
    project = begin(visibility="PUBLIC", summary="Für alle.")
    answer_all(here(project))
    due = TODAY + timedelta(days=30)
    facts = ConditionFacts(text="Datenschutz prüfen", due_on=due, responsible=office.lead)
    decide(here(project), office.sponsor, conditions=[facts])
    (condition,) = queries.open_conditions(office.lead)
    assert telling.waiting_tile(office.lead, at=NOW).lines[0].at == due
    days = telling.deadlines(office.lead, since=TODAY, until=due)
    assert [one.on for one in days] == [due]

    with pytest.raises(PortfolioRefused, match="wie"):
        gates.meet_condition(condition=condition, met_on=TODAY, note="", by=None, at=NOW)
    gates.meet_condition(condition=condition, met_on=TODAY, note="Geprüft.", by=None, at=NOW)

    assert not queries.open_conditions(office.lead).exists()
    assert telling.deadlines(office.lead, since=TODAY, until=due) == []
    with pytest.raises(PortfolioRefused, match="bereits"):
        gates.meet_condition(condition=condition, met_on=TODAY, note="Noch.", by=None, at=NOW)


def test_a_project_asks_something_of_its_own(begin: Begin, office: Office):
    project = begin()
    gate = here(project)

    own = gates.add_criterion(gate=gate, text=" Der Förster stimmt zu. ", by=None, at=NOW)

    assert own.title == "Der Förster stimmt zu."
    assert [one.title for one in queries.criteria_of(gate)][-1] == own.title
    judgement = Judgement(answer="MET")
    rest = {one.pk: judgement for one in Criterion.objects.filter(gate=gate).exclude(pk=own.pk)}
    gates.answer_criteria(gate=gate, judgements=rest, by=None, at=NOW)
    with pytest.raises(PortfolioRefused, match="Kriterium"):
        decide(here(project), office.sponsor)
    with pytest.raises(PortfolioRefused):
        gates.add_criterion(gate=gate, text="  ", by=None, at=NOW)


def test_an_erased_person_leaves_decisions_without_her_name(
    begin: Begin, office: Office, make_person: Callable[..., Person]
):
    from netzstadt.portfolio.services.projects import forget_person

    project = begin()
    answer_all(here(project))
    made = decide(here(project), office.sponsor)
    known = telling.what_is_known_of(office.sponsor)
    assert known["decided"][0]["reason"] == "Es passt."

    gone = forget_person(office.sponsor, by=None, at=NOW)

    assert gone["decided"] == 1
    assert GateDecision.objects.get(pk=made.pk).decided_by is None
    assert not any(telling.what_is_known_of(office.sponsor).values())
