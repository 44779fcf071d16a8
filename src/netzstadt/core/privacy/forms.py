"""What is typed in about people's data."""

from django import forms
from django.utils.translation import gettext_lazy as _

from netzstadt.core.orgs.fields import PersonField


class PersonForm(forms.Form):
    """Who asked by letter, by telephone or at the desk."""

    person = PersonField(
        label=_("E-mail address of the person's account"),
        help_text=_("Make sure first that it is she who asks."),
    )


class AskForErasureForm(forms.Form):
    """A request to be erased."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("You need not give one."),
    )
    understood = forms.BooleanField(
        label=_("I understand that I can no longer sign in afterwards and that it is final.")
    )


class RefuseForm(forms.Form):
    """Why a request is refused; the person reads it."""

    answer = forms.CharField(
        label=_("Answer to the person"), max_length=2000, widget=forms.Textarea({"rows": 3})
    )


class EraseForm(forms.Form):
    """The address of who is erased, typed once more: it is final."""

    email = forms.EmailField(label=_("Type the person's e-mail address to confirm"))
