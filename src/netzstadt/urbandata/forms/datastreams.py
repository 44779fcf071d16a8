"""What people type in about Datastreams, and how it becomes a document of the API."""

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from netzstadt.standards import ucum
from netzstadt.urbandata.models import Series

_NO_NUL = [ProhibitNullCharactersValidator()]
_OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
KINDS = [
    (f"{_OM}OM_Measurement", _("Numbers that are measured")),
    (f"{_OM}OM_CountObservation", _("Whole numbers that are counted")),
    (f"{_OM}OM_TruthObservation", _("Yes or no")),
    (f"{_OM}OM_CategoryObservation", _("A word from a list")),
    (f"{_OM}OM_Observation", _("Anything else")),
]
# UCUM code: symbol and name as people write them.
UNITS = {
    "Cel": ("°C", _("degrees Celsius")),
    "%": ("%", _("per cent")),
    "hPa": ("hPa", _("hectopascals")),
    "m/s": ("m/s", _("metres per second")),
    "km/h": ("km/h", _("kilometres per hour")),
    "deg": ("°", _("degrees (direction)")),
    "mm": ("mm", _("millimetres")),
    "cm": ("cm", _("centimetres")),
    "m": ("m", _("metres")),
    "L/m2": ("l/m²", _("litres per square metre")),
    "m3/s": ("m³/s", _("cubic metres per second")),
    "ug/m3": ("µg/m³", _("micrograms per cubic metre")),
    "[ppm]": ("ppm", _("parts per million")),
    "dB": ("dB", _("decibels")),
    "lx": ("lx", _("lux")),
    "W/m2": ("W/m²", _("watts per square metre")),
    "kW": ("kW", _("kilowatts")),
    "kW.h": ("kWh", _("kilowatt hours")),
    "V": ("V", _("volts")),
    "{count}": ("1", _("a count of things")),
    "1": ("1", _("no unit")),
}
OTHER, NEW = "other", "new"


class DatastreamForm(forms.Form):
    """A Datastream: what is observed, by what, in which unit, and what is plausible."""

    name = forms.CharField(label=_("Name"), max_length=500, validators=_NO_NUL)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=20_000,
        validators=_NO_NUL,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    kind = forms.ChoiceField(
        label=_("Kind of values"),
        help_text=_("It cannot be changed later, because the values would not fit."),
        choices=KINDS,
    )
    observed = forms.CharField(label=_("What is observed"))
    observed_name = forms.CharField(
        label=_("New: name of what is observed"), required=False, max_length=500, validators=_NO_NUL
    )
    observed_definition = forms.CharField(
        label=_("New: address of its definition"),
        help_text=_(
            "Where a vocabulary says what it is; without one it is only called by its name."
        ),
        required=False,
        max_length=500,
        validators=_NO_NUL,
    )
    sensor = forms.CharField(label=_("Sensor"))
    sensor_name = forms.CharField(
        label=_("New: name of the sensor"), required=False, max_length=500, validators=_NO_NUL
    )
    sensor_metadata = forms.CharField(
        label=_("New: data sheet or description of the sensor"),
        required=False,
        max_length=2000,
        validators=_NO_NUL,
    )
    unit = forms.ChoiceField(label=_("Unit of measurement"))
    unit_code = forms.CharField(
        label=_("Another unit: its UCUM code"),
        help_text=_("For example mg/L or kW.h; upper and lower case matter."),
        required=False,
        max_length=100,
        validators=_NO_NUL,
    )
    unit_symbol = forms.CharField(
        label=_("Another unit: as people write it"),
        required=False,
        max_length=50,
        validators=_NO_NUL,
    )
    minimum = forms.FloatField(
        label=_("Least plausible value"),
        help_text=_("What is less is kept and marked as implausible."),
        required=False,
    )
    maximum = forms.FloatField(label=_("Greatest plausible value"), required=False)

    def __init__(
        self,
        *args: Any,
        observed: list[tuple[str, str]],
        sensors: list[tuple[str, str]],
        series: Series | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        # A new one begins with nothing chosen: what stands first in a list is right by accident.
        nothing = [("", _("Please choose"))] if series is None else []
        self.fields["observed"].widget = forms.Select(
            choices=[*nothing, *observed, (NEW, _("Something new"))]
        )
        self.fields["sensor"].widget = forms.Select(
            choices=[*nothing, *sensors, (NEW, _("A new sensor"))]
        )
        self._known = {"observed": dict(observed), "sensor": dict(sensors)}
        units = [(code, f"{symbol} – {name}") for code, (symbol, name) in UNITS.items()]
        self.fields["unit"].choices = [*nothing, *units, (OTHER, _("Another unit"))]  # type: ignore[attr-defined]
        if series is not None:
            del self.fields["kind"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("observed", "sensor"):
            self._require_named(data, name)
        if data.get("unit") == OTHER:
            self._check_unit(data)
        low, high = data.get("minimum"), data.get("maximum")
        if low is not None and high is not None and low > high:
            self.add_error("maximum", _("The greatest plausible value is below the least."))
        return data

    def _require_named(self, data: dict[str, Any], name: str) -> None:
        chosen = data.get(name)
        if chosen == NEW and not (data.get(f"{name}_name") or "").strip():
            self.add_error(f"{name}_name", _("Give it a name."))
        elif chosen is not None and chosen != NEW and chosen not in self._known[name]:
            self.add_error(name, _("Choose one from the list."))

    def _check_unit(self, data: dict[str, Any]) -> None:
        code = (data.get("unit_code") or "").strip()
        fault = ucum.check(code)
        if not code:
            self.add_error("unit_code", _("Give the UCUM code of the unit."))
        elif fault is not None:
            self.add_error(
                "unit_code",
                _("This is no UCUM code, from here on: %(found)s") % {"found": fault.found or code},
            )

    def unit_document(self) -> dict[str, str]:
        """The unit of measurement as the API takes it."""
        data = self.cleaned_data
        if data["unit"] == OTHER:
            code = data["unit_code"].strip()
            symbol = data["unit_symbol"].strip() or code
            return {"name": symbol, "symbol": symbol, "definition": f"ucum:{code}"}
        symbol, name = UNITS[data["unit"]]
        return {"name": str(name), "symbol": symbol, "definition": f"ucum:{data['unit']}"}

    def rules(self) -> dict[str, float]:
        """The bounds of the plausible."""
        bounds = {name: self.cleaned_data.get(name) for name in ("minimum", "maximum")}
        return {name: value for name, value in bounds.items() if value is not None}

    def new_observed(self) -> dict[str, str]:
        """What is observed, as a document of the API, where it is new."""
        name = self.cleaned_data["observed_name"].strip()
        definition = self.cleaned_data["observed_definition"].strip() or f"urn:name:{name}"[:500]
        return {"name": name, "definition": definition, "description": ""}

    def new_sensor(self) -> dict[str, str]:
        """The sensor as a document of the API, where it is new."""
        name, metadata = self.cleaned_data["sensor_name"], self.cleaned_data["sensor_metadata"]
        return {
            "name": name.strip(),
            "description": "",
            "encodingType": "text/plain",
            "metadata": metadata,
        }


def initial_of_series(series: Series) -> dict[str, Any]:
    """What the form of a Datastream is filled with."""
    code = series.ucum or ""
    symbol = str(series.unit_of_measurement.get("symbol") or "")
    is_known = code in UNITS and UNITS[code][0] == symbol
    return {
        "name": series.name,
        "description": series.description,
        "observed": str(series.observed_property_id),
        "sensor": str(series.sensor_id),
        "unit": code if is_known else OTHER,
        "unit_code": "" if is_known else code,
        "unit_symbol": "" if is_known else symbol,
        "minimum": series.quality_rules.get("minimum"),
        "maximum": series.quality_rules.get("maximum"),
    }
