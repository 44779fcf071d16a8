"""What people type in about indicators."""

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from netzstadt.core.days import DayField
from netzstadt.core.orgs.fields import PersonField, UnitField
from netzstadt.core.rooms import figures
from netzstadt.standards import ucum
from netzstadt.strategy.models import (
    PLAIN_CODE,
    Aggregation,
    BindingKind,
    Combination,
    Direction,
    ImpactLevel,
    Visibility,
    Window,
)
from netzstadt.strategy.services.indicators import Definition, Path, Source

_PLAIN = ProhibitNullCharactersValidator()


class DefinitionForm(forms.Form):
    """What an indicator means."""

    title = forms.CharField(label=_("Title"), max_length=200, validators=[_PLAIN])
    title_en = forms.CharField(
        label=_("Title in English"), max_length=200, required=False, validators=[_PLAIN]
    )
    measurement_unit = forms.CharField(
        label=_("Unit (UCUM)"),
        max_length=60,
        initial="1",
        help_text=_("For example Cel, ug/m3, %, 1 for plain numbers."),
    )
    unit_text = forms.CharField(
        label=_("Unit in words"), max_length=60, required=False, validators=[_PLAIN]
    )
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices)
    level = forms.ChoiceField(
        label=_("What it measures"), choices=ImpactLevel.choices, initial=ImpactLevel.OUTCOME
    )
    digits = forms.IntegerField(
        label=_("Digits after the comma"), min_value=0, max_value=6, initial=0
    )
    method = forms.CharField(
        label=_("Method sheet"),
        max_length=10_000,
        required=False,
        validators=[_PLAIN],
        widget=forms.Textarea({"rows": 6}),
        help_text=_("What is counted, how, from which source, and what it does not say."),
    )

    def clean_measurement_unit(self) -> str:
        unit: str = self.cleaned_data["measurement_unit"].strip()
        if ucum.check(unit) is not None:
            raise ValidationError(_("This is no unit of UCUM."))
        return unit

    def definition(self) -> Definition:
        """What was typed, for the service."""
        names = Definition.__dataclass_fields__
        return Definition(**{name: self.cleaned_data[name] for name in names})


class IndicatorForm(DefinitionForm):
    """An indicator that is described for the first time."""

    code = forms.RegexField(PLAIN_CODE, label=_("Code"), max_length=40)
    visibility = forms.ChoiceField(label=_("Who may see it"), choices=Visibility.choices)
    unit = UnitField(label=_("Unit"), required=False)
    responsible = PersonField(label=_("E-mail address of who answers for it"), required=False)
    field_order = ("code", "title")


class NewDefinitionForm(DefinitionForm):
    """A definition that takes the place of another from a day on."""

    valid_from = DayField(label=_("Holds from"))
    is_break = forms.BooleanField(
        label=_("Values before and after cannot be compared"), required=False
    )


class AssignIndicatorForm(forms.Form):
    """Who sees an indicator and who answers for it."""

    visibility = forms.ChoiceField(label=_("Who may see it"), choices=Visibility.choices)
    unit = UnitField(label=_("Unit"), required=False)
    responsible = PersonField(label=_("E-mail address of who answers for it"), required=False)


class BindForm(forms.Form):
    """Where the values of an indicator come from."""

    kind = forms.ChoiceField(
        label=_("Values come from"), choices=BindingKind.choices, widget=forms.RadioSelect
    )
    series = forms.TypedMultipleChoiceField(
        label=_("Datastreams"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Look for others above; what is chosen stays."),
    )
    observed_property = forms.ChoiceField(
        label=_("Or all Datastreams that observe"), required=False
    )
    area = forms.ChoiceField(label=_("in the area"), required=False)
    figure = forms.ChoiceField(label=_("Figure of this platform"), required=False)
    window = forms.ChoiceField(label=_("A value for each"), choices=Window.choices)
    aggregation = forms.ChoiceField(label=_("In a window"), choices=Aggregation.choices)
    combination = forms.ChoiceField(label=_("Of several Datastreams"), choices=Combination.choices)
    factor = forms.FloatField(
        label=_("Factor"),
        initial=1,
        help_text=_("Turns the measured unit into that of the indicator."),
    )
    minimum_coverage = forms.IntegerField(
        label=_("Least coverage in percent"),
        min_value=0,
        max_value=100,
        initial=75,
        help_text=_("So many of a window's hours need values; from a month on, of its days."),
    )
    maximum_flagged = forms.IntegerField(
        label=_("Most doubtful values in percent"), min_value=0, max_value=100, initial=25
    )
    first_day = DayField(
        label=_("Values from"),
        required=False,
        help_text=_("The first day that gets a value; left empty there is none before today."),
    )

    def __init__(
        self,
        *given: Any,
        series: list[tuple[int, str]],
        properties: list[tuple[str, str]],
        areas: list[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*given, **options)
        none = [("", "–")]
        known = [(one.key, str(one.title)) for one in figures().values()]
        for name, choices in (
            ("series", list(series)),
            ("observed_property", none + properties),
            ("area", none + areas),
            ("figure", none + known),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("kind")
        if kind == BindingKind.SERIES and not (data.get("series") or data.get("observed_property")):
            self.add_error("series", _("Choose Datastreams, or what they observe."))
        if kind == BindingKind.FIGURE and not data.get("figure"):
            self.add_error("figure", _("Choose a figure."))
        if data.get("factor") == 0:
            self.add_error("factor", _("A factor of zero leaves nothing."))
        return data

    def source(self) -> Source:
        """What was typed, for the service."""
        data = self.cleaned_data
        is_series = data["kind"] == BindingKind.SERIES
        return Source(
            kind=data["kind"],
            window=data["window"],
            aggregation=data["aggregation"],
            combination=data["combination"],
            series=tuple(data["series"]) if is_series else (),
            observed_property_id=(data["observed_property"] or None) if is_series else None,
            area_id=(data["area"] or None) if is_series and data["observed_property"] else None,
            figure=data["figure"] if data["kind"] == BindingKind.FIGURE else "",
            factor=data["factor"],
            minimum_coverage=data["minimum_coverage"] / 100,
            maximum_flagged=data["maximum_flagged"] / 100,
            first_day=data["first_day"],
        )


class PathForm(forms.Form):
    """What an indicator shall come to for a goal, by which day, and how far it may stray."""

    baseline_on = DayField(label=_("Day of the baseline"))
    baseline = forms.FloatField(label=_("Baseline"))
    target_on = DayField(label=_("Day of the target"))
    target = forms.FloatField(label=_("Target"))
    between = forms.CharField(
        label=_("Days between"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One a line: day and value, for example “31.12.2027 40,5”."),
        max_length=4000,
    )
    amber_at = forms.FloatField(label=_("Amber from a deviation of"), min_value=0)
    red_at = forms.FloatField(label=_("Red from a deviation of"), min_value=0)
    weight = forms.FloatField(label=_("Weight"), min_value=0.01, max_value=1000, initial=1)
    fresh_days = forms.IntegerField(
        label=_("A value may be so many days old"), min_value=1, max_value=3660, initial=400
    )

    def clean_between(self) -> list[tuple[date, float]]:
        return [_point(line) for line in self.cleaned_data["between"].splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            if data["red_at"] < data["amber_at"]:
                self.add_error("red_at", _("Red must begin where amber does, or further away."))
            if data["target_on"] <= data["baseline_on"]:
                self.add_error("target_on", _("The target must come after the baseline."))
            elif any(
                not data["baseline_on"] < day < data["target_on"] for day, _v in data["between"]
            ):
                self.add_error("between", _("These days must lie between baseline and target."))
        return data

    def path(self) -> Path:
        """What was typed, for the service: from the baseline on."""
        data = self.cleaned_data
        return Path(
            points=[
                (data["baseline_on"], data["baseline"]),
                *data["between"],
                (data["target_on"], data["target"]),
            ],
            amber_at=data["amber_at"],
            red_at=data["red_at"],
            weight=data["weight"],
            fresh_days=data["fresh_days"],
        )


def _point(line: str) -> tuple[date, float]:
    day, _space, number = re.sub(r"\s+", " ", line.strip()).partition(" ")
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            found = datetime.strptime(day, form).date()  # noqa: DTZ007 - a day has no zone
            return found, float(number.replace(",", "."))
        except ValueError:
            continue
    raise ValidationError(
        _("“%(line)s” is no day with a value; write 31.12.2027 40,5 or 2027-12-31 40.5."),
        params={"line": line[:60]},
    )


class ValueForm(forms.Form):
    """A value that is entered by hand."""

    window = forms.ChoiceField(label=_("Value of a"), initial=Window.YEAR)
    first = DayField(label=_("A day in it"))
    value = forms.FloatField(label=_("Value"))
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        validators=[_PLAIN],
        help_text=_("Where it was taken from."),
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False, validators=[_PLAIN])

    def __init__(self, *given: Any, window: str, **options: Any) -> None:
        """``window`` is the one that the indicator has a value for each of; empty is not said."""
        super().__init__(*given, **options)
        # An hour cannot be told by its day.
        wanted = [window] if window else [one for one in Window.values if one != Window.HOUR]
        choices = [(one, Window(one).label) for one in wanted]
        self.fields["window"].choices = choices  # type: ignore[attr-defined]
        if window:
            self.fields["window"].initial = window
