"""Forms of grants: programmes, what a grant says, its plan, receipts, obligations, proofs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from netzstadt.core.days import DayField
from netzstadt.core.meanwhile import SeenForm
from netzstadt.core.money import EuroField, PercentField
from netzstadt.core.orgs.fields import PersonField
from netzstadt.core.text_fields import LongText, line
from netzstadt.portfolio.forms.money import facts_of
from netzstadt.portfolio.forms.projects import PastDayField
from netzstadt.portfolio.models import (
    CostType,
    Financing,
    FundingProgramme,
    FundingState,
    Level,
    NoticeKind,
    Obligation,
    ObligationKind,
    ProofKind,
    Source,
)
from netzstadt.portfolio.services.funding import (
    FinancingFacts,
    FundingFacts,
    NoticeFacts,
    ProgrammeFacts,
    ReceiptFacts,
)
from netzstadt.portfolio.services.obligations import ObligationFacts
from netzstadt.portfolio.services.proofs import ProofTexts


class ProgrammeForm(SeenForm):
    """A funding programme."""

    title = line(_("Programme"), 200)
    level = forms.ChoiceField(label=_("Who gives the money"), choices=Level.choices)
    authority = line(_("Granting authority"), 200, required=False)
    legal_basis = line(_("Legal basis"), 300, required=False)
    terms = line(_("Terms, such as ANBest-G"), 100, required=False)
    proof_months = forms.IntegerField(
        label=_("Proof of use due so many months after the end"),
        min_value=0,
        max_value=120,
        initial=12,
    )
    source_url = forms.URLField(
        label=_("Address of the source"), required=False, assume_scheme="https", max_length=200
    )

    def facts(self) -> ProgrammeFacts:
        """What was typed, for the service."""
        found: ProgrammeFacts = facts_of(self, ProgrammeFacts)
        return found


class FundingForm(SeenForm):
    """What a grant says."""

    state = forms.ChoiceField(label=_("State"), choices=FundingState.choices)
    financing = forms.ChoiceField(label=_("How it is reckoned"), choices=Financing.choices)
    rate = PercentField(
        label=_("Rate in percent"),
        required=False,
        help_text=_("Only where the grant is a share of what is eligible."),
    )
    eligible_cents = EuroField(label=_("Eligible in all"))
    own_cents = EuroField(label=_("Own share"), required=False)
    third_cents = EuroField(label=_("From third parties"), required=False)
    public_cents = EuroField(label=_("Other public money"), required=False)
    granted_from = DayField(
        label=_("Paid from"),
        required=False,
        help_text=_(
            "The period of the grant (Bewilligungszeitraum): only what is paid in it counts."
        ),
    )
    granted_to = DayField(label=_("Paid until"), required=False)
    works_from = DayField(
        label=_("Work from"),
        required=False,
        help_text=_("The period in which the work is done (Durchführungszeitraum)."),
    )
    works_to = DayField(label=_("Work until"), required=False)
    early_start_on = DayField(label=_("Early start allowed on"), required=False)
    early_start_reference = line(_("Reference of that"), 80, required=False)
    bound_until = DayField(label=_("Bound to its purpose until"), required=False)
    keep_until = DayField(label=_("Vouchers kept until"), required=False)

    def clean(self) -> dict[str, Any]:
        """Check what only the fields together can say."""
        data = super().clean() or {}
        for name in ("own_cents", "third_cents", "public_cents"):
            if name in data:
                data[name] = data[name] or 0
        is_share = data.get("financing") == Financing.SHARE
        if is_share and not data.get("rate"):
            self.add_error("rate", _("Say which share of what is eligible is paid."))
        if not is_share and "rate" in data:
            data["rate"] = None
        for begin, end in (("granted_from", "granted_to"), ("works_from", "works_to")):
            if data.get(begin) and data.get(end) and data[end] < data[begin]:
                self.add_error(end, _("It would end before it begins."))
        has_period = data.get("granted_from") and data.get("granted_to")
        if data.get("state") in ("GRANTED", "PROVEN", "CLOSED") and not has_period:
            self.add_error("granted_from", _("Say first in which period what is paid counts."))
        return data

    def facts(self) -> FundingFacts:
        """What was typed, for the service."""
        found: FundingFacts = facts_of(self, FundingFacts)
        return found


class NewFundingForm(FundingForm):
    """A grant that is entered: also by which programme."""

    programme = forms.ModelChoiceField(
        label=_("Funding programme"), queryset=FundingProgramme.objects.none(), empty_label="–"
    )
    field_order = ("programme",)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        found = FundingProgramme.objects.order_by("title")
        self.fields["programme"].queryset = found  # type: ignore[attr-defined]
        self.fields["programme"].label_from_instance = lambda one: one.title  # type: ignore[attr-defined]
        # What is known only once it is granted would make the first step long.
        later = ("early_start_on", "early_start_reference", "bound_until", "keep_until")
        for name in later:
            del self.fields[name]


class NoticeForm(forms.Form):
    """A notice."""

    kind = forms.ChoiceField(label=_("What it says"), choices=NoticeKind.choices)
    issued_on = PastDayField(label=_("Of"))
    reference = line(_("Number of the notice"), 80)
    amount_cents = EuroField(
        label=_("By how much more or less"),
        may_be_negative=True,
        help_text=_("What the first one grants; of a later one, by how much it changes that."),
    )

    def clean(self) -> dict[str, Any]:
        """Check what only the fields together can say."""
        data = super().clean() or {}
        amount, kind = data.get("amount_cents"), data.get("kind")
        if amount is not None and kind == NoticeKind.AWARD and amount <= 0:
            self.add_error("amount_cents", _("What is granted is above zero."))
        if amount is not None and kind == NoticeKind.REVOCATION and amount >= 0:
            self.add_error("amount_cents", _("What is revoked is below zero, such as -500."))
        return data

    def facts(self) -> NoticeFacts:
        """What was typed, for the service."""
        found: NoticeFacts = facts_of(self, NoticeFacts)
        return found


class FinancingLineForm(SeenForm):
    """A line of the financing plan."""

    title = line(_("Line of the plan"), 200)
    cost_type = forms.ChoiceField(label=_("Cost type"), choices=CostType.choices)
    planned_cents = EuroField(label=_("Planned"))
    tolerance = PercentField(
        label=_("May be exceeded by (percent)"),
        help_text=_("If that is saved elsewhere; how much stands in the notice or its terms."),
        initial=2_000,
    )

    def facts(self) -> FinancingFacts:
        """What was typed, for the service."""
        found: FinancingFacts = facts_of(self, FinancingFacts)
        return found


class ReceiptForm(forms.Form):
    """Money that came in."""

    source = forms.ChoiceField(label=_("From"), choices=Source.choices)
    amount_cents = EuroField(
        label=_("Amount"),
        may_be_negative=True,
        help_text=_("What was paid back has an amount below zero."),
    )
    paid_on = PastDayField(label=_("Came in on"))
    reference = line(_("Voucher number"), 80, required=False)
    text = line(_("What for"), 300, required=False)

    def facts(self) -> ReceiptFacts:
        """What was typed, for the service."""
        found: ReceiptFacts = facts_of(self, ReceiptFacts)
        return found


class ObligationForm(SeenForm):
    """What a grant obliges to."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ObligationKind.choices)
    text = line(_("What is to be done"), 500)
    due_on = DayField(label=_("Due on"))
    responsible = PersonField(
        label=_("E-mail address of who has to do it"),
        required=False,
        help_text=_("Empty: who leads the project. She is reminded 90, 30 and 7 days before."),
    )

    def facts(self) -> ObligationFacts:
        """What was typed, for the service."""
        found: ObligationFacts = facts_of(self, ObligationFacts)
        return found

    @staticmethod
    def initial_of(one: Obligation) -> dict[str, Any]:
        """What stands in the form when it is opened."""
        return {
            "kind": one.kind,
            "text": one.text,
            "due_on": one.due_on,
            "responsible": one.responsible.email if one.responsible else "",
            "seen": one.changed_at.isoformat(),
        }


class MeetForm(forms.Form):
    """How an obligation was met."""

    met_on = PastDayField(label=_("Met on"))
    evidence = LongText(
        label=_("How it was met"),
        max_length=1_000,
        rows=3,
        help_text=_("By what one sees it: a letter, a file, an address."),
    )


class NewProofForm(forms.Form):
    """A proof of use that is begun."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ProofKind.choices)
    until = PastDayField(label=_("Figures up to"))


class ProofForm(SeenForm):
    """The report in words."""

    measure = LongText(label=_("What was done"), max_length=5_000, required=False)
    course = LongText(label=_("Begin, duration, end"), max_length=3_000, rows=3, required=False)
    staff = LongText(
        label=_("Funded staff"),
        max_length=3_000,
        rows=3,
        required=False,
        help_text=_("Functions and hours; no names."),
    )
    success = LongText(label=_("Success and effects"), max_length=5_000, required=False)
    deviations = LongText(
        label=_("Deviations from the plan"), max_length=3_000, rows=3, required=False
    )

    def texts(self) -> ProofTexts:
        """What was typed, for the service."""
        found: ProofTexts = facts_of(self, ProofTexts)
        return found
