"""What people type in about stations, and how it becomes a document of the API."""

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from netzstadt.core.days import DayField
from netzstadt.core.geo.fields import PointField
from netzstadt.core.meanwhile import SeenForm
from netzstadt.urbandata.models import Thing, Visibility

_NO_NUL = [ProhibitNullCharactersValidator()]


class ThingsFilter(forms.Form):
    """The filter above the stations in the office; what cannot be read is left out."""

    q = forms.CharField(
        label=_("Name of the station"),
        required=False,
        max_length=200,
        validators=_NO_NUL,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("service", _("In service")),
            ("silent", _("No values for too long")),
            ("empty", _("Never had a value")),
            ("simulated", _("Simulated")),
            ("retired", _("Retired")),
        ],
    )
    visibility = forms.ChoiceField(
        label=_("Visible to"), required=False, choices=[("", _("All")), *Visibility.choices]
    )
    unit = forms.UUIDField(label=_("Owning unit"), required=False)
    silent_since = DayField(
        label=_("Without values since"),
        required=False,
    )

    def __init__(self, data: Any, *, units: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["unit"].widget = forms.Select(choices=[("", _("All")), *units])


class ThingForm(SeenForm):
    """A station: what it is called, who sees it, whose it is, where it stands."""

    name = forms.CharField(label=_("Name"), max_length=500, validators=_NO_NUL)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=20_000,
        validators=_NO_NUL,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    visibility = forms.ChoiceField(label=_("Visible to"), choices=Visibility.choices)
    unit = forms.UUIDField(
        label=_("Owning unit"),
        help_text=_("Its people may change the station, and see it where others may not."),
        required=False,
    )
    place = PointField(label=_("Where it stands"), required=False)

    def __init__(self, *args: Any, units: list[tuple[str, str]], any_unit: bool, **kw: Any) -> None:
        super().__init__(*args, **kw)
        nobody = [("", _("No unit"))] if any_unit else []
        self.fields["unit"].widget = forms.Select(choices=[*nobody, *units])
        self.fields["unit"].required = not any_unit

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.initial.get("place") and not data.get("place") and "place" not in self.errors:
            self.add_error("place", _("The station has a place. Say where it stands now."))
        return data

    def document(self, properties: dict[str, Any]) -> dict[str, Any]:
        """The station as a document of the API."""
        data = self.cleaned_data
        return {
            "name": data["name"].strip(),
            "description": data["description"],
            "properties": properties or None,
            "visibility": data["visibility"].lower(),
        }

    def location(self) -> dict[str, Any] | None:
        """Its Location as a document of the API; None where none is given, or it is as before."""
        data = self.cleaned_data
        if data["place"] is None or "place" not in self.changed_data:
            return None
        return {
            "name": data["name"].strip(),
            "description": "",
            "encodingType": "application/geo+json",
            "location": {"type": "Point", "coordinates": [*data["place"].point]},
        }

    def is_outside_city(self) -> bool:
        """Whether it is now said to stand outside the city: taken, but worth a word."""
        place = self.cleaned_data["place"]
        return bool(place and "place" in self.changed_data and place.is_outside_city)


class PropertyForm(forms.Form):
    """One further property of a station: its key, its kind and its value."""

    TEXT, NUMBER, TRUTH, JSON = "text", "number", "truth", "json"

    key = forms.CharField(label=_("Key"), required=False, max_length=200, validators=_NO_NUL)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (TEXT, _("Text")),
            (NUMBER, _("Numeric value")),
            (TRUTH, _("Yes or no")),
            (JSON, _("JSON")),
        ],
        initial=TEXT,
    )
    value = forms.CharField(label=_("Value"), required=False, max_length=20_000, validators=_NO_NUL)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("value") and not data.get("key") and "key" not in self.errors:
            self.add_error("key", _("Give the property a key, or empty its value."))
        if data.get("key") and "value" not in self.errors:
            try:
                data["read"] = _READ[data.get("kind") or self.TEXT](data.get("value", ""))
            except ValueError:
                self.add_error("value", _("This is no value of this kind."))
        return data


def _number(text: str) -> float | int:
    value = json.loads(text.strip().replace(",", "."), parse_constant=_no_constant)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(text)
    return value


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def _truth(text: str) -> bool:
    word = text.strip().lower()
    if word in {"true", "yes", "ja", "1"}:
        return True
    if word in {"false", "no", "nein", "0"}:
        return False
    raise ValueError(text)


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError(text) from error


_READ: dict[str, Callable[[str], Any]] = {
    PropertyForm.TEXT: str,
    PropertyForm.NUMBER: _number,
    PropertyForm.TRUTH: _truth,
    PropertyForm.JSON: _json,
}


class PropertyFormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # not a generic class
    """The further properties of a station; no key is there twice."""

    def clean(self) -> None:
        keys = [
            form.cleaned_data.get("key") for form in self.forms if hasattr(form, "cleaned_data")
        ]
        named = [key for key in keys if key]
        for key in named:
            if named.count(key) > 1:
                raise forms.ValidationError(_("The key “%(key)s” is there twice.") % {"key": key})

    def properties(self) -> dict[str, Any]:
        """The properties as the API takes them."""
        filled = [form.cleaned_data for form in self.forms if form.cleaned_data.get("key")]
        return {data["key"]: data["read"] for data in filled}


PropertyForms = forms.formset_factory(PropertyForm, formset=PropertyFormSet, extra=3, max_num=100)


def property_rows(properties: dict[str, Any] | None) -> list[dict[str, str]]:
    """The properties of a station as the rows of a form."""
    rows = []
    for key, value in (properties or {}).items():
        if isinstance(value, bool):
            kind, text = PropertyForm.TRUTH, "true" if value else "false"
        elif isinstance(value, int | float):
            kind, text = PropertyForm.NUMBER, json.dumps(value)
        elif isinstance(value, str):
            kind, text = PropertyForm.TEXT, value
        else:
            kind, text = PropertyForm.JSON, json.dumps(value, ensure_ascii=False)
        rows.append({"key": key, "kind": kind, "value": text})
    return rows


def initial_of(thing: Thing, place: tuple[float, float] | None) -> dict[str, Any]:
    """What the form of a station is filled with."""
    return {
        "name": thing.name,
        "description": thing.description,
        "visibility": thing.visibility,
        "unit": thing.unit_id,
        "place": place,
        "seen": thing.changed_at.isoformat(),
    }


class RetireForm(forms.Form):
    """Why something is taken out of service."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Others will read it in the history."),
        max_length=1000,
        validators=_NO_NUL,
    )


class DeleteForm(forms.Form):
    """The name of what is deleted, typed."""

    typed = forms.CharField(
        label=_("Type its name to confirm"),
        max_length=500,
        validators=_NO_NUL,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
