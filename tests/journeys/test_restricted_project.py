"""A restricted project appears in no list, count, search, trace or export of who may not see it."""

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pypdf import PdfReader
from tests.journeys.test_rights_walk import SAMPLES, addresses
from tests.strategy.conftest import City, add, city, draft
from tests.strategy.test_exports import text_of as text_of_pdf

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit import services as audit
from netzstadt.core.days import today
from netzstadt.core.orgs.models import Person, Unit
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.services import members
from netzstadt.core.search.jobs import index_changes
from netzstadt.lib import clock
from netzstadt.lib.tables import read_table
from netzstadt.portfolio.models import Programme, Project, StatusReport
from netzstadt.portfolio.services import (
    capacity,
    funding,
    ledger,
    obligations,
    plan,
    programmes,
    projects,
    proofs,
    registers,
    reports,
)
from netzstadt.strategy.services import editions

__all__ = ["City", "add", "city", "draft"]
pytestmark = pytest.mark.django_db
SECRET = "Quellwolkenvorhaben"
# It is looked for by a word that pages do not repeat.
WORD = "Zisternenbau"
COMMITTEE = "/office/projects/committee"


@pytest.fixture
def in_force(city: City) -> City:
    day, at = today(), clock.now() - timedelta(hours=2)
    editions.adopt_edition(edition=city.draft, adopted_on=day, adopted_by="Rat", by=None, at=at)
    city.draft.refresh_from_db()
    editions.put_in_force(edition=city.draft, on=day, by=None, at=at)
    return city


TASK = "Quellwolkenaufgabe"


def put_everywhere(project: Project, lead: Person, at: datetime) -> None:
    """A plan, people's load and a programme that everybody sees, each with the project in it."""
    facts = plan.TaskFacts(title=TASK, starts_on=today(), ends_on=today(), responsible=lead)
    plan.add_task(project=project, facts=facts, by=None, at=at)
    months = (today(), today())
    capacity.plan_person(
        project=project, person=lead, months=months, percent=50, role=SECRET, by=None, at=at
    )
    programme = programmes.begin_programme(
        facts=programmes.ProgrammeFacts(
            title="Alle Vorhaben", purpose="…", unit_id=project.unit_id, visibility="PUBLIC"
        ),
        by=None,
        at=at,
    )
    programmes.join_project(programme=programme, project=project, is_primary=True, by=None, at=at)


@pytest.fixture
def secret(in_force: City, make_unit: Callable[..., Unit], make_person) -> tuple[Project, Person]:
    """A restricted project that carries out a measure everybody sees, and who leads it."""
    lead, at = make_person(), clock.now() - timedelta(hours=1)
    project = projects.begin_project(
        facts=projects.ProjectFacts(title=SECRET, summary=WORD, visibility="RESTRICTED"),
        method="SMALL",
        responsibility=projects.Responsibility(unit_id=make_unit().pk, lead=lead),
        implements=[in_force.first.pk],
        by=None,
        at=at,
    )
    spend(project)
    at = clock.now() - timedelta(hours=1)
    facts = registers.EntryFacts(title=f"{SECRET} kippt", probability=3, impact=3)
    registers.add_entry(project=project, kind="RISK", facts=facts, by=None, at=at)
    written = reports.ReportFacts(first_day=today(), last_day=today(), happened=SECRET)
    report = reports.begin_report(project=project, facts=written, by=None, at=at, submit_on=today())
    reports.approve_report(report=report, by=lead, at=at)
    put_everywhere(project, lead, at)
    while audit.follow_events():
        pass
    index_changes()
    return project, lead


def spend(project: Project) -> None:
    """A payment to somebody secret, paid for by a grant with an obligation and a proof of use."""
    at, day = clock.now() - timedelta(hours=1), today()
    programme = funding.add_programme(
        facts=funding.ProgrammeFacts(title="Modellprojekte", level="FEDERAL"), by=None, at=at
    )
    facts = funding.FundingFacts(financing="FULL", granted_from=day, granted_to=day)
    made = funding.add_funding(project=project, programme=programme, facts=facts, by=None, at=at)
    plan = funding.add_financing_line(
        funding=made,
        facts=funding.FinancingFacts(title=SECRET, cost_type="SERVICES", planned_cents=100),
        by=None,
        at=at,
    )
    line = ledger.add_line(
        project=project,
        year=day.year,
        facts=ledger.LineFacts(cost_type="SERVICES", planned_cents=100),
        by=None,
        at=at,
    )
    paid = ledger.PostingFacts(
        line=line, amount_cents=100, paid_on=day, payee=SECRET, financing_line=plan
    )
    ledger.write_posting(project=project, facts=paid, by=None, at=at)
    due = obligations.ObligationFacts(kind="REPORT", text=SECRET, due_on=day)
    obligations.add_obligation(funding=made, facts=due, by=None, at=at)
    proofs.begin_proof(funding=made, kind="FINAL", until=day, by=None, at=at)


def pages(project: Project, city: City) -> list[str]:
    """Every page of the house, asked with the project's own key, and where it might show."""
    report = StatusReport.objects.get(project=project)
    found = [where.replace(SAMPLES["uuid"], str(project.pk)) for where, _rule in addresses()]
    measure, goal, grant = city.first.pk, city.goal.pk, project.fundings.get()
    found += [
        where.replace(SAMPLES["uuid"], str(report.pk))
        for where, _rule in addresses()
        if "/reports/" in where
    ]
    measure, goal = city.first.pk, city.goal.pk
    programme = Programme.objects.get().pk
    return [
        *found,
        *(f"{COMMITTEE}.{ending}?project={project.pk}" for ending in ("pdf", "xlsx", "json")),
        "/projects/?light=AMBER",
        f"/search/?words={WORD}",
        f"/projects/?q={WORD}",
        f"/projects.csv?q={WORD}",
        f"/projects.xlsx?q={WORD}",
        f"/projects/timeline/?q={WORD}",
        f"/programmes/{programme}/",
        f"/projects/?programme={programme}",
        f"/projects/timeline/?programme={programme}&zoom=weeks",
        f"/trace/portfolio.programme/{programme}/",
        f"/office/load/?unit={project.unit_id}",
        "/office/deadlines/",
        f"/strategy/elements/{measure}/",
        f"/strategy/elements/{goal}/",
        f"/trace/strategy.element/{measure}/",
        f"/trace/strategy.element/{goal}/",
        f"/trace/portfolio.project/{project.pk}/",
        f"/office/links/strategy.element/{measure}/new/?relation=implements-back&q={WORD}",
        "/office/funding/",
        f"/office/funding/{grant.pk}/",
        f"/office/funding/{grant.pk}/vouchers.csv",
        f"/office/funding/plan/{grant.lines.get().pk}/change/",
        f"/office/funding/obligations/{grant.obligations.get().pk}/meet/",
        f"/office/funding/proofs/{grant.proofs.get().pk}/",
    ]


def text_of(client: Client, where: str) -> str:
    answer = client.get(where)
    if ".xlsx" in where and answer.status_code == 200:
        return str(read_table(answer.content).rows)
    if ".pdf" in where and answer.status_code == 200:
        return text_of_pdf(PdfReader(io.BytesIO(answer.content)))
    return answer.getvalue().decode(errors="replace")


def test_a_restricted_project_is_shown_nowhere_to_others(
    secret: tuple[Project, Person],
    in_force: City,
    make_person: Callable[..., Person],
    make_unit: Callable[..., Unit],
    client_of: Callable[[Person], Client],
):
    project, lead = secret
    clerk = make_person()
    members.begin_membership(
        person=clerk,
        unit=make_unit("Anderes Referat"),
        function=Function.HEAD,
        valid_from=today(),
        by=None,
        at=clock.now() - timedelta(hours=1),
    )
    others = {
        "nobody": Client(),
        "clerk of another unit": client_of(clerk),
        "coordinator": client_of(make_person(Role.COORDINATOR)),
    }

    shown = [
        (name, where)
        for where in pages(project, in_force)
        for name, client in others.items()
        if {SECRET, TASK} & set(re.findall(r"\w+", text_of(client, where)))
    ]

    assert shown == []
    counted = others["coordinator"].get("/projects/").context["page"].paginator.count
    assert counted == 0
    # The walk looks at the right places: who leads it finds it there.
    reader = client_of(lead)
    found = [where for where in pages(project, in_force) if SECRET in text_of(reader, where)]
    measure, goal = in_force.first.pk, in_force.goal.pk
    programme = Programme.objects.get().pk
    for where in (
        f"/projects/{project.pk}/plan/",
        f"/projects/{project.pk}/plan.ics",
        f"/programmes/{programme}/",
        f"/projects/timeline/?programme={programme}&zoom=weeks",
        f"/projects/?programme={programme}",
        f"/office/projects/{project.pk}/progress/",
        "/projects/timeline/",
        "/office/load/",
        "/projects/",
        "/projects.csv",
        "/projects.xlsx",
        f"/projects/?q={WORD}",
        f"/projects/{project.pk}/",
        f"/search/?words={WORD}",
        f"/strategy/elements/{measure}/",
        f"/strategy/elements/{goal}/",
        f"/trace/strategy.element/{measure}/",
        f"/trace/portfolio.project/{project.pk}/",
        f"/office/projects/{project.pk}/ledger/",
        f"/office/projects/{project.pk}/ledger.csv",
        f"/office/funding/{project.fundings.get().pk}/vouchers.csv",
        f"/projects/{project.pk}/status/",
        f"/projects/{project.pk}/register/",
        f"/projects/reports/{StatusReport.objects.get().pk}/",
        "/projects/?light=AMBER",
        *(f"{COMMITTEE}.{ending}" for ending in ("pdf", "xlsx", "json")),
        *(f"{COMMITTEE}.{ending}?project={project.pk}" for ending in ("pdf", "xlsx", "json")),
    ):
        assert where in found, where
