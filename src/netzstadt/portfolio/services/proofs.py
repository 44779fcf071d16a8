"""Proofs of use: drafted from the ledger, written, and sealed as they are sent."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.core.money import plain_euros
from netzstadt.portfolio import money_events as events
from netzstadt.portfolio.models import Funding, FundingState, Proof, ProofKind
from netzstadt.portfolio.queries.funding import Use, use_of
from netzstadt.portfolio.services.ledger import changed_row, held_row
from netzstadt.portfolio.services.refusals import PortfolioRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

TEXTS = ("measure", "course", "staff", "success", "deviations")


@dataclass(frozen=True, kw_only=True, slots=True)
class ProofTexts:
    """The report in words (Sachbericht, ANBest-G Nr. 7): what was done; begin, duration and end;
    funded staff; success and effects; deviations from the plan."""

    measure: str = ""
    course: str = ""
    staff: str = ""
    success: str = ""
    deviations: str = ""


@transaction.atomic
def begin_proof(
    *, funding: Funding, kind: str, until: date, by: "Person | None", at: datetime
) -> Proof:
    """Begin a draft; where there was one before, its words are taken along.

    Raises PortfolioRefused if there is one of this kind for this day.
    """
    current = held_row(Funding, funding)
    last = Proof.objects.filter(funding=current).order_by("-until", "-created_at").first()
    texts = {name: getattr(last, name) for name in TEXTS} if last else {}
    texts.setdefault("measure", current.project.summary)
    with refused():
        made = Proof.objects.create(
            funding=current, kind=kind, until=until, created_at=at, changed_at=at, **texts
        )
    _tell(made, by)
    return made


@transaction.atomic
def write_proof(
    *,
    proof: Proof,
    texts: ProofTexts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Write the report in words. Raises PortfolioRefused if it is sealed, ChangedMeanwhile."""
    current = _draft(proof)
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    for name, value in asdict(texts).items():
        setattr(current, name, value)
    current.changed_at = at
    current.save(update_fields=[*TEXTS, "changed_at"])
    _tell(current, by)


def _tell(proof: Proof, by: "Person | None") -> None:
    audit.record(
        events.ProofWritten(
            object_id=proof.funding.project_id, proof_id=proof.pk, figures_until=proof.until
        ),
        by=by,
    )


@transaction.atomic
def remove_proof(*, proof: Proof, by: "Person | None", at: datetime) -> None:
    """Throw a draft away. Raises PortfolioRefused if it is sealed."""
    current = _draft(proof)
    current.delete()
    audit.record(
        events.ProofRemoved(
            object_id=current.funding.project_id, proof_id=proof.pk, figures_until=current.until
        ),
        by=by,
    )


@transaction.atomic
def seal_proof(
    *, proof: Proof, by: "Person | None", at: datetime, seen: str | None = None
) -> Proof:
    """Seal a proof as it is sent: figures and words stand from now on; a trigger compares the sums
    with the ledger. The final one says of the grant that its use is proven. ``seen`` is the seal
    that the draft would have had when somebody looked at it (``seal_of_draft``).

    Raises PortfolioRefused if it is sealed already, does not say what was done, is of a grant that
    is not granted, or says otherwise than what was ``seen``.
    """
    current = _draft(proof)
    if not current.measure.strip() or not current.success.strip():
        raise PortfolioRefused(
            _("Write first what was done, and what came of it: the report needs both.")
        )
    funding = held_row(Funding, current.funding)
    if funding.state not in (FundingState.GRANTED, FundingState.PROVEN):
        raise PortfolioRefused(_("Only of what is granted the use can be proven."))
    use = use_of(funding, until=current.until)
    current.figures = figures(use, funding)
    if seen is not None and seen != seal_of(current):
        raise PortfolioRefused(
            _("Something was written into the ledger meanwhile. Look at the figures again.")
        )
    current.spent_cents = use.spent_cents
    current.proven_cents = use.eligible_cents
    current.received_cents = use.received_cents
    current.sealed_at, current.sealed_by, current.changed_at = at, by, at
    current.seal = seal_of(current)
    with refused():
        current.save()
    audit.record(
        events.ProofSealed(
            object_id=funding.project_id,
            proof_id=current.pk,
            figures_until=current.until,
            spent_amount=plain_euros(use.spent_cents),
            proven_amount=plain_euros(use.eligible_cents),
            seal=current.seal,
        ),
        by=by,
    )
    if current.kind == ProofKind.FINAL and funding.state == FundingState.GRANTED:
        changed = changed_row(funding, {"state": FundingState.PROVEN.value}, at=at, seen_at=None)
        audit.record(
            events.FundingSet(object_id=funding.project_id, funding_id=funding.pk, changed=changed),
            by=by,
        )
    return current


def seal_of_draft(proof: Proof) -> str:
    """The seal that a draft would have as it is now."""
    proof.figures = figures(use_of(proof.funding, until=proof.until), proof.funding)
    return seal_of(proof)


def figures(use: Use, funding: Funding) -> dict[str, Any]:
    """What a proof says of the grant, and in figures, in cents: where money came from, by notice
    and by account, and what was spent by the lines of the plan, of it eligible. What came in beyond
    what was spent is taken off, so that both sums are the same."""
    income = [
        ["own", funding.own_cents, use.own_cents],
        ["third", funding.third_cents, use.third_cents],
        ["public", funding.public_cents, use.public_cents],
        ["grant", use.granted_cents, use.received_cents],
    ]
    if use.surplus_cents:
        income.append(["surplus", 0, -use.surplus_cents])
    return {
        "grant": _grant(funding),
        "income": income,
        "lines": [
            [
                one.line.title,
                one.line.cost_type,
                one.line.planned_cents,
                one.spent_cents,
                one.eligible_cents,
            ]
            for one in use.lines
        ],
        "planned": use.planned_cents,
        "spent": use.spent_cents,
        "eligible": use.eligible_cents,
        "due": use.due_cents,
        "unused": use.unused_cents,
    }


def _grant(funding: Funding) -> dict[str, Any]:
    """What a proof says of its grant, as it is when it is sealed."""
    notices = funding.notices.order_by("issued_on", "id")
    return {
        "project": f"{funding.project.key} {funding.project.title}",
        "programme": funding.programme.title,
        "authority": funding.programme.authority,
        "terms": funding.programme.terms,
        "rate": funding.rate,
        "period": [
            day.isoformat() if day else None for day in (funding.granted_from, funding.granted_to)
        ],
        "notices": [
            [one.kind, one.issued_on.isoformat(), one.reference, one.amount_cents]
            for one in notices
        ],
    }


def seal_of(proof: Proof) -> str:
    """The SHA-256 of what a proof says, as JSON with sorted keys (RFC 8785 for these values)."""
    said = {name: getattr(proof, name) for name in TEXTS} | {
        "id": str(proof.pk),
        "funding": str(proof.funding_id),
        "kind": proof.kind,
        "until": proof.until.isoformat(),
        "figures": proof.figures,
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _draft(proof: Proof) -> Proof:
    current: Proof = held_row(Proof, proof)
    if current.sealed_at is not None:
        raise PortfolioRefused(_("This proof is sealed: it stays as it was sent."))
    return current
