"""Grants: programmes, what was granted, the financing plan, what came in."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.money import plain_euros
from netzstadt.portfolio import money_events as events
from netzstadt.portfolio.models import (
    FinancingLine,
    Funding,
    FundingNotice,
    FundingProgramme,
    Project,
    Receipt,
)
from netzstadt.portfolio.queries import MOST_OF_ONE
from netzstadt.portfolio.services.ledger import changed_row, changes, held_row
from netzstadt.portfolio.services.projects import held
from netzstadt.portfolio.services.refusals import PortfolioRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgrammeFacts:
    """What is known of a funding programme."""

    title: str
    level: str
    authority: str = ""
    legal_basis: str = ""
    terms: str = ""
    proof_months: int = 12
    source_url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FundingFacts:
    """What a grant says; amounts in cents, ``rate`` in hundredths of a percent."""

    state: str = "IDEA"
    financing: str = "SHARE"
    rate: int | None = None
    eligible_cents: int = 0
    own_cents: int = 0
    third_cents: int = 0
    public_cents: int = 0
    granted_from: date | None = None
    granted_to: date | None = None
    works_from: date | None = None
    works_to: date | None = None
    early_start_on: date | None = None
    early_start_reference: str = ""
    bound_until: date | None = None
    keep_until: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeFacts:
    """A notice: by how much, in cents, it changes what is granted."""

    kind: str
    issued_on: date
    reference: str
    amount_cents: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FinancingFacts:
    """A line of the financing plan; ``tolerance`` in hundredths of a percent."""

    title: str
    cost_type: str
    planned_cents: int
    tolerance: int = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptFacts:
    """Money that came in, in cents; below zero it was paid back."""

    source: str
    amount_cents: int
    paid_on: date
    reference: str = ""
    text: str = ""


@transaction.atomic
def add_programme(
    *, facts: ProgrammeFacts, by: "Person | None", at: datetime, is_demo: bool = False
) -> FundingProgramme:
    """Enter a funding programme. Raises PortfolioRefused if one is called so already."""
    with refused():
        made = FundingProgramme.objects.create(changed_at=at, is_demo=is_demo, **asdict(facts))
    audit.record(
        events.FundingProgrammeSet(object_id=made.pk, changed=changes({}, asdict(facts))), by=by
    )
    return made


@transaction.atomic
def change_programme(
    *,
    programme: FundingProgramme,
    facts: ProgrammeFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Change what is known of a programme. Raises PortfolioRefused, ChangedMeanwhile."""
    current = held_row(FundingProgramme, programme)
    if changed := changed_row(current, asdict(facts), at=at, seen_at=seen_at):
        audit.record(events.FundingProgrammeSet(object_id=current.pk, changed=changed), by=by)


@transaction.atomic
def add_funding(
    *,
    project: Project,
    programme: FundingProgramme,
    facts: FundingFacts,
    by: "Person | None",
    at: datetime,
) -> Funding:
    """Enter a grant for a project: from the idea on. Raises PortfolioRefused."""
    with refused():
        made = Funding.objects.create(
            project=held(project),
            programme=programme,
            created_at=at,
            changed_at=at,
            **asdict(facts),
        )
    _tell(made, changes({}, asdict(facts)), by)
    return made


@transaction.atomic
def change_funding(
    *,
    funding: Funding,
    facts: FundingFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Change what a grant says.

    Raises ChangedMeanwhile, PortfolioRefused, also where something eligible was paid outside the
    new period.
    """
    current = held_row(Funding, funding)
    if changed := changed_row(current, asdict(facts), at=at, seen_at=seen_at):
        _tell(current, changed, by)


def _tell(funding: Funding, changed: events.Changes, by: "Person | None") -> None:
    audit.record(
        events.FundingSet(object_id=funding.project_id, funding_id=funding.pk, changed=changed),
        by=by,
    )


@transaction.atomic
def take_notice(
    *, funding: Funding, facts: NoticeFacts, by: "Person | None", at: datetime
) -> FundingNotice:
    """Enter a notice; it stands. Raises PortfolioRefused, also if less than nothing is left."""
    current = held_row(Funding, funding)
    granted = sum(current.notices.values_list("amount_cents", flat=True))
    if granted + facts.amount_cents < 0:
        raise PortfolioRefused(
            _("More would be revoked than was granted. Write the amount that is revoked.")
        )
    with refused():
        made = FundingNotice.objects.create(funding=current, recorded_at=at, **asdict(facts))
    audit.record(
        events.NoticeTaken(
            object_id=current.project_id,
            funding_id=current.pk,
            notice_kind=made.kind,
            issued_on=made.issued_on,
            amount=plain_euros(made.amount_cents),
        ),
        by=by,
    )
    return made


@transaction.atomic
def add_financing_line(
    *, funding: Funding, facts: FinancingFacts, by: "Person | None", at: datetime
) -> FinancingLine:
    """Put a line into the financing plan. Raises PortfolioRefused if one is called so already."""
    current = held_row(Funding, funding)
    if current.lines.count() >= MOST_OF_ONE:
        raise PortfolioRefused(_("A financing plan has at most 500 lines: put some together."))
    with refused():
        made = FinancingLine.objects.create(funding=current, changed_at=at, **asdict(facts))
    _tell_line(made, changes({}, asdict(facts)), by)
    return made


@transaction.atomic
def change_financing_line(
    *,
    line: FinancingLine,
    facts: FinancingFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Change a line of the financing plan. Raises PortfolioRefused, ChangedMeanwhile."""
    current = held_row(FinancingLine, line)
    if changed := changed_row(current, asdict(facts), at=at, seen_at=seen_at):
        _tell_line(current, changed, by)


def _tell_line(line: FinancingLine, changed: events.Changes, by: "Person | None") -> None:
    audit.record(
        events.FinancingLineSet(
            object_id=line.funding.project_id, financing_line_id=line.pk, changed=changed
        ),
        by=by,
    )


@transaction.atomic
def remove_financing_line(*, line: FinancingLine, by: "Person | None", at: datetime) -> None:
    """Take a line out of the plan. Raises PortfolioRefused if something was paid for it."""
    current = held_row(FinancingLine, line)
    try:
        current.delete()
    except ProtectedError as error:
        raise PortfolioRefused(
            _("Something was paid for this line: it stays. Plan nothing for it instead.")
        ) from error
    audit.record(
        events.FinancingLineRemoved(
            object_id=current.funding.project_id,
            financing_line_id=line.pk,
            planned_amount=plain_euros(current.planned_cents),
        ),
        by=by,
    )


@transaction.atomic
def write_receipt(
    *, funding: Funding, facts: ReceiptFacts, by: "Person | None", at: datetime
) -> Receipt:
    """Write down money that came in, or was paid back. Raises PortfolioRefused."""
    with refused():
        made = Receipt.objects.create(
            funding=funding, recorded_by=by, recorded_at=at, **asdict(facts)
        )
    _tell_receipt(made, by)
    return made


@transaction.atomic
def reverse_receipt(*, receipt: Receipt, by: "Person | None", at: datetime) -> Receipt:
    """Take a receipt back by its opposite, on the same day. Raises PortfolioRefused."""
    current = Receipt.objects.select_for_update().get(pk=receipt.pk)
    if current.reverses_id is not None or Receipt.objects.filter(reverses=current).exists():
        raise PortfolioRefused(_("This receipt is taken back already."))
    made = Receipt.objects.create(
        funding_id=current.funding_id,
        source=current.source,
        amount_cents=-current.amount_cents,
        paid_on=current.paid_on,
        text=current.text,
        reverses=current,
        recorded_by=by,
        recorded_at=at,
    )
    _tell_receipt(made, by)
    return made


def _tell_receipt(one: Receipt, by: "Person | None") -> None:
    audit.record(
        events.ReceiptWritten(
            object_id=one.funding.project_id,
            funding_id=one.funding_id,
            money_from=one.source,
            amount=plain_euros(one.amount_cents),
            paid_on=one.paid_on,
            reverses_id=one.reverses_id,
        ),
        by=by,
    )
