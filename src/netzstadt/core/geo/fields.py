"""Form fields for places: a point chosen on a map, by address or by its coordinates; an address.

Everything works without JavaScript and without the map: what is called so is looked for when the
form is sent, and where several are, it comes back with them to choose from.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from netzstadt.core.geo import queries
from netzstadt.core.geo.columns import Point
from netzstadt.core.geo.models import Address
from netzstadt.core.geo.queries import gazetteer
from netzstadt.core.geo.queries.gazetteer import Found

CHOICES = 8


@dataclass(frozen=True, slots=True)
class PickedPoint:
    """A point that somebody chose. One outside the city is taken, but told."""

    longitude: float
    latitude: float
    is_outside_city: bool = False

    @property
    def point(self) -> Point:
        """As columns take it."""
        return self.longitude, self.latitude


class PointWidget(forms.Widget):
    """Name of a place, latitude and longitude, with a map where scripts run."""

    use_fieldset = True
    is_composed = True  # the kit draws a group of fields around it
    # was: the coordinates that the form was filled with; who leaves them and names a place means it
    parts = ("search", "latitude", "longitude", "choice", "was")

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.choices: list[Found] = []

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        return {part: str(data.get(f"{name}-{part}", "")).strip() for part in self.parts}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}-{part}" in data for part in self.parts)

    def id_for_label(self, id_: str | None) -> str:
        return id_ or ""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        given = _given(value)
        context = {
            "name": name,
            "id": (attrs or {}).get("id", f"id_{name}"),
            "given": given,
            "choices": [(f"{one.point[0]!r},{one.point[1]!r}", one) for one in self.choices],
            "city": queries.city_bounds(),
        }
        # Written by our template, which escapes what it is given.
        return mark_safe(render_to_string("geo/point_widget.html", context))  # noqa: S308


def _given(value: Any) -> dict[str, str]:
    if isinstance(value, dict):
        return value
    if isinstance(value, PickedPoint):
        value = value.point
    if isinstance(value, tuple):
        longitude, latitude = (f"{number:.6f}" for number in value)
        return {"longitude": longitude, "latitude": latitude, "was": f"{latitude},{longitude}"}
    return {}


def _names_another(given: dict[str, str]) -> bool:
    """Whether a place is named beside coordinates that nobody typed: none, or those from before."""
    coordinates = f"{given['latitude']},{given['longitude']}"
    return bool(given["choice"] or given["search"]) and coordinates in {",", given["was"]}


class PointField(forms.Field):
    """A point in WGS 84 as a PickedPoint; None where nothing is given and nothing is needed.

    Coordinates count before a chosen place, that before what is looked for. Where the form was
    filled with a point that stands there unchanged, a place that is named counts before it.
    """

    widget: Any = PointWidget  # the class; each form has one of its own
    default_error_messages = {
        "half": gettext_lazy("Give latitude and longitude, or neither."),
        "number": gettext_lazy("A coordinate is a number such as 51.5079."),
        "latitude": gettext_lazy("A latitude is between -90 and 90; it comes first."),
        "longitude": gettext_lazy("A longitude is between -180 and 180."),
        "several": gettext_lazy("Several places fit. Choose one of them below."),
        "alike": gettext_lazy("No place is called just so. Choose one that is alike."),
        "none": gettext_lazy("No place is called so. Try a part of the name, or give coordinates."),
    }

    def clean(self, value: Any) -> PickedPoint | None:
        given: dict[str, str] = dict.fromkeys(PointWidget.parts, "") | (value or {})
        if (given["latitude"] or given["longitude"]) and not _names_another(given):
            return self._picked(given["latitude"], given["longitude"])
        if given["choice"]:
            longitude, _comma, latitude = given["choice"].partition(",")
            return self._picked(latitude, longitude)
        if given["search"]:
            return self._located(given["search"])
        if self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return None

    def has_changed(self, initial: Any, data: Any) -> bool:
        given = dict.fromkeys(PointWidget.parts, "") | (data or {})
        before = _given(initial)
        return _names_another(given) or any(
            given[part] != before.get(part, "") for part in ("latitude", "longitude")
        )

    def _picked(self, latitude: str, longitude: str) -> PickedPoint:
        if not latitude or not longitude:
            raise forms.ValidationError(self.error_messages["half"], code="half")
        try:
            point = (_degrees(longitude), _degrees(latitude))
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["number"], code="number") from error
        if not -90 <= point[1] <= 90:
            raise forms.ValidationError(self.error_messages["latitude"], code="latitude")
        if not -180 <= point[0] <= 180:
            raise forms.ValidationError(self.error_messages["longitude"], code="longitude")
        return PickedPoint(*point, is_outside_city=is_outside_city(point))

    def _located(self, text: str) -> PickedPoint:
        found = gazetteer.locate(text, limit=CHOICES)
        exact = [one for one in found if one.is_exact]
        if len(exact) == 1:
            point = exact[0].point
            return PickedPoint(*point, is_outside_city=is_outside_city(point))
        self.widget.choices = exact or found
        code = "several" if exact else "alike" if found else "none"
        raise forms.ValidationError(self.error_messages[code], code=code)


def _degrees(text: str) -> float:
    number = float(text.replace(",", ".").rstrip("° "))
    if number != number:  # NaN is no number of degrees
        raise ValueError(text)
    return number


def is_outside_city(point: Point) -> bool:
    """Whether a point lies outside the box around the city; never while that is unknown."""
    bounds = queries.city_bounds()
    if bounds is None:
        return False
    west, south, east, north = bounds
    return not (west <= point[0] <= east and south <= point[1] <= north)


class AddressField(forms.CharField):
    """An address of the gazetteer, typed on one line; None where nothing is given."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("max_length", 200)
        super().__init__(**given)

    def prepare_value(self, value: Any) -> Any:
        return value.label if isinstance(value, Address) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        address, alike = gazetteer.address_of(text)
        if address is not None:
            return address
        if alike:
            names = "; ".join(f"{one.title}, {one.detail}" for one in alike[:3])
            raise forms.ValidationError(
                _("There is not just one such address. Do you mean: %(names)s?") % {"names": names}
            )
        raise forms.ValidationError(_("There is no such address."))
