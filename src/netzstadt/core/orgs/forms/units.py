"""What is typed in about units, members, deputies, absences and contact points."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from netzstadt.core.days import DayField
from netzstadt.core.orgs.fields import PersonField, UnitField
from netzstadt.core.orgs.models import ContactTopic
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.models.units import UnitKind


class UnitForm(forms.Form):
    """What a unit is called and where it stands, from a day on."""

    name = forms.CharField(label=_("Name"), max_length=200)
    short_name = forms.CharField(
        label=_("Short name"),
        max_length=40,
        required=False,
        help_text=_("As it stands in letters and lists, for example “R 18”."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices)
    parent = UnitField(label=_("Lies in"), required=False)
    valid_from = DayField(
        label=_("From"),
        help_text=_("A day in the future is a reorganisation ahead: it takes effect by itself."),
    )


class NewUnitForm(UnitForm):
    """The same with the key of a new unit."""

    key = forms.CharField(
        label=_("Unit key"),
        max_length=60,
        help_text=_("How files and other systems call it; an import finds the unit again by it."),
    )
    field_order = ("key", "name", "short_name", "kind", "parent", "valid_from")


class UnitContactForm(forms.Form):
    """How a unit is reached, and what it does."""

    task = forms.CharField(
        label=_("What it does"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=60, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")


class DayForm(forms.Form):
    """The day from which on something is no more."""

    valid_to = DayField(label=_("From this day on no more"))


class MembershipForm(forms.Form):
    """Somebody belongs to a unit from a day on."""

    person = PersonField(label=_("E-mail address of the person"))
    function = forms.ChoiceField(label=_("Function"), choices=Function.choices)
    title = forms.CharField(
        label=_("Task"),
        max_length=200,
        required=False,
        help_text=_("For example “Geodata” or “Front desk”."),
    )
    valid_from = DayField(label=_("From"))
    last_day = DayField(label=_("Last day"), required=False)


class AbsenceForm(forms.Form):
    """When one is away. Why is not asked."""

    first_day = DayField(label=_("First day away"))
    last_day = DayField(label=_("Last day away"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        elif first and last and last - first > timedelta(days=3 * 366):
            self.add_error("last_day", _("No more than three years at once."))
        return data


class DeputyForm(forms.Form):
    """Who stands in for one."""

    deputy = PersonField(label=_("E-mail address of the deputy"))
    only_when_absent = forms.TypedChoiceField(
        label=_("When"),
        choices=[("yes", _("while I am away")), ("no", _("always"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    unit = UnitField(
        label=_("Only in this unit and below"),
        required=False,
        help_text=_("Leave it empty for all that you do."),
    )
    valid_from = DayField(label=_("From"))
    last_day = DayField(label=_("Last day"), required=False)


class TopicForm(forms.Form):
    """A topic of contact points."""

    title = forms.CharField(label=_("Topic"), max_length=120)
    title_en = forms.CharField(label=_("Topic in English"), max_length=120, required=False)
    order = forms.IntegerField(
        label=_("Place in the list"), min_value=0, max_value=9999, initial=100
    )


class ContactForm(forms.Form):
    """A contact point for a topic."""

    topic: "forms.ModelChoiceField[ContactTopic]" = forms.ModelChoiceField(
        label=_("Topic"), queryset=None
    )
    unit = UnitField(label=_("Unit"))
    function = forms.CharField(
        label=_("Function"),
        max_length=120,
        required=False,
        help_text=_("What people read where no person is named, for example “Team geodata”."),
    )
    person = PersonField(label=_("E-mail address of a person's account"), required=False)
    names_person = forms.BooleanField(
        label=_("The person agrees to be named on the public page"), required=False
    )
    email = forms.EmailField(label=_("E-mail address that people write to"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=60, required=False)
    note = forms.CharField(
        label=_("Good to know"), max_length=300, required=False, help_text=_("Hours, languages.")
    )
    is_public = forms.BooleanField(
        label=_("Show it on the public page"), required=False, initial=True
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        from netzstadt.core.orgs.queries import contacts

        super().__init__(*given, **options)
        self.fields["topic"].queryset = contacts.topics()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("email") or data.get("phone")) and not self.errors:
            self.add_error("email", _("Give an e-mail address or a telephone number."))
        if data.get("names_person") and not data.get("person") and "person" not in self.errors:
            self.add_error("person", _("Say who agrees to be named."))
        return data


class UnitFileForm(forms.Form):
    """A file with a tree of units."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("At most 1 MB; the first line names the columns."),
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )
    valid_from = DayField(
        label=_("Changes hold from"),
        help_text=_("A day in the future is a reorganisation ahead."),
    )
