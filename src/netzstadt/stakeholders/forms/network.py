"""Forms of the network: a party, its relations, consents and expertise, and the filter of lists."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from netzstadt.core.days import DayField, today
from netzstadt.core.meanwhile import SeenForm
from netzstadt.core.objects import id_in
from netzstadt.core.orgs.fields import PersonField, UnitField
from netzstadt.core.text_fields import LongText, line
from netzstadt.stakeholders.models import (
    EvidenceKind,
    Expertise,
    Level,
    Party,
    PartyKind,
    PartyVisibility,
    Purpose,
    RelationKind,
    Sector,
)
from netzstadt.stakeholders.queries import network as queries
from netzstadt.stakeholders.queries.network import PartiesWanted
from netzstadt.stakeholders.services.consents import ConsentFacts
from netzstadt.stakeholders.services.expertise import ExpertiseFacts
from netzstadt.stakeholders.services.network import PartyFacts, RelationFacts


class PastDay(DayField):
    """A day that has come."""

    def clean(self, value: Any) -> Any:
        """The day. Raises ValidationError if it has not come yet."""
        day = super().clean(value)
        if day is not None and day > today():
            raise ValidationError(_("This day has not come yet."))
        return day


class PartyForm(SeenForm):
    """A person or an organisation of the network."""

    name = line(_("Name"), 200)
    sector = forms.ChoiceField(label=_("Sector"), choices=Sector.choices)
    role = line(_("Task or field"), 200, required=False)
    organisation = line(
        _("Organisation"),
        200,
        required=False,
        help_text=_("Where she works or for whom she speaks; a new one is taken in with her."),
    )
    person = PersonField(
        label=_("E-mail address of her account here"),
        required=False,
        help_text=_("For people of the house: she is then told of requests, and answers herself."),
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = line(_("Telephone"), 50, required=False)
    web = forms.URLField(label=_("Website"), required=False, assume_scheme="https", max_length=200)
    note = LongText(
        label=_("Note"),
        max_length=3_000,
        required=False,
        help_text=_("Only the administration reads it, and the person herself if she asks."),
    )
    unit = UnitField(label=_("Unit that keeps the entry"))
    visibility = forms.ChoiceField(
        label=_("Who may see it"),
        choices=PartyVisibility.choices,
        help_text=_("People are public only for as long as they consent to it."),
    )

    def __init__(self, *given: Any, kind: str, **options: Any) -> None:
        super().__init__(*given, **options)
        if kind != PartyKind.PERSON:
            for name in ("organisation", "person"):
                del self.fields[name]

    def facts(self) -> PartyFacts:
        """What was typed, for the service."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return PartyFacts(unit_id=data.pop("unit").pk, **data)

    @staticmethod
    def initial_of(party: Party) -> dict[str, Any]:
        """What stands in the form when it is opened."""
        names = ("name", "sector", "role", "email", "phone", "web", "note", "visibility")
        return {name: getattr(party, name) for name in names} | {
            "organisation": party.organisation.name if party.organisation else "",
            "person": party.person.email if party.person else "",
            "unit": party.unit_id,
            "seen": party.changed_at.isoformat(),
        }


class PartyField(forms.CharField):
    """A party of the network, by its name or the address of its page."""

    def __init__(self, *, to: Any, **options: Any) -> None:
        super().__init__(max_length=500, **options)
        self.reader = to

    def clean(self, value: Any) -> Party:
        """The party. Raises ValidationError if there is none, or more than one of this name."""
        text = super().clean(value).strip()
        seen = queries.visible_parties(to=self.reader)
        key = id_in(text)
        named = seen.filter(pk=key) if key else seen.filter(name__iexact=text)
        found: list[Party] = list(named[:2])
        if not found:
            raise ValidationError(_("Nobody in the network is called so."))
        if len(found) > 1:
            raise ValidationError(_("Several are called so: paste the address of the page."))
        return found[0]


class RelationForm(forms.Form):
    """How a party stands to another one."""

    kind = forms.ChoiceField(label=_("Relation"), choices=RelationKind.choices)
    since = DayField(label=_("Since"), required=False)
    evidence = line(_("Where one can read of it"), 500, required=False)
    field_order = ("kind", "other", "since", "evidence")

    def __init__(self, *given: Any, to: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["other"] = PartyField(
            to=to, label=_("With"), help_text=_("Its name, or the address of its page.")
        )
        self.order_fields(self.field_order)

    def facts(self) -> RelationFacts:
        """What was typed, for the service."""
        return RelationFacts(**self.cleaned_data)


class EndForm(forms.Form):
    """The day from which something does not hold any more."""

    on = PastDay(label=_("On"))


class ConsentForm(forms.Form):
    """What a person consented to."""

    purpose = forms.ChoiceField(
        label=_("Consents to"), choices=Purpose.choices, widget=forms.RadioSelect
    )
    basis = line(
        _("How we know"), 300, help_text=_("For example: e-mail of 3 May, signed form in the file.")
    )
    given_on = PastDay(label=_("Given on"))
    until = DayField(label=_("Last day"), required=False)

    def clean(self) -> dict[str, Any]:
        """Check that it does not end before it begins."""
        data = super().clean() or {}
        given_on, until = data.get("given_on"), data.get("until")
        if given_on and until and until < given_on:
            self.add_error("until", _("It would end before it was given."))
        return data

    def facts(self) -> ConsentFacts:
        """What was typed, for the service."""
        return ConsentFacts(**self.cleaned_data)


class ExpertiseForm(SeenForm):
    """A topic that somebody knows, with the evidence."""

    topic = line(_("Topic"), 200)
    level = forms.TypedChoiceField(
        label=_("Level"), coerce=int, choices=Level.choices, widget=forms.RadioSelect
    )
    evidence_kind = forms.ChoiceField(label=_("Evidence"), choices=EvidenceKind.choices)
    evidence = LongText(
        label=_("What was done"),
        max_length=2_000,
        help_text=_("In a sentence or two: the search for experts reads it."),
    )
    evidence_url = forms.URLField(
        label=_("Address of the evidence"), required=False, assume_scheme="https", max_length=200
    )
    last_used_on = PastDay(label=_("Last used"), required=False)

    def facts(self) -> ExpertiseFacts:
        """What was typed, for the service."""
        names = ExpertiseFacts.__dataclass_fields__
        return ExpertiseFacts(**{name: self.cleaned_data[name] for name in names})

    @staticmethod
    def initial_of(expertise: Expertise) -> dict[str, Any]:
        """What stands in the form when it is opened."""
        known = {name: getattr(expertise, name) for name in ExpertiseFacts.__dataclass_fields__}
        return known | {"seen": expertise.changed_at.isoformat()}


class PartyFilter(forms.Form):
    """What a list of parties is asked for."""

    q = line(_("Name or task"), 200, required=False, widget=forms.TextInput({"type": "search"}))
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *PartyKind.choices]
    )
    sector = forms.ChoiceField(
        label=_("Sector"), required=False, choices=[("", _("All")), *Sector.choices]
    )
    topic = line(_("Topic"), 200, required=False)
    unit = UnitField(label=_("Unit that keeps the entry"), required=False)
    consent = forms.ChoiceField(
        label=_("Consent"),
        required=False,
        choices=[
            ("", _("All")),
            ("HOLDS", _("Holds")),
            ("ENDED", _("Has ended")),
            ("NONE", _("Was never given")),
        ],
    )

    def __init__(self, *given: Any, is_inside: bool, **options: Any) -> None:
        super().__init__(*given, **options)
        if not is_inside:
            del self.fields["unit"], self.fields["consent"]

    def wanted(self) -> PartiesWanted:
        """What was asked for, as far as it can be understood."""
        self.is_valid()
        data = self.cleaned_data
        unit = data.get("unit")
        return PartiesWanted(
            text=data.get("q", ""),
            unit_id=unit.pk if unit else None,
            **{name: data.get(name, "") for name in ("kind", "sector", "topic", "consent")},
        )
