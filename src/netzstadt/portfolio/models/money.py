"""What projects cost: budget lines by year, what is ordered, and a ledger of what was paid.

Amounts are whole cents. What was paid is never changed: a mistake is reversed, and written anew.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from netzstadt.core.money import MOST_CENTS
from netzstadt.lib.ids import new_id
from netzstadt.portfolio.models.projects import Project

YEARS = (2000, 2100)


class CostType(models.TextChoices):
    """What sort of cost it is, as financing plans of grants tell them apart."""

    PERSONNEL = "PERSONNEL", _("Personnel")
    MATERIAL = "MATERIAL", _("Materials and running costs")
    SERVICES = "SERVICES", _("External services")
    INVESTMENT = "INVESTMENT", _("Investments")
    OVERHEAD = "OVERHEAD", _("Overheads and lump sums")


class BudgetLine(models.Model):
    """What is planned for a project in a year. ``expected_cents`` is what somebody expects for the
    whole year now; without it, the plan or what is paid and ordered, whichever is more. Never less
    is expected than is paid."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="budget_lines")
    year = models.PositiveSmallIntegerField(_("Year"))
    cost_type = models.CharField(_("Cost type"), max_length=10, choices=CostType.choices)
    title = models.CharField(_("What for"), max_length=200, default="")
    planned_cents = models.BigIntegerField(_("Planned"))
    expected_cents = models.BigIntegerField(_("Expected now"), null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "portfolio_budget_line"
        verbose_name = _("Budget line")
        verbose_name_plural = _("Budget lines")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "year", "cost_type", "title"], name="portfolio_line_once"
            ),
            models.CheckConstraint(
                condition=Q(year__range=YEARS, cost_type__in=CostType.values),
                name="portfolio_line_kind",
            ),
            models.CheckConstraint(
                condition=Q(planned_cents__range=(0, MOST_CENTS))
                & (Q(expected_cents__isnull=True) | Q(expected_cents__range=(0, MOST_CENTS))),
                name="portfolio_line_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.cost_type} {self.title} ({self.id})"

    @property
    def name(self) -> str:
        """What it is for, with its year, as people read it."""
        kind = str(CostType(self.cost_type).label)
        return f"{self.year} · {kind}" + (f" · {self.title}" if self.title else "")


class Commitment(models.Model):
    """Something that is ordered and will have to be paid (Festlegung).

    Open is what has not been paid of it yet; nothing once it is closed.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="commitments")
    title = models.CharField(_("What is ordered"), max_length=200)
    payee = models.CharField(_("From whom"), max_length=200, default="")
    amount_cents = models.BigIntegerField(_("Amount"))
    ordered_on = models.DateField(_("Ordered on"))
    closed_on = models.DateField(_("Nothing more to pay since"), null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Commitment")
        verbose_name_plural = _("Commitments")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__range=(1, MOST_CENTS)) & ~Q(title=""),
                name="portfolio_commitment_amount",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("ordered_on")),
                name="portfolio_commitment_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.id})"


class Entry(models.Model):
    """A line of a ledger: it stands for good. ``reverses`` is the entry that it takes back, with
    the opposite amount on the same day; ``paid_on``, the day of the payment, decides the year."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    amount_cents = models.BigIntegerField(_("Amount"))
    paid_on = models.DateField(_("Paid on"))
    reference = models.CharField(_("Voucher number"), max_length=80, default="")
    text = models.CharField(_("What for"), max_length=300, default="")
    reverses = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    recorded_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.amount_cents} on {self.paid_on} ({self.id})"


class Posting(Entry):
    """Something that was paid for a project; below zero it came back (a refund, a reversal).

    ``eligible_cents`` is what of it a grant may pay for, by a line of its financing plan: only with
    such a line, and only if it was paid within the period of the grant. Triggers hold that, and
    that the budget line is one of the project, for the year of the payment.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="postings")
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="postings")
    commitment = models.ForeignKey(
        Commitment, null=True, on_delete=models.PROTECT, related_name="postings"
    )
    payee = models.CharField(_("Paid to"), max_length=200, default="")
    invoice_number = models.CharField(_("Invoice number"), max_length=80, default="")
    financing_line = models.ForeignKey(
        "portfolio.FinancingLine", null=True, on_delete=models.PROTECT, related_name="postings"
    )
    eligible_cents = models.BigIntegerField(_("Of it eligible"), default=0)

    class Meta:
        verbose_name = _("Posting")
        verbose_name_plural = _("Postings")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__range=(-MOST_CENTS, MOST_CENTS)) & ~Q(amount_cents=0),
                name="portfolio_posting_amount",
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0, eligible_cents__range=(0, F("amount_cents")))
                | Q(amount_cents__lt=0, eligible_cents__range=(F("amount_cents"), 0)),
                name="portfolio_posting_eligible",
            ),
            models.CheckConstraint(
                condition=Q(eligible_cents=0) | Q(financing_line__isnull=False),
                name="portfolio_posting_financed",
            ),
        ]
        indexes = [
            # A voucher is paid once by each line, unless that was taken back: a trigger looks here.
            models.Index(
                fields=["project", "reference"],
                condition=~Q(reference=""),
                name="portfolio_posting_voucher",
            ),
            models.Index(fields=["project", "-paid_on", "-id"], name="portfolio_posting_ledger"),
        ]
