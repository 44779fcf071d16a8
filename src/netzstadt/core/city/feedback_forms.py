"""What people write to the city, and how programs that write are kept out without a riddle."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext_lazy as _

from netzstadt.core.city.models import Category, FeedbackKind, FeedbackState

QUICKEST = timedelta(seconds=3)
SLOWEST = timedelta(days=1)

_OF_KIND = {
    FeedbackKind.BARRIER: (
        Category.READING,
        Category.HEARING,
        Category.USING,
        Category.UNDERSTANDING,
        Category.INFORMATION,
        Category.OTHER,
    ),
    FeedbackKind.CONTACT: (Category.DATA, Category.IDEA, Category.OTHER),
}


class FeedbackForm(forms.Form):
    """A barrier or a message. ``ticket`` is the signed time at which the form was given out;
    ``homepage`` is hidden from people and stays empty."""

    category = forms.ChoiceField(label=_("What is it about?"), choices=Category.choices)
    page = forms.CharField(
        label=_("Page"),
        help_text=_("The address of the page, if it is one."),
        required=False,
        max_length=500,
    )
    text = forms.CharField(
        label=_("What do you want to tell us?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Only if you want an answer. It is used for nothing else."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    homepage = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    ticket = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, kind: FeedbackKind, data: Any = None, *, page: str = "") -> None:
        super().__init__(data, initial={"page": page[:500], "ticket": _signer().sign("form")})
        self.fields["category"] = forms.ChoiceField(
            label=_("What is it about?"),
            choices=[(one.value, one.label) for one in _OF_KIND[kind]],
        )

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """The fields that people see, in order."""
        return [self[name] for name in ("category", "page", "text", "email")]

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
    return TimestampSigner(salt="netzstadt.city.feedback")


class ReplyForm(forms.Form):
    """The office's answer."""

    text = forms.CharField(
        label=_("Answer"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    is_final = forms.TypedChoiceField(
        label=_("This is"),
        choices=[("yes", _("the answer")), ("no", _("word in between; the answer follows"))],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )


class FeedbackFilter(forms.Form):
    """What to look for in the list."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *FeedbackState.choices]
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *FeedbackKind.choices]
    )
