"""A small plan and a programme of the demo city, as examples that say so."""

import itertools
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from netzstadt.portfolio.models import Milestone, Project, Task
from netzstadt.portfolio.services import capacity, dependencies, plan, programmes
from netzstadt.portfolio.services.dependencies import Wait
from netzstadt.portfolio.services.milestones import MilestoneFacts, add_milestone
from netzstadt.portfolio.services.plan import DeliverableFacts, TaskFacts
from netzstadt.portfolio.services.programmes import ProgrammeFacts

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person, Unit

# Title, first and last day counted from today, percent, the deliverable it belongs to.
_TASKS = (
    ("Bedarf der Ämter aufnehmen (Beispiel)", -40, -12, 100, 0),
    ("Leistungsverzeichnis schreiben (Beispiel)", -11, 17, 50, 0),
    ("Ausschreibung und Vergabe (Beispiel)", 18, 75, 0, None),
    ("Probelauf in einem Amt (Beispiel)", 70, 110, 0, 1),
    ("Schulungen (Beispiel)", 84, 125, 0, 1),
)
_DELIVERABLES = (
    ("Leistungsverzeichnis (Beispiel)", 17),
    ("Bericht des Probelaufs (Beispiel)", 118),
)
# The programme that some projects of the demo belong to.
_PROGRAMME = "Digitale Verwaltung (Beispiel)"
_UNIT = "VS"


def make_demo_plan(*, project: Project, lead: "Person | None", today: date, at: datetime) -> None:
    """Tasks, deliverables, a milestone, what waits for what; one task comes too early."""

    def day(number: int) -> date:
        return today + timedelta(days=number)

    deliverables = [
        plan.add_deliverable(
            project=project,
            facts=DeliverableFacts(title=title, due_on=day(number)),
            by=None,
            at=at,
        )
        for title, number in _DELIVERABLES
    ]
    tasks = [
        plan.add_task(
            project=project,
            facts=TaskFacts(
                title=title,
                starts_on=day(first),
                ends_on=day(last),
                percent=percent,
                done_on=day(last) if percent == 100 else None,
                deliverable_id=deliverables[of].pk if of is not None else None,
                responsible=lead,
            ),
            by=None,
            at=at,
        )
        for title, first, last, percent, of in _TASKS
    ]
    facts = MilestoneFacts(title="Alle Ämter angeschlossen (Beispiel)", planned_on=day(125))
    milestone = add_milestone(project=project, facts=facts, by=None, at=at)
    chain: list[Task | Milestone] = [*tasks[:4], milestone]
    waits = [Wait(predecessor=a, successor=b) for a, b in itertools.pairwise(chain)]
    waits.append(Wait(predecessor=tasks[4], successor=milestone))
    waits.append(Wait(predecessor=tasks[3], successor=tasks[4], kind="SS", lag_days=14))
    for wait in waits:
        dependencies.add_dependency(project=project, wait=wait, by=None, at=at)
    if lead is not None:
        months = (today, day(120))
        capacity.plan_person(
            project=project, person=lead, months=months, percent=20, by=None, at=at
        )


def make_demo_programme(*, known: "dict[str, Unit]", at: datetime) -> None:
    """A programme of the demo with the projects that turn inward, as an example."""
    if _UNIT not in known:
        return  # a city without the demo's organisation
    made = programmes.begin_programme(
        facts=ProgrammeFacts(
            title=_PROGRAMME,
            purpose="Beispiel der Demo: Vorhaben, die zusammen die Verwaltung digitaler machen.",
            unit_id=known[_UNIT].pk,
            visibility="PUBLIC",
        ),
        by=None,
        at=at,
        is_demo=True,
    )
    for project in Project.objects.filter(is_demo=True, direction__in=["INWARD", "BOTH"]):
        programmes.join_project(programme=made, project=project, is_primary=True, by=None, at=at)
