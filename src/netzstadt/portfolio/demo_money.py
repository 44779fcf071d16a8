"""Example money for one project of the demo: budget, orders, ledger, a grant, its proof of use.

That "GE grünt" cost about 630,000 euros, nine tenths of it paid by the federal government, is a
public fact (gelsenkirchen.de, GE grünt); all single amounts, days and notices are examples.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from netzstadt.portfolio.models import FinancingLine, Funding, Project
from netzstadt.portfolio.services import funding, ledger, obligations, proofs
from netzstadt.portfolio.services.funding import (
    FinancingFacts,
    FundingFacts,
    NoticeFacts,
    ProgrammeFacts,
    ReceiptFacts,
)
from netzstadt.portfolio.services.ledger import CommitmentFacts, LineFacts, PostingFacts
from netzstadt.portfolio.services.obligations import ObligationFacts
from netzstadt.portfolio.services.proofs import ProofTexts

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

PROJECT = "GE grünt"
WHOLE = 630_000_00
# Year, cost type, what for, planned, what was paid of it on which days.
LINES = (
    (2024, "INVESTMENT", "Klimasensoren (Beispiel)", 180_000_00, (92_350_40, 71_204_15)),
    (2024, "PERSONNEL", "", 95_000_00, (46_512_00, 47_020_33)),
    (2025, "SERVICES", "Dashboard (Beispiel)", 140_000_00, (38_080_00, 55_930_00)),
    (2025, "PERSONNEL", "", 110_000_00, (53_777_10, 54_102_90)),
    (2025, "MATERIAL", "Grünes Bürgerbudget (Beispiel)", 105_000_00, (61_440_25,)),
)
_DAYS = ((4, 15), (10, 20))


def spend(project: Project, lead: "Person | None", *, today: date, at: datetime) -> None:
    """Plan, order, pay, have it paid for, and draft the proof of use."""
    grant = _grant(project, at)
    plan: dict[str, FinancingLine] = {}
    for kind in dict.fromkeys(row[1] for row in LINES):
        planned = sum(row[3] for row in LINES if row[1] == kind)
        facts = FinancingFacts(
            title=f"Position {len(plan) + 1} (Beispiel)", cost_type=kind, planned_cents=planned
        )
        plan[kind] = funding.add_financing_line(funding=grant, facts=facts, by=None, at=at)
    for number, (year, kind, title, planned, paid) in enumerate(LINES, start=1):
        line = ledger.add_line(
            project=project,
            year=year,
            facts=LineFacts(cost_type=kind, title=title, planned_cents=planned),
            by=None,
            at=at,
        )
        for (month, day), cents in zip(_DAYS, paid, strict=False):
            facts_of_it = PostingFacts(
                line=line,
                amount_cents=cents,
                paid_on=date(year, month, day),
                text=f"{title or 'Stellenanteile'} (Beispiel)".replace(" (Beispiel)" * 2, ""),
                reference=f"BEISPIEL-{year}-{number}-{month}",
                financing_line=plan[kind],
                eligible_cents=cents,
            )
            ledger.write_posting(project=project, facts=facts_of_it, by=None, at=at)
        if title.startswith("Dashboard"):
            order = CommitmentFacts(
                title="Weiterentwicklung des Dashboards (Beispiel)",
                amount_cents=24_500_00,
                ordered_on=date(year, 11, 3),
            )
            ledger.add_commitment(line=line, facts=order, by=None, at=at)
    _oblige_and_prove(grant, lead, today, at)


def _grant(project: Project, at: datetime) -> Funding:
    programme = funding.add_programme(
        facts=ProgrammeFacts(
            title="Förderung des Bundes für GE grünt (Beispiel)",
            level="FEDERAL",
            terms="ANBest-G (Beispiel)",
            source_url="https://www.gelsenkirchen.de/",
        ),
        by=None,
        at=at,
        is_demo=True,
    )
    facts = FundingFacts(
        state="GRANTED",
        rate=9_000,
        eligible_cents=WHOLE,
        own_cents=WHOLE // 10,
        granted_from=date(2024, 1, 1),
        granted_to=date(2025, 12, 31),
    )
    made = funding.add_funding(project=project, programme=programme, facts=facts, by=None, at=at)
    notice = NoticeFacts(
        kind="AWARD",
        issued_on=date(2023, 12, 1),
        reference="BEISPIEL-2023",
        amount_cents=WHOLE // 10 * 9,
    )
    funding.take_notice(funding=made, facts=notice, by=None, at=at)
    for day, cents in ((date(2024, 5, 6), 230_000_00), (date(2025, 5, 5), 222_000_00)):
        receipt = ReceiptFacts(
            source="GRANT", amount_cents=cents, paid_on=day, text="Mittelabruf (Beispiel)"
        )
        funding.write_receipt(funding=made, facts=receipt, by=None, at=at)
    return made


def _oblige_and_prove(grant: Funding, lead: "Person | None", today: date, at: datetime) -> None:
    due = ObligationFacts(
        kind="FINAL_PROOF",
        text="Verwendungsnachweis senden (Beispiel)",
        due_on=today + timedelta(days=25),
        responsible=lead,
    )
    obligations.add_obligation(funding=grant, facts=due, by=None, at=at)
    proof = proofs.begin_proof(
        funding=grant, kind="FINAL", until=date(2025, 12, 31), by=None, at=at
    )
    texts = ProofTexts(
        measure="Beispiel der Demo: Klimasensoren, ein Dashboard und das Grüne Bürgerbudget.",
        course="Beispiel: 2024 bis 2025.",
    )
    proofs.write_proof(proof=proof, texts=texts, by=None, at=at)
