"""What the rooms above the core know of somebody: strategy, portfolio and network."""

from datetime import timedelta
from typing import Any

from netzstadt.core.days import today
from netzstadt.lib import clock
from netzstadt.portfolio.services import (
    advice,
    capacity,
    funding,
    gates,
    ledger,
    obligations,
    plan,
    projects,
    proofs,
    registers,
    reports,
)
from netzstadt.stakeholders.services import (
    consents,
    expert_requests,
    expertise,
    network,
    stakeholdings,
)
from netzstadt.strategy.services import comments, editions, elements, indicators, lights
from netzstadt.strategy.services import values as strategy_values

NAME, EMAIL = "Xaveria Quittenbaum", "xaveria@quitte.example"
# Stands in everything that she, or others of her, wrote freely.
WORD = "Quittengelee"


def of_the_portfolio(person: Any, unit: Any) -> None:
    """What she leads, stands for, answered and decided, and what she has to do for it."""
    # Before the test's transaction began, which is "now" to the database.
    at = clock.now() - timedelta(hours=1)
    project = projects.begin_project(
        facts=projects.ProjectFacts(title="Bäume messen"),
        method="SMALL",
        responsibility=projects.Responsibility(unit_id=unit.pk, lead=person, sponsor=person),
        by=person,
        at=at,
    )
    gate = project.gates.select_related("project").order_by("number")[0]
    met = gates.Judgement(answer="MET")
    judgements = dict.fromkeys(gate.criteria.values_list("pk", flat=True), met)
    gates.answer_criteria(gate=gate, judgements=judgements, by=person, at=at)
    due = gates.ConditionFacts(text="Messen", due_on=today(), responsible=person)
    gates.decide_gate(
        gate=gate,
        outcome="GO",
        reason="Es passt.",
        conditions=[due],
        decided_on=today(),
        by=person,
        at=at,
    )
    of_registers_and_reports(project, person)
    day = today()
    task = plan.TaskFacts(title="Messen", starts_on=day, ends_on=day, responsible=person)
    plan.add_task(project=project, facts=task, by=person, at=at)
    accepted = plan.DeliverableFacts(title="Bericht", due_on=day, accepted_on=day, note="Gut.")
    plan.add_deliverable(project=project, facts=accepted, by=person, at=at)
    capacity.plan_person(
        project=project, person=person, months=(day, day), percent=50, role=WORD, by=person, at=at
    )
    facts = advice.AdviceFacts(title="Messen", need="Wie?", topic="DATA", unit_id=unit.pk)
    asked = advice.ask_advice(facts=facts, by=person, at=at)
    advice.accept_advice(advice=asked, adviser=person, by=person, at=at)
    advice.answer_advice(advice=asked, text="So.", minutes=5, on=today(), by=person, at=at)
    advice.rate_advice(advice=asked, rating=5, by=person, at=at)
    with_money(project, person, at)


def with_money(project: Any, person: Any, at: Any) -> None:
    """What she wrote into ledgers, what a grant obliges her to, and what she sealed."""
    planned = ledger.LineFacts(cost_type="SERVICES", planned_cents=100)
    line = ledger.add_line(project=project, year=today().year, facts=planned, by=person, at=at)
    paid = ledger.PostingFacts(line=line, amount_cents=100, paid_on=today())
    ledger.write_posting(project=project, facts=paid, by=person, at=at)
    programme = funding.add_programme(
        facts=funding.ProgrammeFacts(title="Modell", level="STATE"), by=person, at=at
    )
    full = funding.FundingFacts(
        financing="FULL", state="GRANTED", granted_from=today(), granted_to=today()
    )
    grant = funding.add_funding(project=project, programme=programme, facts=full, by=person, at=at)
    received = funding.ReceiptFacts(source="THIRD", amount_cents=100, paid_on=today())
    funding.write_receipt(funding=grant, facts=received, by=person, at=at)
    due = obligations.ObligationFacts(
        kind="REPORT", text="Berichten", due_on=today(), responsible=person
    )
    obligations.add_obligation(funding=grant, facts=due, by=person, at=at)
    proof = proofs.begin_proof(funding=grant, kind="FINAL", until=today(), by=person, at=at)
    texts = proofs.ProofTexts(measure="Gemessen.", success="Es wirkt.")
    proofs.write_proof(proof=proof, texts=texts, by=person, at=at)
    proofs.seal_proof(proof=proof, by=person, at=at)


def of_registers_and_reports(project: Any, person: Any) -> None:
    """A risk she looks after, a change she decided on, a light she set, reports of hers."""
    at, day = clock.now() - timedelta(hours=1), today()
    risk = registers.EntryFacts(title="Frost", probability=2, impact=2, owner=person, due_on=day)
    registers.add_entry(project=project, kind="RISK", facts=risk, by=person, at=at)
    change = registers.EntryFacts(title="Mehr Bäume", effect_cost="Mehr")
    made = registers.add_entry(project=project, kind="CHANGE", facts=change, by=person, at=at)
    registers.decide_change(
        entry=made, is_accepted=True, reason="Gut.", decided_on=day, by=person, at=at
    )
    reports.set_light(
        project=project,
        aspect="TIME",
        light="RED",
        reason="Frost.",
        last_day=day,
        today=day,
        by=person,
        at=at,
    )
    facts = reports.ReportFacts(first_day=day, last_day=day, happened="Gemessen.")
    begun = reports.begin_report(project=project, facts=facts, by=None, at=at, submit_on=day)
    reports.approve_report(report=begun, by=person, at=at)
    reports.begin_report(project=project, facts=facts, by=person, at=at)


def of_the_network(person: Any, admin: Any, unit: Any) -> None:
    """Her entry with all that hangs on it, what she confirmed of others, whom she asked."""
    at = clock.now() - timedelta(hours=1)
    common = {"sector": "SCIENCE", "unit_id": unit.pk}
    facts = network.PartyFacts(
        name=NAME, role=WORD, email=EMAIL, note=WORD, person=person, organisation="Lab", **common
    )
    her = network.enter_party(kind="PERSON", facts=facts, by=admin, at=at)
    facts = network.PartyFacts(name="Otto Other", **common)
    other = network.enter_party(kind="PERSON", facts=facts, by=admin, at=at)
    relation = network.RelationFacts(kind="PARTNER_OF", other=other, evidence=WORD)
    network.relate(party=her, facts=relation, by=admin, at=at)
    consent = consents.ConsentFacts(purpose="SHOW", basis=f"Mail of {NAME}", given_on=today())
    consents.note_consent(party=her, facts=consent, by=admin, at=at)
    known = expertise.ExpertiseFacts(topic=WORD, level=3, evidence=f"{NAME} cooked it.")
    expertise.note_expertise(party=her, facts=known, by=admin, at=at)
    of_other = expertise.note_expertise(
        party=other,
        facts=expertise.ExpertiseFacts(topic="Jam", level=1, evidence="Cooked some."),
        by=admin,
        at=at,
    )
    expertise.confirm_expertise(expertise=of_other, by=person, at=at)
    for party, by in ((her, admin), (other, person)):
        about = ("stakeholders.party", other.pk)
        seen = stakeholdings.Assessment(
            on=today(),
            influence=2,
            interest=5,
            attitude="DRIVES",
            need=f"{WORD}" if party is her else "",
        )
        stakeholdings.assess_stakeholder(party=party, about=about, assessment=seen, by=by, at=at)
        asked = expert_requests.ask_expert(
            party=party, about=about, question="How long?", by=by, at=at
        )
        expert_requests.give_statement(request=asked, text="An hour.", by=admin, at=at)


def of_the_strategy(person: Any, admin: Any) -> None:
    """What she answers for, the progress, light and value that she entered."""
    day, at = today(), clock.now()
    facts = editions.StrategyFacts(title="S")
    draft = editions.create_strategy(key="s", facts=facts, by=admin, at=at)
    measure = elements.add_element(
        edition=draft, kind="MEASURE", facts=elements.ElementFacts(title="M"), by=admin, at=at
    ).element
    elements.assign_element(element=measure, unit_id=None, responsible=person, by=admin, at=at)
    editions.open_consultation(edition=draft, first=day, last=day, by=admin, at=at)
    comments.write_comment(
        edition=draft, element_id=measure.pk, text=WORD, today=day, by=person, at=at
    )
    lights.type_progress(element=measure, progress=0.5, note=WORD, by=person, at=at)
    lights.override_light(
        element=measure, light="RED", reason=WORD, last_day=day, today=day, by=person, at=at
    )
    indicator = indicators.create_indicator(
        code="I", definition=indicators.Definition(title="I"), responsible=person, by=admin, at=at
    )
    strategy_values.enter_value(
        indicator=indicator,
        first=day,
        window="YEAR",
        value=1.0,
        source="Annual report",
        note=WORD,
        by=person,
        at=at,
    )
