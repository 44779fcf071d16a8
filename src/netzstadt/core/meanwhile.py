"""Nobody's change is undone unseen: a form knows which state it was opened with."""

from copy import copy
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from netzstadt.core.refusal import Refusal


class ChangedMeanwhile(Refusal):
    """Somebody else changed the object after the form was opened."""


def refuse_if_changed(changed_at: datetime, *, seen_at: datetime | None) -> None:
    """Ask before what somebody else wrote is overwritten; without ``seen_at`` nobody looked.

    The caller holds the row. Raises ChangedMeanwhile.
    """
    if seen_at is not None and changed_at > seen_at:
        raise ChangedMeanwhile(
            _(
                "Somebody else changed this while you had the form open. Compare in another window;"
                " to save what stands here all the same, press the button again."
            )
        )


class SeenForm(forms.Form):
    """A form that carries in a hidden field when the object was last changed as it was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    @property
    def seen_at(self) -> datetime | None:
        """The moment of the state that was shown; None where the browser does not say."""
        try:
            moment = parse_datetime(self.cleaned_data.get("seen", ""))
        except ValueError:
            return None
        return moment if moment and moment.tzinfo else None

    def look_again(self, changed_at: datetime) -> None:
        """Take the state of now as seen: who was told of it may save."""
        data: Any = copy(self.data)  # what a browser sent cannot be changed itself
        data[self.add_prefix("seen")] = changed_at.isoformat()
        self.data = data
