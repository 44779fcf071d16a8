"""What happens to the money of projects. Amounts are euros as programs read them: 1234.56."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from netzstadt.core.audit.events import Event

Changes = dict[str, tuple[str | None, str | None]]


class _MoneyEvent(Event):
    """Something about the money of a project."""

    object_model: ClassVar[str] = "portfolio.project"


@dataclass(frozen=True, kw_only=True)
class BudgetLineSet(_MoneyEvent):
    """A budget line was added, or changed."""

    name: ClassVar[str] = "portfolio.budget_line.set"

    budget_line_id: uuid.UUID
    budget_year: int
    changed: Changes


@dataclass(frozen=True, kw_only=True)
class BudgetLineRemoved(_MoneyEvent):
    """A budget line by which nothing was paid or ordered is no longer there."""

    name: ClassVar[str] = "portfolio.budget_line.removed"

    budget_line_id: uuid.UUID
    budget_year: int
    planned_amount: str


@dataclass(frozen=True, kw_only=True)
class CommitmentSet(_MoneyEvent):
    """Something was ordered, or said otherwise of what was."""

    name: ClassVar[str] = "portfolio.commitment.set"

    commitment_id: uuid.UUID
    changed: Changes


@dataclass(frozen=True, kw_only=True)
class PostingWritten(_MoneyEvent):
    """A payment was written into the ledger; ``reverses_id`` is the posting that it takes back."""

    name: ClassVar[str] = "portfolio.posting.written"

    posting_id: uuid.UUID
    amount: str
    paid_on: date
    reverses_id: uuid.UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PostingsTaken(_MoneyEvent):
    """Payments were taken from a table into the ledger."""

    name: ClassVar[str] = "portfolio.postings.taken"

    postings_count: int
    amount: str


@dataclass(frozen=True, kw_only=True)
class FundingSet(_MoneyEvent):
    """A grant was entered, or said otherwise of it."""

    name: ClassVar[str] = "portfolio.funding.set"

    funding_id: uuid.UUID
    changed: Changes


@dataclass(frozen=True, kw_only=True)
class NoticeTaken(_MoneyEvent):
    """A notice of a grant was entered."""

    name: ClassVar[str] = "portfolio.funding.notice_taken"

    funding_id: uuid.UUID
    notice_kind: str
    issued_on: date
    amount: str


@dataclass(frozen=True, kw_only=True)
class FinancingLineSet(_MoneyEvent):
    """A line of a financing plan was added, or changed."""

    name: ClassVar[str] = "portfolio.financing_line.set"

    financing_line_id: uuid.UUID
    changed: Changes


@dataclass(frozen=True, kw_only=True)
class FinancingLineRemoved(_MoneyEvent):
    """A line of a financing plan for which nothing was paid is no longer there."""

    name: ClassVar[str] = "portfolio.financing_line.removed"

    financing_line_id: uuid.UUID
    planned_amount: str


@dataclass(frozen=True, kw_only=True)
class ReceiptWritten(_MoneyEvent):
    """Money that came in was written down; ``reverses_id`` is the receipt that it takes back."""

    name: ClassVar[str] = "portfolio.receipt.written"

    funding_id: uuid.UUID
    money_from: str
    amount: str
    paid_on: date
    reverses_id: uuid.UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ObligationSet(_MoneyEvent):
    """An obligation of a grant was entered, or changed."""

    name: ClassVar[str] = "portfolio.obligation.set"

    obligation_id: uuid.UUID
    due_on: date
    responsible_id: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class ObligationMet(_MoneyEvent):
    """An obligation of a grant is met."""

    name: ClassVar[str] = "portfolio.obligation.met"

    obligation_id: uuid.UUID
    met_on: date


@dataclass(frozen=True, kw_only=True)
class ObligationNear(_MoneyEvent):
    """An obligation of a grant is due in so many days, or was so many days ago (below zero)."""

    name: ClassVar[str] = "portfolio.obligation.near"

    obligation_id: uuid.UUID
    due_on: date
    days_left: int


@dataclass(frozen=True, kw_only=True)
class ProofWritten(_MoneyEvent):
    """A draft of a proof of use was begun, or something was written in it."""

    name: ClassVar[str] = "portfolio.proof.written"

    proof_id: uuid.UUID
    figures_until: date


@dataclass(frozen=True, kw_only=True)
class ProofRemoved(_MoneyEvent):
    """A draft of a proof of use was thrown away."""

    name: ClassVar[str] = "portfolio.proof.removed"

    proof_id: uuid.UUID
    figures_until: date


@dataclass(frozen=True, kw_only=True)
class ProofSealed(_MoneyEvent):
    """A proof of use was sealed as it is sent; ``seal`` is the SHA-256 of what it says."""

    name: ClassVar[str] = "portfolio.proof.sealed"

    proof_id: uuid.UUID
    figures_until: date
    spent_amount: str
    proven_amount: str
    seal: str


class _ProgrammeEvent(Event):
    """Something about a funding programme."""

    object_model: ClassVar[str] = "portfolio.fundingprogramme"


@dataclass(frozen=True, kw_only=True)
class FundingProgrammeSet(_ProgrammeEvent):
    """A funding programme was entered, or changed."""

    name: ClassVar[str] = "portfolio.funding_programme.set"

    changed: Changes
