"""What persons type in about accounts."""

import json
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import EVERYWHERE, IN_A_UNIT, Role
from netzstadt.core.access.services import MIN_REASON
from netzstadt.core.accounts.models import Language

_NEW_PASSWORD = _("At least 12 characters; not one that others use often.")
# A partner's role needs an object, elevated rights are taken by oneself.
_BY_INVITATION = tuple(role for role in Role if role in {*EVERYWHERE, *IN_A_UNIT})


def _password(label: Any, kind: str, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": kind}),
    )


def _code() -> forms.CharField:
    return forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class SignInForm(AuthenticationForm):
    """E-mail address and password; one message whichever is wrong, or the account deactivated."""

    username = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    error_messages = {
        "invalid_login": _("E-mail address and password do not belong together."),
        "inactive": _("E-mail address and password do not belong together."),
    }


class CodeForm(forms.Form):
    """A code of an app, or a recovery code."""

    code = _code()


class ConfirmForm(forms.Form):
    """The password, to show that it is still she."""

    password = _password(_("Password"), "current-password")


class ConfirmBothForm(ConfirmForm):
    """The password and a code: who signs in with two factors shows both again."""

    code = _code()


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    new = _password(_("New password"), "new-password", _NEW_PASSWORD)
    repeated = _password(_("New password again"), "new-password")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new") and data.get("repeated") and data["new"] != data["repeated"]:
            self.add_error("repeated", _("The two new passwords are not the same."))
        return data


class ChangePasswordForm(NewPasswordForm):
    """The current password and the new one, twice."""

    current = _password(_("Current password"), "current-password")
    field_order = ["current", "new", "repeated"]


class ForgottenForm(forms.Form):
    """The address that a link is to be sent to."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )


class PasskeyForm(forms.Form):
    """What the browser answered, as JSON; without its script there is no answer."""

    answer = forms.CharField(
        max_length=20_000,
        required=False,
        error_messages={"max_length": _("The passkey's answer cannot be read.")},
    )
    name = forms.CharField(max_length=80, required=False)

    def clean_answer(self) -> object:
        """The answer as plain values; None if it is not JSON."""
        try:
            return json.loads(self.cleaned_data["answer"] or "null")
        except (ValueError, RecursionError):
            return None


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    roles = forms.TypedMultipleChoiceField(
        label=_("Roles"),
        help_text=_("Without a role the person sees what everybody sees."),
        choices=[(role.value, role.label) for role in _BY_INVITATION],
        coerce=Role,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    unit = forms.ChoiceField(
        label=_("Unit"),
        help_text=_("The roles hold in this unit; without one, everywhere."),
        required=False,
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=Language.choices)

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        unit.choices = [("", _("everywhere")), *units]


class ReasonForm(forms.Form):
    """Why a second factor is reset."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For example: phone lost; called back on the number in the directory."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ElevateForm(forms.Form):
    """Elevated rights for some hours, with a reason."""

    reason = forms.CharField(
        label=_("Why do you need them?"),
        min_length=MIN_REASON,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Stands in the audit trail."),
    )
    hours = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=int,
        choices=[(1, _("1 hour")), (2, _("2 hours")), (4, _("4 hours"))],
    )
