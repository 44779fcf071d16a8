"""Forms of registers: risks, issues, changes, decisions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.core.days import DayField
from netzstadt.core.meanwhile import SeenForm
from netzstadt.core.orgs.fields import PersonField
from netzstadt.core.text_fields import LongText, line
from netzstadt.portfolio.forms.projects import PastDayField
from netzstadt.portfolio.models import Register, RegisterEntry
from netzstadt.portfolio.services.registers import DecisionFacts, EntryFacts

PROBABILITIES = (
    (1, _("1: hardly to be expected")),
    (2, _("2: rather not")),
    (3, _("3: possible")),
    (4, _("4: rather yes")),
    (5, _("5: nearly certain")),
)
IMPACTS = (
    (1, _("1: hardly to be felt")),
    (2, _("2: small")),
    (3, _("3: one part of the project fails")),
    (4, _("4: the project is in question")),
    (5, _("5: the project fails")),
)
_TITLES = {
    Register.RISK: _("What could happen"),
    Register.ISSUE: _("What the matter is"),
    Register.CHANGE: _("What shall change"),
}
# Which fields an entry of a kind has beyond its title, owner and day.
_FIELDS = {
    Register.RISK: ("probability", "impact", "response"),
    Register.ISSUE: (),
    Register.CHANGE: ("effect_time", "effect_cost", "effect_scope"),
}
_EFFECTS = _FIELDS[Register.CHANGE]


class EntryForm(SeenForm):
    """A risk, an issue or a change."""

    title = line(_("What it is"), 300)
    probability = forms.TypedChoiceField(
        label=_("Probability"), choices=PROBABILITIES, coerce=int, initial=3
    )
    impact = forms.TypedChoiceField(label=_("Impact"), choices=IMPACTS, coerce=int, initial=3)
    response = LongText(
        label=pgettext_lazy("to a risk", "Response"),
        max_length=1_000,
        rows=3,
        required=False,
        help_text=_("What is done so that it does not happen, or does less harm."),
    )
    effect_time = line(_("Effect on time"), 200, required=False)
    effect_cost = line(_("Effect on cost"), 200, required=False)
    effect_scope = line(_("Effect on scope"), 200, required=False)
    owner = PersonField(label=_("E-mail address of who looks after it"), required=False)
    due_on = DayField(label=_("Due on"), required=False)

    def __init__(self, *given: Any, kind: str, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["title"].label = _TITLES[Register(kind)]
        for names in _FIELDS.values():
            for name in names:
                if name not in _FIELDS[Register(kind)]:
                    del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """A change means something for time, cost or scope."""
        data = super().clean() or {}
        if "effect_time" in self.fields and not any(data.get(name) for name in _EFFECTS):
            self.add_error("effect_time", _("Say what the change means for time, cost or scope."))
        return data

    def facts(self) -> EntryFacts:
        """What was typed, for the service."""
        known = EntryFacts.__dataclass_fields__.keys() & self.cleaned_data.keys()
        return EntryFacts(**{name: self.cleaned_data[name] for name in known})

    @staticmethod
    def initial_of(entry: RegisterEntry) -> dict[str, Any]:
        """What stands in the form when it is opened."""
        known = {name: getattr(entry, name) for name in EntryFacts.__dataclass_fields__}
        owner = entry.owner.email if entry.owner else ""
        return known | {"owner": owner, "seen": entry.changed_at.isoformat()}


class DecisionNoteForm(forms.Form):
    """A decision outside of gates."""

    title = line(_("What was decided"), 300)
    body = line(_("Decided by"), 200, help_text=_("Such as a steering group or a committee."))
    decided_on = PastDayField(label=_("Decided on"))
    reason = LongText(label=pgettext_lazy("of a decision", "Reason"), max_length=1_000, rows=3)

    def facts(self) -> DecisionFacts:
        """What was typed, for the service."""
        return DecisionFacts(**self.cleaned_data)


class CloseForm(forms.Form):
    """How a risk ended, or an issue was solved."""

    closed_on = PastDayField(label=_("Closed on"))
    outcome = LongText(label=_("How it ended"), max_length=1_000, rows=3)


class ChangeDecisionForm(forms.Form):
    """Whether a change is accepted, and why."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=(("YES", _("Accept the change")), ("NO", _("Do not accept it"))),
        widget=forms.RadioSelect,
    )
    reason = LongText(label=pgettext_lazy("of a decision", "Reason"), max_length=1_000, rows=3)
    decided_on = PastDayField(label=_("Decided on"))
