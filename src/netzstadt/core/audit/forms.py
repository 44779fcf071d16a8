"""The filter of the audit trail."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TrailForm(forms.Form):
    """Who, what, which object, when."""

    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    object = forms.UUIDField(label=_("Key of the object"), required=False)
    name = forms.RegexField(r"^[a-z_.]*$", label=_("What happened"), required=False, max_length=100)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
