"""What people type in about places: looking for one, saying where something is, importing."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from netzstadt.core.days import DayField
from netzstadt.core.geo import queries
from netzstadt.core.geo.fields import AddressField, PointField
from netzstadt.core.geo.models import Area, AreaKind
from netzstadt.core.geo.services import Source

# More is imported by the command, which nobody waits for in a browser.
MOST_BYTES = 20 * 1024 * 1024
MOST_AREAS_TO_CHOOSE = 500
_NO_NUL = [ProhibitNullCharactersValidator()]


class AreasForm(forms.Form):
    """Which areas a list shows."""

    q = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=200,
        validators=_NO_NUL,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *AreaKind.choices]
    )


class FindForm(forms.Form):
    """A place to look for."""

    place = PointField(label=_("Place"))


class PlaceForm(forms.Form):
    """Where an object is: any of the three."""

    point = PointField(label=_("Point"), required=False)
    address = AddressField(
        label=_("Address"),
        required=False,
        help_text=_("Street and house number, as in: Am Markt 1"),
        validators=_NO_NUL,
    )
    area = forms.ChoiceField(label=_("Area"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._areas = {str(one.pk): one for one in queries.areas()[:MOST_AREAS_TO_CHOOSE]}
        self.fields["area"].choices = [  # type: ignore[attr-defined]
            ("", _("None")),
            *((key, f"{one.name} ({one.get_kind_display()})") for key, one in self._areas.items()),
        ]

    def clean_area(self) -> Area | None:
        return self._areas.get(self.cleaned_data["area"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.get(name) for name in self.fields):
            raise forms.ValidationError(_("Say where it is: by a point, an address or an area."))
        return data


class ImportForm(forms.Form):
    """A file with areas or addresses, and where it comes from."""

    AREAS, ADDRESSES = "areas", "addresses"

    what = forms.ChoiceField(
        label=_("What is in the file?"),
        choices=[(AREAS, _("Areas (GeoJSON)")), (ADDRESSES, _("Addresses (CSV)"))],
        initial=AREAS,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "At most 20 MB; larger files are imported by the command netzstadt places. After a "
            "preview, choose the file again."
        ),
        max_length=200,
    )
    kind = forms.ChoiceField(
        label=_("Kind of the areas"), choices=AreaKind.choices, initial=AreaKind.SUBURB
    )
    source = forms.CharField(
        label=_("Source"),
        help_text=_("Who publishes it, as its licence asks to be named."),
        max_length=300,
        validators=_NO_NUL,
    )
    licence = forms.CharField(
        label=_("Licence"), required=False, max_length=200, validators=_NO_NUL
    )
    source_url = forms.URLField(
        label=_("Address of the source"), required=False, assume_scheme="https"
    )
    valid_from = DayField(
        label=_("Valid from"),
        help_text=_("Where the areas are bounded anew from a day on; the old ones stay until it."),
        required=False,
    )
    city = forms.CharField(
        label=_("City"),
        help_text=_("Of addresses whose file does not say it."),
        required=False,
        max_length=100,
        validators=_NO_NUL,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 20 MB. Import it by the command netzstadt places.")
            )
        return file

    def clean_valid_from(self) -> date | None:
        day: date | None = self.cleaned_data["valid_from"]
        return day

    def origin(self) -> Source:
        """Where the file comes from."""
        data = self.cleaned_data
        return Source(
            title=data["source"],
            url=data["source_url"],
            licence=data["licence"],
            valid_from=data["valid_from"],
        )
