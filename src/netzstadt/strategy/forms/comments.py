"""What people say to an edition, and what the office says to that."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from netzstadt.core.guarded_form import GuardedForm
from netzstadt.strategy.models import Outcome


class CommentForm(GuardedForm):
    """A comment. Who is signed in is not asked for a name."""

    text = forms.CharField(
        label=_("Your comment"),
        max_length=4000,
        widget=forms.Textarea({"rows": 8}),
    )
    name = forms.CharField(
        label=_("Your name"),
        help_text=_("Stands with the comment for everybody to read. You need not give one."),
        required=False,
        max_length=100,
        widget=forms.TextInput({"autocomplete": "name"}),
    )

    def __init__(self, data: Any = None, *, signed_in_as: str) -> None:
        super().__init__(data)
        if signed_in_as:
            del self.fields["name"]
            self.fields["text"].help_text = _(
                "Your name stands with it for everybody to read: %(name)s."
            ) % {"name": signed_in_as}

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """The fields that people see, in order."""
        return [self[name] for name in ("text", "name") if name in self.fields]


class HideForm(forms.Form):
    """Why others do not see a comment."""

    because = forms.CharField(
        label=_("Reason"),
        help_text=_("Such as an insult or somebody's personal data. The office alone sees it."),
        max_length=500,
    )


class AnswerForm(forms.Form):
    """What became of a comment."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices)
    answer = forms.CharField(
        label=_("Answer"),
        help_text=_("Stands below the comment for everybody to read."),
        max_length=4000,
        widget=forms.Textarea({"rows": 6}),
    )
