"""Grants (Zuwendungen): programmes, notices, the financing plan, what came in, obligations, and
the proof of use (Verwendungsnachweis).

What differs by notice and year, such as rates, tolerances and periods, is data of the grant.
"""

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.core.money import MOST_CENTS
from netzstadt.lib.ids import new_id
from netzstadt.portfolio.models.money import CostType, Entry
from netzstadt.portfolio.models.projects import Project

WHOLE = 10_000  # in hundredths of a percent
_AMOUNT = (0, MOST_CENTS)


class Level(models.TextChoices):
    """Who gives the money."""

    EU = "EU", _("European Union")
    FEDERAL = "FEDERAL", _("Federal government")
    STATE = "STATE", _("State")
    OTHER = "OTHER", pgettext_lazy("who gives a grant", "Somebody else")


class FundingProgramme(models.Model):
    """A funding programme (Förderprogramm). ``proof_months`` is how long after the end of the grant
    its proof of use is due, ``terms`` are its Nebenbestimmungen, such as ANBest-G."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    title = models.CharField(_("Programme"), max_length=200)
    level = models.CharField(_("Who gives the money"), max_length=10, choices=Level.choices)
    authority = models.CharField(_("Granting authority"), max_length=200, default="")
    legal_basis = models.CharField(_("Legal basis"), max_length=300, default="")
    terms = models.CharField(_("Terms, such as ANBest-G"), max_length=100, default="")
    proof_months = models.PositiveSmallIntegerField(
        _("Proof of use due so many months after the end"), default=12
    )
    source_url = models.URLField(_("Address of the source"), default="")
    is_demo = models.BooleanField(_("Demo"), default=False)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_funding_programme"
        verbose_name = _("Funding programme")
        verbose_name_plural = _("Funding programmes")
        constraints = [
            models.UniqueConstraint(fields=["title"], name="portfolio_funding_programme_title"),
            models.CheckConstraint(
                condition=Q(level__in=Level.values, proof_months__range=(0, 120)) & ~Q(title=""),
                name="portfolio_funding_programme_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.id})"


class FundingState(models.TextChoices):
    """How far a grant has come."""

    IDEA = "IDEA", pgettext_lazy("state of a grant", "Idea")
    APPLIED = "APPLIED", pgettext_lazy("state of a grant", "Applied for")
    GRANTED = "GRANTED", pgettext_lazy("state of a grant", "Granted")
    PROVEN = "PROVEN", pgettext_lazy("state of a grant", "Use proven")
    CLOSED = "CLOSED", pgettext_lazy("state of a grant", "Closed")
    REJECTED = "REJECTED", pgettext_lazy("state of a grant", "Rejected")


class Financing(models.TextChoices):
    """How a grant is reckoned (Finanzierungsart; VV zu § 44 LHO)."""

    SHARE = "SHARE", _("Share of what is eligible")
    FIXED = "FIXED", _("Fixed amount")
    SHORTFALL = "SHORTFALL", _("What is lacking")
    FULL = "FULL", _("All that is eligible")


class Funding(models.Model):
    """A grant for a project. How much is granted is the sum of its notices.

    ``granted_from`` to ``granted_to`` is the period in which what is paid counts
    (Bewilligungszeitraum); ``works_from`` to ``works_to`` that in which the work is done
    (Durchführungszeitraum). ``own_cents``, ``third_cents`` and ``public_cents`` are how the notice
    plans the rest: own share, third parties, other public money.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="fundings")
    programme = models.ForeignKey(
        FundingProgramme, on_delete=models.PROTECT, related_name="fundings"
    )
    state = models.CharField(
        _("State"), max_length=10, choices=FundingState.choices, default=FundingState.IDEA
    )
    financing = models.CharField(
        _("How it is reckoned"), max_length=10, choices=Financing.choices, default=Financing.SHARE
    )
    rate = models.PositiveSmallIntegerField(_("Rate"), null=True)  # hundredths of a percent
    eligible_cents = models.BigIntegerField(_("Eligible in all"), default=0)
    own_cents = models.BigIntegerField(_("Own share"), default=0)
    third_cents = models.BigIntegerField(_("From third parties"), default=0)
    public_cents = models.BigIntegerField(_("Other public money"), default=0)
    granted_from = models.DateField(_("Paid from"), null=True)
    granted_to = models.DateField(_("Paid until"), null=True)
    works_from = models.DateField(_("Work from"), null=True)
    works_to = models.DateField(_("Work until"), null=True)
    early_start_on = models.DateField(_("Early start allowed on"), null=True)
    early_start_reference = models.CharField(_("Reference of that"), max_length=80, default="")
    bound_until = models.DateField(_("Bound to its purpose until"), null=True)
    keep_until = models.DateField(_("Vouchers kept until"), null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Grant")
        verbose_name_plural = pgettext_lazy("money", "Grants")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=FundingState.values, financing__in=Financing.values),
                name="portfolio_funding_state",
            ),
            models.CheckConstraint(
                condition=Q(financing="SHARE", rate__range=(1, WHOLE))
                | (~Q(financing="SHARE") & Q(rate__isnull=True)),
                name="portfolio_funding_rate",
            ),
            models.CheckConstraint(
                condition=Q(
                    eligible_cents__range=_AMOUNT,
                    own_cents__range=_AMOUNT,
                    third_cents__range=_AMOUNT,
                    public_cents__range=_AMOUNT,
                ),
                name="portfolio_funding_amounts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["IDEA", "APPLIED", "REJECTED"])
                | Q(granted_from__isnull=False, granted_to__isnull=False),
                name="portfolio_funding_granted",
            ),
            models.CheckConstraint(
                condition=(
                    Q(granted_from__isnull=True)
                    | Q(granted_to__isnull=True)
                    | Q(granted_to__gte=F("granted_from"))
                )
                & (
                    Q(works_from__isnull=True)
                    | Q(works_to__isnull=True)
                    | Q(works_to__gte=F("works_from"))
                ),
                name="portfolio_funding_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} for {self.project_id} ({self.id})"

    def pays_on(self, day: date | None) -> bool:
        """Whether what is paid on this day is within its period."""
        begin, end = self.granted_from, self.granted_to
        return bool(day and begin and end and begin <= day <= end)


class NoticeKind(models.TextChoices):
    """What a notice says."""

    AWARD = "AWARD", pgettext_lazy("a notice of a grant", "Granted")
    CHANGE = "CHANGE", pgettext_lazy("a notice of a grant", "Changed")
    REVOCATION = "REVOCATION", pgettext_lazy("a notice of a grant", "Revoked, wholly or in part")


class FundingNotice(models.Model):
    """A notice (Zuwendungs- or Änderungsbescheid): by how much it changes what is granted. It is
    never changed."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(_("What it says"), max_length=10, choices=NoticeKind.choices)
    issued_on = models.DateField(_("Of"))
    reference = models.CharField(_("Number of the notice"), max_length=80)
    amount_cents = models.BigIntegerField(_("By how much more or less"))
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_funding_notice"
        verbose_name = _("Notice of a grant")
        verbose_name_plural = _("Notices of grants")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reference="")
                & Q(amount_cents__range=(-MOST_CENTS, MOST_CENTS))
                & (
                    Q(kind="AWARD", amount_cents__gt=0)
                    | Q(kind="CHANGE")
                    | Q(kind="REVOCATION", amount_cents__lt=0)
                ),
                name="portfolio_notice_amount",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference} ({self.id})"


class FinancingLine(models.Model):
    """A line of the financing plan; it may be exceeded by ``tolerance`` hundredths of a percent if
    that is saved elsewhere."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="lines")
    title = models.CharField(_("Line of the plan"), max_length=200)
    cost_type = models.CharField(_("Cost type"), max_length=10, choices=CostType.choices)
    planned_cents = models.BigIntegerField(_("Planned"))
    tolerance = models.PositiveSmallIntegerField(_("May be exceeded by"), default=2_000)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_financing_line"
        verbose_name = _("Line of a financing plan")
        verbose_name_plural = _("Lines of financing plans")
        constraints = [
            models.UniqueConstraint(fields=["funding", "title"], name="portfolio_financing_once"),
            models.CheckConstraint(
                condition=Q(
                    cost_type__in=CostType.values,
                    planned_cents__range=_AMOUNT,
                    tolerance__range=(0, WHOLE),
                )
                & ~Q(title=""),
                name="portfolio_financing_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.id})"


class Source(models.TextChoices):
    """Where money comes from that is not the city's own."""

    GRANT = "GRANT", _("The grant itself")
    THIRD = "THIRD", _("Third parties")
    PUBLIC = "PUBLIC", _("Other public money")


class Receipt(Entry):
    """Money that came in for what a grant pays for; below zero it was paid back."""

    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="receipts")
    source = models.CharField(_("From"), max_length=10, choices=Source.choices)

    class Meta:
        db_table = "portfolio_funding_receipt"
        verbose_name = _("Receipt")
        verbose_name_plural = _("Receipts")
        constraints = [
            models.CheckConstraint(
                condition=Q(source__in=Source.values)
                & Q(amount_cents__range=(-MOST_CENTS, MOST_CENTS))
                & ~Q(amount_cents=0),
                name="portfolio_receipt_amount",
            )
        ]
        indexes = [models.Index(fields=["funding", "paid_on"], name="portfolio_receipt_ledger")]


class ObligationKind(models.TextChoices):
    """What a grant obliges to."""

    INTERIM_PROOF = "INTERIM_PROOF", _("Interim proof of use")
    FINAL_PROOF = "FINAL_PROOF", _("Final proof of use")
    DRAWDOWN = "DRAWDOWN", _("Request for payment")
    PUBLICITY = "PUBLICITY", _("Publicity")
    REPORT = "REPORT", _("Report")
    OTHER = "OTHER", pgettext_lazy("an obligation", "Something else")


class Obligation(models.Model):
    """What a grant asks for (Auflage) by a day, of whom, and how it was met. ``reminded_days`` is
    how many days before it the last reminder went out."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="obligations")
    kind = models.CharField(_("Kind"), max_length=15, choices=ObligationKind.choices)
    text = models.CharField(_("What is to be done"), max_length=500)
    due_on = models.DateField(_("Due on"))
    responsible = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    met_on = models.DateField(_("Met on"), null=True)
    evidence = models.CharField(_("How it was met"), max_length=1_000, default="")
    reminded_days = models.SmallIntegerField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Obligation")
        verbose_name_plural = _("Obligations")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ObligationKind.values)
                & ~Q(text="")
                & (Q(met_on__isnull=True) | ~Q(evidence="")),
                name="portfolio_obligation_met",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(met_on__isnull=True),
                name="portfolio_obligation_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.id})"


class ProofKind(models.TextChoices):
    """Whether a proof of use is the last one."""

    INTERIM = "INTERIM", pgettext_lazy("a proof of use", "Interim")
    FINAL = "FINAL", pgettext_lazy("a proof of use", "Final")


class Proof(models.Model):
    """A proof of use: its Sachbericht in five parts, and figures up to a day. As a draft it reads
    the ledger; sealed, it holds what it said, and a trigger has compared its sums."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="proofs")
    kind = models.CharField(_("Kind"), max_length=10, choices=ProofKind.choices)
    until = models.DateField(_("Figures up to"))
    measure = models.TextField(_("What was done"), max_length=5_000, default="")
    course = models.TextField(_("Begin, duration, end"), max_length=3_000, default="")
    staff = models.TextField(_("Funded staff"), max_length=3_000, default="")
    success = models.TextField(_("Success and effects"), max_length=5_000, default="")
    deviations = models.TextField(_("Deviations from the plan"), max_length=3_000, default="")
    sealed_at = models.DateTimeField(null=True)
    sealed_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    spent_cents = models.BigIntegerField(null=True)
    proven_cents = models.BigIntegerField(null=True)  # of it eligible
    received_cents = models.BigIntegerField(null=True)  # of the grant itself
    figures: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    seal = models.CharField(max_length=64, default="")  # SHA-256 of what it says
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_funding_proof"
        verbose_name = _("Proof of use")
        verbose_name_plural = _("Proofs of use")
        constraints = [
            models.UniqueConstraint(
                fields=["funding", "kind", "until"], name="portfolio_proof_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ProofKind.values)
                & (
                    Q(sealed_at__isnull=True, seal="")
                    | Q(
                        sealed_at__isnull=False,
                        seal__regex="^[0-9a-f]{64}$",
                        spent_cents__isnull=False,
                        proven_cents__isnull=False,
                        received_cents__isnull=False,
                    )
                ),
                name="portfolio_proof_sealed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.until} ({self.id})"
