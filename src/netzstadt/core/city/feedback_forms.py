"""What people write to the city."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from netzstadt.core.city.models import Category, FeedbackKind, FeedbackState
from netzstadt.core.guarded_form import GuardedForm

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


class FeedbackForm(GuardedForm):
    """A barrier or a message."""

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

    def __init__(self, kind: FeedbackKind, data: Any = None, *, page: str = "") -> None:
        super().__init__(data, initial={"page": page[:500]})
        self.fields["category"] = forms.ChoiceField(
            label=_("What is it about?"),
            choices=[(one.value, one.label) for one in _OF_KIND[kind]],
        )

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """The fields that people see, in order."""
        return [self[name] for name in ("category", "page", "text", "email")]


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
