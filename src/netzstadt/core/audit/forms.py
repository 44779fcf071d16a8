"""The filter of the audit trail."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
    object = forms.UUIDField(label=_("Id of the object"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        known = {name: str(title) for room in rooms() for name, title in room.event_titles.items()}
        asked = data.get("name", "")
        if asked and asked not in known:
            known[asked] = asked  # the beginning of names, such as "plane.", in an address
        events = sorted(known.items(), key=lambda event: event[1].casefold())
        self.fields["name"].widget = forms.Select(choices=[("", gettext("Everything")), *events])
