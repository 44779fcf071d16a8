"""What administrators type in about mail."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from netzstadt.core.mail.models import MailServer, Security, State
from netzstadt.lib.addresses import is_loopback


class MailServerForm(forms.Form):
    """The mail server and who the sender is."""

    host = forms.RegexField(
        r"^[A-Za-z0-9.:\[\]-]+$",
        label=_("Host name of the mail server"),
        help_text=_("Such as mail.example.org; your IT provider knows it."),
        max_length=253,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(
        label=_("Security"),
        choices=Security.choices,
        initial=Security.STARTTLS,
        widget=forms.RadioSelect,
    )
    user = forms.CharField(
        label=_("User name"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("Stored encrypted and never shown again. Leave it empty to keep the one set."),
        required=False,
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    sender_name = forms.CharField(
        label=_("Name of the sender"), help_text=_("Such as the name of the city."), max_length=100
    )
    sender_address = forms.EmailField(
        label=_("Address of the sender"), help_text=_("Answers to mails arrive here.")
    )

    @classmethod
    def of(cls, server: MailServer | None, data: Any = None, **initial: Any) -> "MailServerForm":
        """The form with what is set up now."""
        if server is not None:
            names = ("host", "port", "security", "user", "sender_name", "sender_address")
            initial = {name: getattr(server, name) for name in names}
        return cls(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_open = data.get("security") == Security.NONE
        if is_open and data.get("host") and not is_loopback(data["host"]):
            self.add_error(
                "security",
                _("Without TLS only a server on this machine (localhost) can be used."),
            )
        if data.get("password") and not data.get("user"):
            self.add_error("user", _("A password needs a user name."))
        return data


class TrialForm(forms.Form):
    """Where the test mail goes."""

    to = forms.EmailField(label=_("Send the test mail to"))


class OutgoingFilter(forms.Form):
    """What to look for in the list of mail."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *State.choices]
    )
    q = forms.CharField(label=_("Address or subject"), required=False, max_length=200)
