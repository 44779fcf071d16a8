"""Forms of a project's money: budget lines, what is ordered, postings, the filter of a ledger."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from netzstadt.core.meanwhile import SeenForm
from netzstadt.core.money import EuroField, euros
from netzstadt.core.text_fields import line as one_line
from netzstadt.portfolio.forms.projects import PastDayField
from netzstadt.portfolio.models import (
    BudgetLine,
    Commitment,
    CostType,
    FinancingLine,
    FundingState,
    Project,
)
from netzstadt.portfolio.models.money import YEARS
from netzstadt.portfolio.queries.money import LedgerWanted
from netzstadt.portfolio.services.ledger import CommitmentFacts, LineFacts, PostingFacts

# As many as anybody chooses from; a project with more is kept by importing.
_CHOICES = 300


def facts_of(form: forms.Form, facts: type[Any]) -> Any:
    """What was typed, as the facts that a service takes."""
    known = facts.__dataclass_fields__.keys() & form.cleaned_data.keys()
    return facts(**{name: form.cleaned_data[name] for name in known})


def initial_of(row: Any, facts: type[Any]) -> dict[str, Any]:
    """What stands in a form when it is opened for a row."""
    known = {name: getattr(row, name) for name in facts.__dataclass_fields__}
    return known | {"seen": row.changed_at.isoformat()}


class LineForm(SeenForm):
    """A budget line."""

    cost_type = forms.ChoiceField(label=_("Cost type"), choices=CostType.choices)
    title = one_line(_("What for"), 200, required=False)
    planned_cents = EuroField(label=_("Planned"))
    expected_cents = EuroField(
        label=_("Expected now"),
        required=False,
        help_text=_(
            "What the whole year will come to. Empty: the plan, or what is paid and ordered if that"
            " is more."
        ),
    )

    def facts(self) -> LineFacts:
        """What was typed, for the service."""
        found: LineFacts = facts_of(self, LineFacts)
        return found


class NewLineForm(LineForm):
    """A budget line that is put into the budget of a year."""

    year = forms.IntegerField(label=_("Year"), min_value=YEARS[0], max_value=YEARS[1])
    field_order = ("year",)


class LineChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A budget line of a project."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=BudgetLine.objects.none(), **({"empty_label": "–"} | options))

    def of(self, project: Project) -> None:
        """Choose among those of a project."""
        found = BudgetLine.objects.filter(project=project)
        self.queryset = found.order_by("-year", "cost_type", "title")[:_CHOICES]

    def to_python(self, value: Any) -> Any:
        """The line. Raises ValidationError if it is none of those to choose from."""
        if value in self.empty_values:
            return None
        choices = self.queryset if self.queryset is not None else []
        found = next((one for one in choices if str(one.pk) == str(value)), None)
        if found is None:
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        return found

    def label_from_instance(self, obj: Any) -> str:
        """Its year, its cost type and what for."""
        return str(obj.name)


class CommitmentChoice(LineChoice):
    """Something that was ordered and is not closed."""

    def of(self, project: Project) -> None:
        """Choose among what was ordered for a project."""
        found = Commitment.objects.filter(line__project=project, closed_on__isnull=True)
        self.queryset = found.order_by("-ordered_on", "-id")[:_CHOICES]

    def label_from_instance(self, obj: Any) -> str:
        """What was ordered, and for how much."""
        return f"{obj.title} ({euros(obj.amount_cents)})"


class FinancingChoice(LineChoice):
    """A line of the financing plan of one of a project's grants."""

    def of(self, project: Project) -> None:
        """Choose among those of a project's grants."""
        found = FinancingLine.objects.filter(funding__project=project).exclude(
            funding__state__in=[FundingState.CLOSED, FundingState.REJECTED]
        )
        self.queryset = found.select_related("funding__programme").order_by(
            "funding__created_at", "cost_type", "title"
        )[:_CHOICES]

    def label_from_instance(self, obj: Any) -> str:
        """The programme, and what the line is called."""
        return f"{obj.funding.programme.title} · {obj.title}"


class CommitmentForm(SeenForm):
    """What was ordered."""

    title = one_line(_("What is ordered"), 200)
    payee = one_line(_("From whom"), 200, required=False)
    amount_cents = EuroField(label=_("Amount"))
    ordered_on = PastDayField(label=_("Ordered on"))
    closed_on = PastDayField(
        label=_("Nothing more to pay since"),
        required=False,
        help_text=_("Once all is paid, or what is left will not come: it counts no longer."),
    )

    def facts(self) -> CommitmentFacts:
        """What was typed, for the service."""
        found: CommitmentFacts = facts_of(self, CommitmentFacts)
        return found


class NewCommitmentForm(CommitmentForm):
    """What was ordered, by which budget line."""

    line = LineChoice(label=_("Budget line"))
    field_order = ("line",)

    def __init__(self, *given: Any, project: Project, **options: Any) -> None:
        super().__init__(*given, **options)
        del self.fields["closed_on"]
        self.fields["line"].of(project)  # type: ignore[attr-defined]


class PostingForm(forms.Form):
    """A payment for the ledger."""

    line = LineChoice(label=_("Budget line"), help_text=_("One of the year of the payment."))
    amount_cents = EuroField(
        label=_("Amount"),
        may_be_negative=True,
        help_text=_("A refund has an amount below zero."),
    )
    paid_on = PastDayField(
        label=_("Paid on"), help_text=_("The day of the payment counts, not that of the invoice.")
    )
    payee = one_line(_("Paid to"), 200, required=False)
    text = one_line(_("What for"), 300, required=False)
    reference = one_line(
        _("Voucher number"),
        80,
        required=False,
        help_text=_("As in the accounts: the same one cannot be written twice."),
    )
    invoice_number = one_line(_("Invoice number"), 80, required=False)
    commitment = CommitmentChoice(
        label=_("Of what was ordered"), required=False, empty_label=_("Nothing ordered before")
    )
    financing_line = FinancingChoice(
        label=_("Line of a financing plan"), required=False, empty_label=_("No grant pays for it")
    )
    eligible_cents = EuroField(
        label=_("Of it eligible"),
        required=False,
        may_be_negative=True,
        help_text=_("Empty: all of it if a grant pays for it and it was paid in its period."),
    )

    def __init__(self, *given: Any, project: Project, **options: Any) -> None:
        super().__init__(*given, **options)
        for name in ("line", "commitment", "financing_line"):
            self.fields[name].of(project)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check what only the fields together can say."""
        data = super().clean() or {}
        chosen, paid_on, amount = (data.get(name) for name in ("line", "paid_on", "amount_cents"))
        if chosen and paid_on and chosen.year != paid_on.year:
            text = _("It was paid in %(year)d: choose a line of that year.")
            self.add_error("line", text % {"year": paid_on.year})
        if amount == 0:
            self.add_error("amount_cents", _("An amount of nothing is no payment."))
        if amount and data.get("eligible_cents") is None and "eligible_cents" in data:
            plan = data.get("financing_line")
            counts = plan and (amount < 0 or plan.funding.pays_on(paid_on))
            data["eligible_cents"] = amount if counts else 0
        return data

    def facts(self) -> PostingFacts:
        """What was typed, for the service."""
        found: PostingFacts = facts_of(self, PostingFacts)
        return found


class LedgerFilter(forms.Form):
    """What a ledger is asked for."""

    q = one_line(
        _("Words, voucher or invoice"),
        200,
        required=False,
        widget=forms.TextInput({"type": "search"}),
    )
    year = forms.IntegerField(
        label=_("Year"), min_value=YEARS[0], max_value=YEARS[1], required=False
    )
    line = LineChoice(label=_("Budget line"), required=False, empty_label=_("All"))
    without_grant = forms.BooleanField(label=_("Only what no grant pays for"), required=False)

    def __init__(self, *given: Any, project: Project, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["line"].of(project)  # type: ignore[attr-defined]

    def wanted(self) -> LedgerWanted:
        """What was asked for, as far as it can be understood."""
        self.is_valid()
        data = self.cleaned_data
        chosen = data.get("line")
        return LedgerWanted(
            text=data.get("q", ""),
            year=data.get("year"),
            line_id=chosen.pk if chosen else None,
            is_not_assigned=data.get("without_grant", False),
        )
