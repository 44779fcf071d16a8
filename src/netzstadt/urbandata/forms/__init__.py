"""What people type in about stations and keys."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from netzstadt.urbandata import queries
from netzstadt.urbandata.models import Visibility
from netzstadt.urbandata.periods import Span

# As many of what is observed are there to choose from.
MOST_PROPERTIES = 200
_GONE = _("This is not measured, or not any more.")


class StationsForm(forms.Form):
    """The filter above the list of stations; what cannot be read is left out and named.

    ``properties`` are those to choose from; without any, as on the map, an unknown one is nothing.
    """

    q = forms.CharField(
        label=_("Name of the station"),
        required=False,
        max_length=200,
        validators=[ProhibitNullCharactersValidator()],
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    property = forms.UUIDField(
        label=_("What is measured"), required=False, error_messages={"invalid": _GONE}
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("name", _("By name")), ("newest", _("Newest value first"))],
    )

    def __init__(self, data: Any, *, properties: list[tuple[str, str]]) -> None:
        super().__init__(data)
        everything = [("", _("Everything")), *properties]
        self.fields["property"].widget = forms.Select(choices=everything)
        self._known = {key for key, _name in properties}

    def clean_property(self) -> UUID | None:
        given: UUID | None = self.cleaned_data["property"]
        is_all = 0 < len(self._known) < MOST_PROPERTIES
        if given is not None and is_all and str(given) not in self._known:
            raise forms.ValidationError(_GONE)
        return given

    def wanted(self, *, after: str = "") -> queries.Wanted:
        """The filter as the queries take it."""
        self.is_valid()
        clean = self.cleaned_data
        return queries.Wanted(
            text=clean.get("q", "").strip(),
            property_id=clean.get("property"),
            sort=clean.get("sort") or "name",
            after=after,
        )


class PeriodForm(forms.Form):
    """Which stretch of time a chart shows."""

    span = forms.ChoiceField(
        required=False,
        choices=[
            (Span.DAY.value, _("Day")),
            (Span.WEEK.value, _("Week")),
            (Span.MONTH.value, _("Month")),
            (Span.YEAR.value, _("Year")),
        ],
    )
    on = forms.DateField(label=_("Go to a day"), required=False, input_formats=["%Y-%m-%d"])


class RangeForm(forms.Form):
    """Two moments between which values are asked for, ISO 8601 with an offset."""

    start = forms.CharField()
    end = forms.CharField()

    def _moment(self, name: str) -> datetime:
        text = self.cleaned_data[name].replace(" ", "+")  # a plus sign that was not escaped
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise forms.ValidationError(_("This is no time in ISO 8601.")) from error
        if moment.tzinfo is None or not 1900 <= moment.year <= 9000:
            raise forms.ValidationError(_("Give a time with its offset, such as +01:00 or Z."))
        # PostgreSQL knows no offsets of 16 hours and more, Python does.
        return moment.astimezone(UTC)

    def clean_start(self) -> datetime:
        return self._moment("start")

    def clean_end(self) -> datetime:
        return self._moment("end")


class ApiKeyForm(forms.Form):
    """A new key: what for, what it opens, how long."""

    READ, WRITE, BOTH = "read", "write", "both"

    name = forms.CharField(
        label=_("What is the key for?"),
        help_text=_("For example: weather stations of the parks department."),
        max_length=200,
        validators=[ProhibitNullCharactersValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label=_("What may it do?"),
        choices=[
            (WRITE, _("Send observations and change stations")),
            (READ, _("Read what is not public")),
            (BOTH, _("Both")),
        ],
        initial=WRITE,
        widget=forms.RadioSelect,
    )
    stations = forms.CharField(
        label=_("Only for these stations"),
        help_text=_(
            "One name or id a line. If you leave this empty, the key holds for all stations; only "
            "then can it make new ones."
        ),
        required=False,
        max_length=20_000,
        validators=[ProhibitNullCharactersValidator()],
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    days = forms.TypedChoiceField(
        label=_("How long is it valid?"),
        coerce=int,
        choices=[
            (30, _("30 days")),
            (90, _("90 days")),
            (365, _("One year")),
            (0, _("Until it is revoked")),
        ],
        initial=365,
    )

    def __init__(self, *args: Any, reader: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reader = reader

    def clean_stations(self) -> list[Any] | None:
        """The keys of the named stations; None where none are named."""
        lines = [line.strip() for line in self.cleaned_data["stations"].splitlines()]
        names = [line for line in dict.fromkeys(lines) if line]
        if not names:
            return None
        found = queries.things_named(names, to=self._reader)
        missing = [name for name in names if name not in found]
        if missing:
            raise forms.ValidationError(
                _("There is no station, or more than one, called: %(names)s"),
                params={"names": ", ".join(missing)},
            )
        return list(dict.fromkeys(found[name] for name in names))

    def expires_at(self, at: datetime) -> datetime | None:
        """The end of the key; None where it has none."""
        days = self.cleaned_data["days"]
        return at + timedelta(days=days) if days else None


class VisibilityForm(forms.Form):
    """Who may see a station."""

    visibility = forms.ChoiceField(
        label=_("Visible to"),
        choices=[
            (Visibility.PUBLIC.value, _("Everybody, also in the open API")),
            (Visibility.ADMINISTRATION.value, _("Everybody in the administration")),
            (Visibility.UNIT.value, _("The owning unit and those who keep the data")),
            (Visibility.RESTRICTED.value, _("Named persons and those who keep the data")),
        ],
        widget=forms.RadioSelect,
    )
