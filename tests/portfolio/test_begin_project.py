"""A project is begun, described, given to others, and carries out measures of the strategy."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from tests.portfolio.conftest import NOW, TODAY, Begin, City, Office, answer_all, decide, here

from netzstadt.core.access import services as access
from netzstadt.core.access.models import Grant
from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.links.services import LinkRefused
from netzstadt.core.meanwhile import ChangedMeanwhile
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.services import members, persons
from netzstadt.lib import clock
from netzstadt.portfolio import queries
from netzstadt.portfolio.methods import METHODS, Stage
from netzstadt.portfolio.models import Criterion, Gate, Milestone, Project
from netzstadt.portfolio.queries.telling import who_is_named
from netzstadt.portfolio.services import gates, milestones, projects
from netzstadt.portfolio.services.milestones import MilestoneFacts
from netzstadt.portfolio.services.projects import ProjectFacts, Responsibility
from netzstadt.portfolio.services.refusals import PortfolioRefused
from netzstadt.strategy import queries as strategy
from netzstadt.strategy.queries.indicators import gaps
from netzstadt.strategy.services import editions


def events_of(project: Project) -> list[str]:
    found = AuditEvent.objects.filter(object_model="portfolio.project", object_id=project.pk)
    return list(found.order_by("id").values_list("name", flat=True))


def test_a_project_begins_as_a_request_with_the_gates_of_its_method(begin: Begin, office: Office):
    project = begin("Bäume messen", method="GATES")

    assert project.key == "V-2026-001"
    assert begin("Noch eines").key == "V-2026-002"
    assert (project.stage, project.status) == ("REQUEST", "ACTIVE")
    found = queries.gates_of(project)
    assert [one.number for one in found] == [1, 2, 3, 4, 5, 6]
    assert [one.person for gate in found for one in gate.deciders.all()] == [office.sponsor] * 6
    assert all(gate.criteria.all() for gate in found)
    assert events_of(project) == ["portfolio.project.begun"]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_leads_from_the_request_to_the_end(method: str):
    order = list(Stage)
    found = METHODS[method].gates

    assert found[0].source == Stage.REQUEST
    assert found[-1].target == Stage.CLOSED
    for before, after in itertools.pairwise(found):
        assert before.target == after.source
    assert all(order.index(one.source) < order.index(one.target) for one in found)
    assert len({one.key for one in found}) == len(found)


def test_keys_that_projects_hold_are_there_for_good():
    """Removing one would take its title from projects that have it: add others, or a new method."""
    known = {
        "GATES": "taken_up worth_it ready_for_planning ready_for_executing ready_for_closing"
        " closed",
        "AGILE": "prepared first_increment accepted closed",
        "SMALL": "begun closed",
        "DMR": "granted commissioned in_operation closed",
    }
    criteria = (
        "need goal twins owner benefit options money plan risks paid data_protection results"
        " operation lessons accounts vision team notice share concept award transfer"
    )

    for method, keys in known.items():
        assert set(keys.split()) <= {one.key for one in METHODS[method].gates}
    asked = {key for method in METHODS.values() for gate in method.gates for key in gate.criteria}
    assert set(criteria.split()) <= asked


def test_a_measure_is_carried_out_by_its_project_and_no_gap_any_more(
    begin: Begin, city: City, make_person: Callable[..., Person]
):
    keeper = make_person(Role.COORDINATOR)
    editions.adopt_edition(edition=city.draft, adopted_on=TODAY, adopted_by="Rat", by=None, at=NOW)
    missing = gaps(to=keeper, at=NOW).measures_without_project
    assert {one.element for one in missing} == {city.first, city.second}

    project = begin(implements=[city.first.pk])

    assert [one.element for one in missing.all()] == [city.second]
    for element in (city.first, city.goal, city.theme):
        elements = [element.pk]
        if element != city.first:
            elements += strategy.serving(element.pk)
        assert list(queries.carrying_out(elements, to=keeper)) == [project]
    assert events_of(project) == ["portfolio.project.begun", "links.link.made"]


def test_nobody_carries_out_what_she_may_not_see(
    office: Office, city: City, make_person: Callable[..., Person]
):
    stranger = make_person()

    with pytest.raises(LinkRefused):
        projects.begin_project(
            facts=ProjectFacts(title="Bäume"),
            method="SMALL",
            responsibility=Responsibility(unit_id=office.unit.pk),
            implements=[city.first.pk],
            by=stranger,
            at=NOW,
        )

    assert Project.objects.count() == 0
    assert Gate.objects.count() == 0


def test_what_everybody_reads_says_what_the_project_is(begin: Begin):
    with pytest.raises(PortfolioRefused, match="ein oder zwei Sätzen"):
        begin(visibility="PUBLIC")

    assert begin(visibility="PUBLIC", summary="Sensoren messen die Feuchte.").pk


def test_a_project_does_not_end_before_it_begins(begin: Begin):
    with pytest.raises(PortfolioRefused, match="bevor"):
        begin(starts_on=TODAY, ends_on=TODAY - timedelta(days=1))
    with pytest.raises(PortfolioRefused, match="bevor"):
        begin(starts_on=TODAY, expected_end_on=TODAY - timedelta(days=1))


def test_a_change_says_what_was_before_and_what_is_now(begin: Begin):
    project = begin()
    story = "Eine lange Geschichte von Frau Muster."
    facts = ProjectFacts(title="Straßenbäume messen", ends_on=date(2027, 6, 30), story=story)

    projects.change_project(project=project, facts=facts, by=None, at=clock.now())
    projects.change_project(project=project, facts=facts, by=None, at=clock.now())

    told = AuditEvent.objects.get(name="portfolio.project.changed", object_id=project.pk)
    assert told.data["changed"] == {
        "title": ["Bäume messen", "Straßenbäume messen"],
        "ends_on": [None, "2027-06-30"],
    }
    assert told.data["texts"] == ["story"]  # and not what it said


def test_a_change_of_somebody_else_is_not_overwritten_unseen(begin: Begin):
    project, facts = begin(), ProjectFacts(title="Bäume zählen")
    projects.change_project(project=project, facts=facts, by=None, at=clock.now())

    with pytest.raises(ChangedMeanwhile):
        projects.change_project(
            project=project,
            facts=replace(facts, title="Bäume wiegen"),
            by=None,
            at=clock.now(),
            seen_at=NOW,
        )

    assert Project.objects.get(pk=project.pk).title == "Bäume zählen"


def test_a_project_is_given_to_another_unit_and_its_lead_is_told(
    begin: Begin, office: Office, make_unit, make_person
):
    project, unit, person = begin(), make_unit("Gelsendienste"), make_person()

    projects.assign_project(
        project=project,
        responsibility=Responsibility(unit_id=unit.pk, lead=person),
        by=None,
        at=clock.now(),
    )

    current = Project.objects.get(pk=project.pk)
    assert (current.unit, current.lead, current.sponsor) == (unit, person, None)
    told = AuditEvent.objects.get(name="portfolio.project.assigned")
    assert who_is_named(told) == [person.pk]


def test_who_stands_for_a_project_now_decides_at_the_gates_to_come(
    begin: Begin, office: Office, make_person: Callable[..., Person]
):
    project, new = begin(method="AGILE"), make_person()
    answer_all(here(project))
    decide(here(project), office.sponsor)

    projects.assign_project(
        project=project,
        responsibility=Responsibility(unit_id=office.unit.pk, lead=office.lead, sponsor=new),
        by=None,
        at=clock.now(),
    )

    deciders = [[one.person for one in gate.deciders.all()] for gate in queries.gates_of(project)]
    assert deciders == [[office.sponsor], [new], [new], [new]]


def test_only_who_is_named_is_let_in_when_a_project_is_given_to_others(
    begin: Begin, office: Office, make_person: Callable[..., Person]
):
    project, new = begin(method="AGILE", visibility="RESTRICTED"), make_person()
    answer_all(here(project))
    decide(here(project), office.sponsor)
    for grant in Grant.objects.filter(object_id=project.pk, person=office.lead):
        access.revoke_role(grant=grant, by=None, at=clock.now())

    projects.assign_project(
        project=project,
        responsibility=Responsibility(unit_id=office.unit.pk, lead=office.lead, sponsor=new),
        by=None,
        at=clock.now(),
    )

    let_in = Grant.objects.filter(object_id=project.pk, valid_to__isnull=True)
    # The former sponsor keeps what she was given; who leads it still was shut out on purpose.
    assert {one.person for one in let_in} == {office.sponsor, new}


def test_who_has_a_part_in_a_public_project_reads_what_the_administration_does(
    begin: Begin, office: Office, client_of
):
    project = begin(visibility="PUBLIC", summary="Für alle.")  # the sponsor has no role of her own

    answer = client_of(office.sponsor).get(f"/office/projects/gates/{here(project).pk}/")

    assert answer.status_code == 200


def test_an_account_out_of_use_holds_nothing_up(
    begin: Begin, office: Office, make_person: Callable[..., Person]
):
    project = begin(visibility="PUBLIC", summary="Für alle.")
    persons.deactivate_person(person=office.sponsor, by=None, at=clock.now())
    facts = ProjectFacts(title="Bäume messen", visibility="RESTRICTED")

    projects.change_project(project=project, facts=facts, by=None, at=clock.now())

    assert queries.project(project.pk, to=None) is None


def test_who_may_not_open_a_project_names_only_people_who_see_it(
    office: Office, make_person: Callable[..., Person]
):
    clerk, stranger = make_person(), make_person(name="Fremde Person")
    members.begin_membership(
        person=clerk,
        unit=office.unit,
        function=Function.MEMBER,
        valid_from=TODAY,
        by=None,
        at=NOW,
    )
    given = {"facts": ProjectFacts(title="Intern", visibility="UNIT"), "method": "SMALL"}

    with pytest.raises(PortfolioRefused, match="Fremde Person"):
        projects.begin_project(
            responsibility=Responsibility(unit_id=office.unit.pk, lead=stranger),
            by=clerk,
            at=NOW,
            **given,
        )

    made = projects.begin_project(
        responsibility=Responsibility(unit_id=office.unit.pk, lead=clerk), by=clerk, at=NOW, **given
    )
    assert queries.project(made.pk, to=stranger) is None
    assert not Grant.objects.filter(object_id=made.pk).exists()


def test_milestones_are_planned_expected_reached_and_stay_once_reached(begin: Begin):
    project = begin()
    facts = MilestoneFacts(title="Erste Sonde", planned_on=date(2027, 3, 1))
    one = milestones.add_milestone(project=project, facts=facts, by=None, at=NOW)
    assert one.due_on == date(2027, 3, 1)

    later = replace(facts, expected_on=date(2027, 4, 1))
    milestones.change_milestone(milestone=one, facts=later, by=None, at=clock.now())
    assert Milestone.objects.get(pk=one.pk).due_on == date(2027, 4, 1)
    reached = replace(later, reached_on=date(2027, 3, 20))
    milestones.change_milestone(milestone=one, facts=reached, by=None, at=clock.now())

    with pytest.raises(PortfolioRefused, match="erreicht"):
        milestones.remove_milestone(milestone=one, by=None, at=clock.now())
    assert events_of(project)[1:] == ["portfolio.milestone.set"] * 3
    other = milestones.add_milestone(project=project, facts=facts, by=None, at=NOW)
    milestones.remove_milestone(milestone=other, by=None, at=clock.now())
    assert [row.pk for row in queries.milestones_of(project)] == [one.pk]
    with pytest.raises(PortfolioRefused, match="nicht mehr"):
        milestones.remove_milestone(milestone=other, by=None, at=clock.now())


def test_who_has_a_part_in_a_restricted_project_is_let_in_and_nobody_else(
    office: Office, begin: Begin, make_person: Callable[..., Person]
):
    keeper, other = make_person(Role.COORDINATOR), make_person(Role.COORDINATOR)
    project = projects.begin_project(
        facts=ProjectFacts(title="Vertraulich", visibility="RESTRICTED"),
        method="SMALL",
        responsibility=Responsibility(unit_id=office.unit.pk, lead=office.lead),
        by=keeper,
        at=NOW,
    )
    decider = make_person()
    gate = Gate.objects.filter(project=project).first()
    gates.prepare_gate(gate=gate, deciders=[decider], due_on=None, by=keeper, at=NOW)

    for person in (keeper, office.lead, decider):
        assert queries.project(project.pk, to=person) == project
    for person in (other, office.sponsor, None):
        assert queries.project(project.pk, to=person) is None


@pytest.mark.parametrize(
    ("name", "value", "constraint"),
    [
        ("title", "", "portfolio_project_title"),
        ("kind", "NOTHING", "portfolio_project_kind"),
        ("direction", "AWAY", "portfolio_project_kind"),
        ("visibility", "SECRET", "portfolio_project_visibility"),
        ("method", "AGILE", "portfolio_method_kept"),
        ("key", "V-2026-999", "portfolio_method_kept"),
        ("stage", "CLOSED", "portfolio_decision_follows"),
        ("status", "ON_HOLD", "portfolio_decision_follows"),
    ],
)
def test_the_database_says_no_first(begin: Begin, name: str, value: str, constraint: str):
    project = begin()

    with pytest.raises(IntegrityError) as error:
        Project.objects.filter(pk=project.pk).update(**{name: value})

    assert error.value.__cause__.diag.constraint_name == constraint


def test_no_project_begins_in_the_middle(begin: Begin, office: Office):
    with pytest.raises(IntegrityError, match="begins as a request"):
        Project.objects.create(
            key="V-2026-500",
            title="Mittendrin",
            method="SMALL",
            unit=office.unit,
            stage="EXECUTING",
            created_at=NOW,
            changed_at=NOW,
        )


def test_a_criterion_has_a_key_or_a_text(begin: Begin):
    gate = Gate.objects.filter(project=begin()).first()

    with pytest.raises(IntegrityError, match="portfolio_criterion_text"):
        Criterion.objects.create(gate=gate, position=40)
