"""Forms of the search for experts, and of what they are asked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from netzstadt.core.text_fields import LongText, line
from netzstadt.stakeholders.models import Effect

LONGEST_QUESTION = 500


class QuestionForm(forms.Form):
    """What somebody needs help with, in her words."""

    q = line(
        _("What do you need help with?"),
        LONGEST_QUESTION,
        help_text=_("In your words; a whole question is fine."),
        widget=forms.TextInput({"type": "search"}),
    )


class RequestForm(forms.Form):
    """What an expert is asked."""

    question = LongText(label=_("What do you ask?"), max_length=3_000)


class DeclineRequestForm(forms.Form):
    """Why there is no statement."""

    reason = line(
        _("Why not, and who could help instead"), 1_000, help_text=_("Who asked reads this.")
    )


class StatementForm(forms.Form):
    """The statement of an expert."""

    text = LongText(
        label=_("Statement"),
        max_length=10_000,
        rows=12,
        help_text=_("It stands as it is given; the administration can read it."),
    )


class EffectForm(forms.Form):
    """What a statement did."""

    effect = forms.ChoiceField(label=_("Effect"), choices=Effect.choices, widget=forms.RadioSelect)
    note = line(_("What came of it, and why"), 1_000)


class RequestFilter(forms.Form):
    """Which requests a list shows."""

    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", _("All")), ("MINE", _("I am asked")), ("ASKED", _("I asked"))],
    )
