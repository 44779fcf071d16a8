"""What a person types in to link two objects."""

import uuid
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from netzstadt.core.links.queries import Direction, Ref, Target


class SearchForm(forms.Form):
    """How the objects stand to each other, and what the other one is called."""

    relation = forms.ChoiceField(label=_("This object …"))
    q = forms.CharField(
        label=_("Name of the other object"),
        help_text=_("A part of its name is enough. Of each kind the first ones are shown."),
        max_length=200,
        validators=[ProhibitNullCharactersValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, directions: list[Direction], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._directions = {one.key: one for one in directions}
        self.fields["relation"].choices = [(one.key, one.title) for one in directions]  # type: ignore[attr-defined]

    def clean_relation(self) -> Direction:
        return self._directions[self.cleaned_data["relation"]]


class LinkForm(forms.Form):
    """Which of the found objects it is, and a word on why."""

    target = forms.ChoiceField(label=_("Which one?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Why they belong together, where that is not plain."),
        required=False,
        max_length=500,
        validators=[ProhibitNullCharactersValidator()],
    )

    def __init__(self, *args: Any, targets: list[Target], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [  # type: ignore[attr-defined]
            (one.key, f"{one.card.title} – {one.kind}") for one in targets
        ]

    def clean_target(self) -> Ref:
        model, _colon, key = self.cleaned_data["target"].partition(":")
        return Ref(model, uuid.UUID(key))


class TraceForm(forms.Form):
    """How far a trace goes, and over which relations."""

    depth = forms.TypedChoiceField(
        label=_("How far"),
        coerce=int,
        choices=[(1, _("1 step")), (2, _("2 steps")), (4, _("4 steps")), (6, _("6 steps"))],
        initial=4,
        empty_value=None,
        required=False,
    )
    relation = forms.ChoiceField(label=_("Only this relation"), required=False)

    def __init__(self, *args: Any, relations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relation"].choices = [("", _("All")), *relations]  # type: ignore[attr-defined]
