"""What people type in about strategies, editions and what stands in them."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.core.days import DayField
from netzstadt.core.orgs.fields import PersonField, UnitField
from netzstadt.core.text_fields import LongText, line
from netzstadt.strategy.labels import fact_label
from netzstadt.strategy.models import (
    SCORES,
    ElementKind,
    ElementVersion,
    Light,
    MeasureState,
    Rule,
    Visibility,
)
from netzstadt.strategy.services.contributions import ContributionFacts
from netzstadt.strategy.services.editions import StrategyFacts
from netzstadt.strategy.services.elements import ElementFacts


def _choices(versions: list[ElementVersion]) -> list[tuple[str, str]]:
    """Elements to choose from, H2 before H10."""

    def by_code(one: ElementVersion) -> list[tuple[int, str]]:
        parts = re.findall(r"\d+|\D+", one.element.code)
        return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]

    return [
        (str(one.element_id), f"{one.element.code} {one.title}")
        for one in sorted(versions, key=by_code)
    ]


class StrategyForm(forms.Form):
    """What a strategy is called and who sees it."""

    title = line(_("Title"), 200)
    visibility = forms.ChoiceField(
        label=_("Who may see it once it is adopted"), choices=Visibility.choices
    )
    unit = UnitField(label=_("Owning unit"), required=False)
    source = line(_("Source"), 300, required=False)
    source_url = forms.URLField(
        label=_("Address of the source"), required=False, assume_scheme="https"
    )

    def facts(self) -> StrategyFacts:
        """What was typed, for the service."""
        data = self.cleaned_data
        return StrategyFacts(
            title=data["title"],
            visibility=data["visibility"],
            unit_id=data["unit"].pk if data["unit"] else None,
            source=data["source"],
            source_url=data["source_url"],
        )


class NewStrategyForm(StrategyForm):
    """A strategy that is begun: also the key in its address."""

    key = forms.RegexField(
        r"^[a-z][a-z0-9-]*$",
        label=_("Key in the address"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens, such as “connected-city”."),
    )
    field_order = ("title", "key")


class EditionForm(forms.Form):
    """The vision of an edition and the years that it is for."""

    vision = LongText(label=_("Vision"), max_length=5000, required=False)
    first_year = forms.IntegerField(
        label=_("From the year"), min_value=1990, max_value=2200, required=False
    )
    last_year = forms.IntegerField(
        label=_("Until the year"), min_value=1990, max_value=2200, required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_year"), data.get("last_year")
        if first and last and last < first:
            self.add_error("last_year", _("The last year comes before the first."))
        return data


class ConsultationForm(forms.Form):
    """The days on which comments are taken."""

    first = DayField(label=_("Comments from"))
    last = DayField(label=_("Comments until"))


class AdoptionForm(forms.Form):
    """Who adopted an edition, and when."""

    adopted_on = DayField(label=_("Adopted on"))
    adopted_by = line(_("Adopted by"), 200, help_text=_("For example “Council of the city”."))


class InForceForm(forms.Form):
    """The day from which an edition holds."""

    on = DayField(label=_("In force from"))


class ElementForm(forms.Form):
    """What an element is called in an edition, where it stands, how it is judged."""

    title = line(_("Title"), 300)
    parent = forms.ChoiceField(label=_("Lies in"), required=False)
    text = LongText(label=_("Text"), max_length=10_000, required=False)
    is_cross_cutting = forms.BooleanField(label=_("Cross-cutting"), required=False)
    starts_on = DayField(label=_("From"), required=False)
    due_on = DayField(label=_("Until"), required=False)

    def __init__(
        self, *given: Any, kind: str, parents: list[ElementVersion], **options: Any
    ) -> None:
        super().__init__(*given, **options)
        choices = _choices(parents)
        self.fields["parent"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]
        if not choices:
            del self.fields["parent"]
        if kind != ElementKind.MEASURE:
            return
        for name in SCORES:
            self.fields[name] = forms.TypedChoiceField(
                label=fact_label(name),
                coerce=int,
                empty_value=None,
                required=False,
                choices=[("", "–"), *((str(n), str(n)) for n in range(1, 6))],
                help_text=_("1 is least, 5 is most."),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts_on, due_on = data.get("starts_on"), data.get("due_on")
        if starts_on and due_on and due_on < starts_on:
            self.add_error("due_on", _("It ends before it begins."))
        return data

    def facts(self) -> ElementFacts:
        """What was typed, for the service."""
        data = dict(self.cleaned_data)
        parent = data.pop("parent", "")
        data.pop("code", "")
        return ElementFacts(parent_id=UUID(parent) if parent else None, **data)


class NewElementForm(ElementForm):
    """An element that is added: also its code."""

    code = line(
        _("Code"), 40, required=False, help_text=_("Leave it empty to be given the next one.")
    )


class AssignForm(forms.Form):
    """Which unit and who answers for something."""

    unit = UnitField(label=_("Unit"), required=False)
    responsible = PersonField(label=_("E-mail address of who answers for it"), required=False)


class StateForm(forms.Form):
    """The state of a measure."""

    state = forms.ChoiceField(label=_("State"), choices=MeasureState.choices)


class ContributionForm(forms.Form):
    """What an element serves, and how it counts."""

    target = forms.ChoiceField(label=_("Serves"))
    rule = forms.ChoiceField(label=_("How it counts"), choices=Rule.choices)
    weight = forms.FloatField(
        label=_("Weight"),
        min_value=0.01,
        max_value=1000,
        initial=1,
        help_text=_("2 counts twice as much as 1."),
    )
    expected = forms.FloatField(label=_("Expected effect"), required=False)
    achieved = forms.FloatField(label=_("Effect so far"), required=False)
    unit_text = line(_("Unit of the effect"), 60, required=False)
    rationale = line(_("Why it serves the goal"), 500, required=False)

    def __init__(self, *given: Any, targets: list[ElementVersion], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["target"].choices = _choices(targets)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("rule") == Rule.VALUE and not (data.get("expected") or 0) > 0:
            self.add_error("expected", _("Say which effect is expected; it is more than zero."))
        return data

    def facts(self) -> ContributionFacts:
        """What was typed, for the service."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "target"}
        return ContributionFacts(**data)


class ProgressForm(forms.Form):
    """How far something has come, as somebody says."""

    progress = forms.IntegerField(label=_("Progress in percent"), min_value=0, max_value=100)
    note = line(_("Why"), 500, required=False)


class OverrideForm(forms.Form):
    """A light that is set by hand."""

    light = forms.ChoiceField(
        label=pgettext_lazy("a traffic light", "Light"), choices=Light.choices
    )
    reason = line(_("Reason"), 500, help_text=_("Everybody who sees the light reads it."))
    last_day = DayField(label=_("Last day"), help_text=_("From the next day on its rules hold."))
