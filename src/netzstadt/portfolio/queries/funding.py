"""Reading grants: what is granted, planned, spent and drawn, and what is not as it should be."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from netzstadt.core.money import euros, share_of
from netzstadt.portfolio.models import (
    Financing,
    FinancingLine,
    Funding,
    FundingNotice,
    FundingProgramme,
    FundingState,
    Obligation,
    Posting,
    Project,
    Proof,
    Receipt,
    Source,
    Status,
)
from netzstadt.portfolio.queries import visible_projects

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class LineUse:
    """A line of the financing plan, and what was spent by it; cents."""

    line: FinancingLine
    spent_cents: int
    eligible_cents: int

    @property
    def left_cents(self) -> int:
        """What may still be spent as planned."""
        return self.line.planned_cents - self.eligible_cents

    @property
    def most_cents(self) -> int:
        """What it may come to at most, with its tolerance."""
        return self.line.planned_cents + share_of(self.line.planned_cents, self.line.tolerance)

    @property
    def is_over_tolerance(self) -> bool:
        """Whether more was spent than the tolerance lets."""
        return self.eligible_cents > self.most_cents


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """How a grant is used up to a day, in cents, as a proof of use says it.

    ``due_cents`` is what of the grant is due for what is eligible so far; ``own_cents`` what the
    city itself has paid: all that was spent and did not come in from elsewhere.
    """

    lines: list[LineUse]
    granted_cents: int
    received_cents: int
    third_cents: int
    public_cents: int
    due_cents: int

    @property
    def spent_cents(self) -> int:
        """All that was spent by lines of the plan."""
        return sum(one.spent_cents for one in self.lines)

    @property
    def eligible_cents(self) -> int:
        """What of it is eligible."""
        return sum(one.eligible_cents for one in self.lines)

    @property
    def planned_cents(self) -> int:
        """What the financing plan comes to."""
        return sum(one.line.planned_cents for one in self.lines)

    @property
    def own_cents(self) -> int:
        """What the city itself has paid of it so far."""
        return max(self.spent_cents - self.came_in_cents, 0)

    @property
    def surplus_cents(self) -> int:
        """What came in beyond all that was spent."""
        return max(self.came_in_cents - self.spent_cents, 0)

    @property
    def came_in_cents(self) -> int:
        """What came in from elsewhere: of the grant, from third parties, other public money."""
        return self.received_cents + self.third_cents + self.public_cents

    @property
    def unused_cents(self) -> int:
        """What came in of the grant beyond what is due for what was spent."""
        return max(self.received_cents - self.due_cents, 0)


def use_of(funding: Funding, *, until: date | None = None) -> Use:
    """How a grant is used up to and with a day, by all notices that are known; three statements,
    however many postings."""
    paid = Q(postings__paid_on__lte=until) if until else Q()
    rows = FinancingLine.objects.filter(funding=funding).annotate(
        spent=Sum("postings__amount_cents", filter=paid),
        proven=Sum("postings__eligible_cents", filter=paid),
    )
    lines = [
        LineUse(line=one, spent_cents=int(one.spent or 0), eligible_cents=int(one.proven or 0))
        for one in rows.order_by("cost_type", "title")
    ]
    came_in = Receipt.objects.filter(funding=funding)
    if until:
        came_in = came_in.filter(paid_on__lte=until)
    received = {
        row["source"]: int(row["total"])
        for row in came_in.order_by().values("source").annotate(total=Sum("amount_cents"))
    }
    notices = FundingNotice.objects.filter(funding=funding)
    granted = int(notices.aggregate(total=Sum("amount_cents"))["total"] or 0)
    third, public = received.get(Source.THIRD, 0), received.get(Source.PUBLIC, 0)
    eligible = sum(one.eligible_cents for one in lines)
    return Use(
        lines=lines,
        granted_cents=granted,
        received_cents=received.get(Source.GRANT, 0),
        third_cents=third,
        public_cents=public,
        due_cents=due_of(funding, granted=granted, eligible=eligible, others=third + public),
    )


def due_of(funding: Funding, *, granted: int, eligible: int, others: int) -> int:
    """What of a grant is due for so much that is eligible, in cents, and never more than granted.

    A share is reckoned to the nearest cent; a fixed amount is due whole as soon as as much is
    eligible; what is lacking is the eligible without the planned own share and what came from
    others; the full financing pays all that others do not (VV Nr. 2 zu § 44 LHO, ANBest-G Nr. 2).
    """
    if funding.financing == Financing.SHARE:
        due = share_of(eligible, funding.rate or 0)
    elif funding.financing == Financing.SHORTFALL:
        due = eligible - funding.own_cents - others
    elif funding.financing == Financing.FULL:
        due = eligible - others
    else:
        due = eligible
    return max(min(due, granted), 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Concern:
    """Something about a grant that somebody should look at, in words."""

    kind: str
    text: str


def concerns(funding: Funding, use: Use, *, today: date) -> Iterator[Concern]:
    """What is not as it should be with a grant."""
    yield from _concerns_of_money(funding, use)
    yield from _concerns_of_state(funding, use, today)


def _concerns_of_money(funding: Funding, use: Use) -> Iterator[Concern]:
    for one in use.lines:
        if one.is_over_tolerance:
            yield Concern(
                kind="line",
                text=_(
                    "“%(line)s”: %(spent)s are eligible; with its tolerance it may come to"
                    " %(most)s at most."
                )
                % {
                    "line": one.line.title,
                    "spent": euros(one.eligible_cents),
                    "most": euros(one.most_cents),
                },
            )
    if use.unused_cents:
        yield Concern(
            kind="unused",
            text=_(
                "%(amount)s of the grant came in that nothing eligible was paid with yet."
                " Many notices ask for interest on it after some weeks."
            )
            % {"amount": euros(use.unused_cents)},
        )
    planned_others = funding.third_cents + funding.public_cents
    if use.third_cents + use.public_cents > planned_others:
        yield Concern(
            kind="others",
            text=_(
                "More came in from others than the notice plans: that may lower the grant"
                " (ANBest-G Nr. 2). Tell the granting authority."
            ),
        )
    if use.eligible_cents > funding.eligible_cents > 0:
        yield Concern(
            kind="whole",
            text=_("%(spent)s are eligible by the ledger, %(most)s by the notice.")
            % {"spent": euros(use.eligible_cents), "most": euros(funding.eligible_cents)},
        )
    if use.lines and use.planned_cents != funding.eligible_cents:
        yield Concern(
            kind="plan",
            text=_("The financing plan comes to %(plan)s, the notice says %(notice)s are eligible.")
            % {"plan": euros(use.planned_cents), "notice": euros(funding.eligible_cents)},
        )


def _concerns_of_state(funding: Funding, use: Use, today: date) -> Iterator[Concern]:
    if funding.state == FundingState.GRANTED and funding.granted_to and today > funding.granted_to:
        yield Concern(
            kind="over",
            text=_("The period of the grant is over: what is paid now does not count any more."),
        )
    if funding.state in (FundingState.IDEA, FundingState.APPLIED) and use.granted_cents:
        yield Concern(
            kind="state",
            text=_(
                "A notice is entered, but the grant does not stand as granted: change its state."
            ),
        )
    if funding.state == FundingState.GRANTED and not use.granted_cents:
        yield Concern(
            kind="notice", text=_("No notice is entered: nobody can tell how much is granted.")
        )


def programmes(*, to: "Person | None") -> "QuerySet[Any, Any]":
    """All funding programmes, with how many grants that ``to`` may see they have."""
    seen = Q(fundings__project__in=visible_projects(to=to))
    grants = Count("fundings", filter=seen)
    return FundingProgramme.objects.annotate(grants=grants).order_by("title", "id")


def fundings_of(project: Project) -> "QuerySet[Any, Any]":
    """The grants of a project, the oldest first, with how much is granted."""
    return (
        Funding.objects.filter(project=project)
        .select_related("programme")
        .annotate(granted_cents=Sum("notices__amount_cents"))
        .order_by("created_at", "id")
    )


def fundings(*, to: "Person | None") -> "QuerySet[Any, Any]":
    """Grants of all projects that ``to`` may see, those that end first first."""
    return (
        Funding.objects.filter(project__in=visible_projects(to=to))
        .select_related("programme", "project")
        .annotate(granted_cents=Sum("notices__amount_cents"))
        .order_by("granted_to", "id")
    )


def funding(key: uuid.UUID, *, to: "Person | None") -> Funding | None:
    """One grant of a project that ``to`` may see."""
    found = Funding.objects.filter(pk=key, project__in=visible_projects(to=to))
    return found.select_related("project__lead", "programme").first()


def financing_line(key: uuid.UUID, *, to: "Person | None") -> FinancingLine | None:
    """One line of a financing plan of a project that ``to`` may see."""
    found = FinancingLine.objects.filter(pk=key, funding__project__in=visible_projects(to=to))
    return found.select_related("funding__project", "funding__programme").first()


def receipt(key: uuid.UUID, *, to: "Person | None") -> Receipt | None:
    """One receipt of a grant of a project that ``to`` may see."""
    found = Receipt.objects.filter(pk=key, funding__project__in=visible_projects(to=to))
    return found.select_related("funding__project", "funding__programme").first()


def obligation(key: uuid.UUID, *, to: "Person | None") -> Obligation | None:
    """One obligation of a project that ``to`` may see."""
    found = Obligation.objects.filter(pk=key, funding__project__in=visible_projects(to=to))
    return found.select_related("funding__project", "funding__programme", "responsible").first()


def proof(key: uuid.UUID, *, to: "Person | None") -> Proof | None:
    """One proof of use of a project that ``to`` may see."""
    found = Proof.objects.filter(pk=key, funding__project__in=visible_projects(to=to))
    return found.select_related("funding__project", "funding__programme").first()


def open_obligations(person: "Person") -> "QuerySet[Obligation, Any]":
    """What a person has to do for grants, the first due first."""
    nobody = Q(responsible__isnull=True) | Q(responsible__is_active=False)
    hers = Q(responsible=person) | (nobody & Q(funding__project__lead=person))
    found = Obligation.objects.filter(
        hers,
        met_on__isnull=True,
        funding__project__in=visible_projects(to=person).exclude(status=Status.CANCELLED),
    ).exclude(funding__state__in=[FundingState.CLOSED, FundingState.REJECTED])
    return found.select_related("funding__project").order_by("due_on", "id")


def overdue_obligations(projects: Collection[uuid.UUID], *, today: date) -> dict[uuid.UUID, int]:
    """How many obligations of each project are late."""
    found = (
        Obligation.objects.filter(
            funding__project__in=projects, met_on__isnull=True, due_on__lt=today
        )
        .exclude(funding__state__in=[FundingState.CLOSED, FundingState.REJECTED])
        .order_by()
        .values("funding__project")
        .annotate(n=Count("pk"))
    )
    return {row["funding__project"]: int(row["n"]) for row in found}


def vouchers(funding: Funding, *, until: date | None = None) -> "QuerySet[Posting, Any]":
    """The postings that a grant pays for, in the order of a list of vouchers (Belegliste)."""
    found = Posting.objects.filter(financing_line__funding=funding)
    if until:
        found = found.filter(paid_on__lte=until)
    return found.select_related("financing_line", "reverses").order_by("paid_on", "id")
