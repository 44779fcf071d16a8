"""Registers and status reports of the demo: examples, and labelled so."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from netzstadt.portfolio.models import Project
from netzstadt.portfolio.services import registers, reports
from netzstadt.portfolio.services.registers import DecisionFacts, EntryFacts
from netzstadt.portfolio.services.reports import ReportFacts

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """What is said of a project of the demo; risks with probability, impact and response."""

    risks: tuple[tuple[str, int, int, str], ...]
    happened: str
    ahead: str
    needed: str = ""
    issue: str = ""
    change: str = ""


# By the title of the project.
SAMPLES = {
    "Urbane Datenplattform": Sample(
        risks=(
            ("Betriebskonzept kommt später (Beispiel)", 3, 3, "Wöchentlich abstimmen (Beispiel)"),
            ("Eine Datenquelle fällt weg (Beispiel)", 2, 3, "Zweite Quelle vereinbart (Beispiel)"),
        ),
        issue="Ein Zertifikat der Teststrecke ist abgelaufen (Beispiel)",
        change="Zusätzlich Daten der Straßenbeleuchtung aufnehmen (Beispiel)",
        happened="Beispiel: Drei Betriebe liefern Daten, die Karte steht im Netz.",
        ahead="Beispiel: Betriebskonzept abstimmen, zwei weitere Quellen anschließen.",
        needed="Beispiel: Vom IT-Dienstleister ein Termin für die Übergabe.",
    ),
    "GE beteiligt": Sample(
        risks=(
            ("Zu wenige Menschen machen mit (Beispiel)", 4, 4, "Aufruf im Quartier (Beispiel)"),
        ),
        happened="Beispiel: Die Plattform ist online, erste Vorschläge sind da.",
        ahead="Beispiel: Auswertung der ersten Runde.",
    ),
}


def make_demo_reports(
    project: Project, *, lead: "Person", sponsor: "Person", today: date, at: datetime
) -> None:
    """Write registers of a project and a report that its sponsor approved, if it has a sample."""
    sample = SAMPLES.get(project.title)
    if sample is None:
        return
    _registers(project, sample, lead, today, at)
    facts = ReportFacts(
        first_day=today - timedelta(days=30),
        last_day=today,
        happened=sample.happened,
        ahead=sample.ahead,
        needed=sample.needed,
    )
    written = reports.begin_report(project=project, facts=facts, by=lead, at=at, submit_on=today)
    approved = reports.approve_report(report=written, by=sponsor, at=at)
    reports.publish_report(report=approved, by=sponsor, at=at)


def _registers(project: Project, sample: Sample, lead: "Person", today: date, at: datetime) -> None:
    for title, probability, impact, response in sample.risks:
        risk = EntryFacts(
            title=title,
            probability=probability,
            impact=impact,
            response=response,
            owner=lead,
            due_on=today + timedelta(days=60),
        )
        registers.add_entry(project=project, kind="RISK", facts=risk, by=None, at=at)
    if sample.issue:
        issue = EntryFacts(title=sample.issue, due_on=today + timedelta(days=30))
        registers.add_entry(project=project, kind="ISSUE", facts=issue, by=None, at=at)
    if sample.change:
        change = EntryFacts(title=sample.change, effect_cost="Gering (Beispiel)")
        registers.add_entry(project=project, kind="CHANGE", facts=change, by=None, at=at)
        decision = DecisionFacts(
            title="Die Daten erscheinen offen (Beispiel)",
            body="Lenkungsrunde (Beispiel)",
            decided_on=today,
            reason="Beispiel der Demo, keine wirkliche Entscheidung.",
        )
        registers.note_decision(project=project, facts=decision, by=None, at=at)
