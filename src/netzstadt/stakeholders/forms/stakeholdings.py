"""The form of a stakeholder analysis."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.core.text_fields import line
from netzstadt.stakeholders.forms.network import PartyField, PastDay
from netzstadt.stakeholders.models import Attitude
from netzstadt.stakeholders.services.stakeholdings import Assessment

_SCALE = (
    (1, pgettext_lazy("scale", "1 – very little")),
    (2, pgettext_lazy("scale", "2 – little")),
    (3, pgettext_lazy("scale", "3 – some")),
    (4, pgettext_lazy("scale", "4 – much")),
    (5, pgettext_lazy("scale", "5 – very much")),
)


class AssessmentForm(forms.Form):
    """How a party is seen."""

    influence = forms.TypedChoiceField(label=_("Influence"), coerce=int, choices=_SCALE)
    interest = forms.TypedChoiceField(label=_("Interest"), coerce=int, choices=_SCALE)
    attitude = forms.ChoiceField(label=_("Attitude"), choices=Attitude.choices)
    need = line(_("What it needs"), 1_000, required=False)
    on = PastDay(label=pgettext_lazy("of an assessment", "Day"))
    field_order = ("party", "influence", "interest", "attitude", "need", "on")

    def __init__(self, *given: Any, to: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["party"] = PartyField(
            to=to,
            label=_("Person or organisation"),
            help_text=_("Its name in the network, or the address of its page."),
        )
        self.order_fields(self.field_order)

    def assessment(self) -> Assessment:
        """What was typed, for the service."""
        names = Assessment.__dataclass_fields__
        return Assessment(**{name: self.cleaned_data[name] for name in names})
