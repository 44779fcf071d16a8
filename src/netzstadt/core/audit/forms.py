"""The filter of the audit trail."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from netzstadt.core.days import DayField
from netzstadt.core.objects import IdField
from netzstadt.core.orgs.fields import PersonField
from netzstadt.core.orgs.queries import units
from netzstadt.core.rooms import rooms


class TrailForm(forms.Form):
    """Who, what, which object, when."""

    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = forms.RegexField(
        r"^[a-z_.]*$",
        label=_("What happened"),
        required=False,
        max_length=100,
        widget=forms.Select,
    )
    unit = forms.ChoiceField(label=_("Done by people of the unit"), required=False)
    by = PersonField(label=_("E-mail address of who did it"), required=False)
    object = IdField(
        label=_("Object"),
        help_text=_("The address of its page, or its id."),
        required=False,
    )
    since = DayField(
        label=_("From"),
        required=False,
    )
    until = DayField(
        label=_("To"),
        required=False,
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["unit"].choices = [("", gettext("Everybody")), *units.choices()]  # type: ignore[attr-defined]
        known = {name: str(title) for room in rooms() for name, title in room.event_titles.items()}
        asked = data.get("name", "")
        if asked and asked not in known:
            known[asked] = asked  # the beginning of names, such as "plane.", in an address
        events = sorted(known.items(), key=lambda event: event[1].casefold())
        self.fields["name"].widget = forms.Select(choices=[("", gettext("Everything")), *events])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        # From here on she is her id: what is exported keeps no address of hers in the trail.
        by = data.pop("by", None)
        if by is not None:
            data["person"] = by.pk
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("This day lies before the first one."))
        return data
