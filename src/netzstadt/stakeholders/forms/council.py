"""What people type in about the council: filters, systems, meetings, agenda items, papers."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator, URLValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.core.days import DayField
from netzstadt.core.meanwhile import SeenForm
from netzstadt.stakeholders.models.council import (
    AgendaItem,
    CouncilVisibility,
    Meeting,
    Paper,
    ResultCode,
)
from netzstadt.stakeholders.queries import council as queries
from netzstadt.stakeholders.services.facts import ItemFacts, MeetingFacts, PaperFacts

_NO_NUL = [ProhibitNullCharactersValidator()]
_MOMENT = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A moment by the city's clocks, chosen in the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, _MOMENT)
        super().__init__(widget=widget, input_formats=[_MOMENT, f"{_MOMENT}:%S"], **options)


class CouncilFilter(forms.Form):
    """The filter above lists of the council; what cannot be read is left out and named."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=200,
        validators=_NO_NUL,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    body = forms.UUIDField(label=_("Body"), required=False)
    year = forms.CharField(
        label=_("Year"),
        required=False,
        max_length=4,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    result = forms.ChoiceField(
        label=_("Result"),
        required=False,
        choices=[
            ("", _("All")),
            *((one.value, one.label) for one in ResultCode if one != ResultCode.NONE),
        ],
    )

    def __init__(self, data: Any, *, bodies: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["body"].widget = forms.Select(choices=[("", _("All")), *bodies])

    def clean_year(self) -> int | None:
        given = self.cleaned_data["year"].strip()
        year = queries.year_of(given)
        if given and year is None:
            raise forms.ValidationError(_("Give a year with four digits."))
        return year

    def wanted(self, *, after: str = "") -> queries.Wanted:
        """The filter as the queries take it."""
        self.is_valid()
        clean = self.cleaned_data
        return queries.Wanted(
            text=clean.get("q") or "",
            body_id=clean.get("body"),
            year=clean.get("year"),
            result=clean.get("result") or "",
            after=after,
        )


class SourceForm(forms.Form):
    """A council information system, by its address."""

    address = forms.CharField(
        label=_("OParl address"),
        help_text=_(
            "The address of the system or of its body, as who runs the council information system"
            " names it; it begins with https://."
        ),
        max_length=500,
        validators=_NO_NUL,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )


class MeetingForm(SeenForm):
    """A meeting: who meets, when and where."""

    body = forms.CharField(
        label=_("Who meets"),
        help_text=_("For example: council of the city, committee for traffic."),
        max_length=1_000,
        validators=_NO_NUL,
    )
    start_at = MomentField(label=_("Begins"))
    end_at = MomentField(label=_("Ends"), required=False)
    place = forms.CharField(label=_("Place"), max_length=500, required=False, validators=_NO_NUL)
    is_cancelled = forms.BooleanField(label=_("It was cancelled"), required=False)
    visibility = forms.ChoiceField(
        label=_("Who may read it"), choices=CouncilVisibility.choices, widget=forms.RadioSelect
    )

    def facts(self) -> MeetingFacts:
        """What was typed in, as the services take it."""
        return MeetingFacts(**_without_seen(self.cleaned_data))

    @staticmethod
    def initial_of(meeting: Meeting) -> dict[str, Any]:
        """What the form shows of a meeting."""
        return {
            "body": meeting.name,
            "start_at": meeting.start_at,
            "end_at": meeting.end_at,
            "place": meeting.place,
            "is_cancelled": meeting.is_cancelled,
            "visibility": meeting.visibility,
            "seen": _seen(meeting.changed_at),
        }


class ItemForm(SeenForm):
    """An agenda item; with a result it is a resolution."""

    number = forms.CharField(
        label=_("Item number"), max_length=50, required=False, validators=_NO_NUL
    )
    name = forms.CharField(label=_("Subject matter"), max_length=1_000, validators=_NO_NUL)
    is_public = forms.BooleanField(label=_("Dealt with in public"), required=False)
    result_code = forms.ChoiceField(label=_("Result"), choices=ResultCode.choices)
    result_text = forms.CharField(
        label=_("Result in the council's words"),
        help_text=_("Without a result above, it is worked out from these words."),
        max_length=1_000,
        required=False,
        validators=_NO_NUL,
    )
    resolution_text = forms.CharField(
        label=_("Text of the resolution"),
        required=False,
        max_length=100_000,
        validators=_NO_NUL,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    visibility = forms.ChoiceField(
        label=_("Who may read it"), choices=CouncilVisibility.choices, widget=forms.RadioSelect
    )
    references = forms.CharField(
        label=_("Papers"),
        help_text=_("Their reference numbers, one a line."),
        required=False,
        max_length=10_000,
        validators=_NO_NUL,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def facts(self) -> ItemFacts:
        """What was typed in, as the services take it."""
        clean = _without_seen(self.cleaned_data)
        lines = (line.strip() for line in clean.pop("references").splitlines())
        return ItemFacts(**clean, references=tuple(line for line in lines if line))

    @staticmethod
    def initial_of(item: AgendaItem, references: list[str]) -> dict[str, Any]:
        """What the form shows of an agenda item."""
        names = (
            *("number", "name", "is_public", "result_code", "result_text", "resolution_text"),
            "visibility",
        )
        return {
            **{name: getattr(item, name) for name in names},
            "references": "\n".join(references),
            "seen": _seen(item.changed_at),
        }


class PaperForm(SeenForm):
    """A paper: what it is called, its number, where it can be read."""

    name = forms.CharField(label=_("Name"), max_length=1_000, validators=_NO_NUL)
    reference = forms.CharField(
        label=_("Reference number"), max_length=100, required=False, validators=_NO_NUL
    )
    on = DayField(label=pgettext_lazy("of a paper", "Date"), required=False)
    kind = forms.CharField(
        label=_("Kind"),
        help_text=_("For example: proposal for a resolution, motion, enquiry."),
        max_length=200,
        required=False,
        validators=_NO_NUL,
    )
    document = forms.CharField(
        label=_("Address of the document"),
        help_text=_("It begins with https://."),
        max_length=500,
        required=False,
        validators=[*_NO_NUL, URLValidator(schemes=["http", "https"])],
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
    visibility = forms.ChoiceField(
        label=_("Who may read it"), choices=CouncilVisibility.choices, widget=forms.RadioSelect
    )

    def facts(self) -> PaperFacts:
        """What was typed in, as the services take it."""
        return PaperFacts(**_without_seen(self.cleaned_data))

    @staticmethod
    def initial_of(paper: Paper) -> dict[str, Any]:
        """What the form shows of a paper."""
        return {
            **{name: getattr(paper, name) for name in ("name", "reference", "on", "kind")},
            "document": paper.files[0]["url"] if paper.files else "",
            "visibility": paper.visibility,
            "seen": _seen(paper.changed_at),
        }


def _seen(changed_at: datetime) -> str:
    return changed_at.isoformat()


def _without_seen(clean: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in clean.items() if name != "seen"}
