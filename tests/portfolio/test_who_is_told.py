"""Who has a part in a project or in advice is told what concerns her, once, and nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.portfolio.conftest import TODAY, Begin, Office, answer_all, decide, here

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit import services as audit
from netzstadt.core.notices.models import Notice
from netzstadt.core.orgs.models import Person
from netzstadt.lib import clock
from netzstadt.portfolio.models import Project
from netzstadt.portfolio.services import advice, gates, projects
from netzstadt.portfolio.services.advice import AdviceFacts
from netzstadt.portfolio.services.gates import ConditionFacts
from netzstadt.portfolio.services.projects import Responsibility

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(do_jobs: Callable[[], list[str]]) -> Callable[[Person], list[str]]:
    """The names of the events that a person was told of since it was asked before."""
    before: set[object] = set()

    def told(person: Person) -> list[str]:
        while audit.follow_events():
            pass
        do_jobs()
        found = Notice.objects.filter(person=person).order_by("sequence")
        new = [one for one in found if one.pk not in before]
        before.update(one.pk for one in new)
        return [one.event_name for one in new if one.event_name.startswith("portfolio.")]

    return told


def test_who_is_named_is_told_once(
    begin: Begin, office: Office, make_person: Callable[..., Person], told
):
    project = begin(visibility="PUBLIC", summary="Für alle.")
    assert told(office.lead) == told(office.sponsor) == ["portfolio.project.begun"]

    new = make_person()
    responsibility = Responsibility(unit_id=office.unit.pk, lead=new, sponsor=office.sponsor)
    projects.assign_project(project=project, responsibility=responsibility, by=None, at=clock.now())
    assert told(new) == ["portfolio.project.assigned"]
    assert told(office.sponsor) == told(office.lead) == []

    gate = here(project)
    deciders = [office.sponsor, office.lead]
    gates.prepare_gate(gate=gate, deciders=deciders, due_on=None, by=new, at=clock.now())
    assert told(office.lead) == ["portfolio.gate.prepared"]
    assert told(office.sponsor) == []
    gates.ask_for_decision(gate=here(project), by=new, at=clock.now())
    assert told(office.lead) == told(office.sponsor) == ["portfolio.gate.asked"]
    assert told(new) == []


def test_what_was_decided_is_told_to_who_has_a_part(
    begin: Begin, office: Office, make_person: Callable[..., Person], told
):
    project = begin(visibility="PUBLIC", summary="Für alle.")
    answer_all(here(project))
    helper = make_person(Role.READER)
    for person in (office.lead, office.sponsor, helper):
        told(person)

    due = ConditionFacts(text="Messen", due_on=TODAY + timedelta(days=9), responsible=helper)
    decide(here(project), office.sponsor, conditions=[due])

    assert told(office.lead) == told(helper) == ["portfolio.gate.decided"]
    assert told(office.sponsor) == []  # she did it herself
    assert Project.objects.get(pk=project.pk).stage == "EXECUTING"


def test_both_sides_of_advice_are_told(office: Office, make_person: Callable[..., Person], told):
    asker, adviser = make_person(Role.READER), make_person(Role.COORDINATOR)
    bystander = make_person(Role.READER)
    facts = AdviceFacts(
        title="Anmeldung", need="Ohne Papier.", topic="SERVICE", unit_id=office.unit.pk
    )

    asked = advice.ask_advice(facts=facts, by=asker, at=clock.now())
    assert told(adviser) == ["portfolio.advice.asked"]
    advice.accept_advice(advice=asked, adviser=adviser, by=adviser, at=clock.now())
    advice.answer_advice(
        advice=asked, text="So.", minutes=None, on=TODAY, by=adviser, at=clock.now()
    )
    assert told(asker) == ["portfolio.advice.accepted", "portfolio.advice.answered"]
    advice.write_message(advice=asked, text="Und wie?", by=asker, at=clock.now())
    assert told(adviser) == ["portfolio.advice.message_written"]
    assert told(bystander) == []
