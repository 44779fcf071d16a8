"""What grants oblige to: by when, whose it is, how it was met, and who is reminded."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.portfolio import money_events as events
from netzstadt.portfolio.models import Funding, FundingState, Obligation, Status
from netzstadt.portfolio.services.ledger import columns_of, held_row
from netzstadt.portfolio.services.parts import let_in
from netzstadt.portfolio.services.refusals import PortfolioRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# So many days before an obligation is due who has to meet it is reminded, and when it is late.
REMINDERS = (90, 30, 7, 0, -1)
BATCH = 500
_NEVER = 32_767


@dataclass(frozen=True, kw_only=True, slots=True)
class ObligationFacts:
    """What is to be done by when, and by whom."""

    kind: str
    text: str
    due_on: date
    responsible: "Person | None" = None


@transaction.atomic
def add_obligation(
    *, funding: Funding, facts: ObligationFacts, by: "Person | None", at: datetime
) -> Obligation:
    """Enter what a grant obliges to; who has to meet it is let in. Raises PortfolioRefused."""
    with refused():
        made = Obligation.objects.create(
            funding=held_row(Funding, funding), changed_at=at, **columns_of(facts)
        )
    _let_in_and_tell(made, by, at)
    return made


@transaction.atomic
def change_obligation(
    *,
    obligation: Obligation,
    facts: ObligationFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Set an obligation otherwise; with another day, reminders begin anew.

    Raises PortfolioRefused if it is met already, ChangedMeanwhile.
    """
    current = held_row(Obligation, obligation)
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    if current.met_on is not None:
        raise PortfolioRefused(_("It is met: what was done stands."))
    if current.due_on != facts.due_on:
        current.reminded_days = None
    for name, value in columns_of(facts).items():
        setattr(current, name, value)
    current.changed_at = at
    with refused():
        current.save()
    _let_in_and_tell(current, by, at)


def _let_in_and_tell(one: Obligation, by: "Person | None", at: datetime) -> None:
    project = one.funding.project
    audit.record(
        events.ObligationSet(
            object_id=project.pk,
            obligation_id=one.pk,
            due_on=one.due_on,
            responsible_id=one.responsible_id,
        ),
        by=by,
    )
    let_in(project, [one.responsible], by=by, at=at)


@transaction.atomic
def meet_obligation(
    *, obligation: Obligation, met_on: date, evidence: str, by: "Person | None", at: datetime
) -> None:
    """Say that an obligation is met, and how. Raises PortfolioRefused if it is already."""
    current = held_row(Obligation, obligation)
    if current.met_on is not None:
        raise PortfolioRefused(_("It is met already."))
    current.met_on, current.evidence, current.changed_at = met_on, evidence, at
    with refused():
        current.save(update_fields=["met_on", "evidence", "changed_at"])
    audit.record(
        events.ObligationMet(
            object_id=current.funding.project_id, obligation_id=current.pk, met_on=met_on
        ),
        by=by,
    )


def remind(*, today: date) -> int:
    """Remind of obligations that come near or are late, of each once for each of ``REMINDERS``;
    returns of how many; ``BATCH`` and more are not all."""
    spans = zip(REMINDERS, (*REMINDERS[1:], None), strict=True)
    return sum(_remind(today, days, next_days) for days, next_days in spans)


@transaction.atomic
def _remind(today: date, days: int, next_days: int | None) -> int:
    """Remind of what is due within ``days``, but not yet within ``next_days``."""
    due = Q(due_on__lte=today + timedelta(days=days))
    if next_days is not None:
        due &= Q(due_on__gt=today + timedelta(days=next_days))
    found = (
        Obligation.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("funding")
        .filter(due, met_on__isnull=True)
        .annotate(last=Coalesce(F("reminded_days"), Value(_NEVER)))
        .filter(last__gt=days)
        .exclude(funding__state__in=[FundingState.CLOSED, FundingState.REJECTED])
        .exclude(funding__project__status=Status.CANCELLED)
        .order_by("due_on", "id")[:BATCH]
    )
    rows = list(found)
    for one in rows:
        one.reminded_days = days
        audit.record(
            events.ObligationNear(
                object_id=one.funding.project_id,
                obligation_id=one.pk,
                due_on=one.due_on,
                days_left=(one.due_on - today).days,
            ),
            by=None,
        )
    Obligation.objects.bulk_update(rows, ["reminded_days"])
    return len(rows)
