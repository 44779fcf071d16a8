"""The ledger of a project: to the cent, written once, each payment in its year and its grant."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.portfolio.conftest import NOW, Begin

import netzstadt.portfolio
from netzstadt.core import money as amounts
from netzstadt.core.audit.models import AuditEvent
from netzstadt.portfolio.models import BudgetLine, Posting, Project
from netzstadt.portfolio.queries import money
from netzstadt.portfolio.services import ledger
from netzstadt.portfolio.services.ledger import CommitmentFacts, LineFacts, PostingFacts
from netzstadt.portfolio.services.refusals import PortfolioRefused

PAID = date(2026, 3, 12)


def line(project: Project, year: int = 2026, **given: object) -> BudgetLine:
    options = {"cost_type": "SERVICES", "planned_cents": 1_000_000} | given
    return ledger.add_line(project=project, year=year, facts=LineFacts(**options), by=None, at=NOW)


def pay(project: Project, by: BudgetLine, cents: int, **given: object) -> Posting:
    facts = PostingFacts(line=by, amount_cents=cents, **({"paid_on": PAID} | given))
    return ledger.write_posting(project=project, facts=facts, by=None, at=NOW)


def standing(project: Project) -> money.Standing:
    return money.standings([project.pk])[project.pk]


def test_what_is_planned_paid_ordered_and_expected_is_told_by_year(begin: Begin):
    project = begin()
    first = line(project, planned_cents=1_000_00)
    second = line(project, year=2027, cost_type="PERSONNEL", planned_cents=500_00)
    order = ledger.add_commitment(
        line=first,
        facts=CommitmentFacts(title="Sensoren", amount_cents=300_00, ordered_on=PAID),
        by=None,
        at=NOW,
    )
    pay(project, first, 100_00, commitment=order)
    pay(project, first, 50_01)

    years = money.budget_of(project)

    assert [(one.year, one.standing.planned_cents) for one in years] == [
        (2026, 1_000_00),
        (2027, 500_00),
    ]
    assert years[0].standing == money.Standing(
        planned_cents=1_000_00, spent_cents=150_01, committed_cents=200_00, expected_cents=1_000_00
    )
    assert standing(project).spent_cents == 150_01
    assert second.pk == years[1].lines[0].line.pk


def test_more_than_planned_is_expected_as_soon_as_it_is_paid_and_ordered(begin: Begin):
    project = begin()
    by = line(project, planned_cents=100_00)
    pay(project, by, 90_00)
    ordered = CommitmentFacts(title="Messung", amount_cents=20_00, ordered_on=PAID)
    order = ledger.add_commitment(line=by, facts=ordered, by=None, at=NOW)
    assert (standing(project).expected_cents, standing(project).is_over) == (110_00, True)

    closed = CommitmentFacts(title="Messung", amount_cents=20_00, ordered_on=PAID, closed_on=PAID)
    ledger.change_commitment(commitment=order, facts=closed, by=None, at=NOW)
    assert (standing(project).committed_cents, standing(project).is_over) == (0, False)

    said = LineFacts(cost_type="SERVICES", planned_cents=100_00, expected_cents=95_00)
    ledger.change_line(line=by, facts=said, by=None, at=NOW)
    assert standing(project).expected_cents == 95_00


def test_an_order_that_is_overpaid_does_not_count_below_zero(begin: Begin):
    project = begin()
    by = line(project)
    facts = CommitmentFacts(title="Messung", amount_cents=20_00, ordered_on=PAID)
    order = ledger.add_commitment(line=by, facts=facts, by=None, at=NOW)

    pay(project, by, 25_00, commitment=order)

    assert standing(project).committed_cents == 0


def test_a_posting_is_taken_back_wholly_and_once(begin: Begin):
    project = begin()
    by = line(project)
    wrong = pay(project, by, 123_45, reference="R-1")

    back = ledger.reverse_posting(posting=wrong, by=None, at=NOW)

    assert (back.amount_cents, back.paid_on, back.reverses_id) == (-123_45, PAID, wrong.pk)
    assert standing(project).spent_cents == 0
    for again in (wrong, back):
        with pytest.raises(PortfolioRefused, match="schon storniert"):
            ledger.reverse_posting(posting=again, by=None, at=NOW)
    told = AuditEvent.objects.filter(name="portfolio.posting.written").order_by("id")
    assert [one.data["amount"] for one in told] == ["123.45", "-123.45"]


@pytest.mark.parametrize(
    "statement",
    [
        "update portfolio_posting set amount_cents = 1",
        "update portfolio_posting set paid_on = '2026-04-01'",
        "update portfolio_posting set payee = 'Jemand anderes'",
        "delete from portfolio_posting",
    ],
)
def test_what_is_in_the_ledger_stays_whoever_asks_the_database(begin: Begin, statement: str):
    project = begin()
    pay(project, line(project), 100_00)

    with (
        pytest.raises(IntegrityError, match="stays as it is"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_reversal_that_takes_back_something_else_is_refused(begin: Begin):
    project = begin()
    by = line(project)
    one = pay(project, by, 100_00)

    for changed in ({"amount_cents": -99_00}, {"paid_on": date(2026, 5, 1)}):
        row = {"amount_cents": -100_00, "paid_on": PAID} | changed
        with pytest.raises(IntegrityError, match="takes back"), transaction.atomic():
            Posting.objects.create(project=project, line=by, reverses=one, recorded_at=NOW, **row)


def test_the_day_of_the_payment_decides_the_year(begin: Begin):
    project = begin()
    by = line(project, year=2026)

    with pytest.raises(PortfolioRefused, match="anderen Jahr"):
        pay(project, by, 100_00, paid_on=date(2027, 1, 2))
    with pytest.raises(IntegrityError, match="keeps its project"), transaction.atomic():
        BudgetLine.objects.filter(pk=by.pk).update(year=2027)


def test_a_payment_goes_by_a_line_and_an_order_of_its_own_project(begin: Begin):
    project, other = begin(), begin("Straßen zählen")
    elsewhere = line(other)
    facts = CommitmentFacts(title="Messung", amount_cents=20_00, ordered_on=PAID)
    order = ledger.add_commitment(line=elsewhere, facts=facts, by=None, at=NOW)

    with pytest.raises(PortfolioRefused):
        pay(project, elsewhere, 100_00)
    with pytest.raises(PortfolioRefused, match="anderes Vorhaben"):
        pay(project, line(project), 100_00, commitment=order)
    assert Posting.objects.count() == 0


def test_the_same_voucher_is_not_paid_twice(begin: Begin):
    project, other = begin(), begin("Straßen zählen")
    by = line(project)
    pay(project, by, 100_00, reference="K-77")

    with pytest.raises(PortfolioRefused, match="schon im Journal"):
        pay(project, by, 100_00, reference="K-77")
    pay(other, line(other), 100_00, reference="K-77")  # another project counts for itself


def test_a_voucher_is_written_anew_once_it_is_taken_back_and_split_by_lines(begin: Begin):
    project = begin()
    by, second = line(project), line(project, cost_type="MATERIAL")
    wrong = pay(project, by, 100_00, reference="K-77")
    ledger.reverse_posting(posting=wrong, by=None, at=NOW)

    facts = PostingFacts(line=by, amount_cents=90_00, paid_on=PAID, reference="K-77")
    assert ledger.take_postings(project=project, facts=[facts], by=None, at=NOW) == 1
    pay(project, second, 10_00, reference="K-77")  # the rest of the same invoice

    assert standing(project).spent_cents == 100_00
    assert money.known_vouchers(project, ["K-77"]) == {"K-77": 100_00}


def test_never_less_is_expected_than_is_paid(begin: Begin):
    project = begin()
    by = line(project, planned_cents=100_00, expected_cents=90_00)

    pay(project, by, 120_00)

    assert (standing(project).expected_cents, standing(project).is_over) == (120_00, True)


def test_an_order_of_nothing_is_refused(begin: Begin):
    facts = CommitmentFacts(title="Messung", amount_cents=0, ordered_on=PAID)
    with pytest.raises(PortfolioRefused, match="über null"):
        ledger.add_commitment(line=line(begin()), facts=facts, by=None, at=NOW)


def test_a_table_is_taken_whole_once_and_all_or_none(begin: Begin):
    project = begin()
    by = line(project)
    rows = [
        PostingFacts(line=by, amount_cents=100 + n, paid_on=PAID, reference=f"K-{n}")
        for n in range(5)
    ]

    assert ledger.take_postings(project=project, facts=rows, by=None, at=NOW) == 5
    assert ledger.take_postings(project=project, facts=rows, by=None, at=NOW) == 0
    late = PostingFacts(line=by, amount_cents=1, paid_on=date(2027, 1, 1), reference="K-99")
    new = PostingFacts(line=by, amount_cents=1, paid_on=PAID, reference="K-98")
    with pytest.raises(PortfolioRefused):
        ledger.take_postings(project=project, facts=[new, late], by=None, at=NOW)
    assert standing(project).spent_cents == 510


def test_a_line_by_which_something_was_paid_stays(begin: Begin):
    project = begin()
    used, empty = line(project), line(project, cost_type="MATERIAL")
    pay(project, used, 100_00)

    with pytest.raises(PortfolioRefused, match="Sie bleibt"):
        ledger.remove_line(line=used, by=None, at=NOW)
    ledger.remove_line(line=empty, by=None, at=NOW)

    assert list(BudgetLine.objects.filter(project=project)) == [used]


def test_five_thousand_postings_add_up_to_the_cent_wherever_they_are_summed(begin: Begin):
    """Sums by line, by year, of the ledger and of its filter are those of integers in Python."""
    project = begin()
    lines = [line(project, year=2024 + n % 3, title=f"Position {n}") for n in range(9)]
    # Amounts that a float would not hold: thirds of a euro, fractions that never end in binary.
    rows = []
    for n in range(5_000):
        by = lines[n % 9]
        cents = (n * 7_919 + 1) % 1_000_003 - 50_000
        paid_on = date(by.year, n % 12 + 1, n % 28 + 1)
        rows.append(
            PostingFacts(line=by, amount_cents=cents or 1, paid_on=paid_on, reference=f"B{n}")
        )
    ledger.take_postings(project=project, facts=rows, by=None, at=NOW)
    for taken in Posting.objects.filter(project=project, reference__in=["B3", "B77", "B4998"]):
        ledger.reverse_posting(posting=taken, by=None, at=NOW)

    kept = [row for n, row in enumerate(rows) if n not in (3, 77, 4998)]
    whole = sum(row.amount_cents for row in kept)
    years = money.budget_of(project)
    assert standing(project).spent_cents == whole
    assert money.total_of(money.postings(project)) == whole
    assert sum(one.standing.spent_cents for one in years) == whole
    for year in years:
        expected = sum(row.amount_cents for row in kept if row.paid_on.year == year.year)
        wanted = money.LedgerWanted(year=year.year)
        assert year.standing.spent_cents == expected
        assert money.total_of(money.postings(project, wanted)) == expected
        for one in year.lines:
            said = sum(row.amount_cents for row in kept if row.line == one.line)
            assert one.standing.spent_cents == said


STEPS = st.lists(
    st.tuples(st.integers(-(10**11), 10**11).filter(bool), st.booleans(), st.integers(0, 2)),
    max_size=25,
)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_whatever_is_paid_and_taken_back_adds_up(begin: Begin, steps: list[tuple[int, bool, int]]):
    project = begin()
    lines = [line(project, title=f"Position {n}") for n in range(3)]
    kept = [0, 0, 0]
    for cents, is_taken_back, at in steps:
        made = pay(project, lines[at], cents)
        if is_taken_back:
            ledger.reverse_posting(posting=made, by=None, at=NOW)
        else:
            kept[at] += cents

    year = money.budget_of(project)[0]

    assert [one.standing.spent_cents for one in year.lines] == kept
    assert year.standing.spent_cents == standing(project).spent_cents == sum(kept)
    assert money.total_of(money.postings(project)) == sum(kept)
    for one in year.lines:
        expected = max(one.line.planned_cents, one.standing.spent_cents)
        assert one.standing.expected_cents == expected


@given(cents=st.integers(-amounts.MOST_CENTS, amounts.MOST_CENTS))
def test_an_amount_that_is_written_is_read_again(cents: int):
    for language, comma in (("de", True), ("en", False)):
        with translation.override(language):
            assert amounts.cents_of(amounts.euros(cents), comma=comma) == cents
    assert amounts.cents_of(amounts.plain_euros(cents), comma=False) == cents


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1.234,56", 123_456),
        ("1234,5", 123_450),
        ("1.234", 123_400),
        ("-0,01 €", -1),
        ("1234.56", 123_456),
        ("1,234.56", 123_456),
        ("12 EUR", 1_200),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, cents: int):
    assert amounts.cents_of(text, comma=True) == cents


@pytest.mark.parametrize("text", ["1,234", "1.23.4", "1,2,3", "12,345", "zwölf", "1e3", "--1"])
def test_what_could_be_meant_otherwise_is_no_amount(text: str):
    with pytest.raises(ValueError, match=re.escape(text)):
        amounts.cents_of(text, comma=True)


@given(cents=st.integers(0, 10**12), rate=st.integers(0, 10_000))
def test_a_share_and_the_rest_are_the_whole_within_a_cent(cents: int, rate: int):
    part, rest = amounts.share_of(cents, rate), amounts.share_of(cents, 10_000 - rate)

    assert 0 <= part <= cents
    assert part + rest - cents in (0, 1)  # both halves of a cent go upwards
    assert abs(part * 10_000 - cents * rate) <= 5_000


def test_no_float_comes_near_money():
    """Where amounts are kept or reckoned, nothing divides or names a float."""
    room = Path(netzstadt.portfolio.__file__).parent
    files = [
        Path(amounts.__file__),
        *(room / name for name in ("posting_files.py", "proof_paper.py", "exports.py")),
        *room.glob("*/money.py"),
        *room.glob("*/funding.py"),
        *(room / "services" / f"{name}.py" for name in ("ledger", "proofs", "obligations")),
    ]
    assert len(files) >= 12

    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_float = (
                (isinstance(node, ast.Constant) and isinstance(node.value, float))
                or (isinstance(node, ast.Name) and node.id in ("float", "round"))
                or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
            )
            assert not is_float, f"{path}:{node.lineno}"  # type: ignore[attr-defined]
