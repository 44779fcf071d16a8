"""Reading money: where projects stand, their budget by year and line, and the ledger, page by page.

Sums are made by the database from whole cents.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from netzstadt.portfolio.models import (
    BudgetLine,
    Commitment,
    FinancingLine,
    FundingState,
    Posting,
    Project,
)
from netzstadt.portfolio.queries import MOST_OF_ONE, visible_projects

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where money stands, in cents: planned, paid, ordered and not yet paid, expected in all."""

    planned_cents: int = 0
    spent_cents: int = 0
    committed_cents: int = 0
    expected_cents: int = 0

    def __add__(self, other: "Standing") -> "Standing":
        return Standing(
            planned_cents=self.planned_cents + other.planned_cents,
            spent_cents=self.spent_cents + other.spent_cents,
            committed_cents=self.committed_cents + other.committed_cents,
            expected_cents=self.expected_cents + other.expected_cents,
        )

    @property
    def left_cents(self) -> int:
        """What of the plan would be left; below zero it does not suffice."""
        return self.planned_cents - self.expected_cents

    @property
    def is_over(self) -> bool:
        """Whether more is expected than is planned."""
        return self.expected_cents > self.planned_cents


@dataclass(frozen=True, kw_only=True, slots=True)
class LineStanding:
    """A budget line, and where it stands."""

    line: BudgetLine
    standing: Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class YearStanding:
    """The budget of one year: its lines, and their sum."""

    year: int
    lines: list[LineStanding]
    standing: Standing


def _sum_of(rows: "QuerySet[Any, Any]", key: str, value: Any) -> Coalesce:
    """The sum over the rows that belong to an outer row, as a column of it."""
    sums = rows.order_by().values(key).annotate(total=Sum(value)).values("total")
    return Coalesce(Subquery(sums, output_field=BigIntegerField()), Value(0))


def _with_sums(lines: "QuerySet[BudgetLine, Any]") -> "QuerySet[Any, Any]":
    """Lines with what is paid, ordered and expected by each: one statement."""
    spent = Posting.objects.filter(line=OuterRef("pk"))
    paid_of_it = Posting.objects.filter(commitment=OuterRef("pk"))
    open_ones = Commitment.objects.filter(line=OuterRef("pk"), closed_on__isnull=True).annotate(
        open_cents=Greatest(
            F("amount_cents") - _sum_of(paid_of_it, "commitment", "amount_cents"), Value(0)
        )
    )
    return lines.annotate(
        spent=_sum_of(spent, "line", "amount_cents"),
        committed=_sum_of(open_ones, "line", "open_cents"),
    ).annotate(
        expected=Greatest(
            Coalesce(
                F("expected_cents"), Greatest(F("planned_cents"), F("spent") + F("committed"))
            ),
            F("spent"),
        )
    )


def _standing(row: dict[str, Any]) -> Standing:
    return Standing(
        planned_cents=int(row["planned"]),
        spent_cents=int(row["spent_all"]),
        committed_cents=int(row["committed_all"]),
        expected_cents=int(row["expected_all"]),
    )


def standings(projects: Collection[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    """Where the money of projects stands; those without a budget are missing. One statement."""
    if not projects:
        return {}
    found = (
        _with_sums(BudgetLine.objects.filter(project__in=projects))
        .order_by()
        .values("project_id")
        .annotate(
            planned=Sum("planned_cents"),
            spent_all=Sum("spent"),
            committed_all=Sum("committed"),
            expected_all=Sum("expected"),
        )
    )
    return {row["project_id"]: _standing(row) for row in found}


def budget_of(project: Project) -> list[YearStanding]:
    """The budget of a project, year by year."""
    found = _with_sums(BudgetLine.objects.filter(project=project))
    years: dict[int, list[LineStanding]] = {}
    for line in found.order_by("year", "cost_type", "title"):
        standing = Standing(
            planned_cents=line.planned_cents,
            spent_cents=line.spent,
            committed_cents=line.committed,
            expected_cents=line.expected,
        )
        years.setdefault(line.year, []).append(LineStanding(line=line, standing=standing))
    return [
        YearStanding(
            year=year, lines=lines, standing=sum((one.standing for one in lines), Standing())
        )
        for year, lines in years.items()
    ]


def lines_of(project: Project) -> list[BudgetLine]:
    """The budget lines of a project."""
    found = BudgetLine.objects.filter(project=project).order_by("year", "cost_type", "title")
    return list(found[:MOST_OF_ONE])


def plan_of(project: Project) -> list[FinancingLine]:
    """The lines of the financing plans of a project's grants that go on."""
    found = FinancingLine.objects.filter(funding__project=project).exclude(
        funding__state__in=[FundingState.CLOSED, FundingState.REJECTED]
    )
    return list(found.select_related("funding").order_by("title", "id"))


def known_vouchers(project: Project, references: Collection[str]) -> dict[str, int]:
    """Which of these vouchers are in the ledger of a project already, not taken back: what was paid
    by each, in cents."""
    found = Posting.objects.filter(
        project=project,
        reverses__isnull=True,
        reversed_by__isnull=True,
        reference__in=[one for one in references if one],
    )
    sums = found.order_by().values("reference").annotate(total=Sum("amount_cents"))
    return {row["reference"]: int(row["total"]) for row in sums}


def budget_line(key: uuid.UUID, *, to: "Person | None") -> BudgetLine | None:
    """One budget line of a project that ``to`` may see."""
    found = BudgetLine.objects.filter(pk=key, project__in=visible_projects(to=to))
    return found.select_related("project").first()


def commitments_of(project: Project) -> "QuerySet[Any, Any]":
    """What was ordered for a project, the newest first, with what is still to be paid of it."""
    paid = Posting.objects.filter(commitment=OuterRef("pk"))
    return (
        Commitment.objects.filter(line__project=project)
        .select_related("line")
        .annotate(paid_cents=_sum_of(paid, "commitment", "amount_cents"))
        .order_by("-ordered_on", "-id")
    )


def commitment(key: uuid.UUID, *, to: "Person | None") -> Commitment | None:
    """Something that was ordered for a project that ``to`` may see."""
    found = Commitment.objects.filter(pk=key, line__project__in=visible_projects(to=to))
    return found.select_related("line__project").first()


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerWanted:
    """What a ledger is asked for; empty is no condition."""

    text: str = ""
    year: int | None = None
    line_id: uuid.UUID | None = None
    is_not_assigned: bool = False


def postings(project: Project, wanted: LedgerWanted | None = None) -> "QuerySet[Any, Any]":
    """The ledger of a project, what was paid last first."""
    found = Posting.objects.filter(project=project).select_related(
        "line", "financing_line", "commitment", "reversed_by"
    )
    if wanted is not None:
        for word in wanted.text.split()[:10]:
            found = found.filter(
                Q(payee__icontains=word)
                | Q(text__icontains=word)
                | Q(reference__icontains=word)
                | Q(invoice_number__icontains=word)
            )
        if wanted.year:
            begin, end = date(wanted.year, 1, 1), date(wanted.year, 12, 31)
            found = found.filter(paid_on__range=(begin, end))
        if wanted.line_id:
            found = found.filter(line=wanted.line_id)
        if wanted.is_not_assigned:
            found = found.filter(financing_line__isnull=True)
    return found.order_by("-paid_on", "-id")


def total_of(found: "QuerySet[Any, Any]") -> int:
    """The sum of postings or receipts, in cents."""
    total = found.order_by().aggregate(total=Sum("amount_cents"))["total"]
    return int(total or 0)


def posting(key: uuid.UUID, *, to: "Person | None") -> Posting | None:
    """One posting of a project that ``to`` may see."""
    found = Posting.objects.filter(pk=key, project__in=visible_projects(to=to))
    return found.select_related("project", "line", "reversed_by").first()
