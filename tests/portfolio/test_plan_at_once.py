"""What must hold of a plan when two change it in the same moment."""

from datetime import date, timedelta

from tests.core.conftest import committed
from tests.core.test_at_once import at_once

from netzstadt.core.orgs.services import units
from netzstadt.lib import clock
from netzstadt.portfolio.models import Dependency
from netzstadt.portfolio.services import dependencies, plan, projects
from netzstadt.portfolio.services.dependencies import Wait
from netzstadt.portfolio.services.plan import TaskFacts
from netzstadt.portfolio.services.refusals import PortfolioRefused

__all__ = ["committed"]
DAY = date(2026, 11, 18)


def test_two_cannot_make_a_circle_together(committed):
    at = clock.now() - timedelta(hours=1)
    unit = units.create_unit(
        key="R 1",
        facts=units.UnitFacts(name="Referat", kind="DEPARTMENT", parent=None),
        valid_from=DAY,
        by=None,
        at=at,
    )
    project = projects.begin_project(
        facts=projects.ProjectFacts(title="Bäume messen"),
        method="SMALL",
        responsibility=projects.Responsibility(unit_id=unit.pk),
        by=None,
        at=at,
    )
    facts = TaskFacts(title="Messen", starts_on=DAY, ends_on=DAY)
    a, b = (plan.add_task(project=project, facts=facts, by=None, at=at) for _each in "ab")

    results = at_once(
        *[
            lambda first=first, later=later: dependencies.add_dependency(
                project=project, wait=Wait(predecessor=first, successor=later), by=None, at=at
            )
            for first, later in ((a, b), (b, a))
        ]
    )

    assert sum(isinstance(result, PortfolioRefused) for result in results) == 1, results
    assert Dependency.objects.count() == 1
