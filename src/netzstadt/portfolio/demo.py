"""The projects of the demo city: what Gelsenkirchen says of them in public, with example decisions.

Titles, places and figures are public facts, each with its source. Methods, gates, days of decisions
and which measure a project carries out are examples, and say so; who decides is a demo account.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction

from netzstadt.core.orgs.queries import units
from netzstadt.portfolio import demo_money, demo_plan
from netzstadt.portfolio.demo_reports import make_demo_reports
from netzstadt.portfolio.models import Criterion, Gate, Project
from netzstadt.portfolio.services import advice, gates, milestones, projects
from netzstadt.portfolio.services.advice import AdviceFacts
from netzstadt.portfolio.services.gates import ConditionFacts, Judgement
from netzstadt.portfolio.services.milestones import MilestoneFacts
from netzstadt.portfolio.services.projects import ProjectFacts, Responsibility
from netzstadt.strategy.queries import cards as strategy

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person, Unit

LEAD, SPONSOR = "head@demo.example", "coordination@demo.example"
# The project that has a plan as an example.
PLANNED = "Digitale Poststelle (Beispiel)"
_EXAMPLE = "Beispiel der Demo, keine wirkliche Entscheidung."
_SOURCE = "Demodaten nach öffentlichen Quellen"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A project of the demo: how far it has come (``gates`` passed), what it carries out."""

    title: str
    summary: str
    story: str
    source: str
    unit: str
    method: str
    gates: int
    kind: str = "PROJECT"
    direction: str = "OUTWARD"
    carries_out: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    milestones: tuple[tuple[str, date], ...] = ()
    condition: str = ""


SAMPLES = (
    Sample(
        title="Parken 2.0 in Buer",
        summary="Sensoren über den Stellflächen zeigen freie Plätze an; das erspart die Suche.",
        story="Mehr als 300 Sensoren erfassen rund 2.000 Stellplätze; in Betrieb seit dem"
        " 14. März 2024, Kosten rund 1,2 Millionen Euro.",
        source="gelsenkirchen.de, Artikel 63313",
        unit="R-VERK",
        method="DMR",
        gates=4,
        carries_out="Freie Plätze anzeigen",
        milestones=(("In Betrieb", date(2024, 3, 14)),),
    ),
    Sample(
        title="GE grünt",
        summary="Ein Netz von Klimasensoren, ein Dashboard und das Grüne Bürgerbudget.",
        story="Rund 630.000 Euro, zu 90 % vom Bund gefördert, bis 2025; mehr als 50 Klimasensoren.",
        source="gelsenkirchen.de, GE grünt",
        unit="R-UMW",
        method="DMR",
        gates=3,
        carries_out="Bewässerung nach Bodenfeuchte",
        ends_on=date(2025, 12, 31),
    ),
    Sample(
        title="GE beteiligt",
        summary="Eine Plattform, auf der Menschen Vorschläge machen, beraten und abstimmen.",
        story="Gestartet 2025 mit dem Grünen Bürgerbudget: einreichen, kommentieren,"
        " unterstützen, abstimmen.",
        source="gelsenkirchen.de, Artikel 70534",
        unit="VS-MOD",
        method="AGILE",
        gates=2,
        carries_out="Beteiligung zu jedem großen Vorhaben",
    ),
    Sample(
        title="Urbane Datenplattform",
        summary="Daten der Stadt an einem Ort: offen, aktuell, für alle nutzbar.",
        story="Auftakt am 19. Mai 2025, mit quelloffener Software.",
        source="gkd-el.de, Meldung 70590",
        unit="VS",
        method="GATES",
        gates=4,
        direction="BOTH",
        carries_out="Stationen der Betriebe anschließen",
        starts_on=date(2025, 5, 19),
        milestones=(("Auftakt", date(2025, 5, 19)),),
        condition="Beispiel: Betriebskonzept mit dem IT-Dienstleister abstimmen",
    ),
    Sample(
        title="Open Innovation Lab",
        summary="Rund 140 Hektar im ARENA PARK als Stadt im Kleinen: Neues unter wirklichen"
        " Bedingungen erproben.",
        story="Rund 1,3 Millionen Euro in den Jahren 2019 bis 2022, danach fortgeführt.",
        source="gelsenkirchen.de, Digitales Zukunftslabor; Artikel 54733",
        unit="VS-OIL",
        method="DMR",
        gates=4,
        kind="PILOT",
        direction="BOTH",
        starts_on=date(2019, 1, 1),
        ends_on=date(2022, 12, 31),
    ),
    Sample(
        title="URBAN.KI",
        summary="Künstliche Intelligenz, die Kommunen miteinander entwickeln und teilen.",
        story="Seit April 2024, mit der Westfälischen Hochschule und weiteren; die Ergebnisse"
        " erscheinen quelloffen, das verlangt die Förderung.",
        source="gelsenkirchen.de, Artikel 65562; dfki.de",
        unit="VS-MOD",
        method="DMR",
        gates=2,
        kind="RESEARCH",
        direction="BOTH",
        starts_on=date(2024, 4, 1),
    ),
    Sample(
        title="Digitale Poststelle (Beispiel)",
        summary="Eingehende Post wird gescannt und verteilt; ein Beispiel der Demo.",
        story="",
        source="Beispiel der Demo ohne öffentliche Quelle",
        unit="VS-ORG",
        method="SMALL",
        gates=0,
        kind="INTRODUCTION",
        direction="INWARD",
    ),
)


@transaction.atomic
def make_demo_projects(*, today: date, at: datetime) -> None:
    """Write the projects of the demo, unless there are any."""
    if Project.objects.filter(is_demo=True).exists():
        return
    known = units.units_by_key({one.unit for one in SAMPLES} | {row[3] for row in REQUESTS})
    people = {
        person.email: person
        for person in get_user_model()._default_manager.filter(email__in=[LEAD, SPONSOR])
    }
    for sample in SAMPLES:
        if sample.unit not in known:
            continue  # a city without the demo's organisation
        lead, sponsor = people.get(LEAD), people.get(SPONSOR)
        measure = strategy.find_elements(sample.carries_out, to=None, limit=1)
        project = projects.begin_project(
            facts=_facts(sample),
            method=sample.method,
            responsibility=Responsibility(
                unit_id=known[sample.unit].pk, lead=lead, sponsor=sponsor
            ),
            implements=[measure[0].id] if measure and sample.carries_out else [],
            by=None,
            at=at,
            is_demo=True,
        )
        for title, day in sample.milestones:
            facts = MilestoneFacts(title=title, planned_on=day, reached_on=day)
            milestones.add_milestone(project=project, facts=facts, by=None, at=at)
        if sponsor is not None:
            _decide(project, sample, sponsor, today, at)
        if sample.title == demo_money.PROJECT:
            demo_money.spend(project, lead, today=today, at=at)
        if lead is not None and sponsor is not None:
            make_demo_reports(project, lead=lead, sponsor=sponsor, today=today, at=at)
        if sample.title == PLANNED:
            demo_plan.make_demo_plan(project=project, lead=lead, today=today, at=at)
    demo_plan.make_demo_programme(known=known, at=at)
    _ask_for_advice(known, people, at)


# Title, need, topic, unit, days since it was asked, the answer.
REQUESTS = (
    (
        "Anmeldung zur Ferienbetreuung ohne Papier (Beispiel)",
        "Eltern füllen heute einen Bogen aus und bringen ihn vorbei. Das soll online gehen.",
        "SERVICE",
        "VS-ORG",
        12,
        "Dafür gibt es einen Formularbaustein; wir richten einen Probelauf ein (Beispiel).",
    ),
    (
        "Zähldaten für den Radverkehr veröffentlichen (Beispiel)",
        "Wir haben Zählstellen und bekommen Anfragen nach den Zahlen. Dürfen und wie können wir?",
        "DATA",
        "R-VERK",
        4,
        "",
    ),
)


def _ask_for_advice(known: "dict[str, Unit]", people: "dict[str, Person]", at: datetime) -> None:
    """Requests for advice as examples, where there are demo accounts to ask and answer."""
    if LEAD not in people or SPONSOR not in people:
        return
    for title, need, topic, unit, days, answer in REQUESTS:
        if unit not in known:
            continue  # a city without the demo's organisation
        asked_at = at - timedelta(days=days)
        facts = AdviceFacts(title=title, need=need, topic=topic, unit_id=known[unit].pk)
        made = advice.ask_advice(facts=facts, by=people[LEAD], at=asked_at, is_demo=True)
        if answer:
            then = asked_at + timedelta(days=2)
            advice.answer_advice(
                advice=made, text=answer, minutes=45, on=then.date(), by=people[SPONSOR], at=then
            )


def _facts(sample: Sample) -> ProjectFacts:
    return ProjectFacts(
        title=sample.title,
        summary=sample.summary,
        story=f"{sample.story}\n\nPhasen, Tore und Zuordnung zur Strategie: Beispiel.".strip(),
        kind=sample.kind,
        direction=sample.direction,
        visibility="PUBLIC",
        starts_on=sample.starts_on,
        ends_on=sample.ends_on,
        source=f"{_SOURCE}: {sample.source}",
    )


def _decide(project: Project, sample: Sample, sponsor: "Person", today: date, at: datetime) -> None:
    """Let the project pass so many gates; the last decision has the sample's condition."""
    found = Gate.objects.filter(project=project).select_related("project").order_by("number")
    for gate in found[: sample.gates]:
        met = Judgement(answer="MET", note=_EXAMPLE)
        criteria = Criterion.objects.filter(gate=gate).values_list("pk", flat=True)
        gates.answer_criteria(gate=gate, judgements=dict.fromkeys(criteria, met), by=None, at=at)
        is_last = gate.number == sample.gates
        conditions = []
        if is_last and sample.condition:
            due_on = date(today.year + 1, 6, 30)
            conditions = [ConditionFacts(text=sample.condition, due_on=due_on, responsible=sponsor)]
        gates.decide_gate(
            gate=gate,
            outcome="GO",
            reason=_EXAMPLE,
            conditions=conditions,
            decided_on=today,
            by=sponsor,
            at=at,
        )
