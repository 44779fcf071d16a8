"""Gates: asked, answered, decided by those who are named; decisions stand."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests.portfolio.conftest import NOW, TODAY, Begin, Office, answer_all, decide, here

from netzstadt.core.access.services import GrantRefused
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.meanwhile import ChangedMeanwhile
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.services.persons import deactivate_person
from netzstadt.portfolio import queries
from netzstadt.portfolio.models import (
    Condition,
    Criterion,
    Decider,
    Gate,
    GateDecision,
    Project,
)
from netzstadt.portfolio.queries import telling
from netzstadt.portfolio.queries.deadlines import deadlines
from netzstadt.portfolio.services import gates
from netzstadt.portfolio.services.advice import AdviceFacts, accept_advice, ask_advice
from netzstadt.portfolio.services.gates import ConditionFacts, Judgement
from netzstadt.portfolio.services.milestones import MilestoneFacts, add_milestone
from netzstadt.portfolio.services.parts import forget_person
from netzstadt.portfolio.services.projects import Responsibility, assign_project
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
    assert made.answers[0]["title"].startswith("Der Bedarf ist in den Worten")
    assert {one["answer"] for one in made.answers} == {"MET"}
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
    with pytest.raises(PortfolioRefused, match="nicht vor dieser"):
        decide(here(project), office.sponsor, "RESUME")


def test_a_project_goes_back_and_is_asked_anew(begin: Begin, office: Office):
    project = begin(method="AGILE")
    with pytest.raises(PortfolioRefused, match="ersten Phase"):
        decide(here(project), office.sponsor, "BACK")
    answer_all(here(project))
    decide(here(project), office.sponsor)
    assert standing(project) == ("INITIATING", "ACTIVE")
    answer_all(here(project))
    answer_all(queries.gates_of(project)[2])

    decide(here(project), office.sponsor, "BACK", reason="Der Bedarf ist unklar.")

    assert standing(project) == ("REQUEST", "ACTIVE")
    # At the gate that it came back to, and at the one it left; what was prepared beyond is kept.
    back, left, later = queries.gates_of(project)[:3]
    for gate in (back, left):
        assert set(gate.criteria.values_list("answer", flat=True)) == {"OPEN"}
    assert set(later.criteria.values_list("answer", flat=True)) == {"MET"}
    answer_all(here(project))
    decide(here(project), office.sponsor)
    with pytest.raises(PortfolioRefused, match="Kriterium"):
        decide(here(project), office.sponsor)


def test_a_gate_that_is_passed_or_to_come_decides_nothing(begin: Begin, office: Office):
    project = begin(method="AGILE")
    first, second = queries.gates_of(project)[:2]
    answer_all(first)
    answer_all(second, "NOT_NEEDED", "Hier nicht.")
    answer_all(second)

    with pytest.raises(PortfolioRefused, match="nicht vor dieser"):
        decide(second, office.sponsor)
    decide(first, office.sponsor)
    with pytest.raises(PortfolioRefused, match="nicht vor dieser"):
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
    with pytest.raises(IntegrityError), transaction.atomic():
        found.delete()
    found.update(decided_by=None)  # as when her account is erased


def test_what_was_asked_at_a_gate_behind_the_project_stands(begin: Begin, office: Office):
    project = begin()
    gate = here(project)
    answer_all(gate)
    due = ConditionFacts(text="Messen", due_on=TODAY, responsible=office.lead)
    decide(gate, office.sponsor, conditions=[due])
    gate = Gate.objects.select_related("project").get(pk=gate.pk)

    with pytest.raises(PortfolioRefused, match="hinter dem Vorhaben"):
        answer_all(gate, "NOT_MET", "Doch nicht.")
    with pytest.raises(PortfolioRefused, match="hinter dem Vorhaben"):
        gates.add_criterion(gate=gate, text="Noch etwas.", by=None, at=NOW)
    with pytest.raises(PortfolioRefused, match="hinter dem Vorhaben"):
        gates.prepare_gate(gate=gate, deciders=[office.lead], due_on=None, by=None, at=NOW)
    criteria, conditions = Criterion.objects.filter(gate=gate), Condition.objects.all()
    for change in (
        lambda: criteria.update(answer="NOT_MET", note="Doch nicht."),
        lambda: criteria.delete(),
        lambda: Criterion.objects.create(gate=gate, position=9, text="Noch etwas."),
        lambda: Decider.objects.create(gate=gate, person=office.lead),
        lambda: Gate.objects.filter(project=project).update(target="CLOSED"),
        lambda: conditions.update(text="Etwas anderes"),
        lambda: conditions.update(due_on=TODAY + timedelta(days=99)),
        lambda: conditions.delete(),
        lambda: Condition.objects.create(
            decision=GateDecision.objects.get(), text="Nachträglich", due_on=TODAY
        ),
    ):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            change()
        kept = error.value.__cause__.diag.constraint_name
        assert kept in {"portfolio_gate_kept", "portfolio_condition_kept"}
    gates.meet_condition(
        condition=conditions.get(), met_on=TODAY, note="Gemessen.", by=None, at=NOW
    )
    with pytest.raises(IntegrityError, match="stands"), transaction.atomic():
        conditions.update(met_on=None)


def test_an_old_decision_moves_nothing_any_more(begin: Begin, office: Office):
    project = begin()
    hold = decide(here(project), office.sponsor, "HOLD")
    resume = decide(here(project), office.sponsor, "RESUME")
    decide(here(project), office.sponsor, "STOP")
    found = Project.objects.filter(pk=project.pk)

    for old in (hold, resume):
        with pytest.raises(IntegrityError, match="moves by a decision"), transaction.atomic():
            found.update(status=old.status, decision=old)


def commit_alone(**decision: object) -> None:
    """A decision with nothing else in its transaction."""
    GateDecision.objects.create(decided_on=TODAY, recorded_at=NOW, reason="Nur so.", **decision)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")  # as at the commit


def test_a_decision_moves_its_project_or_is_none(begin: Begin, office: Office):
    gate = here(begin())
    hold = {"outcome": "HOLD", "stage": "REQUEST", "status": "ON_HOLD"}

    with pytest.raises(IntegrityError, match="moves its project"), transaction.atomic():
        commit_alone(gate=gate, decided_by=office.sponsor, **hold)

    assert GateDecision.objects.count() == 0


def test_a_project_ends_when_its_conditions_are_met(begin: Begin, office: Office):
    project = begin()
    answer_all(here(project))
    due = ConditionFacts(text="Messen", due_on=TODAY, responsible=office.lead)
    decide(here(project), office.sponsor, conditions=[due])
    answer_all(here(project))

    with pytest.raises(PortfolioRefused, match="Auflagen sind noch offen"):
        decide(here(project), office.sponsor)
    (condition,) = queries.conditions_open(project)
    gates.meet_condition(condition=condition, met_on=TODAY, note="Gemessen.", by=None, at=NOW)
    decide(here(project), office.sponsor)

    assert standing(project) == ("CLOSED", "ACTIVE")


def test_who_decides_decides_on_what_she_saw(begin: Begin, office: Office):
    project = begin()
    answer_all(here(project))
    seen = Project.objects.get(pk=project.pk).changed_at
    met_late = {
        one.pk: Judgement(answer="MET", note="Neu.") for one in here(project).criteria.all()
    }
    later = NOW + timedelta(minutes=5)
    gates.answer_criteria(gate=here(project), judgements=met_late, by=None, at=later)

    with pytest.raises(ChangedMeanwhile):
        decide(here(project), office.sponsor, seen_at=seen)

    assert standing(project) == ("REQUEST", "ACTIVE")


def test_days_of_decisions_go_on(begin: Begin, office: Office):
    project = begin()
    decide(here(project), office.sponsor, "HOLD")

    with pytest.raises(PortfolioRefused, match="späteren Tag"):
        decide(here(project), office.sponsor, "RESUME", decided_on=TODAY - timedelta(days=1))


def test_who_stands_in_for_somebody_does_not_decide(begin: Begin, office: Office, make_person):
    project = begin()
    assert queries.may_decide(office.sponsor, here(project))
    office.sponsor.acting_for = make_person()
    assert not queries.may_decide(office.sponsor, here(project))
    deputy = make_person()
    deputy.acting_for = office.sponsor
    with pytest.raises(GrantRefused):
        gates.prepare_gate(gate=here(project), deciders=[deputy], due_on=None, by=deputy, at=NOW)


def test_who_stands_for_a_project_now_decides_also_where_it_comes_back_to(
    begin: Begin, office: Office, make_person: Callable[..., Person]
):
    project, new = begin(method="AGILE"), make_person()
    answer_all(here(project))
    decide(here(project), office.sponsor)
    responsibility = Responsibility(unit_id=office.unit.pk, lead=office.lead, sponsor=new)
    assign_project(project=project, responsibility=responsibility, by=None, at=NOW)

    decide(here(project), new, "BACK")

    assert queries.may_decide(new, here(project))


def test_accounts_out_of_use_are_not_waited_for(begin: Begin, office: Office):
    project = begin(visibility="PUBLIC", summary="Für alle.")
    answer_all(here(project))
    due = ConditionFacts(text="Messen", due_on=TODAY, responsible=office.sponsor)
    decide(here(project), office.sponsor, conditions=[due])
    deactivate_person(person=office.sponsor, by=None, at=NOW)

    assert [one.text for one in queries.open_conditions(office.lead)] == ["Messen"]
    with pytest.raises(PortfolioRefused, match="Benennen"):
        gates.ask_for_decision(gate=here(project), by=None, at=NOW)


def test_a_condition_that_nobody_was_named_for_falls_to_who_leads(begin: Begin, office: Office):
    project = begin(visibility="PUBLIC", summary="Für alle.")
    answer_all(here(project))
    decide(here(project), office.sponsor, conditions=[ConditionFacts(text="Messen", due_on=TODAY)])
    assert [one.text for one in queries.open_conditions(office.lead)] == ["Messen"]

    decide(here(project), office.sponsor, "STOP")

    assert not queries.open_conditions(office.lead).exists()  # cancelled: nothing is owed


def test_those_who_were_asked_have_a_day(begin: Begin):
    gate = here(begin())
    gates.ask_for_decision(gate=gate, by=None, at=NOW)

    with pytest.raises(PortfolioRefused, match="letzten Tages"):
        gates.ask_for_decision(gate=gate, by=None, at=NOW + timedelta(hours=23))
    gates.ask_for_decision(gate=gate, by=None, at=NOW + timedelta(hours=25))


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


def test_a_calendar_holds_what_is_to_be_decided_reached_and_advised(
    begin: Begin, office: Office, django_assert_num_queries
):
    project = begin(visibility="PUBLIC", summary="Für alle.")
    gate = here(project)
    deciders = [office.lead]
    gates.prepare_gate(gate=gate, deciders=deciders, due_on=TODAY, by=None, at=NOW)
    gates.ask_for_decision(gate=gate, by=None, at=NOW)
    late = TODAY + timedelta(days=40)
    for title, planned_on, expected_on in (("Sonde", TODAY, late), ("Bericht", late, None)):
        facts = MilestoneFacts(title=title, planned_on=planned_on, expected_on=expected_on)
        add_milestone(project=project, facts=facts, by=None, at=NOW)
    facts = AdviceFacts(
        title="Wie?", need="So?", topic="DATA", unit_id=office.unit.pk, wanted_on=late
    )
    asked = ask_advice(facts=facts, by=None, at=NOW)
    accept_advice(advice=asked, adviser=office.lead, by=None, at=NOW)

    with django_assert_num_queries(1):
        found = deadlines(office.lead, since=TODAY, until=late)

    assert [(one.on, one.title) for one in found][:1] == [
        (TODAY, f"{project.key}: entscheiden: Beginn")
    ]
    assert {(one.on, one.title) for one in found[1:]} == {
        (late, f"{project.key}: Meilenstein: Sonde"),
        (late, f"{project.key}: Meilenstein: Bericht"),
        (late, f"{asked.key}: Beratung benötigt: Wie?"),
    }
    assert len(deadlines(office.lead, since=TODAY, until=TODAY)) == 1
    assert deadlines(office.sponsor, since=TODAY, until=late) == []


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
    days = deadlines(office.lead, since=TODAY, until=due)
    assert [(one.on, one.title) for one in days] == [
        (due, f"{project.key}: Auflage fällig: Datenschutz prüfen")
    ]

    with pytest.raises(PortfolioRefused, match="wie"):
        gates.meet_condition(condition=condition, met_on=TODAY, note="", by=None, at=NOW)
    gates.meet_condition(condition=condition, met_on=TODAY, note="Geprüft.", by=None, at=NOW)

    assert not queries.open_conditions(office.lead).exists()
    assert deadlines(office.lead, since=TODAY, until=due) == []
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
    project = begin()
    answer_all(here(project))
    made = decide(here(project), office.sponsor)
    known = telling.what_is_known_of(office.sponsor)
    assert known["decided"][0]["reason"] == "Es passt."

    gone = forget_person(office.sponsor, by=None, at=NOW)

    assert gone["decided"] == 1
    assert GateDecision.objects.get(pk=made.pk).decided_by is None
    assert not any(telling.what_is_known_of(office.sponsor).values())
