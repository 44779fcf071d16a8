"""Grants: what is eligible, what is due, what they oblige to, and the proof of use that adds up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests.portfolio.conftest import NOW, TODAY, Begin, Office
from tests.portfolio.test_ledger import line, pay

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.money import euros
from netzstadt.core.orgs.models import Person
from netzstadt.lib import typesetting
from netzstadt.portfolio import proof_paper
from netzstadt.portfolio.models import (
    FinancingLine,
    Funding,
    Obligation,
    Posting,
    Project,
    Proof,
)
from netzstadt.portfolio.queries import deadlines, telling
from netzstadt.portfolio.queries import funding as reading
from netzstadt.portfolio.services import funding as services
from netzstadt.portfolio.services import ledger, obligations, proofs
from netzstadt.portfolio.services.funding import (
    FinancingFacts,
    FundingFacts,
    NoticeFacts,
    ProgrammeFacts,
    ReceiptFacts,
)
from netzstadt.portfolio.services.ledger import PostingFacts
from netzstadt.portfolio.services.obligations import ObligationFacts
from netzstadt.portfolio.services.proofs import ProofTexts
from netzstadt.portfolio.services.refusals import PortfolioRefused

BEGIN, END = date(2026, 1, 1), date(2026, 12, 31)
GRANTED = FundingFacts(
    state="GRANTED",
    rate=6_500,
    eligible_cents=100_000_00,
    own_cents=35_000_00,
    granted_from=BEGIN,
    granted_to=END,
)


def grant(project: Project, facts: FundingFacts = GRANTED, granted: int = 65_000_00) -> Funding:
    programme = services.add_programme(
        facts=ProgrammeFacts(title=f"Programm {project.key}", level="FEDERAL"), by=None, at=NOW
    )
    made = services.add_funding(project=project, programme=programme, facts=facts, by=None, at=NOW)
    if granted:
        notice = NoticeFacts(
            kind="AWARD", issued_on=BEGIN, reference="I-1/26", amount_cents=granted
        )
        services.take_notice(funding=made, facts=notice, by=None, at=NOW)
    return made


def plan(funding: Funding, title: str = "Sensoren", cents: int = 100_000_00) -> FinancingLine:
    facts = FinancingFacts(title=title, cost_type="INVESTMENT", planned_cents=cents)
    return services.add_financing_line(funding=funding, facts=facts, by=None, at=NOW)


def came_in(funding: Funding, cents: int, source: str = "GRANT") -> None:
    facts = ReceiptFacts(source=source, amount_cents=cents, paid_on=date(2026, 2, 1))
    services.write_receipt(funding=funding, facts=facts, by=None, at=NOW)


def test_what_is_granted_is_the_sum_of_the_notices_which_stand(begin: Begin):
    funding = grant(begin())
    change = NoticeFacts(kind="CHANGE", issued_on=TODAY, reference="I-2", amount_cents=-5_000_00)
    services.take_notice(funding=funding, facts=change, by=None, at=NOW)

    assert reading.use_of(funding).granted_cents == 60_000_00
    too_much = replace(change, kind="REVOCATION", reference="I-3", amount_cents=-60_000_01)
    with pytest.raises(PortfolioRefused, match="mehr widerrufen"):
        services.take_notice(funding=funding, facts=too_much, by=None, at=NOW)
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        funding.notices.update(amount_cents=1)


@pytest.mark.parametrize(
    ("paid_on", "is_within"),
    [(BEGIN, True), (END, True), (BEGIN - timedelta(1), False), (END + timedelta(1), False)],
)
def test_only_what_is_paid_in_the_period_of_the_grant_is_eligible(
    begin: Begin, paid_on: date, is_within: bool
):
    project = begin()
    by = plan(grant(project))
    budget = line(project, year=paid_on.year)
    given = {"paid_on": paid_on, "financing_line": by}

    if is_within:
        assert pay(project, budget, 100_00, eligible_cents=100_00, **given).pk
    else:
        with pytest.raises(PortfolioRefused, match="Bewilligungszeitraum"):
            pay(project, budget, 100_00, eligible_cents=100_00, **given)
        assert pay(project, budget, 100_00, **given).eligible_cents == 0


def test_the_database_itself_holds_the_period(begin: Begin):
    project = begin()
    by = plan(grant(project))
    row = Posting(
        project=project,
        line=line(project, year=2027),
        financing_line=by,
        amount_cents=100,
        eligible_cents=100,
        paid_on=END + timedelta(1),
        recorded_at=NOW,
    )
    with pytest.raises(IntegrityError, match="outside the period"), transaction.atomic():
        Posting.objects.bulk_create([row])


def test_what_comes_back_after_the_period_lowers_what_is_eligible(begin: Begin):
    project = begin()
    funding = grant(project)
    by, late = plan(funding), END + timedelta(20)
    pay(project, line(project), 100_00, financing_line=by, eligible_cents=100_00)

    refund = pay(
        project,
        line(project, year=2027),
        -30_00,
        paid_on=late,
        financing_line=by,
        eligible_cents=-30_00,
    )

    assert reading.use_of(funding).eligible_cents == 70_00
    ledger.reverse_posting(posting=refund, by=None, at=NOW)
    assert reading.use_of(funding).eligible_cents == 100_00


def test_the_period_does_not_leave_out_what_was_paid_and_counts(begin: Begin):
    project = begin()
    funding = grant(project)
    by = plan(funding)
    paid = pay(project, line(project), 100_00, financing_line=by, eligible_cents=100_00)
    shorter = replace(GRANTED, granted_from=date(2026, 6, 1))

    with pytest.raises(PortfolioRefused, match="außerhalb dieses Zeitraums"):
        services.change_funding(funding=funding, facts=shorter, by=None, at=NOW)
    ledger.reverse_posting(posting=paid, by=None, at=NOW)
    services.change_funding(funding=funding, facts=shorter, by=None, at=NOW)

    assert Funding.objects.get(pk=funding.pk).granted_from == date(2026, 6, 1)


@pytest.mark.parametrize("given", [{"eligible_cents": 1}, {"eligible_cents": -1}])
def test_nothing_is_eligible_without_a_line_of_a_plan(begin: Begin, given: dict[str, int]):
    project = begin()
    with pytest.raises(PortfolioRefused):
        pay(project, line(project), 100_00, **given)


def test_no_more_is_eligible_than_was_paid_and_a_grant_pays_for_its_own_project(begin: Begin):
    project, other = begin(), begin("Straßen zählen")
    by, budget = plan(grant(project)), line(project)

    with pytest.raises(PortfolioRefused, match="nicht mehr sein"):
        pay(project, budget, 100_00, financing_line=by, eligible_cents=100_01)
    with pytest.raises(PortfolioRefused, match="anderen Vorhaben"):
        pay(other, line(other), 100_00, financing_line=by)
    refund = pay(project, budget, -40_00, financing_line=by, eligible_cents=-40_00)
    assert refund.eligible_cents == -40_00


@pytest.mark.parametrize(
    ("facts", "eligible", "others", "due"),
    [
        (GRANTED, 1_00, 0, 65),  # 65 % of one euro
        (GRANTED, 33, 0, 21),  # 21.45 cents
        (GRANTED, 200_000_00, 0, 65_000_00),  # never more than granted
        (replace(GRANTED, financing="FIXED", rate=None), 50_000_00, 0, 50_000_00),
        (replace(GRANTED, financing="FIXED", rate=None), 99_000_00, 0, 65_000_00),
        (replace(GRANTED, financing="SHORTFALL", rate=None), 90_000_00, 10_000_00, 45_000_00),
        (replace(GRANTED, financing="SHORTFALL", rate=None), 10_000_00, 0, 0),
        (replace(GRANTED, financing="FULL", rate=None), 12_34, 0, 12_34),
        (replace(GRANTED, financing="FULL", rate=None), 12_34, 2_00, 10_34),
    ],
)
def test_what_is_due_follows_how_the_grant_is_reckoned(
    begin: Begin, facts: FundingFacts, eligible: int, others: int, due: int
):
    funding = grant(begin(), facts)

    found = reading.due_of(funding, granted=65_000_00, eligible=eligible, others=others)

    assert found == due


def test_a_grant_says_what_is_not_as_it_should_be(begin: Begin):
    project = begin()
    funding = grant(project, replace(GRANTED, eligible_cents=1_500_00))
    tight = plan(funding, "Sensoren", 1_000_00)
    budget = line(project)
    came_in(funding, 2_000_00)
    pay(project, budget, 1_200_01, financing_line=tight, eligible_cents=1_200_01)

    found = list(reading.concerns(funding, reading.use_of(funding), today=END + timedelta(1)))

    assert [one.kind for one in found] == ["line", "unused", "plan", "over"]
    came_in(funding, 1, "THIRD")
    found = list(reading.concerns(funding, reading.use_of(funding), today=END))
    assert [one.kind for one in found] == ["line", "unused", "others", "plan"]
    assert euros(1_200_00) in found[0].text  # the plan and a fifth of it
    assert euros(2_000_00 - 780_01) in found[1].text  # 65 % of 1,200.01 are 780.0065


def test_a_proof_of_use_adds_up_with_the_ledger_to_the_cent(begin: Begin):
    """5,000 payments: what the proof says is what a sum of the vouchers in Python says."""
    project = begin(summary="Feuchte messen.")
    funding = grant(project)
    lines = [plan(funding, f"Position {n}", 30_000_00) for n in range(3)]
    budget = line(project)
    rows = []
    for n in range(5_000):
        cents = (n * 131) % 2_999 + 1
        rows.append(
            PostingFacts(
                line=budget,
                amount_cents=cents,
                paid_on=date(2026, n % 12 + 1, n % 28 + 1),
                reference=f"B{n}",
                financing_line=lines[n % 3],
                eligible_cents=cents - n % 7 if cents > 7 else 0,
            )
        )
    ledger.take_postings(project=project, facts=rows, by=None, at=NOW)
    came_in(funding, 20_000_01)
    came_in(funding, 3_000_00, "THIRD")
    until = date(2026, 9, 30)
    proof = proofs.begin_proof(funding=funding, kind="INTERIM", until=until, by=None, at=NOW)
    written = ProofTexts(measure="Feuchte gemessen.", success="Die Bäume leben.")
    proofs.write_proof(proof=proof, texts=written, by=None, at=NOW)

    sealed = proofs.seal_proof(proof=proof, by=None, at=NOW)

    counted = [one for one in rows if one.paid_on <= until]
    spent = sum(one.amount_cents for one in counted)
    eligible = sum(one.eligible_cents for one in counted)
    assert (sealed.spent_cents, sealed.proven_cents) == (spent, eligible)
    assert sealed.received_cents == 20_000_01
    assert [row[3] for row in sealed.figures["lines"]] == [
        sum(one.amount_cents for one in counted if one.financing_line == by) for by in lines
    ]
    income = {name: (notice, account) for name, notice, account in sealed.figures["income"]}
    assert income["own"] == (35_000_00, spent - 20_000_01 - 3_000_00)
    assert sum(account for _notice, account in income.values()) == spent
    vouchers = reading.vouchers(funding, until=until)
    assert sum(one.amount_cents for one in vouchers) == spent


def test_a_sealed_proof_stays_and_says_when_the_ledger_went_on(begin: Begin, office: Office):
    project = begin()
    funding = grant(project)
    by, budget = plan(funding), line(project)
    pay(project, budget, 100_00, financing_line=by, eligible_cents=100_00)
    proof = proofs.begin_proof(funding=funding, kind="FINAL", until=END, by=None, at=NOW)
    with pytest.raises(PortfolioRefused, match="was getan wurde"):
        proofs.seal_proof(proof=proof, by=None, at=NOW)
    texts = ProofTexts(measure="Gemessen.", success="Es wirkt.")
    proofs.write_proof(proof=proof, texts=texts, by=None, at=NOW)
    looked_at = proofs.seal_of_draft(Proof.objects.get(pk=proof.pk))
    pay(project, budget, 1, financing_line=by)
    with pytest.raises(PortfolioRefused, match="Inzwischen"):
        proofs.seal_proof(proof=proof, by=None, at=NOW, seen=looked_at)

    sealed = proofs.seal_proof(proof=proof, by=office.lead, at=NOW)

    assert Funding.objects.get(pk=funding.pk).state == "PROVEN"
    assert sealed.seal == proofs.seal_of(Proof.objects.get(pk=proof.pk))
    said = proof_paper.document(Proof.objects.get(pk=proof.pk), at=NOW)
    funding.refresh_from_db()
    later = replace(GRANTED, state="PROVEN", rate=5_000)
    services.change_funding(funding=funding, facts=later, by=None, at=NOW)
    assert proof_paper.document(Proof.objects.get(pk=proof.pk), at=NOW) == said
    with pytest.raises(PortfolioRefused, match="versiegelt"):
        proofs.write_proof(proof=proof, texts=texts, by=None, at=NOW)
    for change in ("update portfolio_funding_proof set measure = 'x'",):
        with (
            pytest.raises(IntegrityError, match="stays as it is"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        Proof.objects.filter(pk=proof.pk).delete()


def test_the_database_seals_no_proof_that_does_not_add_up(begin: Begin):
    project = begin()
    funding = grant(project)
    pay(project, line(project), 100_00, financing_line=plan(funding), eligible_cents=100_00)
    proof = proofs.begin_proof(funding=funding, kind="INTERIM", until=END, by=None, at=NOW)
    sealed = {"sealed_at": NOW, "seal": "0" * 64, "received_cents": 0}

    for spent, eligible in ((100_01, 100_00), (100_00, 99_99)):
        with pytest.raises(IntegrityError, match="does not add up"), transaction.atomic():
            Proof.objects.filter(pk=proof.pk).update(
                spent_cents=spent, proven_cents=eligible, **sealed
            )
    Proof.objects.filter(pk=proof.pk).update(spent_cents=100_00, proven_cents=100_00, **sealed)


def test_the_document_says_what_the_page_says_and_is_the_same_every_time(begin: Begin):
    project = begin()
    funding = grant(project)
    pay(project, line(project), 1_234_56, financing_line=plan(funding), eligible_cents=1_000_00)
    proof = proofs.begin_proof(funding=funding, kind="INTERIM", until=END, by=None, at=NOW)

    data = proof_paper.document(proof, at=NOW)
    first = typesetting.typeset("portfolio/typst/proof.typ", data, at=NOW)
    typesetting.forget()
    again = typesetting.typeset("portfolio/typst/proof.typ", data, at=NOW)

    assert first == again
    assert first.startswith(b"%PDF")
    assert data["lines"][-1][2:] == [euros(100_000_00), euros(1_234_56), euros(1_000_00)]
    assert data["notice"].startswith("Entwurf")


def test_what_came_in_beyond_what_was_spent_is_no_share_of_the_city(begin: Begin):
    project = begin()
    funding = grant(project)
    pay(project, line(project), 100_00, financing_line=plan(funding), eligible_cents=100_00)
    came_in(funding, 130_00)

    said = proofs.figures(reading.use_of(funding), funding)

    assert {name: came for name, _planned, came in said["income"]} == {
        "own": 0,
        "third": 0,
        "public": 0,
        "grant": 130_00,
        "surplus": -30_00,
    }
    assert proof_paper.income(said)[-1][2] == euros(100_00)


def test_only_of_what_is_granted_the_use_is_proven(begin: Begin):
    funding = grant(begin(), replace(GRANTED, state="APPLIED"))
    proof = proofs.begin_proof(funding=funding, kind="FINAL", until=END, by=None, at=NOW)
    texts = ProofTexts(measure="Gemessen.", success="Es wirkt.")
    proofs.write_proof(proof=proof, texts=texts, by=None, at=NOW)

    with pytest.raises(PortfolioRefused, match="bewilligt"):
        proofs.seal_proof(proof=proof, by=None, at=NOW)


def test_an_obligation_reminds_who_has_to_meet_it_each_time_once(
    begin: Begin, office: Office, make_person: Callable[..., Person]
):
    person = make_person(Role.READER)
    funding = grant(begin())
    facts = ObligationFacts(
        kind="FINAL_PROOF", text="Nachweis senden", due_on=TODAY, responsible=person
    )
    made = obligations.add_obligation(funding=funding, facts=facts, by=None, at=NOW)

    told = []
    for days in (100, 91, 90, 60, 30, 29, 7, 1, 0, -1, -20):
        day = TODAY - timedelta(days)
        before = AuditEvent.objects.filter(name="portfolio.obligation.near").count()
        obligations.remind(today=day)
        obligations.remind(today=day)
        if AuditEvent.objects.filter(name="portfolio.obligation.near").count() == before + 1:
            told.append(days)

    assert told == [90, 30, 7, 0, -1]
    event = AuditEvent.objects.filter(name="portfolio.obligation.near").latest("id")
    assert telling.who_is_obliged(event) == [person.pk]
    due = deadlines.deadlines(person, since=TODAY, until=TODAY)
    assert [one.title for one in due] == [f"{funding.project.key}: Zuwendung: Nachweis senden"]
    tile = telling.registers_tile(person, at=NOW)
    assert [one.text for one in tile.lines] == ["Zuwendung: Nachweis senden"]

    obligations.meet_obligation(
        obligation=made, met_on=TODAY, evidence="Brief vom Tage", by=person, at=NOW
    )
    assert telling.registers_tile(person, at=NOW).count == 0
    assert obligations.remind(today=TODAY + timedelta(400)) == 0
    with pytest.raises(PortfolioRefused, match="schon erfüllt"):
        obligations.meet_obligation(
            obligation=made, met_on=TODAY, evidence="noch einmal", by=person, at=NOW
        )


def test_an_obligation_of_nobody_is_that_of_who_leads_and_moves_with_its_day(
    begin: Begin, office: Office
):
    funding = grant(begin())
    facts = ObligationFacts(kind="REPORT", text="Berichten", due_on=TODAY)
    made = obligations.add_obligation(funding=funding, facts=facts, by=None, at=NOW)
    obligations.remind(today=TODAY)
    event = AuditEvent.objects.get(name="portfolio.obligation.near")
    assert telling.who_is_obliged(event) == [office.lead.pk]
    assert reading.overdue_obligations([funding.project_id], today=TODAY + timedelta(1)) == {
        funding.project_id: 1
    }

    later = replace(facts, due_on=TODAY + timedelta(80))
    obligations.change_obligation(obligation=made, facts=later, by=None, at=NOW)
    obligations.remind(today=TODAY)

    days = [
        one.data["days_left"]
        for one in AuditEvent.objects.filter(name="portfolio.obligation.near").order_by("id")
    ]
    assert days == [0, 80]
    assert Obligation.objects.get(pk=made.pk).reminded_days == 90
