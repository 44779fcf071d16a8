"""Public forms that keep programs out without a riddle: a hidden field, a time of giving out."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext_lazy as _

QUICKEST = timedelta(seconds=3)
SLOWEST = timedelta(days=1)


class GuardedForm(forms.Form):
    """A form that anybody may send. ``ticket`` is the signed time at which it was given out;
    ``homepage`` is hidden from people and stays empty."""

    homepage = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    ticket = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={**(initial or {}), "ticket": _signer().sign("form")})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("homepage"):
            raise forms.ValidationError(_("A field that stays empty was filled. Please try again."))
        if fault := self._fault_of_ticket(data.get("ticket", "")):
            raise forms.ValidationError(fault)
        return data

    def _fault_of_ticket(self, ticket: str) -> Any:
        try:
            _signer().unsign(ticket, max_age=SLOWEST)
        except BadSignature:
            # Too old, or none of ours: the form that comes back carries a new one.
            self.data = {**self.data.dict(), "ticket": _signer().sign("form")}  # type: ignore[attr-defined]
            return _("The form lay open for long. Please send it again.")
        try:
            _signer().unsign(ticket, max_age=QUICKEST)
        except BadSignature:
            return None
        return _("That was very quick. Please look over your message and send it again.")


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="netzstadt.guarded_form")
