"""The money of a project: what is planned, what is ordered, and what was paid.

A payment is written once. A mistake is taken back by its opposite and written anew, so that every
sum of the past can be followed to its postings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.core.money import plain_euros
from netzstadt.portfolio import money_events as events
from netzstadt.portfolio.models import (
    BudgetLine,
    Commitment,
    FinancingLine,
    Posting,
    Project,
)
from netzstadt.portfolio.queries import MOST_OF_ONE
from netzstadt.portfolio.queries.money import known_vouchers
from netzstadt.portfolio.services.projects import held
from netzstadt.portfolio.services.refusals import PortfolioRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class LineFacts:
    """What is planned, by cost type, and what is expected instead; cents."""

    cost_type: str
    planned_cents: int
    title: str = ""
    expected_cents: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CommitmentFacts:
    """What was ordered, from whom, for how much."""

    title: str
    amount_cents: int
    ordered_on: date
    payee: str = ""
    closed_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PostingFacts:
    """What was paid, when, to whom, and what of it a grant may pay for; cents."""

    line: BudgetLine
    amount_cents: int
    paid_on: date
    payee: str = ""
    text: str = ""
    reference: str = ""
    invoice_number: str = ""
    commitment: Commitment | None = None
    financing_line: FinancingLine | None = None
    eligible_cents: int = 0


@transaction.atomic
def add_line(
    *, project: Project, year: int, facts: LineFacts, by: "Person | None", at: datetime
) -> BudgetLine:
    """Put a line into the budget of a project. Raises PortfolioRefused if it is there already."""
    current = held(project)
    if BudgetLine.objects.filter(project=current).count() >= MOST_OF_ONE:
        raise PortfolioRefused(_("A budget has at most 500 lines: put some together."))
    with refused():
        made = BudgetLine.objects.create(
            project=current, year=year, created_at=at, changed_at=at, **asdict(facts)
        )
    _tell_line(made, changes({}, asdict(facts)), by)
    return made


@transaction.atomic
def change_line(
    *,
    line: BudgetLine,
    facts: LineFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Plan otherwise, or say what is expected. Raises PortfolioRefused, ChangedMeanwhile."""
    current = held_row(BudgetLine, line)
    if changed := changed_row(current, asdict(facts), at=at, seen_at=seen_at):
        _tell_line(current, changed, by)


@transaction.atomic
def remove_line(*, line: BudgetLine, by: "Person | None", at: datetime) -> None:
    """Take a line out of the budget. Raises PortfolioRefused if something was paid or ordered."""
    current = held_row(BudgetLine, line)
    try:
        current.delete()
    except ProtectedError as error:
        raise PortfolioRefused(
            _("Something was paid or ordered by this line: it stays. Plan nothing for it instead.")
        ) from error
    audit.record(
        events.BudgetLineRemoved(
            object_id=current.project_id,
            budget_line_id=line.pk,
            budget_year=current.year,
            planned_amount=plain_euros(current.planned_cents),
        ),
        by=by,
    )


def _tell_line(line: BudgetLine, changed: events.Changes, by: "Person | None") -> None:
    audit.record(
        events.BudgetLineSet(
            object_id=line.project_id,
            budget_line_id=line.pk,
            budget_year=line.year,
            changed=changed,
        ),
        by=by,
    )


@transaction.atomic
def add_commitment(
    *, line: BudgetLine, facts: CommitmentFacts, by: "Person | None", at: datetime
) -> Commitment:
    """Write down what was ordered. Raises PortfolioRefused."""
    with refused():
        made = Commitment.objects.create(
            line=held_row(BudgetLine, line), created_at=at, changed_at=at, **asdict(facts)
        )
    _tell_commitment(made, changes({}, asdict(facts)), by)
    return made


@transaction.atomic
def change_commitment(
    *,
    commitment: Commitment,
    facts: CommitmentFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Say otherwise what was ordered, or that nothing more is to be paid.

    Raises PortfolioRefused, ChangedMeanwhile.
    """
    current = held_row(Commitment, commitment)
    if changed := changed_row(current, asdict(facts), at=at, seen_at=seen_at):
        _tell_commitment(current, changed, by)


def _tell_commitment(one: Commitment, changed: events.Changes, by: "Person | None") -> None:
    # Whom money goes to may be a person: the trail does not keep it.
    kept = {name: value for name, value in changed.items() if name != "payee"}
    audit.record(
        events.CommitmentSet(object_id=one.line.project_id, commitment_id=one.pk, changed=kept),
        by=by,
    )


@transaction.atomic
def write_posting(
    *, project: Project, facts: PostingFacts, by: "Person | None", at: datetime
) -> Posting:
    """Write a payment into the ledger; a refund has an amount below zero.

    Raises PortfolioRefused if the voucher is there already, the line is for another year than that
    of the payment, or what is eligible was paid outside the period of the grant.
    """
    with refused():
        made = Posting.objects.create(
            project=project, recorded_by=by, recorded_at=at, **columns_of(facts)
        )
    audit.record(
        events.PostingWritten(
            object_id=project.pk,
            posting_id=made.pk,
            amount=plain_euros(made.amount_cents),
            paid_on=made.paid_on,
        ),
        by=by,
    )
    return made


def columns_of(facts: Any) -> dict[str, Any]:
    """What facts say by name; the objects that they name are not copied, as ``asdict`` would."""
    return {one.name: getattr(facts, one.name) for one in fields(facts)}


@transaction.atomic
def take_postings(
    *, project: Project, facts: Sequence[PostingFacts], by: "Person | None", at: datetime
) -> int:
    """Write many payments, all or none; vouchers that are there already are left as they are.

    Returns how many were new. Raises PortfolioRefused like ``write_posting``.
    """
    known = known_vouchers(held(project), [one.reference for one in facts])
    new = [one for one in facts if not one.reference or one.reference not in known]
    if not new:
        return 0
    with refused():
        Posting.objects.bulk_create(
            [
                Posting(project=project, recorded_by=by, recorded_at=at, **columns_of(one))
                for one in new
            ],
            batch_size=1_000,
        )
    audit.record(
        events.PostingsTaken(
            object_id=project.pk,
            postings_count=len(new),
            amount=plain_euros(sum(one.amount_cents for one in new)),
        ),
        by=by,
    )
    return len(new)


@transaction.atomic
def reverse_posting(*, posting: Posting, by: "Person | None", at: datetime) -> Posting:
    """Take a posting back by its opposite, on the same day, so that every sum is as without it.

    Raises PortfolioRefused if it was taken back already, or takes one back itself.
    """
    current = Posting.objects.select_for_update().get(pk=posting.pk)
    if current.reverses_id is not None or Posting.objects.filter(reverses=current).exists():
        raise PortfolioRefused(_("This posting is taken back already."))
    with refused():
        made = Posting.objects.create(
            project_id=current.project_id,
            line_id=current.line_id,
            commitment_id=current.commitment_id,
            financing_line_id=current.financing_line_id,
            amount_cents=-current.amount_cents,
            eligible_cents=-current.eligible_cents,
            paid_on=current.paid_on,
            payee=current.payee,
            text=current.text,
            invoice_number=current.invoice_number,
            reverses=current,
            recorded_by=by,
            recorded_at=at,
        )
    audit.record(
        events.PostingWritten(
            object_id=current.project_id,
            posting_id=made.pk,
            amount=plain_euros(made.amount_cents),
            paid_on=made.paid_on,
            reverses_id=current.pk,
        ),
        by=by,
    )
    return made


def held_row(model: type[models.Model], row: models.Model) -> Any:
    """The row as it is now, held. Raises PortfolioRefused if it is gone."""
    found = model._default_manager.select_for_update().filter(pk=row.pk).first()
    if found is None:
        raise PortfolioRefused(_("This is not there any more. Look at it again."))
    return found


def changed_row(
    current: Any, new: Mapping[str, Any], *, at: datetime, seen_at: datetime | None
) -> events.Changes:
    """Save what is new in a row and return what became of it; nothing where nothing is new.

    Raises PortfolioRefused, ChangedMeanwhile.
    """
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    before = {name: getattr(current, name) for name in new if getattr(current, name) != new[name]}
    if not before:
        return {}
    for name in before:
        setattr(current, name, new[name])
    current.changed_at = at
    with refused():
        current.save(update_fields=[*before, "changed_at"])
    return changes(before, {name: new[name] for name in before})


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> events.Changes:
    """What changed, as the trail keeps it: names to what was and what is; amounts in euros."""
    return {
        name: (_plain(name, before.get(name)), _plain(name, value))
        for name, value in after.items()
        if before.get(name) != value
    }


def _plain(name: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if name.endswith("_cents"):
        return plain_euros(value)
    return str(value)
