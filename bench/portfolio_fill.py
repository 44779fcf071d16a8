"""A large portfolio: `python -m bench.portfolio_fill` fills the database it is told.

5,000 projects of 50 units, nine in ten seen by everybody, each with a budget of two years and two
payments; one with 5,000 payments and a proof of use; 100, called "Ausschuss", with a status report
that was approved. Prints as JSON a session of somebody who sees what the administration sees, one
of the units, the proof and what it comes to.
"""

import json
import sys
from datetime import date, timedelta

PROJECTS, UNITS, POSTINGS, REPORTED = 5_000, 50, 5_000, 100
_WORDS = ("Bäume", "Parken", "Formulare", "Sensoren", "Glasfaser", "Schulen", "Brücken", "Lärm")


def main() -> None:
    """Fill, and tell what the measurements need."""
    import django

    django.setup()
    from django.db import connection

    from bench.office_fill import session_of
    from netzstadt.core.access import services as access
    from netzstadt.core.access.permissions import Role
    from netzstadt.core.orgs.services import persons
    from netzstadt.lib import clock

    at = clock.now()
    reader = persons.create_person(
        email="portfolio@bench.example",
        name="Reader",
        password="no-password-of-anybody",
        by=None,
        at=at,
    )
    access.grant_role(person=reader, role=Role.COORDINATOR, by=None, at=at)
    units = _units(at)
    _projects(units, at)
    _money(at)
    proof, cents = _proof(at)
    _reports(reader, at)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    told = {"cookie": session_of(reader.pk), "unit": str(units[7]), "proof": proof, "cents": cents}
    json.dump(told, sys.stdout)


def _units(at):
    from netzstadt.core.orgs.services import units

    return [
        units.create_unit(
            key=f"P {n}",
            facts=units.UnitFacts(name=f"Referat {n}", kind="DEPARTMENT", parent=None),
            valid_from=at.date(),
            by=None,
            at=at,
        ).pk
        for n in range(UNITS)
    ]


def _projects(units, at) -> None:
    """As requests, which is what the database takes without a decision; a list reads them alike."""
    from netzstadt.portfolio.models import Project

    Project.objects.bulk_create(
        (
            Project(
                key=f"V-2026-{n:04d}",
                title=f"{_WORDS[n % 8]} {_WORDS[n // 8 % 8]} {n}",
                summary=f"Was in Teil {n} besser wird, und für wen.",
                story="Wie es dazu kam. " * 40,
                kind=("PROJECT", "PILOT", "INTRODUCTION", "RESEARCH")[n % 4],
                direction=("OUTWARD", "INWARD", "BOTH")[n % 3],
                method="SMALL",
                visibility=("ADMINISTRATION", "UNIT")[n % 2] if n % 10 == 0 else "PUBLIC",
                unit_id=units[n % UNITS],
                created_at=at,
                changed_at=at,
            )
            for n in range(1, PROJECTS + 1)
        ),
        batch_size=1_000,
    )


def _money(at) -> None:
    """A budget of two years for each project, and what was paid of it."""
    from netzstadt.portfolio.models import BudgetLine, Posting, Project

    projects = list(Project.objects.values_list("pk", flat=True))
    lines = BudgetLine.objects.bulk_create(
        (
            BudgetLine(
                project_id=project,
                year=year,
                cost_type="SERVICES",
                planned_cents=1_000_000,
                created_at=at,
                changed_at=at,
            )
            for project in projects
            for year in (2025, 2026)
        ),
        batch_size=1_000,
    )
    Posting.objects.bulk_create(
        (
            Posting(
                project_id=one.project_id,
                line=one,
                amount_cents=123_45,
                paid_on=date(one.year, 3, 1),
                recorded_at=at,
            )
            for one in lines
        ),
        batch_size=1_000,
    )


def _proof(at) -> tuple[str, int]:
    """A project with many payments, all paid for by a grant; the proof, and the sum in cents."""
    from netzstadt.portfolio.models import Project
    from netzstadt.portfolio.services import funding, ledger, proofs

    project = Project.objects.earliest("id")
    programme = funding.add_programme(
        facts=funding.ProgrammeFacts(title="Programm", level="STATE"), by=None, at=at
    )
    facts = funding.FundingFacts(
        financing="FULL", granted_from=date(2026, 1, 1), granted_to=date(2026, 12, 31)
    )
    grant = funding.add_funding(project=project, programme=programme, facts=facts, by=None, at=at)
    plan = [
        funding.add_financing_line(
            funding=grant,
            facts=funding.FinancingFacts(
                title=f"Position {n}", cost_type="SERVICES", planned_cents=10**9
            ),
            by=None,
            at=at,
        )
        for n in range(20)
    ]
    line = project.budget_lines.get(year=2026)
    rows = [
        ledger.PostingFacts(
            line=line,
            amount_cents=n + 1,
            paid_on=date(2026, n % 12 + 1, n % 28 + 1),
            reference=f"K-{n}",
            financing_line=plan[n % 20],
            eligible_cents=n + 1,
        )
        for n in range(POSTINGS)
    ]
    ledger.take_postings(project=project, facts=rows, by=None, at=at)
    until = date(2026, 12, 31)
    made = proofs.begin_proof(funding=grant, kind="FINAL", until=until, by=None, at=at)
    return str(made.pk), sum(one.amount_cents for one in rows)


def _reports(reader, at) -> None:
    """Approved reports of a hundred projects, with milestones and entries of registers."""
    from netzstadt.core.days import today
    from netzstadt.portfolio.models import Milestone, Project
    from netzstadt.portfolio.services import registers, reports

    day = today()
    for n, project in enumerate(Project.objects.order_by("key")[:REPORTED]):
        Project.objects.filter(pk=project.pk).update(title=f"Ausschuss {n}")
        Milestone.objects.bulk_create(
            Milestone(
                project=project,
                title=f"Schritt {step} ist getan",
                planned_on=day + timedelta(days=30 * (step - 2)),
                created_at=at,
                changed_at=at,
            )
            for step in range(8)
        )
        for kind, facts in (
            ("RISK", registers.EntryFacts(title="Frost", probability=n % 5 + 1, impact=3)),
            ("RISK", registers.EntryFacts(title="Hitze", probability=2, impact=n % 5 + 1)),
            ("ISSUE", registers.EntryFacts(title="Ein Sensor fehlt")),
            ("CHANGE", registers.EntryFacts(title="Mehr Bäume", effect_cost="Mehr")),
        ):
            registers.add_entry(project=project, kind=kind, facts=facts, by=None, at=at)
        written = reports.ReportFacts(
            first_day=day,
            last_day=day,
            happened="Es ging voran, wie es im Plan steht. " * 8,
            ahead="Als Nächstes wird gebaut und gemessen. " * 6,
            needed="Ein Beschluss des Ausschusses über die Mittel.",
        )
        report = reports.begin_report(project=project, facts=written, by=None, at=at, submit_on=day)
        reports.approve_report(report=report, by=reader, at=at)


if __name__ == "__main__":
    main()
