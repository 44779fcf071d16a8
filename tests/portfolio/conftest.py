"""A project of a unit, with somebody who leads it and somebody who decides."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from tests.strategy.conftest import City, add, city, draft

from netzstadt.core.orgs.models import Person, Unit
from netzstadt.portfolio.models import Criterion, Gate, Project
from netzstadt.portfolio.services import gates, projects
from netzstadt.portfolio.services.gates import Judgement
from netzstadt.portfolio.services.projects import ProjectFacts, Responsibility

__all__ = ["City", "add", "city", "draft"]

NOW = datetime(2026, 11, 18, 11, 30, tzinfo=UTC)
TODAY = date(2026, 11, 18)


@dataclass(frozen=True)
class Office:
    """A unit, who leads its project, and who wants it."""

    unit: Unit
    lead: Person
    sponsor: Person


@pytest.fixture
def office(make_person: Callable[..., Person], make_unit: Callable[..., Unit]) -> Office:
    return Office(make_unit(), make_person(name="Lena Leitung"), make_person(name="Otto Auftrag"))


@dataclass
class Begin:
    """Begins projects of the office."""

    office: Office
    titles: list[str] = field(default_factory=list)

    def __call__(self, title: str = "Bäume messen", **given: object) -> Project:
        options = {
            "method": "SMALL",
            "responsibility": Responsibility(
                unit_id=self.office.unit.pk, lead=self.office.lead, sponsor=self.office.sponsor
            ),
            "by": None,
            "at": NOW,
        }
        options |= {name: given.pop(name) for name in ("method", "implements") if name in given}
        return projects.begin_project(facts=ProjectFacts(title=title, **given), **options)


@pytest.fixture
def begin(office: Office) -> Begin:
    return Begin(office)


def here(project: Project) -> Gate:
    """The gate that the project is at."""
    current = Project.objects.get(pk=project.pk)
    return Gate.objects.select_related("project").get(project=current, source=current.stage)


def answer_all(gate: Gate, answer: str = "MET", note: str = "") -> None:
    judgements = {
        one.pk: Judgement(answer=answer, note=note) for one in Criterion.objects.filter(gate=gate)
    }
    gates.answer_criteria(gate=gate, judgements=judgements, by=None, at=NOW)


def decide(gate: Gate, by: Person, outcome: str = "GO", **given: object) -> object:
    options = {"reason": "Es passt.", "conditions": (), "decided_on": TODAY, "at": NOW} | given
    return gates.decide_gate(gate=gate, outcome=outcome, by=by, **options)
