"""What people type in to correct values."""

import json
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from netzstadt.core.days import DayField
from netzstadt.urbandata.services.corrections import DOUBTFUL, WRONG, Wanted

_NO_NUL = [ProhibitNullCharactersValidator()]


class BeforeForm(forms.Form):
    """From which day on a page of values looks back."""

    day = DayField(
        label=_("Values up to"),
        required=False,
    )

    @property
    def chosen(self) -> date | None:
        """The day; None where none is given or it cannot be read."""
        return self.cleaned_data.get("day") if self.is_valid() else None


class PeriodOfValuesForm(forms.Form):
    """The stretch of time whose values are corrected together."""

    start = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    end = forms.DateTimeField(
        label=_("Until before"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        if isinstance(start, datetime) and isinstance(end, datetime) and start >= end:
            self.add_error("end", _("The end is not after the beginning."))
        return data


class CorrectionForm(forms.Form):
    """What becomes of the chosen values, and why."""

    RESULT, FLAG, CLEAR = "result", "flag", "clear"

    action = forms.ChoiceField(
        label=_("What shall be done?"),
        choices=[
            (RESULT, _("Give the right value")),
            (FLAG, _("Keep the value and mark it")),
            (CLEAR, _("Take the marks away")),
        ],
        widget=forms.RadioSelect,
        initial=RESULT,
    )
    result = forms.CharField(
        label=_("Right value"), required=False, max_length=2000, validators=_NO_NUL
    )
    flag = forms.ChoiceField(
        label=_("Mark"),
        required=False,
        choices=[(DOUBTFUL, _("Doubtful")), (WRONG, _("Wrong"))],
        initial=DOUBTFUL,
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Others will read it in the history."),
        max_length=1000,
        validators=_NO_NUL,
    )

    def __init__(self, *args: Any, observation_type: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kind = observation_type.rpartition("/")[2]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("action") == self.RESULT and "result" not in self.errors:
            try:
                data["read"] = read_result(data.get("result", ""), self._kind)
            except ValueError:
                self.add_error("result", _("This is no value of this Datastream's kind."))
        return data

    def wanted(self) -> Wanted:
        """The correction as the service takes it."""
        data = self.cleaned_data
        if data["action"] == self.RESULT:
            return Wanted(has_result=True, result=data["read"])
        if data["action"] == self.FLAG:
            return Wanted(flag=data["flag"] or DOUBTFUL)
        return Wanted(is_cleared=True)


def read_result(text: str, kind: str) -> Any:
    """A typed value as a result of this kind; a comma is a decimal point, too.

    Raises ValueError.
    """
    text = text.strip()
    match kind:
        case "OM_CategoryObservation":
            if not text:
                raise ValueError(text)
            return text
        case "OM_TruthObservation":
            return {
                "true": True,
                "yes": True,
                "ja": True,
                "false": False,
                "no": False,
                "nein": False,
            }[_word(text)]
        case "OM_CountObservation":
            return int(text)
        case "OM_Measurement":
            return _finite(text.replace(",", "."))
    try:
        return json.loads(text, parse_constant=_finite)
    except (ValueError, RecursionError):
        return _finite(text.replace(",", "."))


def _word(text: str) -> str:
    word = text.lower()
    if word not in {"true", "yes", "ja", "false", "no", "nein"}:
        raise ValueError(text)
    return word


def _finite(text: str) -> float:
    value = float(text)
    if value != value or value in {float("inf"), float("-inf")}:
        raise ValueError(text)
    return value
